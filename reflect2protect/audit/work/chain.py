"""Sealing entries and checking the seals."""

import hashlib
import json
from collections.abc import Iterable

from reflect2protect.audit.models import Entry

START = "0" * 64


def seal(entry: Entry) -> str:
    """The SHA-256 digest (64 hexadecimal digits) of an entry and of the digest before it."""
    content = [
        entry.previous,
        entry.number,
        entry.verb,
        entry.ref,
        entry.actor_id,
        entry.reason,
        entry.day.isoformat(),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def first_break(entries: Iterable[Entry]) -> int | None:
    """The number of the first entry that was changed, moved, or put after a removed one."""
    previous = START
    for number, entry in enumerate(entries, start=1):
        if entry.number != number or entry.previous != previous or entry.digest != seal(entry):
            return number
        previous = entry.digest
    return None
