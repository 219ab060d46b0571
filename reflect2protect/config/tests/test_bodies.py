"""Bodies that arrive: whole or not at all, and never more than there is room for."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from reflect2protect.config import bodies
from reflect2protect.config.bodies import SHORT, NotReceived, Room, drain, received
from reflect2protect.core.rates import ONION

LONG = SHORT + 1


async def arriving(*pieces: bytes, pause: float = 0.0) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(pause)
        yield piece


def test_a_body_is_received_whole() -> None:
    assert b"".join(asyncio.run(received(arriving(b"one", b" ", b"two"), 7))) == b"one two"
    assert not asyncio.run(received(arriving(), 0))


def test_a_body_that_ends_early_is_none() -> None:
    with pytest.raises(NotReceived):
        asyncio.run(received(arriving(b"half"), 7))


def test_a_sender_who_stalls_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "STALLED", 0.01)
    with pytest.raises(NotReceived):
        asyncio.run(received(arriving(b"one", b"two", pause=5), 6))


def test_a_sender_who_trickles_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MARGIN", 0.1)
    with pytest.raises(NotReceived):
        asyncio.run(received(arriving(*[b"."] * 100, pause=0.02), 100))


def test_what_has_no_room_is_read_and_thrown_away() -> None:
    async def act() -> list[bytes]:
        body = arriving(b"one", b"two", b"next")
        await drain(body, 6)
        return [piece async for piece in body]

    assert asyncio.run(act()) == [b"next"]
    asyncio.run(drain(arriving(b"hung up"), 100))


def room(size: int) -> Room:
    return Room(size, patience=0.05)


def test_one_waits_for_room_and_then_has_it() -> None:
    async def act() -> list[str]:
        shared, order = Room(10 * LONG, patience=60), []

        async def one(name: str, length: int, seconds: float) -> None:
            async with shared.taken(name, length):
                order.append(name)
                await asyncio.sleep(seconds)

        await asyncio.gather(one("a", 9 * LONG, 0.02), one("b", 2 * LONG, 0), one("c", LONG, 0))
        assert (shared.left, dict(shared.held)) == (shared.size, {})
        return order

    assert asyncio.run(act()) == ["a", "c", "b"]


def test_without_room_nothing_is_kept() -> None:
    async def act() -> None:
        shared = room(10 * LONG)
        async with shared.taken("a", 9 * LONG):
            with pytest.raises(NotReceived):
                async with shared.taken("b", 2 * LONG):
                    pass
        assert (shared.left, dict(shared.held)) == (shared.size, {})

    asyncio.run(act())


def test_one_place_cannot_fill_it() -> None:
    async def act() -> None:
        shared = room(8 * LONG)
        async with shared.taken("flood", LONG), shared.taken("flood", LONG):
            with pytest.raises(NotReceived):
                async with shared.taken("flood", LONG):
                    pass
            async with shared.taken("somebody", 3 * LONG):
                assert shared.left == 3 * LONG
        async with shared.taken(ONION, 2 * LONG), shared.taken(ONION, 2 * LONG):
            assert shared.left == 4 * LONG, "they are many"

    asyncio.run(act())


def test_one_body_alone_may_be_longer_than_a_share() -> None:
    async def act() -> None:
        async with room(8 * LONG).taken("film", 7 * LONG):
            pass

    asyncio.run(act())


def test_words_need_no_room() -> None:
    async def act() -> None:
        shared = room(LONG)
        async with shared.taken("a", LONG), shared.taken("a", SHORT), shared.taken("b", SHORT):
            assert shared.left == 0

    asyncio.run(act())
