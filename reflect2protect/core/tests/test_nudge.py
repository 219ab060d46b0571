"""A nudge never fails, never waits, and says nothing before the transaction has ended."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from reflect2protect.core.nudge import Listener, _send


@pytest.fixture
def path(settings: LazySettings) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="r2p-") as folder:
        settings.NUDGE_SOCKET = found = str(Path(folder) / "nudge")
        yield found


def test_nobody_listens(path: str) -> None:
    _send(b"sweep 1")
    Path(path).touch()
    _send(b"sweep 1")


def test_a_full_socket_loses_the_nudge(path: str) -> None:
    listener = Listener(path)
    for number in range(5000):
        _send(f"sweep {number}".encode())
    heard = list(listener.heard())
    assert heard[0] == ("sweep", 0)
    assert len(heard) < 5000
    listener.close()
    assert not os.path.exists(path)


def test_junk_is_dropped(path: str) -> None:
    listener = Listener(path)
    for junk in (b"", b"sweep", b"sweep x", b" 7", b"\xff\xfe", b"sweep 1" + b" " * 400):
        _send(junk)
    _send(b"sweep 7")
    assert list(listener.heard()) == [("sweep", 7)]
    listener.close()


def test_the_newest_listener_hears(path: str) -> None:
    older, newer = Listener(path), Listener(path)
    _send(b"sweep 1")
    assert list(older.heard()) == []
    older.close()
    _send(b"sweep 2")
    assert list(newer.heard()) == [("sweep", 1), ("sweep", 2)]
    newer.close()


def test_a_path_that_cannot_be_had_is_silence(path: str) -> None:
    listener = Listener(path + "/not/a/folder")
    assert listener.fileno() is None
    assert list(listener.heard()) == []
    listener.close()
