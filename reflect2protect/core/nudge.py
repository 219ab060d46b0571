"""The nudge: "look at this row now". It only makes things sooner; losing it loses nothing."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

LONGEST = 256  # bytes of a nudge: a sweep's name, a space, a number


def nudge(sweep_name: str, pk: int) -> None:
    """Ask the worker to do row `pk` of a sweep now, once the open transaction has committed.

    Never raises, never waits. A full, absent or foreign socket is a lost nudge: the worker
    finds the row at its next poll.
    """
    message = f"{sweep_name} {pk}".encode()
    transaction.on_commit(lambda: _send(message), robust=True)


def _send(message: bytes) -> None:
    path = str(settings.NUDGE_SOCKET)
    # The temporary folder is shared: tell nobody else's socket what is going on here.
    with contextlib.suppress(OSError, ValueError):
        if os.stat(path).st_uid != os.getuid():
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(message, path)


class Listener:
    """The worker's end: a datagram socket that only this user may write to.

    The newest listener gets the nudges; an older one's socket file is replaced. When the path
    cannot be had, ``fileno()`` is None, nothing is ever heard, and polling does the work.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._inode: int | None = None
        self._socket: socket.socket | None = None
        with contextlib.suppress(OSError):
            self._socket = self._bind()

    def _bind(self) -> socket.socket:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        before = os.umask(0o177)  # mode 600 from the first moment on
        try:
            bound.bind(self._path)
        except OSError:
            bound.close()
            raise
        finally:
            os.umask(before)
        bound.setblocking(False)
        self._inode = os.stat(self._path).st_ino
        return bound

    def fileno(self) -> int | None:
        """What to wait on, or None when there is nothing to hear."""
        return self._socket.fileno() if self._socket else None

    def heard(self) -> Iterator[tuple[str, int]]:
        """The nudges that have arrived, as (sweep name, row), without waiting; junk is dropped."""
        while self._socket is not None:
            try:
                message = self._socket.recv(LONGEST)
            except OSError:
                return
            name, _, number = message.decode(errors="replace").rpartition(" ")
            if name and number.isdecimal():
                yield name, int(number)

    def close(self) -> None:
        """Stop listening, and remove the socket file if it is still our own."""
        if self._socket is None:
            return
        self._socket.close()
        self._socket = None
        with contextlib.suppress(OSError):
            if os.stat(self._path).st_ino == self._inode:
                os.unlink(self._path)
