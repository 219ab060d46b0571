"""Real servers on loopback: an S3 store, something in front of it that fails, and a cache."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from moto.server import ThreadedMotoServer

Seen = list[tuple[str, str]]


@contextmanager
def s3_server() -> Iterator[str]:
    """A server that speaks S3; its `host:port`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"{host}:{port}"
    finally:
        server.stop()


class Front:
    """A server of one's own, whose `mood` says what it does; `seen` what it was asked, in order."""

    def __init__(self, behind: str, seen: Seen) -> None:
        self.mood = "pass"
        # With a mood for files whose address holds this, the others pass.
        self.only = ""
        self.seen = seen
        self.told: list[dict[str, str]] = []
        self.behind = behind
        self.released = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    @property
    def place(self) -> str:
        """Its `host:port`."""
        return f"127.0.0.1:{self.server.server_port}"

    def _handler(front) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:  # whoever asked has gone
                    self.close_connection = True

            def log_message(self, *told: Any) -> None:
                pass

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return lambda: front.answer(self)
                raise AttributeError(name)

        return Handler

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        """Do as the mood is."""
        front_mood = self.mood if self.only in asked.path else "pass"
        self.told.append(dict(asked.headers))
        size = int(asked.headers.get("Content-Length") or 0)
        if front_mood == "cut":
            if half := asked.rfile.read(size // 2):
                self._half(asked, half)
            asked.close_connection = True
            return
        body = asked.rfile.read(size)
        if front_mood == "hang":
            self.released.wait(10)
            asked.close_connection = True
            return
        if front_mood == "pass":
            status, headers, sent = self._pass(asked, body)
        else:
            status, headers, sent = int(front_mood), {}, b"<Error><Code>No</Code></Error>"
        if status < 300:
            self.seen.append((asked.command, urlsplit(asked.path).path))
        self._say(asked, status, headers, sent)

    def _say(
        self, asked: BaseHTTPRequestHandler, status: int, headers: dict[str, str], sent: bytes
    ) -> None:
        asked.send_response(status)
        if status == 302:
            asked.send_header("Location", f"http://{self.place}/elsewhere")
        for name, value in headers.items():
            if name.lower() not in {"connection", "content-length", "server", "date"}:
                asked.send_header(name, value)
        bodiless = status == 204 or asked.command == "HEAD"
        asked.send_header("Content-Length", "0" if bodiless else str(len(sent)))
        asked.end_headers()
        asked.wfile.write(b"" if bodiless else sent)

    def _pass(
        self, asked: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        if not self.behind:
            return 200, {}, b""
        way = http.client.HTTPConnection(self.behind, timeout=10)
        try:
            way.request(asked.command, asked.path, body, dict(asked.headers))
            found = way.getresponse()
            return found.status, dict(found.getheaders()), found.read()
        finally:
            way.close()

    def _half(self, asked: BaseHTTPRequestHandler, half: bytes) -> None:
        """Pass half an upload on, and break off."""
        way = http.client.HTTPConnection(self.behind, timeout=10)
        way.putrequest(asked.command, asked.path, skip_host=True)
        for name, value in asked.headers.items():
            way.putheader(name, value)
        way.endheaders(half)
        way.close()


@contextmanager
def front(behind: str, seen: Seen) -> Iterator[Front]:
    """A server in front of `behind`; with nothing behind it, a cache that forgets gladly."""
    made = Front(behind, seen)
    made.thread.start()
    try:
        yield made
    finally:
        made.released.set()
        made.server.shutdown()
        made.server.server_close()
        made.thread.join()
