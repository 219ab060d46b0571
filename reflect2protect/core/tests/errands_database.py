"""A database of its own for each claim test, of the kind the settings name.

It is new and holds two tables, so nothing has to be migrated, and processes other than the
test's can open it, which the usual test database in memory does not allow.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from django.db import connection, connections

from reflect2protect.core.tests.errands import LEASE_SECONDS, POLL_SECONDS, make_tables

ALIAS = "errands"
PROGRAM = (sys.executable, "-m", "reflect2protect.core.tests.errands_program")
Worker: TypeAlias = "subprocess.Popen[bytes]"
TOLD = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextlib.contextmanager
def new_database(folder: Path) -> Iterator[dict[str, Any]]:
    """Settings of a new, empty database; it is gone afterwards."""
    told = {key: connection.settings_dict.get(key, "") for key in TOLD}
    if connection.vendor == "sqlite":
        yield told | {"NAME": str(folder / "errands.sqlite3")}
        return
    name = f"errands_{secrets.token_hex(6)}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield told | {"NAME": name}
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def known_as_errands(database: dict[str, Any]) -> Iterator[str]:
    """The database under a name in this process too, with its tables made."""
    connections.settings[ALIAS] = {**connection.settings_dict, **database}
    try:
        make_tables(ALIAS)
        yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


class Processes:
    """Starts workers on a database, and ends every one of them."""

    def __init__(self, database: dict[str, Any], folder: Path) -> None:
        self._folder = folder
        self._database = database
        self._started: list[Worker] = []
        # Not the test's folder: a socket's path must be short.
        self._short = tempfile.TemporaryDirectory(prefix="r2p-")
        self.socket = str(Path(self._short.name) / "nudge")

    def workers(self, count: int = 1, *, poll: float = POLL_SECONDS) -> list[Worker]:
        """So many worker processes, once they have started up."""
        files = [self._folder / f"ready-{secrets.token_hex(4)}" for _ in range(count)]
        new = [subprocess.Popen([*PROGRAM, str(file)], env=self._env(poll)) for file in files]
        self._started += new
        until(lambda: all(file.exists() for file in files), seconds=60)
        return new

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in self._started:
            process.kill()
            process.wait()
        self._short.cleanup()

    def _env(self, poll: float) -> dict[str, str]:
        told = {
            "database": self._database,
            "socket": self.socket,
            "lease": LEASE_SECONDS,
            "poll": poll,
        }
        return {**os.environ, "ERRANDS": json.dumps(told)}


def until(met: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a condition; AssertionError when it does not come about."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
