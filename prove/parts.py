"""The parts: each a function that returns its figures."""

import itertools
import json
import math
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prove.covers import covers
from prove.kept import KEPT, ROOT, digest
from prove.pictures import launderer
from prove.tested import tested
from reflect2protect.media.tests import pictures
from reflect2protect.media.work.launder import launder, wall_set
from tests.browser.server import copied, prepared
from tests.crash.kills import Outcome, kill_rounds

KILL_RUNS, KILL_ROUNDS = 5, 24
STEP_RUNS, STEP_KILLS = 3, 110
# Both take hours; fewer can be asked for, and the figures say how many there were.
WITHDRAWALS = int(os.environ.get("WITHDRAWALS", "1000"))
LIVES = int(os.environ.get("LIVES", "100000"))
LIVES_AT_ONCE = 500
LONG, SHORT = 30, 10  # events in one order
CODES = 300_000
SWAPPED_CODES = 2_000
BROWSER = "tests/browser"
HOSTILE = (
    f"{BROWSER}/test_hostile.py",
    "reflect2protect/submissions/tests/test_hostile_fields.py",
    "reflect2protect/moderation/tests/test_desk_hostile.py",
)


def kills() -> dict[str, Any]:
    """kill -9 of web, worker and launderer, 120 rounds with five seeds."""
    data = prepared(ROOT / "build" / "prove" / "campaign")
    total = Outcome()
    for seed in range(KILL_RUNS):
        with tempfile.TemporaryDirectory() as place, copied(data, Path(place)) as server:
            found = kill_rounds(server, KILL_ROUNDS, seed)
        for name, value in asdict(found).items():
            if isinstance(value, int):
                setattr(total, name, getattr(total, name) + value)
        for target, number in found.kills.items():
            total.kills[target] = total.kills.get(target, 0) + number
    figures = asdict(total)
    return figures | {"kills": sum(total.kills.values())}


def publishing() -> dict[str, Any]:
    """kill -9 at random steps of publishing and recalling, then the sweep, then a comparison."""
    data = prepared(ROOT / "build" / "prove" / "campaign")
    kills: dict[str, int] = {}
    wrong = {"differences": 0, "shown_after_recall": 0, "not_reported_gone": 0}
    for seed in range(STEP_RUNS):
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / "data"
            shutil.copytree(data, copy)
            command = [sys.executable, "-m", "tests.crash.steps", str(copy), str(STEP_KILLS)]
            done = subprocess.run([*command, str(seed)], capture_output=True, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        wrong["differences"] += len(found["differences"])
        wrong["shown_after_recall"] += found["shown_after_recall"]
        wrong["not_reported_gone"] += found["not_reported_gone"]
        for name, number in found["kills"].items():
            kills[name] = kills.get(name, 0) + number
    return {f"kills_in_{name}": number for name, number in kills.items()} | wrong


def withdrawals() -> dict[str, Any]:
    """1,000 withdrawals, every second one killed at a random step, and a restore after them."""
    data = prepared(ROOT / "build" / "prove" / "campaign")
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "data"
        shutil.copytree(data, copy)
        command = [sys.executable, "-m", "tests.crash.withdrawals", str(copy), f"{place}/kept"]
        done = subprocess.run(
            [*command, str(WITHDRAWALS), "20150308"], capture_output=True, text=True, check=True
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def lives() -> dict[str, Any]:
    """Random orders of events, each checked against a model after every event. Five hundred at a
    time, each time with another seed; what was tried is kept, so that it can be stopped."""
    place = KEPT / "lives" / digest(*SPEAKS_OF["lives"])
    place.mkdir(parents=True, exist_ok=True)
    seeds = range(math.ceil(LIVES / LIVES_AT_ONCE))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda seed: _some_lives(place / str(seed), seed), seeds))
    long = sum(_events(seed) == LONG for seed in seeds)
    return {
        "orders": len(seeds) * LIVES_AT_ONCE,
        "long_orders": long * LIVES_AT_ONCE,
        "events_in_a_long_one_at_most": LONG,
        "events_in_a_short_one_at_most": SHORT,
        "shown_without_live_consent": 0,
    }


def _events(seed: int) -> int:
    """Most faults that an order can have show within a few events; every fifth time many happen."""
    return SHORT if seed % 5 else LONG


def _some_lives(kept: Path, seed: int) -> None:
    if not kept.exists():
        test = "reflect2protect/submissions/tests/test_states.py"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", test]
        told = {**os.environ, "LIVES": str(LIVES_AT_ONCE), "EVENTS": str(_events(seed))}
        done = subprocess.run(
            [*command, f"--hypothesis-seed={seed}"],
            cwd=ROOT,
            env=told,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stdout[-5000:])
        kept.touch()


def pages() -> dict[str, Any]:
    """Every page in six languages, at 320 and 1280 px, with JavaScript and without."""
    return {"readings": tested(f"{BROWSER}/test_pages.py::test_page")["tests"], "with_a_fault": 0}


def journeys() -> dict[str, Any]:
    """Whole ways through the campaign: with JavaScript, without it, and by keyboard alone."""
    found = tested(f"{BROWSER}/test_ways.py", f"{BROWSER}/test_journeys.py")
    return found | {"not_completed": 0}


def traces() -> dict[str, Any]:
    """Marked people take part; then every byte that is left is searched for the marks."""
    return tested("tests/crash/test_no_trace.py")


def profiles() -> dict[str, Any]:
    """What a browser keeps on its own disk after somebody took part."""
    return tested(f"{BROWSER}/test_leaves_little.py")


def texts() -> dict[str, Any]:
    """Hostile strings in every field, on every page that shows it, read by a real browser."""
    return tested(*HOSTILE)


def flood() -> dict[str, Any]:
    """Where honest people stand among ten thousand posts of spam: counted, and posted."""
    return tested("reflect2protect/core/tests/test_rates.py", "tests/crash/test_flood.py")


def metadata() -> dict[str, Any]:
    """Every hiding place in every format, laundered and made into a wall set."""
    tried = left = outputs = 0
    for plants in pictures.PLANTS.values():
        for make in plants.values():
            master = launder(make()).data
            made = [master, *(rendition.data for rendition in wall_set(master))]
            tried += 1
            outputs += len(made)
            left += sum(pictures.MARK.encode() in data for data in made)
    return {"planted_files": tried, "outputs": outputs, "outputs_with_a_planted_string": left}


def codes() -> dict[str, Any]:
    """Receipt codes: repeats, and mistakes in typing that pass the check digit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
    os.environ.setdefault("DATA_DIR", tempfile.mkdtemp())
    from reflect2protect.submissions.work.receipt import BadCode, new_code, read_code

    def passes(typed: str) -> bool:
        try:
            return bool(read_code(typed))
        except BadCode:
            return False

    made = [new_code() for _ in range(CODES)]
    slips = passed = 0
    for code in made[:SWAPPED_CODES]:
        for at, digit in itertools.product(range(30), "0123456789"):
            if code[at] != digit:
                slips += 1
                passed += passes(code[:at] + digit + code[at + 1 :])
        for at in range(29):
            if code[at] != code[at + 1]:
                slips += 1
                passed += passes(code[:at] + code[at + 1] + code[at] + code[at + 2 :])
    guesses = {f"{secrets.randbelow(10**30):030d}" for _ in range(CODES)}
    return {
        "codes": CODES,
        "repeats": CODES - len(set(made)),
        "slips_of_typing": slips,
        "slips_that_passed": passed,
        "guesses": len(guesses),
        "guesses_that_fit": len(guesses & set(made)),
    }


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "metadata": metadata,
    "codes": codes,
    "kills": kills,
    "publishing": publishing,
    "withdrawals": withdrawals,
    "lives": lives,
    "traces": traces,
    "profiles": profiles,
    "texts": texts,
    "flood": flood,
    "pages": pages,
    "journeys": journeys,
    "launderer": launderer,
    "covers": covers,
}

_PICTURES = ("reflect2protect/media", "reflect2protect/core")
_REFLECTIONS = (*_PICTURES, "reflect2protect/submissions", "reflect2protect/audit")
_EVERYTHING = ("reflect2protect", "prove", "tests")
# The code of which the figures of a part speak: files, or folders with all that is in them.
SPEAKS_OF = {
    "metadata": _PICTURES,
    "codes": ("reflect2protect/submissions/work/receipt.py",),
    "kills": (*_REFLECTIONS, "tests/crash/kills.py"),
    "publishing": (*_REFLECTIONS, "reflect2protect/publishing", "tests/crash/steps.py"),
    "withdrawals": (
        *_REFLECTIONS,
        "reflect2protect/publishing",
        "reflect2protect/config",
        "tests/crash/withdrawals.py",
    ),
    "lives": (
        *(f"reflect2protect/submissions/{what}" for what in ("actions", "models.py", "sweeps.py")),
        *(f"reflect2protect/submissions/{what}" for what in ("work", "tests/test_states.py")),
        *(f"reflect2protect/core/{what}.py" for what in ("vault", "sweeps", "claims", "claimable")),
        "reflect2protect/submissions/tests/known.py",
        "reflect2protect/audit",
    ),
    "traces": _EVERYTHING,
    "profiles": _EVERYTHING,
    "texts": _EVERYTHING,
    "flood": (
        "reflect2protect/config",
        "reflect2protect/core",
        "reflect2protect/submissions",
        "tests/crash/test_flood.py",
    ),
    "pages": _EVERYTHING,
    "journeys": _EVERYTHING,
    "launderer": (*_PICTURES, "prove/pictures.py"),
    "covers": (
        "reflect2protect/core/static/r2p/js/cover.js",
        "prove/covers.py",
        "tests/browser/covers.py",
    ),
}
