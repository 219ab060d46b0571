"""Cutting those who were removed since out of a copy. Needs no database and no settings."""

import json

from reflect2protect.publishing.work import sealed
from reflect2protect.publishing.work.manifest import (
    ABOUT,
    MANIFEST,
    PEOPLE,
    Found,
    closed,
    people_file,
    verify,
)
from reflect2protect.publishing.work.parcel import Parcel, Unreadable
from reflect2protect.publishing.work.removal import APPLIED, applied, read_applied, read_list


def update(parcel: Parcel, body: bytes, signature: bytes, expected: str = "") -> Found:
    """Apply a signed list of removed people, and look at what is left.

    Nothing is changed when the copy is not sound, or the list is older than one that was applied.
    Raises Unreadable for a list that cannot be used. Can be run again after it was interrupted.
    """
    found = verify(parcel, expected)
    if not found.public:
        return found
    marks = read_list(body, signature, found.public)
    names = set(parcel.names())
    if APPLIED in names and not read_applied(parcel.read(APPLIED), found.public) <= marks:
        raise Unreadable("This list is older than the one that was applied before.")
    found = verify(parcel, expected, removing=marks)
    if found.flaws:
        return found
    # The list first and the openings last: what happens between can be done again.
    parcel.apply({APPLIED: applied(body, signature)})
    rows = json.loads(parcel.read(PEOPLE))
    gone = {r["path"] for r in rows if r.get("mark") in marks and r.get("path") in names}
    changes: dict[str, bytes | None] = dict.fromkeys(sorted(gone - set(ABOUT)))
    for name in _pages(parcel):
        page = parcel.read(name)
        if sealed.marks_in(page) & marks:
            changes[name] = sealed.cut(page, marks)
    left = [closed(row) if row["mark"] in marks else row for row in rows]
    parcel.apply({**changes, PEOPLE: people_file(left)})
    return verify(parcel, expected)


def _pages(parcel: Parcel) -> list[str]:
    """The signed pages that hold parts of people."""
    files = json.loads(parcel.read(MANIFEST))["files"]
    return sorted(name for name, said in files.items() if "parts" in said)
