"""The signed list of those who were removed from copies: marks and never ids, and it only grows.

A mark is a random name that a reflection has in copies and nowhere else, so the list tells
something only to those who hold a copy.
"""

import json
from collections.abc import Iterable

from reflect2protect.publishing.work.parcel import Unreadable
from reflect2protect.publishing.work.signing import signed_by

LIST = "removed.json"
LIST_SIGNATURE = "removed.json.sig"
# The list that was applied to a copy, its signature before it: one file, which is there whole or
# not at all.
APPLIED = "removed.signed"
FORMAT = 1


def list_of(marks: Iterable[str], campaign: str) -> bytes:
    """`removed.json`: the same for the same marks."""
    value = {"format": FORMAT, "campaign": campaign, "removed": sorted(set(marks))}
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=0).encode() + b"\n"


def read_list(body: bytes, signature: bytes, public: str) -> frozenset[str]:
    """The marks on a list that the owner of this key signed. Raises Unreadable."""
    if not signed_by(public, body, signature):
        raise Unreadable(f"{LIST} is not signed by the key that signed the copy.")
    try:
        value = json.loads(body)
        return frozenset(map(str, value["removed"])) if value["format"] == FORMAT else frozenset()
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{LIST} cannot be read.") from error


def applied(body: bytes, signature: bytes) -> bytes:
    """A list and its signature as a copy keeps them."""
    return signature.strip() + b"\n" + body


def read_applied(kept: bytes, public: str) -> frozenset[str]:
    """The marks on the list that a copy keeps. Raises Unreadable."""
    signature, _, body = kept.partition(b"\n")
    return read_list(body, signature, public)
