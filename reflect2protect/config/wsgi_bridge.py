"""Calls Django, a WSGI application, from the front door: bodies stay in memory.

Django's own way from an asynchronous server writes bodies to temporary files (decisions 0003 and
0007). Here a body is received first (config.bodies), and then a thread gives it to Django.

Django is not told who asks: no address, and of a form of the public no header but what it takes to
read the form. In their place stands `campaign.sender` (config.senders).
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

from reflect2protect.config.bodies import SHORT, NotReceived, Pieces, Room, drain, received
from reflect2protect.config.senders import Senders
from reflect2protect.publishing.work.headers import Headers

Wsgi = Callable[..., Any]

THREADS = 32
# While Django reads a picture out of a form it is in memory twice.
THREADS_FOR_UPLOADS = 8
READ_OF_TOO_LONG = 3  # times the limit: so much of a body that is too long is read at most
PIECE = 64 * 1024
UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
A_FORM_NEEDS = {"host", *UNPREFIXED}
# Of staff's requests Django is told the rest too, but not what a proxy says of the address.
FOR_STAFF = ("/staff/", "/static/")
OF_A_PROXY = ("x-forwarded-", "x-real-ip", "forwarded")


class Body(io.RawIOBase):
    """What has arrived, as a file that gives up each piece as it is read."""

    def __init__(self, pieces: Pieces) -> None:
        self.pieces = pieces

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` with the next bytes; 0 when there are none."""
        if not self.pieces:
            return 0
        piece = self.pieces.popleft()
        size = min(len(buffer), len(piece))
        buffer[:size] = piece[:size]
        if rest := piece[size:]:
            self.pieces.appendleft(rest)
        return size


class Bridge:
    """A WSGI application, in pools of threads."""

    def __init__(self, application: Wsgi) -> None:
        self.application = application
        self.quick = ThreadPoolExecutor(THREADS)
        self.long = ThreadPoolExecutor(THREADS_FOR_UPLOADS)
        self.room = Room(settings.BODIES_ROOM)
        self.senders = Senders(settings.PROXIES, _later)

    async def answer(self, scope: Scope, protocol: HTTPProtocol) -> tuple[int, Headers, bytes]:
        """Status, headers and body of the application's answer.

        Raises NotReceived when the request's body could not be received; all of it that came
        before its sender was told so was read and thrown away.
        """
        loop = asyncio.get_running_loop()
        environ = _environ(scope)
        sender = environ["campaign.sender"] = self.sender(scope)
        length, arriving = _length(environ), aiter(protocol)
        if length > settings.MAX_BODY_BYTES:
            await drain(arriving, min(length, READ_OF_TOO_LONG * settings.MAX_BODY_BYTES))
            environ["wsgi.input"] = io.BytesIO()  # core.middleware says that it is too long
            return await loop.run_in_executor(self.quick, self._call, environ)
        try:
            async with self.room.taken(sender, length):
                body = Body(await received(arriving, length))
                environ["wsgi.input"] = io.BufferedReader(body, PIECE)
                pool = self.long if length > SHORT else self.quick
                return await loop.run_in_executor(pool, self._call, environ)
        except NotReceived:
            await drain(arriving, length)
            raise

    def sender(self, scope: Scope) -> str:
        """Who asks, as config.senders tells them apart."""
        host = scope.headers.get("host") or ""
        return self.senders.sender(scope.client, host, _all_of(scope, "x-forwarded-for"))

    def _call(self, environ: dict[str, Any]) -> tuple[int, Headers, bytes]:
        started: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, exc_info: object = None) -> None:
            started.append((int(status.split(" ", 1)[0]), headers))

        answer: Iterable[bytes] = self.application(environ, start)
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        return (*started[-1], body)


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)


def _all_of(scope: Scope, wanted: str) -> str:
    return ",".join(value for name, value in scope.headers.items() if name == wanted)


def _length(environ: dict[str, Any]) -> int:
    length = environ.get("CONTENT_LENGTH", "")
    return int(length) if length.isascii() and length.isdecimal() else 0


def _environ(scope: Scope) -> dict[str, Any]:
    """The request as WSGI tells it (PEP 3333), without anything of this process's environment,
    and without what tells who asks."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    staff = scope.path.startswith(FOR_STAFF)
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # it would be taken for the one with a hyphen
        if name.startswith(OF_A_PROXY) or not (staff or name in A_FORM_NEEDS):
            continue
        key = UNPREFIXED.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        joint = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ
