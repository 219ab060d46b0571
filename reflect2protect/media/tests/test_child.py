"""The child: what it may do, what it knows, and what its misbehaviour costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reflect2protect.media.tests import pictures
from reflect2protect.media.tests.outputs import refusal
from reflect2protect.media.work import launder as door
from reflect2protect.media.work.launder import Reason, launder


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_nothing_is_written_to_disk(kind: str, tmp_path: Path) -> None:
    data = pictures.PLANTS[kind]["exif"]()
    done = subprocess.run(
        [sys.executable, "-I", "-B", door.LAUNDERER, '{"job": "master", "longest": 1600}'],
        input=data,
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
    program = tmp_path / "stand_in.py"
    program.write_text("import json, os, sys, time\n" + code)
    monkeypatch.setattr(door, "LAUNDERER", program)


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


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    code = """
said = json.dumps([dict(os.environ), os.getcwd(), sorted(os.listdir('/dev/fd'))]).encode()
one = {'name': 'master.webp', 'width': 1, 'height': 1, 'bytes': len(said)}
sys.stdout.write(json.dumps({'pictures': [one]}) + chr(10) + said.decode())
"""
    stand_in(monkeypatch, tmp_path, code)
    with open(__file__, "rb") as held:
        os.set_inheritable(held.fileno(), True)
        environment, folder, open_files = json.loads(launder(b"").data)
    assert set(environment) <= {"PATH", "LANG", "LC_CTYPE", "VIPS_CONCURRENCY"}
    assert folder == "/"
    assert len(open_files) <= 4  # the three pipes, and the listing itself


@pytest.mark.skipif(sys.platform != "linux", reason="other systems lack some of the limits")
def test_the_child_limits_itself(tmp_path: Path) -> None:
    code = f"""
import runpy
runpy.run_path({str(door.LAUNDERER)!r})["limit_self"]()
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
