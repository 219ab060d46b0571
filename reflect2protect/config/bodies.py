"""Bodies of requests, received into memory as they arrive, and never more than there is room for.

Nobody's upload is written to a disk, so all that are under way share one room in memory. One that
is longer than a few lines of text takes its length before it is read. While there is no room, the
sender's line simply fills; after a while she is told that nothing was kept.

A slow line costs nothing here but its room: Django, and a thread of it, are asked only when all
has arrived. One place can fill a quarter of the room, so that a single flood keeps nobody else out.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reflect2protect.core.rates import ONION

Pieces = deque[bytes]

SHORT = 64 * 1024  # bytes that need no room: withdrawals and words never wait for pictures
SHARE = 4  # one sender may fill one part of so many
ONION_SHARE = 2  # and so may all of the onion service together
PATIENCE = 20.0  # seconds that one waits for room
STALLED = 30.0  # seconds without a single byte
# Who is slower than this from beginning to end (2G at its worst) holds room that others wait for.
SLOWEST = 2 * 1024  # bytes a second
MARGIN = 60.0  # seconds that anybody has, however short the body


class NotReceived(Exception):
    """Nothing of the body is kept: there was no room, or it stalled, or its sender hung up."""


class Room:
    """So many bytes, shared by all bodies that are under way. For one event loop."""

    def __init__(self, size: int, patience: float = PATIENCE) -> None:
        self.size = self.left = size
        self.patience = patience
        self.held: Counter[str] = Counter()
        self.change = asyncio.Condition()

    @asynccontextmanager
    async def taken(self, sender: str, length: int) -> AsyncIterator[None]:
        """Keep `length` bytes for a sender. Raises NotReceived when there are none for long."""
        if length <= SHORT:
            yield
            return
        await self._take(sender, length)
        try:
            yield
        finally:
            self.left += length
            self.held[sender] -= length
            if not self.held[sender]:
                del self.held[sender]
            async with self.change:
                self.change.notify_all()

    async def _take(self, sender: str, length: int) -> None:
        def fits() -> bool:
            held = self.held[sender]
            share = self.size // (ONION_SHARE if sender == ONION else SHARE)
            return length <= self.left and (not held or held + length <= share)

        try:
            async with asyncio.timeout(self.patience), self.change:
                await self.change.wait_for(fits)
        except TimeoutError:
            raise NotReceived from None
        self.left -= length
        self.held[sender] += length


async def received(pieces: AsyncIterator[bytes], length: int) -> Pieces:
    """All of a body of `length` bytes. Raises NotReceived when it ends early, or is too slow."""
    loop = asyncio.get_running_loop()
    end = loop.time() + MARGIN + length / SLOWEST
    found: Pieces = deque()
    try:
        async with asyncio.timeout(None) as clock:
            while length > 0:
                clock.reschedule(min(loop.time() + STALLED, end))
                found.append(await anext(pieces))
                length -= len(found[-1])
    except (TimeoutError, StopAsyncIteration):
        # Granian ends a body in the same way whether it is whole or its sender hung up.
        raise NotReceived from None
    return found


async def drain(pieces: AsyncIterator[bytes], length: int) -> None:
    """Read to the end and keep nothing: a browser that is cut off in the middle of sending shows
    its own error instead of our answer. Who is too slow for that is cut off."""
    try:
        async with asyncio.timeout(MARGIN):
            while length > 0:
                length -= len(await anext(pieces))
    except (TimeoutError, StopAsyncIteration):
        return
