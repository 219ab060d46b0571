"""Calls Django, a WSGI application, from the front door: bodies stay in memory, piece by piece.

Django's own way from an asynchronous server writes bodies to temporary files (decisions 0003 and
0007). Here a thread reads the next piece only when Django asks for it; core.middleware.BodyLimit
decides how many may do so at once, and how much they may read.

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

from reflect2protect.config.senders import Senders
from reflect2protect.publishing.work.headers import Headers

Wsgi = Callable[..., Any]

# A body that stalls holds a thread; the middleware lets only a few of them do so.
THREADS = 32
STALLED_SECONDS = 30.0
PIECE = 64 * 1024
UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
A_FORM_NEEDS = {"host", *UNPREFIXED}
# Of staff's requests Django is told the rest too, but not what a proxy says of the address.
FOR_STAFF = ("/staff/", "/static/")
OF_A_PROXY = ("x-forwarded-", "x-real-ip", "forwarded")


class Body(io.RawIOBase):
    """A request's body, read in a thread while it arrives in the event loop.

    Raises TimeoutError when nothing arrives for a while, and ConnectionError when the sender
    hangs up before all of it is there: half a picture is no picture.
    """

    def __init__(self, protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop, length: int):
        self.pieces = aiter(protocol)
        self.loop = loop
        self.missing = length
        self.rest = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill `buffer` with what has arrived; wait when that is nothing."""
        while not self.rest and self.missing > 0:
            waiting = asyncio.run_coroutine_threadsafe(self._next(), self.loop)
            try:
                self.rest = waiting.result(STALLED_SECONDS)
            finally:
                waiting.cancel()
            self.missing -= len(self.rest)
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size

    async def _next(self) -> bytes:
        try:
            piece: bytes = await anext(self.pieces)
        except StopAsyncIteration:
            raise ConnectionError("the body ended early") from None
        return piece


class Bridge:
    """A WSGI application, in a pool of threads."""

    def __init__(self, application: Wsgi, threads: int = THREADS) -> None:
        self.application = application
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="django")
        self.senders = Senders(settings.PROXIES, _later)

    async def answer(self, scope: Scope, protocol: HTTPProtocol) -> tuple[int, Headers, bytes]:
        """Status, headers and body of the application's answer."""
        loop = asyncio.get_running_loop()
        environ = _environ(scope)
        environ["campaign.sender"] = self.senders.sender(
            scope.client, environ.get("HTTP_HOST", ""), _all_of(scope, "x-forwarded-for")
        )
        body = Body(protocol, loop, _length(environ))
        environ["wsgi.input"] = io.BufferedReader(body, PIECE)
        return await loop.run_in_executor(self.pool, self._call, environ)

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
