"""What the supervisor starts keeps running while it lives, and ends with it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reflect2protect.core.tests.errands_database import until

# A child says its number and its own child's; either may be deaf to SIGTERM.
CHILD = """
import os, signal, subprocess, sys, time
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[2] == "reloads":
    signal.signal(signal.SIGHUP, lambda *_: open(sys.argv[1] + "-again", "a").write("1 1\\n"))
below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {below.pid}\\n")
time.sleep(60)
"""
SUPERVISOR = """
import json, sys
from reflect2protect.core import supervisor
supervisor.STOP_SECONDS = 0.5
told = json.loads(sys.argv[1])
reloads = [name for name, argv in told.items() if argv[-1] == "reloads"]
children = [supervisor.Child(name, argv, reloads=name in reloads) for name, argv in told.items()]
sys.exit(supervisor.supervise(children, reload=bool(reloads)))
"""
# Where the kernel offers no death signal, the web process watches by itself.
WATCHED = """
import os, sys, time
sys.platform = "elsewhere"
from reflect2protect.core import lifeline
lifeline.POLL_SECONDS = 0.05
lifeline.tie_web_process()
with open(sys.argv[1], "a") as file:
    file.write(f"{os.getpid()} {os.getpid()}\\n")
time.sleep(60)
"""

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a program, and kills it afterwards."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*argv: str, **env: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(argv, env={**os.environ, **env})
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def said(tmp_path: Path) -> Iterator[Callable[[str], list[list[int]]]]:
    """What children of a name have said: [child, its own child], a line each start."""

    def lines(name: str) -> list[list[int]]:
        path = tmp_path / name
        text = path.read_text() if path.exists() else ""
        return [[int(word) for word in line.split()] for line in text.splitlines()]

    yield lines
    for path in tmp_path.iterdir():
        for numbers in lines(path.name):
            for number in filter(alive, numbers):
                os.kill(number, signal.SIGKILL)


Said = Callable[[str], list[list[int]]]


def alive(number: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    found = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(number)], stdout=subprocess.PIPE, text=True, check=False
    ).stdout.strip()
    return bool(found) and not found.startswith("Z")


def family(folder: Path, **manners: str) -> list[str]:
    argv = {
        name: [sys.executable, "-c", CHILD, str(folder / name), manner]
        for name, manner in manners.items()
    }
    return [sys.executable, "-c", SUPERVISOR, json.dumps(argv)]


def test_a_killed_child_is_started_again(tmp_path: Path, start: Start, said: Said) -> None:
    start(*family(tmp_path, web="good", worker="good"))
    until(lambda: bool(said("web") and said("worker")))
    ((child, below),) = said("web")
    os.kill(child, signal.SIGKILL)
    until(lambda: len(said("web")) == 2)
    until(lambda: not alive(below))  # what it left behind went with it
    assert alive(said("web")[1][0])
    assert len(said("worker")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_stop_it_stops_all(
    number: signal.Signals, tmp_path: Path, start: Start, said: Said
) -> None:
    supervisor = start(*family(tmp_path, web="good", worker="deaf"))
    until(lambda: bool(said("web") and said("worker")))
    supervisor.send_signal(number)
    assert supervisor.wait(10) == 0
    assert not any(alive(each) for each in said("web")[0] + said("worker")[0])


def test_told_to_reload_it_tells_one_and_starts_the_other_again(
    tmp_path: Path, start: Start, said: Said
) -> None:
    supervisor = start(*family(tmp_path, web="reloads", worker="good"))
    until(lambda: bool(said("web") and said("worker")))
    supervisor.send_signal(signal.SIGHUP)
    until(lambda: len(said("worker")) == 2 and bool((tmp_path / "web-again").exists()))
    assert len(said("web")) == 1
    assert alive(said("web")[0][0])
    assert not alive(said("worker")[0][0])
    (tmp_path / "web-again").unlink()
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(10) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_killed_it_leaves_no_child(tmp_path: Path, start: Start, said: Said) -> None:
    supervisor = start(*family(tmp_path, web="good", worker="good"))
    until(lambda: bool(said("web") and said("worker")))
    supervisor.kill()
    until(lambda: not alive(said("web")[0][0]) and not alive(said("worker")[0][0]), seconds=5)


def test_without_a_death_signal_the_web_process_watches(
    tmp_path: Path, start: Start, said: Said
) -> None:
    supervisor = start(sys.executable, "-c", "import time; time.sleep(60)")
    server = start(
        sys.executable,
        "-c",
        "import subprocess, sys; subprocess.run(sys.argv[1:])",
        *[sys.executable, "-c", WATCHED, str(tmp_path / "web")],
        R2P_SUPERVISOR=str(supervisor.pid),
    )
    until(lambda: bool(said("web")))
    supervisor.kill()
    supervisor.wait()
    assert server.wait(5) == -signal.SIGTERM
    until(lambda: not alive(said("web")[0][0]), seconds=5)
