"""What taking a picture in costs beside laundering it, and what many at once do to the memory.

First: reflections with a photograph are posted to the real server, by enough connections to keep
it busy, and beside it, in turns, as many threads launder the same photograph as the web process
does before it answers. The worker makes the wall's pictures meanwhile, as always, or rests.

Then: many large uploads at once. Each must be answered, by a receipt or by a page that says that
it was not taken.

    python -m benchmarks.uploads
"""

import json
import re
import sqlite3
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.pictures import photograph
from reflect2protect.media.work.launder import launder
from tests.browser.server import ROOT, Server, copied, prepared, wait_until
from tests.crash.kills import BOUNDARY, body, code_in, held, processes

ROUNDS, SECONDS = 5, 10.0
CONNECTIONS = 6  # fewer than the server reads at once, so that none is turned away
MANY = 200
PAGE = "/en/participate/"
HERE = b"<picture>"
PIECE = 64 * 1024  # bytes
_numbers = count()


def post(server: Server, picture: bytes) -> str:
    """Send a new reflection as a browser does; what came of it, in a word or two."""
    words = f"upload {next(_numbers)}"
    head, _, tail = body(words, HERE).partition(HERE)
    connection = HTTPConnection("127.0.0.1", urlsplit(server.url).port, timeout=300)
    try:
        connection.putrequest("POST", PAGE)
        connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
        connection.putheader("Content-Length", str(len(head) + len(picture) + len(tail)))
        connection.endheaders()
        # Who is cut off still reads what the server said before; so do browsers.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.send(head)
            for at in range(0, len(picture), PIECE):
                connection.send(picture[at : at + PIECE])
            connection.send(tail)
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, HTTPException):
        return "no answer"
    finally:
        connection.close()
    if answer.status == 200 and code_in(text):
        return "receipt"
    said = "nothing was kept" if "othing of it was kept" in text else "a page"
    return f"{answer.status}, {said}"


def a_second(work: Callable[[], bool]) -> float:
    """How often a second `work` succeeds, begun again and again for a while on all connections."""
    begun = time.monotonic()

    def again() -> int:
        done = 0
        while time.monotonic() < begun + SECONDS:
            done += work()
        return done

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        running = [threads.submit(again) for _ in range(CONNECTIONS)]
        done = sum(each.result() for each in running)
    return done / (time.monotonic() - begun)


def _ask(server: Server, query: str) -> int:
    connection = sqlite3.connect(server.data / "campaign.sqlite3", timeout=20)
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


def settle(server: Server) -> None:
    """Wait until the worker has made all pictures: it is to disturb nothing else."""
    query = "select count(*) from submissions_picture where state = 'wanted'"
    wait_until(lambda: not _ask(server, query), 600, "the worker to make all pictures")


def rates(server: Server, picture: bytes) -> dict[str, float]:
    """Accepted uploads a second, with the worker and without, and of the launderer alone."""

    def accepted() -> bool:
        return post(server, picture) == "receipt"

    def laundered() -> bool:
        return bool(launder(picture))

    found: dict[str, list[float]] = {"uploads": [], "uploads_worker_rests": [], "launderer": []}
    for _ in range(ROUNDS):
        found["launderer"].append(a_second(laundered))
        with held(server.data, "reflect2protect worker"):
            found["uploads_worker_rests"].append(a_second(accepted))
        found["uploads"].append(a_second(accepted))
        settle(server)
    return {name: statistics.median(each) for name, each in found.items()}


class Watch:
    """Megabytes that the children take which launder for the web process, sampled while it is
    open; after it, the web process's own peak as the kernel knows it, since its start."""

    def __init__(self, server: Server) -> None:
        self.web = processes(server.data, "reflect2protect web")
        self.launderers = self.serving = self.together = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        # The one that serves, and the one that keeps it running. What has just been forked to
        # become a launderer looks like a third: so they are named once, at the beginning.
        peaks = [megabytes(pid, "VmHWM") for pid in self.web]
        self.serving, self.together = max(peaks), sum(peaks)

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            held = sum(megabytes(pid, "VmRSS") for pid in _launderers(set(self.web)))
            self.launderers = max(self.launderers, held)


def _launderers(web: set[int]) -> set[int]:
    """Those below the web process that launder, with what shuts them in."""
    parents, below = dict(_parents()), set(web)
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return {pid for pid in below if "launderer.py" in _command(pid)}


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            yield int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1])


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    return ""


def megabytes(pid: int, what: str) -> float:
    """`VmRSS` or `VmHWM` of a process; 0 when it has ended."""
    with suppress(OSError):
        found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) / 1000 if found else 0.0
    return 0.0


def many_at_once(server: Server, picture: bytes) -> dict[str, Any]:
    """What each of many large uploads was answered, and the memory that all of them took."""
    rows = "select count(*) from submissions_submission"
    before = _ask(server, rows)
    start = threading.Barrier(MANY)

    def send() -> str:
        start.wait()
        return post(server, picture)

    began = time.monotonic()
    with Watch(server) as watch, ThreadPoolExecutor(MANY) as threads:
        answers = Counter(each.result() for each in [threads.submit(send) for _ in range(MANY)])
        took = time.monotonic() - began
    settle(server)
    return {
        "upload_bytes": len(picture),
        "answers": dict(answers.most_common()),
        "kept_without_a_receipt": _ask(server, rows) - before - answers["receipt"],
        "seconds": round(took, 1),
        "web_process_peak_mb": round(watch.serving),
        "with_its_keeper_peak_mb": round(watch.together),
        "its_launderers_peak_mb": round(watch.launderers),
    }


def uploads() -> dict[str, Any]:
    """Ratios of accepted uploads to the launderer alone; memory and answers under many at once."""
    data = prepared(ROOT / "build" / "prove" / "campaign")
    small, large = photograph(), photograph(grain=15, quality=96)
    with tempfile.TemporaryDirectory() as place:
        with copied(data, Path(place) / "rates") as server:
            rate = rates(server, small)
        # A server of its own: the kernel remembers the peak of a whole life.
        with copied(data, Path(place) / "many") as server:
            many = many_at_once(server, large)
    return {
        "picture_bytes": len(small),
        "a_second": {name: round(value, 2) for name, value in rate.items()},
        "of_launderer_alone": round(rate["uploads"] / rate["launderer"], 2),
        "of_launderer_alone_worker_rests": round(
            rate["uploads_worker_rests"] / rate["launderer"], 2
        ),
        "many_at_once": many,
    }


if __name__ == "__main__":
    print(json.dumps(uploads(), indent=2))
