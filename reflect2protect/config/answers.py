"""Answers to what people sent, kept in memory for a few minutes, each at an address of its own.

A browser writes what a form sent into the files from which it restores its windows: her words, her
code. It does not when the answer leads on to another address (docs/decisions/0018). So the answer
itself waits there, for whoever holds the address: to be looked at, to be looked at again when a
phone has closed the page meanwhile, and forgotten when she leaves quickly.
"""

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.publishing.work.headers import Headers

KEPT_SECONDS = 600.0
ROOM = 64 * 1024 * 1024  # bytes of pages; where more come, the oldest go
ADDRESS = re.compile(rf"/(?:{'|'.join(LANGUAGES)})/answer/([0-9a-f]{{32}})/")
LEAVING = b'href="/leave"'


@dataclass(frozen=True)
class Answer:
    """What Django said, and when (seconds of the clock)."""

    status: int
    headers: Headers
    body: bytes
    since: float


class Answers:
    """All answers that wait. For one event loop."""

    def __init__(self, room: int = ROOM, clock: Callable[[], float] = time.monotonic) -> None:
        self.left = room
        self.clock = clock
        self.kept: OrderedDict[str, Answer] = OrderedDict()

    def keep(self, language: str, status: int, headers: Headers, body: bytes) -> str:
        """The address (a path) at which this can be asked for. Its link to leave forgets it."""
        token = secrets.token_hex(16)
        body = body.replace(LEAVING, LEAVING[:-1] + f'?{token}"'.encode())
        length = str(len(body))
        told = [(name, length if name == "Content-Length" else value) for name, value in headers]
        self.kept[token] = Answer(status, told, body, self.clock())
        self.left -= len(body)
        while self.left < 0:
            self.forget(next(iter(self.kept)))
        return f"/{language}/answer/{token}/"

    def find(self, token: str) -> Answer | None:
        """What is kept; nothing when its time is over or nobody ever kept it."""
        self.forget_what_is_old()
        return self.kept.get(token)

    def forget(self, token: str) -> None:
        """At once. Twice changes nothing."""
        if answer := self.kept.pop(token, None):
            self.left += len(answer.body)

    def forget_what_is_old(self) -> None:
        """Everything that has been kept for its time."""
        over = self.clock() - KEPT_SECONDS
        while self.kept and next(iter(self.kept.values())).since <= over:
            self.forget(next(iter(self.kept)))
