"""The room in which the launderer works: a program in its place finds nothing there to use."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from reflect2protect.media.tests import pictures
from reflect2protect.media.tests.outputs import assert_upright
from reflect2protect.media.work import child, sandbox
from reflect2protect.media.work.launder import launder
from reflect2protect.media.work.sandbox import State

TRY = """
import errno, glob, json, os, socket, sys
def tried(what):
    try:
        return repr(what() or "done")
    except OSError as error:
        return errno.errorcode.get(error.errno, "OSError")
def held(number):
    try:
        return bool(os.fstat(number))
    except OSError:
        return False
"""


def inside(tmp_path: Path, said: str, *arguments: str) -> Any:
    """What a program says that is run in the launderer's place; `said` is an expression."""
    program = tmp_path / "visitor.py"
    program.write_text(f"{TRY}\nprint(json.dumps({said}))\n", encoding="utf-8")
    done = subprocess.run(
        sandbox.command(program, *arguments),
        env=sandbox.ENVIRONMENT,
        cwd="/",
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Nothing is known yet about this machine and no child waits; nor is it so afterwards."""
    forget()
    yield monkeypatch
    forget()


def forget() -> None:
    sandbox.state.cache_clear()
    child._ahead.leave()


@pytest.fixture
def shut_in() -> None:
    """Where bubblewrap works at all, it must work for us."""
    path = sandbox.program()
    if path is None:
        pytest.skip("bubblewrap is not installed")
    plain = [path, "--ro-bind", "/", "/", "--unshare-all", "--unshare-user", sys.executable, "-V"]
    if subprocess.run(plain, capture_output=True, check=False).returncode:
        pytest.skip("bubblewrap may not make namespaces on this machine")
    assert sandbox.state() is State.SHUT_IN


@pytest.mark.usefixtures("shut_in")
def test_there_is_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address):  # it does answer, out here
            connect = f"tried(lambda: socket.create_connection({address!r}, 5))"
            assert inside(tmp_path, connect) in {"ENETUNREACH", "ECONNREFUSED"}
    names = "sorted(name for _, name in socket.if_nameindex())"
    assert inside(tmp_path, names) == ["lo"]
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        unix = f"tried(lambda: socket.socket(socket.AF_UNIX).connect({path!r}))"
        assert inside(tmp_path, unix) == "ENOENT"


@pytest.mark.usefixtures("shut_in")
def test_nothing_of_the_campaign_can_be_read(tmp_path: Path) -> None:
    kept = settings.DATA_DIR / "private" / "kept"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("a reflection")
    (tmp_path / "neighbour").write_text("a file beside the program")
    for path in (kept, settings.DATA_DIR, tmp_path / "neighbour", "/etc/passwd", "/proc", "/home"):
        assert Path(path).exists()
        assert inside(tmp_path, f"tried(lambda: os.stat({str(path)!r}))") == "ENOENT", path
    package = str(Path(sandbox.__file__).parent)
    found = inside(tmp_path, f"[os.path.exists({package!r}), os.path.exists('/bin/sh')]")
    assert found == [False, False]


@pytest.mark.usefixtures("shut_in")
def test_nothing_can_be_written_anywhere(tmp_path: Path) -> None:
    folders = """{"/", "/tmp", "/dev", "/dev/shm", "/run", "/proc/self"} | {
        place for depth in range(1, 5) for place in glob.glob("/*" * depth + "/")}"""
    tries = f"{{tried(lambda: open(folder + '/written', 'w')) for folder in {folders}}}"
    assert inside(tmp_path, f"sorted({tries})") == ["ENOENT", "EROFS"]
    assert inside(tmp_path, "tried(lambda: open(__file__, 'a'))") == "EROFS"


@pytest.mark.usefixtures("shut_in")
def test_nobody_else_is_there_and_nothing_is_left_behind(tmp_path: Path) -> None:
    mine = os.getpid()
    said = f"[os.getuid(), os.getpid() < 5, tried(lambda: os.kill({mine}, 0))]"
    assert inside(tmp_path, said) == [65534, True, "ESRCH"]


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    with open(__file__, "rb") as file:
        os.set_inheritable(file.fileno(), True)
        said = "[dict(os.environ), os.getcwd(), [n for n in range(3, 512) if held(n)]]"
        environment, folder, files = inside(tmp_path, said)
    known = {
        "PATH",
        "LANG",
        "LC_CTYPE",
        "VIPS_CONCURRENCY",
        "OPENBLAS_NUM_THREADS",
        "PWD",
        "LD_LIBRARY_PATH",
    }
    assert set(environment) <= known
    assert folder == "/"
    assert files == []


def test_without_bubblewrap_pictures_are_laundered_all_the_same(
    fresh: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = pictures.PLANTS["heic"]["exif"]()
    fresh.setattr(sandbox, "program", lambda: None)
    assert sandbox.state() is State.MISSING
    assert_upright(launder(data))
    forget()
    refuses = tmp_path / "bwrap"
    refuses.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    refuses.chmod(0o755)
    fresh.setattr(sandbox, "program", lambda: str(refuses))
    assert sandbox.state() is State.FORBIDDEN
    assert_upright(launder(data))


def test_the_trial_is_made_once(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    counts = tmp_path / "bwrap"
    counts.write_text(f"#!/bin/sh\necho once >> {tried}\nexit 1\n")
    counts.chmod(0o755)
    fresh.setattr(sandbox, "program", lambda: str(counts))
    for _ in range(3):
        sandbox.command(Path(__file__))
    assert tried.read_text() == "once\n"
