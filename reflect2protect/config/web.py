"""The web process: Granian with the front door, and a way to replace it without losing a request.

Told to reload (SIGHUP), Granian starts a new worker process and then ends the old one. Here both
accept from one socket, which stays open: nobody waits in the queue of a process that ends, or
finds nobody because the new one still loads.
"""

import os
import signal
import socket
import stat
from contextlib import suppress
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

TARGET = "reflect2protect.config.front_door:application"
# While a process is replaced, both answer. The old one is told by a signal that does nothing to a
# process that does not listen yet, the new one by its environment.
OVERLAP = signal.SIGURG
_REPLACES = "REPLACES_ANOTHER_PROCESS"
RESPAWN_SECONDS = 4  # how long the old one goes on while the new one loads
OVERLAP_SECONDS = RESPAWN_SECONDS + 2


class WebServer(MPServer):
    """Granian's server with its listening socket kept in the parent, on Linux too."""

    def _init_shared_socket(self) -> None:
        super()._init_shared_socket()  # type: ignore[no-untyped-call]
        unbuilt: Any = self._ssp
        if unbuilt is not None:
            built = unbuilt.build()
            self._ssp, self._shd, self._sfd = None, built, built.get_fd()
            self._sso = socket.socket(fileno=self._sfd)
            self._sso.set_inheritable(True)


def stop_accepting() -> None:
    """Leave new connections to the process that takes over, and keep those that there are.

    Granian can only do both at once, and then closes connections whose first request is on its
    way. So its listening socket is exchanged for one whose address nobody knows.
    """
    with socket.create_server(("127.0.0.1", 0)) as unknown:
        unknown.setblocking(False)
        for name in os.listdir("/dev/fd"):
            if int(name) != unknown.fileno() and _listens(int(name)):
                os.dup2(unknown.fileno(), int(name), inheritable=False)


def _listens(number: int) -> bool:
    try:
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return False
    except OSError:  # closed by now: it was the list's own
        return False
    with socket.socket(fileno=os.dup(number)) as found:
        return bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def run_web(host: str, port: int) -> int:
    """Serve until SIGTERM or SIGINT; SIGHUP loads the code and the settings' files anew."""
    server = WebServer(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        # Idle connections count here too.
        backpressure=800,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        # What a slow form gets to arrive in, when the code is loaded anew. (When all is to stop,
        # core.supervisor waits ten seconds.)
        workers_kill_timeout=30,
    )
    server.on_reload(lambda: _overlap([worker.inner.pid for worker in server.wrks]))
    server.serve()
    return 0


def replaces_another() -> bool:
    """Whether this process was started in place of one that may still be there."""
    return _REPLACES in os.environ


def _overlap(old: list[int]) -> None:
    os.environ[_REPLACES] = "1"
    for pid in old:
        with suppress(ProcessLookupError):
            os.kill(pid, OVERLAP)
