"""Children that launder: each is started ahead, takes one picture, and is gone after it.

To start Python and libvips takes longer than to make a small picture. So while one child works,
the next is already waiting, shut in, for its bytes. It has seen nothing before them, and nobody
else's come after them.
"""

from __future__ import annotations

import atexit
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from reflect2protect.media.work import sandbox

LAUNDERER = Path(__file__).with_name("launderer.py")
NICENESS = 5  # about a quarter of what others get
CHUNK = 512 * 1024  # bytes; also what a pipe holds, so that neither end waits often

Child = subprocess.Popen[bytes]
Wanted = tuple[int, Path]  # the process that asks, and the program: a child serves no other


class Late(Exception):
    """The child did not answer in time, or said more than it may."""


@contextmanager
def working() -> Iterator[Child]:
    """Lend a child for one picture, and see it gone at the end. Raises OSError or
    subprocess.TimeoutExpired when the machine has no process left for us."""
    child = _ahead.take((os.getpid(), LAUNDERER))
    try:
        yield child
    finally:
        end(child)


@contextmanager
def started(script: Path, *arguments: str) -> Iterator[Child]:
    """Start a child for one picture now, and see it gone at the end. Raises as ``working``."""
    child = _start(script, *arguments)
    try:
        yield child
    finally:
        end(child)


class _Ahead:
    """The one child that waits. All are started by one thread that lasts: bubblewrap ends what
    it shut in together with the thread that asked for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._starter = ThreadPoolExecutor(1, "launderer")
        self._waiting: tuple[Wanted, Future[Child]] | None = None

    def take(self, wanted: Wanted) -> Child:
        """The child that waits, or a new one; and the next is begun."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        child = _alive(waiting, wanted) or self._begin(wanted).result()
        with self._lock:
            if self._waiting is None:
                self._waiting = (wanted, self._begin(wanted))
        return child

    def _begin(self, wanted: Wanted) -> Future[Child]:
        return self._starter.submit(_start, wanted[1])

    def leave(self) -> None:
        """Send the waiting child away."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        _alive(waiting, None)


def _alive(waiting: tuple[Wanted, Future[Child]] | None, wanted: Wanted | None) -> Child | None:
    """The child that waits if it is what is wanted and lives; it is ended if not."""
    if waiting is None or waiting[1].exception():
        return None
    child = waiting[1].result()
    if waiting[0] == wanted and child.poll() is None:
        return child
    end(child)
    return None


def _start(script: Path, *arguments: str) -> Child:
    """Start a child that has nothing to steal."""
    return subprocess.Popen(
        sandbox.command(script, *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a decoder's complaint may quote the picture
        bufsize=0,
        pipesize=CHUNK,
        cwd="/",
        env=sandbox.ENVIRONMENT,
        close_fds=True,
        start_new_session=True,
    )


def step_aside(child: Child) -> None:
    """Let others go first: who waits for a receipt on the same machine, for example. Linux weighs
    sessions against each other before it looks at niceness, so both are lowered."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PGRP, child.pid, NICENESS)
    with suppress(OSError):
        Path(f"/proc/{child.pid}/autogroup").write_text(str(NICENESS))


def end(child: Child) -> None:
    """End the child and whatever it started."""
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()
    if child.returncode is None:
        # Not yet waited for, so the number still belongs to it and to what it started. It may
        # have ended already; macOS answers with the second error for one that has.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def converse(child: Child, data: bytes, seconds: float, most: int) -> bytes:
    """Hand ``data`` over and read the answer of at most so many bytes. Raises Late."""
    if child.stdin is None or child.stdout is None:
        raise TypeError("the child was started without pipes")
    deadline = time.monotonic() + seconds
    to_say, said = memoryview(data), bytearray()
    os.set_blocking(child.stdin.fileno(), False)
    with selectors.DefaultSelector() as pipes:
        pipes.register(child.stdin, selectors.EVENT_WRITE)
        pipes.register(child.stdout, selectors.EVENT_READ)
        while True:
            ready = pipes.select(max(0.0, deadline - time.monotonic()))
            if not ready or len(said) > most or time.monotonic() > deadline:
                raise Late
            for key, _ in ready:
                if key.fileobj is child.stdout:
                    heard = os.read(key.fd, CHUNK)
                    if not heard:
                        return bytes(said)
                    said += heard
                else:
                    to_say = to_say[_say(child.stdin, to_say) :]
                    if not to_say:
                        pipes.unregister(child.stdin)
                        child.stdin.close()


def _say(pipe: IO[bytes], to_say: memoryview) -> int:
    """Write what the pipe takes now; how many bytes. All of it when nobody listens any more."""
    try:
        return os.write(pipe.fileno(), to_say[:CHUNK])
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(to_say)


def _begin_anew() -> None:
    """In a process that was forked: its threads and its waiting child are not its own."""
    global _ahead
    _ahead = _Ahead()


_ahead = _Ahead()
os.register_at_fork(after_in_child=_begin_anew)
atexit.register(lambda: _ahead.leave())
