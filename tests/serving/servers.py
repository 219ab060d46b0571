"""The web process and nginx as they would run, on a small public folder, without a database."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.publishing.work.folder import Folder
from tests.browser.server import ROOT, free_port, wait_until

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/none"
ONION = "http://examplexample.onion"
HASHED = "static/r2p/css/base.0123456789ab.css"
FILM = bytes(range(256)) * 6000  # longer than what is kept in memory
WEB = [sys.executable, "-m", "reflect2protect", "web", "--port"]
SUPERVISED = """
import sys
from reflect2protect.core.supervisor import Child, supervise
sys.exit(supervise([Child("web", sys.argv[1:], reloads=True)], reload=True))
"""


@dataclass(frozen=True)
class Answer:
    """What came back; the names of headers in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(
    port: int,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """One request on a connection of its own; the path is sent as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read())
    finally:
        connection.close()


def form(port: int, length: int) -> socket.socket:
    """A connection on which a form of so many bytes has been announced; none is sent yet."""
    sender = socket.create_connection(("127.0.0.1", port), timeout=20)
    sender.sendall(
        b"POST /fr/participate/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" % length
    )
    return sender


def make_site(place: Path) -> Folder:
    """A public folder with one of everything; beside it lies what nobody may read."""
    folder = Folder(place / "public", place / "aside")
    folder.put("index.html", b"<!doctype html><h1>home</h1>" + b"<p>word</p>" * 2000)
    for slug in ("", *(f"{slug}/" for slug in LANGUAGES)):
        folder.put(f"{slug}404.html", f"<h1>404 {slug}</h1>".encode() * 20)
        folder.put(f"{slug}410.html", f"<h1>410 {slug}</h1>".encode() * 20)
        folder.put(f"{slug}503.html", f"<h1>503 {slug}</h1>".encode() * 20)
    for name in ("index", "wall/index", "participate/index", "my-reflection/index"):
        folder.put(f"fr/{name}.html", f"<h1>{name} é</h1>".encode() * 30)
    folder.put("wall/feed.atom", b"<feed/>" * 50)
    folder.put("wall/live.json", b'{"n": 1}' * 50)
    folder.put("robots.txt", b"User-agent: *\n" * 20)
    folder.put("sitemap.xml", b"<urlset/>" * 20)
    folder.put("theme.css", b"body {}" * 20)
    folder.put(HASHED, b"body { color: teal }" * 20)
    folder.put("static/r2p/mark.svg", b"<svg/>" * 20)
    folder.put("pictures/0a1b/640.webp", bytes(range(256)) * 8)
    folder.put("files/films/one.mp4", FILM)
    folder.put("files/films/one.vtt", b"WEBVTT\n" * 20)
    folder.put("_headers", b"/*\n  secret: of another host\n")
    (folder.root / ".env").write_text("secret: a dotfile")
    (folder.root / "fr" / ".hidden.html").write_text("secret: a dotfile")
    (place / "campaign.sqlite3").write_text("secret: the database")
    (folder.root / "link.html").symlink_to(place / "campaign.sqlite3")
    (folder.root / "linked").symlink_to(place)
    (folder.root / "empty").mkdir()
    return folder


def settings(place: Path) -> dict[str, str]:
    """The environment of a web process whose database is away."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    told = {
        "DATA_DIR": str(place / "data"),
        "PUBLIC_DIR": str(place / "public"),
        "PUBLIC_URL": "https://localhost",
        "ONION_URL": ONION,
        "DATABASE_URL": NOWHERE,
        "DEBUG": "yes",  # assets straight from the rooms: nothing has to be collected
    }
    return {**kept, **told}


@contextmanager
def running(
    command: list[str], port: int, place: Path, path: str = "/robots.txt"
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server, from its first answer on; ended afterwards. It ends when these tests do."""
    tied = [sys.executable, "-m", "reflect2protect.core.lifeline", str(os.getpid()), *command]
    with (
        (place / "log.txt").open("ab") as log,
        subprocess.Popen(
            tied, cwd=ROOT, env=settings(place), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_until(lambda: _answers(port, path), 30, f"the first answer of {command[0]}")
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _answers(port: int, path: str) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return ask(port, path).status == 200
    return False


@contextmanager
def supervised(place: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A new public folder, the web process on it, and who looks after that: port and process."""
    make_site(place)
    port = free_port()
    with running([sys.executable, "-c", SUPERVISED, *WEB, str(port)], port, place) as supervisor:
        yield port, supervisor


@contextmanager
def front_door(place: Path) -> Iterator[int]:
    """The web process on the folder of `make_site(place)`: its port."""
    port = free_port()
    with running([*WEB, str(port)], port, place):
        yield port


@contextmanager
def nginx(place: Path, upstream: int) -> Iterator[int]:
    """nginx with the configuration that we ship, on the same folder: its port."""
    assert NGINX is not None
    port = free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    ours, redirect = text.split("\nserver {\n    listen 80;")
    text = ours + redirect[redirect.index("\n}\n") + 3 :]
    for old, new in {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "    listen [::]:443 ssl http2;\n": "",
        "    ssl_certificate /etc/ssl/campaign.pem;\n": "",
        "    ssl_certificate_key /etc/ssl/campaign.key;\n": "",
        "/srv/campaign/data/public": str(place / "public"),
        'default "";\n}\nserver': f'default "{ONION}";\n}}\nserver',
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (place / "campaign.conf").write_text(text)
    user = "user root;\n" if os.getuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {place / 'temporary'};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "nginx.conf").write_text(
        f"{user}daemon off;\nmaster_process on;\nworker_processes 1;\npid {place / 'nginx.pid'};\n"
        f"events {{}}\nhttp {{\n{temporary}include {place / 'campaign.conf'};\n}}\n"
    )
    command = [NGINX, "-e", str(place / "error.log"), "-c", str(place / "nginx.conf")]
    with running(command, port, place):
        yield port
