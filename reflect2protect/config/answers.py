"""Answers to what people sent, kept in memory for a few minutes, each at an address of its own.

A browser writes what a form sent into the files from which it restores its windows: her words, her
code. It does not when the answer leads on to another address (docs/decisions/0018). So the answer
itself waits there, for whoever holds the address: until it was shown, and for a minute more, since
lines break. A receipt waits for ten minutes, since phones close pages and her code is in no other
place. An answer is forgotten at once when it is answered itself, and when somebody leaves quickly
from it.
"""

import re
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from reflect2protect.core.headers import LASTING
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.rates import ONION
from reflect2protect.publishing.work.headers import Headers

KEPT_SECONDS = 600.0
SHOWN_SECONDS = 60.0  # after the first look
ROOM = 64 * 1024 * 1024  # bytes, for all; where more come, the oldest go
SHARE = 8  # one sender may fill one part of so many: a flood makes room for itself first
ONION_SHARE = 2  # and so may all of the onion service together
LARGEST = 3 * 1024 * 1024  # two pictures inside the page that proposes covers
LANGUAGE = "|".join(LANGUAGES)
ADDRESS = re.compile(rf"/(?:{LANGUAGE})/answer/([0-9a-f]{{32}})/")
FORM = re.compile(rf"/(?:{LANGUAGE})/(?:participate|my-reflection)/")  # what the public sends to
# What leads on from a page, and is to say which page that was: its forms, and the link to leave.
_SENDS = re.compile(b'action="' + FORM.pattern.encode())
_LEAVES = b'href="/leave'


@dataclass
class Answer:
    """What Django said to whom (config.senders), and until when it is kept (by the clock)."""

    status: int
    headers: Headers
    body: bytes
    sender: str
    until: float
    lasting: bool = False


class Answers:
    """All answers that wait. For one event loop."""

    def __init__(self, room: int = ROOM, clock: Callable[[], float] = time.monotonic) -> None:
        self.room = self.left = room
        self.clock = clock
        self.kept: OrderedDict[str, Answer] = OrderedDict()
        self.held: Counter[str] = Counter()  # bytes of each sender

    def keep(self, language: str, sender: str, status: int, headers: Headers, body: bytes) -> str:
        """The address (a path) at which this can be asked for."""
        token = secrets.token_hex(16)
        body = _SENDS.sub(rb"\g<0>?" + token.encode(), body)
        body = body.replace(_LEAVES, _LEAVES + b"/" + token.encode())
        changed = {"Content-Length": str(len(body))}
        told = [(name, changed.get(name, value)) for name, value in headers if name != LASTING]
        lasting, until = len(told) < len(headers), self.clock() + KEPT_SECONDS
        self.kept[token] = Answer(status, told, body, sender, until, lasting)
        self.left -= len(body)
        self.held[sender] += len(body)
        self._make_room(sender)
        return f"/{language}/answer/{token}/"

    def _make_room(self, sender: str) -> None:
        share = self.room // (ONION_SHARE if sender == ONION else SHARE)
        while self.held[sender] > share:
            self.forget(next(name for name, one in self.kept.items() if one.sender == sender))
        while self.left < 0:
            self.forget(next(iter(self.kept)))

    def find(self, token: str) -> Answer | None:
        """What is kept; nothing when its time is over or nobody ever kept it."""
        now, answer = self.clock(), self.kept.get(token)
        if answer is None or answer.until <= now:
            return None
        if not answer.lasting:
            answer.until = min(answer.until, now + SHOWN_SECONDS)
        return answer

    def forget(self, token: str) -> None:
        """At once. Twice changes nothing."""
        if answer := self.kept.pop(token, None):
            self.left += len(answer.body)
            self.held[answer.sender] -= len(answer.body)
            if not self.held[answer.sender]:
                del self.held[answer.sender]

    def forget_what_is_old(self) -> None:
        """Everything that has been kept for its time."""
        now = self.clock()
        for token in [token for token, answer in self.kept.items() if answer.until <= now]:
            self.forget(token)
