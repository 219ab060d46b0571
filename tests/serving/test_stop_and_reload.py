"""Stopping ends within seconds, and reloading loses no request: with real processes, under load."""

import http.client
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.server import wait_until
from tests.serving.servers import form, supervised

pytestmark = pytest.mark.xdist_group("serving")

PATHS = ("/", "/fr/wall/", "/pictures/0a1b/640.webp", "/static/wagtailadmin/css/core.css")
READERS = 8


class Readers:
    """Half of them keep their connection, half take a new one each time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.stop = threading.Event()
        self.statuses: Counter[int | str] = Counter()
        self.threads = [threading.Thread(target=self._read, args=(n,)) for n in range(READERS)]

    def _read(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        turn = number
        while not self.stop.is_set():
            turn += 1
            try:
                connection.request("GET", PATHS[turn % len(PATHS)])
                answer = connection.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
            except (OSError, http.client.HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                connection.close()
            if number % 2:
                connection.close()
        connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While they read."""
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in self.threads:
                thread.join()


def workers(supervisor: int) -> set[int]:
    """The processes that answer: grandchildren of the supervisor."""
    return {low for child in children(supervisor) for low in children(child)}


def children(process: int) -> set[int]:
    """The processes that this one has started."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == process and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


def _reload(supervisor: int) -> None:
    """Until the new process runs and the old one has ended."""
    old = workers(supervisor)
    assert len(old) == 1
    os.kill(supervisor, signal.SIGHUP)
    wait_until(lambda: len(workers(supervisor) - old) == 1, 30, "a new process")
    wait_until(lambda: not workers(supervisor) & old, 30, "the old one to end")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_reloading_loses_no_request(tmp_path: Path) -> None:
    with supervised(tmp_path) as (port, supervisor):
        readers = Readers(port)
        with readers.reading():
            for _ in range(2):
                _reload(supervisor.pid)
            time.sleep(1)
        assert set(readers.statuses) == {200}
        assert readers.statuses[200] > 200


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_form_that_still_arrives_is_answered(number: signal.Signals, tmp_path: Path) -> None:
    with supervised(tmp_path) as (port, supervisor), form(port, 12) as sender:
        sender.sendall(b"words=")
        time.sleep(0.5)
        old = workers(supervisor.pid)
        os.kill(supervisor.pid, number)
        # Later than the farewell; when reloading, later than the new process took over.
        time.sleep(8 if number == signal.SIGHUP else 3)
        assert workers(supervisor.pid) >= old
        sender.sendall(b"hello!")
        answer = http.client.HTTPResponse(sender, method="POST")
        answer.begin()
        assert answer.status == 503  # what Django says without a database
        assert b"<html lang" in answer.read()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_it_stops_within_seconds_after_load(tmp_path: Path) -> None:
    with supervised(tmp_path) as (port, supervisor):
        readers = Readers(port)
        with readers.reading():
            time.sleep(1)
            family = workers(supervisor.pid) | children(supervisor.pid)
            begun = time.monotonic()
            os.kill(supervisor.pid, signal.SIGTERM)
            assert supervisor.wait(12) == 0
            assert time.monotonic() - begun < 8
            readers.stop.set()
        assert not any(Path(f"/proc/{process}").exists() for process in family)
        assert readers.statuses[200] > 100
