"""Ties a process to the one that started it, so that a killed supervisor leaves nobody behind.

As a program it ties itself, then becomes the command it is given (same process, same number)::

    python -m reflect2protect.core.lifeline PARENT COMMAND [ARGUMENT …]
"""

import ctypes
import os
import signal
import sys
import threading
import time

SUPERVISOR = "R2P_SUPERVISOR"  # set by the supervisor for its children: its process number
PR_SET_PDEATHSIG = 1  # linux/prctl.h
POLL_SECONDS = 1.0


def die_with_parent(sent: signal.Signals, parent: int | None = None) -> bool:
    """Have the kernel send this process `sent` when its parent ends. False where it cannot.

    Linux only; it outlives exec, not fork. `parent` is the process expected to be the parent:
    if that one has ended already, the signal is sent at once.
    """
    if not sys.platform.startswith("linux"):
        return False
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0) != 0:
        return False
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), sent)
    return True


def tie_web_process() -> None:
    """Called where the web application is loaded: a server's own worker process ends with it.

    A server that is killed cannot stop its workers, and they would keep the port. Does nothing
    unless the supervisor started the server.
    """
    supervisor = os.environ.get(SUPERVISOR, "")
    if not supervisor.isdecimal() or die_with_parent(signal.SIGKILL):
        return
    watch = (os.getppid(), int(supervisor))
    threading.Thread(target=_watch, args=watch, name="lifeline", daemon=True).start()


def _watch(parent: int, supervisor: int) -> None:
    """Where the kernel has no such signal: look once a second."""
    while os.getppid() == parent:
        if not _lives(supervisor):
            os.kill(parent, signal.SIGTERM)
        time.sleep(POLL_SECONDS)
    os._exit(1)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(argv: list[str]) -> None:
    """``PARENT COMMAND [ARGUMENT …]``: tie this process to PARENT and become COMMAND."""
    parent, *command = argv
    die_with_parent(signal.SIGTERM, int(parent))
    os.execvp(command[0], command)  # noqa: S606 - our own command, a list


if __name__ == "__main__":
    main(sys.argv[1:])
