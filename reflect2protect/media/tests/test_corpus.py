"""A sample of the corpus of hostile pictures; `make prove` runs all of it."""

from __future__ import annotations

import pytest

from reflect2protect.media.tests.corpus import sample
from reflect2protect.media.tests.judge import judge

MOST = {  # of each family; the plants have a test of their own
    "bomb": 14,
    "bomb inside": 12,
    "impostor": 50,
    "masked": 16,
    "polyglot": 12,
    "stowaway": 30,
    "turned": 40,
    "colours": 40,
    "frames": 8,
    "size": 20,
    "truncated": 30,
    "damaged": 50,
}
WALLS_OF = 8  # one in so many gets a wall set, too


@pytest.mark.parametrize("family", MOST)
def test_hostile_pictures_are_refused_or_become_pixels(family: str) -> None:
    found = sample(family, MOST[family])
    assert found
    verdicts = [
        judge(case, case.make(), walls=number % WALLS_OF == 0) for number, case in enumerate(found)
    ]
    assert {verdict.name: verdict.faults for verdict in verdicts if verdict.faults} == {}
