"""A fair queue under flood, and limits, without knowing who sends.

A sender is what config.senders says: a digest that stands for a place for an hour, ONION for all
who cannot be told apart, or "" where nobody said anything (Django's test client, manage.py), which
is not counted. What each sends is counted in memory and forgotten with the hour.

The desk reads by turn, then by arrival: whoever sends a thousand waits behind everybody's first.
Nobody is refused below the limits, and a small number says nothing about who.

What this does not stop: spam from thousands of addresses, since each is as good as a person's; the
same place an hour later, which has a first turn again; a flood over the onion service, behind
which its other visitors wait too, twenty of all for every one of another place. People behind one
address (a school, a telephone company) share its turns: they wait longer, no more than that.
"""

import threading
from collections import Counter
from typing import Literal

from django.http import HttpRequest

ONION = "onion"
# So many of those who cannot be told apart stand in the queue where one of another place does.
ONION_SHARE = 20
# Their limits, as a multiple of another place's.
ONION_LIMIT = 10
LAST_TURN = 1000
# What one place may do in an hour. Far above what people do, even many behind one address.
LIMITS = {"posts": 200, "tries": 60}
# A flood from ever new addresses must not fill the memory. Nothing is lost but the counting,
# which is of no use against it.
MOST_COUNTED = 100_000

_counted: Counter[tuple[str, str]] = Counter()
_lock = threading.Lock()


def sender_of(request: HttpRequest) -> str:
    """The sender of a request, or ""."""
    sender: str = request.META.get("campaign.sender", "")
    return sender


def turn_of(sender: str) -> int:
    """1 for what is taken in first from a sender in this hour, 2 for the second …, at most 1000.

    To be asked once for each thing that joins the queue. It then stands behind all that have a
    lower turn.
    """
    turn = _count("turns", sender)
    if sender == ONION:
        turn = -(-turn // ONION_SHARE)
    return min(max(turn, 1), LAST_TURN)


def too_many(sender: str, what: Literal["posts", "tries"]) -> bool:
    """Count one more, and say whether it is above what a sender may do in an hour."""
    limit = LIMITS[what] * (ONION_LIMIT if sender == ONION else 1)
    return _count(what, sender) > limit


def forget() -> None:
    """The hour is over: what was counted, and of whom, is gone."""
    with _lock:
        _counted.clear()


def _count(what: str, sender: str) -> int:
    if not sender:
        return 0
    with _lock:
        if len(_counted) >= MOST_COUNTED:
            _counted.clear()
        _counted[what, sender] += 1
        return _counted[what, sender]
