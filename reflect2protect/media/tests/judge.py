"""What became of one file of the corpus, and everything that is wrong with that."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from reflect2protect.media.tests import outputs
from reflect2protect.media.tests.corpus import ACCEPTED, Case
from reflect2protect.media.work.launder import Laundered, Refused, launder, wall_set


@dataclass
class Verdict:
    """``outcome``: accepted, the reason of a refusal, or "crashed" when the parent was hurt."""

    family: str
    name: str
    outcome: str
    seconds: float
    outputs: int = 0
    with_metadata: int = 0
    with_plants: int = 0
    faults: list[str] = field(default_factory=list)


def judge(case: Case, data: bytes, *, walls: bool) -> Verdict:
    """Launder a file (and make its wall set) and look at all that comes out."""
    laundered: Laundered | None = None
    started = time.monotonic()
    try:
        laundered = launder(data)
        outcome = ACCEPTED
    except Refused as refused:
        outcome = refused.reason.value
    except Exception as error:  # the very thing that must never happen
        outcome = f"crashed: {type(error).__name__}"
    verdict = Verdict(case.family, case.name, outcome, time.monotonic() - started)
    if outcome not in case.allowed:
        verdict.faults.append(f"{outcome}, not {' or '.join(sorted(case.allowed))}")
    if laundered:
        made = [laundered.data, *(one.data for one in (wall_set(laundered.data) if walls else []))]
        verdict.outputs = len(made)
        verdict.with_metadata = sum(outputs.holds_more_than_pixels(one) for one in made)
        verdict.with_plants = sum(outputs.holds_a_plant(one) for one in made)
        if verdict.with_metadata or verdict.with_plants:
            verdict.faults.append("an output holds more than pixels")
        _look(case, laundered, verdict)
    return verdict


def _look(case: Case, laundered: Laundered, verdict: Verdict) -> None:
    """Sizes and corners."""
    size = (laundered.width, laundered.height)
    if outputs.opened(laundered.data).size != size or (case.size and case.size != size):
        verdict.faults.append(f"its size is {size}")
    if case.shows == "corners" and not outputs.is_upright(laundered):
        verdict.faults.append("its corners are not where they were")
    if case.shows == "brightest" and not outputs.is_bright_below(laundered):
        verdict.faults.append("its brightest quarter is not where it was")
