"""One publisher at a time, whatever machine it is on; a dead one holds nothing."""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# Any fixed number: it names this lock among PostgreSQL's advisory locks.
NUMBER = 7_263_111
STEP = 0.01  # seconds between two tries

_mine = threading.local()


class Busy(Exception):
    """Another publisher is at work."""


@contextmanager
def only_publisher(seconds: float) -> Iterator[None]:
    """Hold the folder alone. Raises Busy when another one still holds it after so many seconds.

    A lock on a file, and on PostgreSQL one in the database as well, for publishers on other
    machines. Both end with the process. The same thread may take it twice.
    """
    if getattr(_mine, "held", False):
        yield
        return
    until = time.monotonic() + seconds
    settings.ASIDE_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.ASIDE_DIR / "lock").open("w") as file:
        _wait(until, lambda: _lock_file(file.fileno()))
        _wait(until, _lock_database)
        _mine.held = True
        try:
            yield
        finally:
            _mine.held = False
            _unlock_database()


def _wait(until: float, attempt: Callable[[], bool]) -> None:
    while not attempt():
        if time.monotonic() >= until:
            raise Busy
        time.sleep(STEP)


def _lock_file(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_database() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [NUMBER])
        return bool(cursor.fetchone()[0])


def _unlock_database() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [NUMBER])
