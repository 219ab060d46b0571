"""The whole corpus of hostile pictures through the launderer, and what each child used."""

import ctypes
import json
import multiprocessing
import os
import resource
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reflect2protect.media.tests.corpus import Case, cases
from reflect2protect.media.tests.judge import Verdict, judge
from reflect2protect.media.tests.pictures import png_header
from reflect2protect.media.work import child as children
from reflect2protect.media.work import sandbox

FOUND = Path(__file__).resolve().parent.parent / "build" / "prove" / "pictures.json"
AT_ONCE = 2
PATIENCE = 2.0  # seconds for a child that has answered to end by itself
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
START_UP = 15  # times that the start alone is measured


@dataclass
class Use:
    """What the children of one file used: processor seconds, and bytes of memory at most."""

    seconds: float = 0.0
    memory: int = 0


_use = Use()


def _end_and_count(child: subprocess.Popen[bytes]) -> None:
    """Like the launderer's own `end`, but patient: what is killed early is not counted."""
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()
    until = time.monotonic() + PATIENCE
    ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while os.waitid(os.P_PID, child.pid, ended) is None and time.monotonic() < until:
        time.sleep(0.001)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    _count(used)
    for orphan in _orphans():  # bubblewrap does not wait for the process that it shut in
        with suppress(ChildProcessError):
            _count(os.wait4(orphan, 0)[2])


def _orphans() -> list[int]:
    """Processes that fell to us because the one that started them is gone."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    known = set(map(int, listed.split()))
    waiting = children._ahead._waiting
    return sorted(known - ({waiting[1].result().pid} if waiting else set()))


def _count(used: resource.struct_rusage) -> None:
    _use.seconds += used.ru_utime + used.ru_stime
    _use.memory = max(_use.memory, used.ru_maxrss * 1024)


def _try(task: tuple[Case, bytes]) -> tuple[Verdict, Use]:
    """One file, in a process that is small: a child's memory is never below its parent's."""
    children.end = _end_and_count
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _use.seconds, _use.memory = 0.0, 0
    case, data = task
    return judge(case, data, walls=True), Use(_use.seconds, _use.memory)


def _tasks() -> Iterator[tuple[Case, bytes]]:
    """Start-up alone first: a picture too small to be looked at, after everything is loaded."""
    speck = png_header(9, 9)
    for number in range(START_UP):
        yield Case("start", f"start {number}", bytes, frozenset({"too_small"})), speck
    for case in cases():
        data = case.make()
        yield Case(case.family, case.name, bytes, case.allowed, case.shows, case.size), data


def launderer() -> dict[str, Any]:
    """Every file of the corpus: what became of it, and at what cost."""
    with multiprocessing.get_context("spawn").Pool(AT_ONCE) as pool:
        found = list(pool.imap(_try, _tasks()))
    start = statistics.median(use.seconds for one, use in found if one.family == "start")
    found = [(one, use) for one, use in found if one.family != "start"]
    verdicts = [one for one, _ in found]
    faults = {f"{one.family}: {one.name}": one.faults for one in verdicts if one.faults}
    FOUND.parent.mkdir(parents=True, exist_ok=True)
    FOUND.write_text(json.dumps(faults, indent=2, ensure_ascii=False), encoding="utf-8")
    bombs = [use.seconds - start for one, use in found if one.family == "bomb"]
    taken = sum(one.outcome == "accepted" for one in verdicts)
    crashes = sum(one.outcome.startswith("crashed") for one in verdicts)
    return {
        "sandbox": sandbox.state().value,
        "files_tried": len(verdicts),
        "accepted": taken,
        "refused": len(verdicts) - taken - crashes,
        "crashes_that_reached_the_parent": crashes,
        "files_with_an_unexpected_end": len(faults),
        "outputs": sum(one.outputs for one in verdicts),
        "outputs_with_metadata": sum(one.with_metadata for one in verdicts),
        "outputs_with_a_planted_string": sum(one.with_plants for one in verdicts),
        "slowest_child_s": round(max(one.seconds for one in verdicts), 2),
        "largest_child_memory_mb": round(max(use.memory for _, use in found) / 1e6),
        "start_of_a_child_cpu_ms": round(start * 1000),
        "bombs_tried": len(bombs),
        "bombs_refused_slowest_cpu_ms_after_start": round(max(bombs) * 1000),
    }
