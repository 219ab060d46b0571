"""Starts the web and worker processes, keeps them running, and stops them together."""

import contextlib
import logging
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reflect2protect.core.lifeline import SUPERVISOR

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0  # seconds before a child is started again
HEALTHY_AFTER = 10.0  # seconds it must have run for the wait to begin anew
STOP_SECONDS = 10.0  # what children get to finish, before they are killed
STOPPING = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Child:
    """A process to keep running: what to call it in the log, its command, more environment.

    `reloads`: SIGHUP has it load its code anew. Another one is ended and started again.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    reloads: bool = False


class _Running:
    """A child, its process, and when it may be started again."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.process: subprocess.Popen[bytes] | None = None
        self.wait = FIRST_WAIT
        self.started = 0.0
        self.start_at = 0.0

    def start(self) -> None:
        me = str(os.getpid())
        # A process group of its own: Ctrl-C reaches it through us, and what it leaves can be
        # killed. The lifeline ends it when we are killed.
        command = [sys.executable, "-m", "reflect2protect.core.lifeline", me, *self.child.argv]
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **self.child.env, SUPERVISOR: me},
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
        logger.info("%s runs as %d", self.child.name, self.process.pid)

    def reload(self) -> None:
        """Have it load its code anew, or end, to be started again."""
        if self.process is not None:
            self.wait = FIRST_WAIT
            self.process.send_signal(signal.SIGHUP if self.child.reloads else signal.SIGTERM)

    def ended(self) -> bool:
        """Whether the process has just ended; then plans when to start it again."""
        if self.process is None or self.process.poll() is None:
            return False
        now = time.monotonic()
        if now - self.started >= HEALTHY_AFTER:
            self.wait = FIRST_WAIT
        code, self.start_at = self.process.returncode, now + self.wait
        logger.warning("%s ended (%d), again in %.1f s", self.child.name, code, self.wait)
        self.wait = min(self.wait * 2, LONGEST_WAIT)
        self.kill_group()
        self.process = None
        return True

    def kill_group(self) -> None:
        """Kill whatever is left of its group: a server's own workers, a picture being made."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def supervise(children: Sequence[Child], reload: bool = False) -> int:
    """Run `children` until SIGINT or SIGTERM, starting again each that ends; returns 0.

    SIGHUP has all of them load their code anew if `reload`; otherwise it stops them too. To be
    called from the main thread, and to stay in it: on Linux the children are tied to the thread
    that started them.
    """
    running = [_Running(child) for child in children]
    stopping = STOPPING if reload else (*STOPPING, signal.SIGHUP)
    with _signals() as arrived:
        try:
            while (told := _told(arrived, _next_start(running))) not in stopping:
                for each in running:
                    if told == signal.SIGHUP:
                        each.reload()
                    each.ended()
                    if each.process is None and each.start_at <= time.monotonic():
                        each.start()
        finally:
            _stop(running)
    return 0


@contextlib.contextmanager
def _signals() -> Iterator["queue.SimpleQueue[int]"]:
    """Signals as they arrive. A simple queue: it may be filled from within a handler."""
    arrived: queue.SimpleQueue[int] = queue.SimpleQueue()
    before = {
        number: signal.signal(number, lambda number, _frame: arrived.put(number))
        for number in (*STOPPING, signal.SIGHUP, signal.SIGCHLD)
    }
    try:
        yield arrived
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(arrived: "queue.SimpleQueue[int]", seconds: float) -> int:
    """The next signal, or 0 when none arrives within `seconds`."""
    try:
        return arrived.get(timeout=seconds)
    except queue.Empty:
        return 0


def _next_start(running: list[_Running]) -> float:
    """Seconds until a child is to be started; a second at most, should a SIGCHLD be missed."""
    waits = [each.start_at - time.monotonic() for each in running if each.process is None]
    return min(1.0, max(0.0, min(waits, default=1.0)))


def _stop(running: list[_Running]) -> None:
    """SIGTERM to each child, time to finish, then SIGKILL to what is left of its group."""
    alive = [each for each in running if each.process is not None]
    for each in alive:
        if each.process is not None:
            each.process.terminate()
    until = time.monotonic() + STOP_SECONDS
    for each in alive:
        if each.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                each.process.wait(max(0.0, until - time.monotonic()))
    for each in alive:
        each.kill_group()
