"""The worker: does what is due, one row at a time, sooner when nudged."""

import contextlib
import logging
import os
import secrets
import select
import signal
import socket
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connections

from reflect2protect.core.lifeline import die_with_parent
from reflect2protect.core.nudge import Listener
from reflect2protect.core.sweeps import (
    Sweep,
    all_sweeps,
    describe,
    find_sweeps,
    run_one,
    sweep_named,
)

logger = logging.getLogger(__name__)

LONGEST_WAIT = 15.0  # seconds between two tries while the database is away


def run_worker(*, tied: bool = True) -> int:
    """Work until SIGTERM or SIGINT; returns 0. The row in hand is finished first.

    `tied`: also end when the process that started this one disappears. To be called from the
    main thread.
    """
    find_sweeps()
    worker = Worker(tied=tied)
    with contextlib.closing(worker):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        if tied:
            die_with_parent(signal.SIGTERM, worker.parent)
        worker.run()
    return 0


class Worker:
    """One worker's loop: every sweep in turn until nothing is due, then listen."""

    def __init__(self, *, tied: bool) -> None:
        self.parent = os.getppid()
        self.worker_id = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._tied = tied
        self._stopping = False
        self._failing: dict[str, str] = {}
        self._listener = Listener(settings.NUDGE_SOCKET)
        # A signal handler may not touch locks; one byte down a socket pair ends the wait.
        self._wake, self._waker = socket.socketpair()
        self._waker.setblocking(False)

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """End after the row in hand. Safe as a signal handler."""
        self._stopping = True
        with contextlib.suppress(OSError):
            self._waker.send(b"x")

    def close(self) -> None:
        """Give up the sockets and the database connections."""
        self._listener.close()
        self._wake.close()
        self._waker.close()
        connections.close_all()

    def run(self) -> None:
        """Work and wait in turn until told to stop."""
        poll = float(settings.WORKER_POLL_SECONDS)
        wait = poll
        while not self._ending():
            while self._work_once():
                pass
            # One broken sweep must not slow the others; all of them means: no database.
            broken = 0 < len(all_sweeps()) <= len(self._failing)
            wait = min(wait * 2, LONGEST_WAIT) if broken else poll
            self._wait(wait, poll)

    def _ending(self) -> bool:
        if self._tied and os.getppid() != self.parent:
            self._stopping = True
        return self._stopping

    def _work_once(self) -> bool:
        """One row of each sweep, so that no long queue keeps the others waiting."""
        busy = False
        for sweep in all_sweeps():
            busy |= self._do_nudged()
            if self._ending():
                return False
            busy |= self._do(sweep)
        return busy

    def _do_nudged(self) -> bool:
        busy = False
        for name, pk in self._listener.heard():
            sweep = sweep_named(name)
            if self._ending():
                return False
            if sweep is not None:
                busy |= self._do(sweep, pk)
        return busy

    def _do(self, sweep: Sweep[Any], pk: int | None = None) -> bool:
        try:
            done = run_one(sweep, self.worker_id, pk)
        except Exception as error:  # the database is away, or a sweep's query is wrong
            self._report(sweep.name, error)
            connections.close_all()
            return False
        if pk is None:
            self._failing.pop(sweep.name, None)
        return done

    def _report(self, name: str, error: Exception) -> None:
        """Say it once, not at every poll."""
        what = describe(error)
        if self._failing.get(name) != what:
            logger.error("%s: cannot be swept: %s", name, what)
        self._failing[name] = what

    def _wait(self, seconds: float, poll: float) -> None:
        """Wait for a nudge or a signal, `seconds` at most; look at the parent every `poll`."""
        heard = self._listener.fileno()
        sources = [self._wake.fileno()] + ([] if heard is None else [heard])
        while seconds > 0 and not self._ending():
            if select.select(sources, [], [], min(seconds, poll))[0]:
                return
            seconds -= poll
