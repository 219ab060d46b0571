"""What a form really sends: a server before the campaign's that keeps the bytes of each POST."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# With an icon of its own, so that the browser does not ask for one.
ANSWER = b"<!doctype html><link rel=icon href=data:,><h1>Caught</h1>"


@dataclass(frozen=True)
class Sent:
    """One form as it came over the wire."""

    fields: dict[str, str]
    files: dict[str, tuple[str, bytes]]  # by the field's name: the file's name and bytes


@dataclass
class Catcher:
    """Where it answers, and what was sent to it."""

    url: str
    bodies: list[tuple[str, bytes]] = field(default_factory=list)

    def sent(self) -> list[Sent]:
        """Every form that was sent so far."""
        return [_read(kind, body) for kind, body in self.bodies]


def _read(kind: str, body: bytes) -> Sent:
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    sent = Sent({}, {})
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        file = part.get_filename()
        if file is None:
            sent.fields[name] = data.decode()
        elif file:
            sent.files[name] = (file, data)
    return sent


@contextmanager
def catching(url: str) -> Iterator[Catcher]:
    """Pass every GET on to the campaign at `url`; keep every POST, and answer with a line."""
    catcher = Catcher("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                with urllib.request.urlopen(f"{url}{self.path}", timeout=20) as answer:
                    status, headers, body = answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                status, headers, body = error.code, error.headers, error.read()
            self.answer(status, dict(headers), body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            catcher.bodies.append((self.headers["Content-Type"], body))
            self.answer(200, {"Content-Type": "text/html"}, ANSWER)

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() in {
                    "content-type",
                    "content-security-policy",
                    "permissions-policy",
                }:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing is written down."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        catcher.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield catcher
        server.shutdown()
