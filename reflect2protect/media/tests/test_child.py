"""The child: what it may do, what it knows, and what its misbehaviour costs."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reflect2protect.media.tests import pictures
from reflect2protect.media.tests.outputs import assert_upright, refusal
from reflect2protect.media.work import child
from reflect2protect.media.work import launder as door
from reflect2protect.media.work.launder import Reason, launder


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_nothing_is_written_to_disk(kind: str, tmp_path: Path) -> None:
    data = pictures.PLANTS[kind]["exif"]()
    done = subprocess.run(
        [sys.executable, "-I", "-B", child.LAUNDERER],
        input=b'{"job": "master", "longest": 1600}\n' + data,
        capture_output=True,
        cwd=tmp_path,
        env={"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "PATH": os.defpath},
        check=True,
    )
    header, _, rest = done.stdout.partition(b"\n")
    assert json.loads(header)["pictures"][0]["bytes"] == len(rest)
    assert list(tmp_path.iterdir()) == []


def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """Put another program in the launderer's place."""
    program = tmp_path / f"{secrets.token_hex(4)}.py"  # a new one: the child that waits is old
    program.write_text("import json, os, sys, time\n" + code)
    monkeypatch.setattr(child, "LAUNDERER", program)


MISBEHAVIOURS = {
    "crash": "os.abort()",
    "silence": "pass",
    "too late": "time.sleep(60)",
    "too late, and its child holds the pipe": "os.fork() or os.setsid(); time.sleep(20)",
    "too much": "while True: sys.stdout.write('x' * 65536)",
    "not JSON": "print('hello')",
    "a deep pit": "print('[' * 200_000)",
    "not an object": "print('[]')",
    "unknown reason": "print(json.dumps({'refused': 'because'}))",
    "no sizes": "print(json.dumps({'pictures': [{'name': 'master.webp'}]}))",
    "another picture": "print(json.dumps({'pictures': []}))",
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_whatever_the_child_does_the_picture_alone_is_broken(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(monkeypatch, tmp_path, MISBEHAVIOURS[name])
    monkeypatch.setattr(door, "SECONDS", 0.5)
    assert refusal(bytes(1_000_000)) is Reason.BROKEN


def test_an_answer_that_holds_more_than_pixels_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file that takes its child over can still not hand anything but pixels on."""
    stowaways = [
        pictures.webp_with(EXIF=pictures.exif()),
        pictures.encode(pictures.quarters(), "webp") + pictures.archive(),
        pictures.PLANTS["jpeg"]["comment"](),
        pictures.encode(pictures.quarters(), "png"),
        b"<script>",
    ]
    plain = pictures.encode(pictures.quarters(), "webp")
    for said in (plain, *stowaways):
        one = {"name": "master.webp", "width": 160, "height": 120, "bytes": len(said)}
        answer = json.dumps({"pictures": [one]}).encode() + b"\n" + said
        stand_in(monkeypatch, tmp_path, f"sys.stdout.buffer.write({answer!r})")
        assert launder(b"").data == plain if said is plain else refusal(b"") is Reason.BROKEN


def test_a_machine_that_can_start_no_child_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise BlockingIOError

    child._ahead.leave()
    monkeypatch.setattr(subprocess, "Popen", full)
    assert refusal(b"") is Reason.BUSY


def test_each_picture_has_a_child_of_its_own_that_waited_for_it() -> None:
    numbers = []
    for _ in range(3):
        with child.working() as one:
            numbers.append(one.pid)
        assert one.returncode is not None
    assert len(set(numbers)) == 3
    waiting = child._ahead._waiting
    assert waiting is not None
    assert waiting[1].result().poll() is None


def test_a_child_that_ended_while_it_waited_is_replaced() -> None:
    data = pictures.encode(pictures.quarters(), "png")
    launder(data)
    waiting = child._ahead._waiting
    assert waiting is not None
    os.killpg(waiting[1].result().pid, signal.SIGKILL)
    os.waitid(os.P_PID, waiting[1].result().pid, os.WEXITED | os.WNOWAIT)
    assert_upright(launder(data))


def test_the_waiting_child_outlives_the_thread_that_asked_and_ends_with_the_process() -> None:
    code = """
import sys, threading
from reflect2protect.media.work import child
def use():
    with child.working():
        pass
thread = threading.Thread(target=use)
thread.start()
thread.join()
waiting = child._ahead._waiting[1].result()
assert waiting.poll() is None
print(waiting.pid)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(said.stdout), 0)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems lack some of the limits")
def test_the_child_limits_itself(tmp_path: Path) -> None:
    code = f"""
import runpy
runpy.run_path({str(child.LAUNDERER)!r})["limit_self"]()
try:
    bytes(2 * 1024**3)
except MemoryError:
    print("no memory")
try:
    open("file", "wb", buffering=0).write(b"x")
except OSError:
    print("no file")
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.split("\n")[:2] == ["no memory", "no file"]


def test_a_full_house_says_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.01)
    with door._places, door._places:
        assert refusal(b"") is Reason.BUSY
    assert refusal(b"") is Reason.NOT_A_PICTURE
