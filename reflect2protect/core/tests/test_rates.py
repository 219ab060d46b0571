"""Everybody's first stands before anybody's second, and nothing is counted longer than an hour."""

import random
from collections.abc import Callable, Iterator

import pytest
from django.test import RequestFactory

from reflect2protect.core import rates
from reflect2protect.core.rates import ONION, sender_of, too_many, turn_of

Record = Callable[[str, object], None]


@pytest.fixture(autouse=True)
def new_hour() -> Iterator[None]:
    rates.forget()
    yield
    rates.forget()


def test_each_sender_has_turns_of_her_own() -> None:
    assert [turn_of(sender) for sender in ("a", "a", "b", "a", "b")] == [1, 2, 1, 3, 2]


def test_who_is_not_told_apart_shares_turns_by_twenties() -> None:
    assert [turn_of(ONION) for _ in range(41)] == [1] * 20 + [2] * 20 + [3]


def test_a_turn_stays_a_small_number() -> None:
    assert [turn_of("a") for _ in range(1002)][-3:] == [1000, 1000, 1000]


def test_an_hour_later_nothing_is_known() -> None:
    turns = turn_of("a"), turn_of("a")
    rates.forget()
    assert (*turns, turn_of("a")) == (1, 2, 1)


def test_nobody_in_particular_is_not_counted() -> None:
    assert {turn_of("") for _ in range(300)} == {1}
    assert not any(too_many("", "posts") for _ in range(300))


@pytest.mark.parametrize(
    ("sender", "posts", "tries"), [("a", 200, 60), (ONION, 2000, 600)], ids=["a place", "onion"]
)
def test_limits(sender: str, posts: int, tries: int) -> None:
    refused = [too_many(sender, "posts") for _ in range(posts + 2)]
    assert refused == [False] * posts + [True] * 2
    # Each thing is counted by itself.
    assert [too_many(sender, "tries") for _ in range(tries + 1)] == [False] * tries + [True]
    assert (turn_of(sender), too_many("b", "posts")) == (1, False)


def test_a_flood_of_addresses_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_COUNTED", 50)
    assert {turn_of(str(number)) for number in range(1000)} == {1}
    assert len(rates._counted) <= 50


def test_the_server_says_who_sends() -> None:
    request = RequestFactory().post("/en/participate/")
    nobody = sender_of(request)
    request.META["campaign.sender"] = "0123456789abcdef"
    assert (nobody, sender_of(request)) == ("", "0123456789abcdef")


def queue(honest: list[str], spam: list[str], *, seed: int | None) -> list[int]:
    """Where in the desk's queue honest people stand, from 1 on. They come last of all, or, with a
    seed, in the middle of everything."""
    arriving = [(sender, False) for sender in spam] + [(sender, True) for sender in honest]
    if seed is not None:
        random.Random(seed).shuffle(arriving)
    standing = [(turn_of(sender), number, fair) for number, (sender, fair) in enumerate(arriving)]
    return [place for place, (_, _, fair) in enumerate(sorted(standing), 1) if fair]


PEOPLE = [f"person {number}" for number in range(90)]
FLOOD = [f"flooder {number % 40}" for number in range(10_000)]


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_a_hundred_people_stand_before_ten_thousand_posts_of_forty_places(
    seed: int | None, record_property: Record
) -> None:
    standing = queue(PEOPLE + [ONION] * 10, FLOOD, seed=seed)
    record_property("last_of_100_honest_among_10000", standing[-1])
    assert standing[-1] <= len(PEOPLE) + 10 + 40


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_a_flood_over_onion_delays_only_who_comes_over_onion(
    seed: int | None, record_property: Record
) -> None:
    standing = queue(PEOPLE + [ONION] * 10, FLOOD + [ONION] * 500, seed=seed)
    late = sum(place > 200 for place in standing)
    record_property("largest_number_after_200_where_onion_is_flooded_too", late)
    first = len(PEOPLE) + 40 + rates.ONION_SHARE
    assert sum(place <= first for place in standing) >= len(PEOPLE)
    # 510 came over onion, twenty a round: the last is in round 26, with 40 of the flood in each.
    assert standing[-1] <= first + 25 * (40 + rates.ONION_SHARE)
