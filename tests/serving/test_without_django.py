"""What still works while the database is away, while bodies stall, and while a process ends."""

import http.client
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.publishing.work.folder import Folder
from tests.browser.server import free_port
from tests.serving.servers import FILM, NGINX, ask, form, make_site, nginx

pytestmark = pytest.mark.xdist_group("serving")

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STAFF_ASSET = "/static/wagtailadmin/css/core.css"
STALLED = 60


@pytest.mark.parametrize("slug", LANGUAGES)
@pytest.mark.parametrize("form", ["participate", "my-reflection"])
def test_a_form_is_answered_calmly_in_its_language(
    slug: str, form: str, door: int, proxy: int
) -> None:
    for port in (door, proxy):
        answer = ask(port, f"/{slug}/{form}/", "POST", FORM, b"code=abc&words=hello")
        assert answer.status == 503
        assert f'<html lang="{LANGUAGES[slug].tag}"' in answer.body.decode()
        assert answer.headers["retry-after"] == "60"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_with_nobody_behind_it_nginx_shows_the_published_page(tmp_path: Path) -> None:
    make_site(tmp_path)
    with nginx(tmp_path, free_port()) as port:
        for path, words in (("/fr/participate/", b"503 fr/"), ("/staff/login/", b"503 <")):
            answer = ask(port, path, "POST", FORM, b"words=hello")
            assert answer.status == 503
            assert words in answer.body
            assert answer.headers["retry-after"] == "60"
        assert ask(port, "/fr/wall/").status == 200


def test_a_thousand_pages_without_a_database(door: int) -> None:
    paths = ["/", "/fr/wall/", "/wall/feed.atom", "/fr/participate/"]

    def read(number: int) -> int:
        return ask(door, paths[number % len(paths)], headers={"Accept-Encoding": "br"}).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(1000))) == {200}


def test_assets_of_the_studio_come_from_django(door: int, proxy: int) -> None:
    one, two = ask(door, STAFF_ASSET), ask(proxy, STAFF_ASSET)
    assert one.status == 200
    assert one.body == two.body
    # What Django says passes nginx as it is, with each header once.
    kept = {"connection", "server", "date"}
    assert {k: v for k, v in one.headers.items() if k not in kept} == {
        k: v for k, v in two.headers.items() if k not in kept
    }


def test_too_large_is_explained_when_all_was_read(door: int, proxy: int) -> None:
    for port in (door, proxy):
        answer = ask(port, "/es/participate/", "POST", FORM, b"x" * (26 * 1024 * 1024))
        assert answer.status == 413
        assert '<html lang="es"' in answer.body.decode()


@contextmanager
def stalled(port: int, sent: bytes = b"words=") -> Iterator[socket.socket]:
    """A sender who stops in the middle of a form."""
    with form(port, 100_000) as sender:
        sender.sendall(sent)
        yield sender


def test_senders_who_stall_keep_nobody_from_reading_or_sending(door: int) -> None:
    with ExitStack() as senders:
        for _ in range(STALLED):
            senders.enter_context(stalled(door))
        time.sleep(0.3)
        begun = time.monotonic()
        for _ in range(100):
            assert ask(door, "/fr/wall/").status == 200
        assert ask(door, STAFF_ASSET).status == 200
        # Received at once; what she is told is that the database does not answer.
        another = ask(door, "/fr/participate/", "POST", FORM, b"words=hello")
        assert another.status == 503
        assert '<html lang="fr"' in another.body.decode()
        assert time.monotonic() - begun < 10


def test_half_a_form_is_no_form(door: int, place: Path) -> None:
    """A sender who hangs up is not taken for one who has finished: Django never sees it. Here it
    would look for the database, in vain, and say so."""

    def failures() -> int:
        return (place / "log.txt").read_text().count("OperationalError")

    before = failures()
    with stalled(door, b"words=half+a+reflection"):
        time.sleep(0.2)
    time.sleep(0.5)
    assert failures() == before
    ask(door, "/fr/participate/", "POST", FORM, b"words=a+whole+reflection")
    assert failures() > before


def test_nothing_of_a_body_or_of_the_environment_is_logged(door: int, place: Path) -> None:
    ask(door, "/fr/participate/", "POST", FORM, b"words=very+private+words")
    log = (place / "log.txt").read_text()
    assert "private" not in log
    assert "127.0.0.1" not in log


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_films_that_nobody_takes_are_not_held_in_memory(
    door: int, place: Path, folder: Folder
) -> None:
    """A long file is read as it is sent."""
    long = 40 * 1024 * 1024
    with (folder.root / "files" / "long.mp4").open("wb") as file:
        file.truncate(long)
    before = _memory(place)
    with ExitStack() as viewers:
        for _ in range(20):
            viewer = socket.create_connection(("127.0.0.1", door), timeout=20)
            viewers.enter_context(viewer)
            viewer.sendall(b"GET /files/long.mp4 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert ask(door, "/files/films/one.mp4").body == FILM
        time.sleep(1)
        assert _memory(place) - before < 5 * long
    (folder.root / "files" / "long.mp4").unlink()


def _memory(place: Path) -> int:
    """Bytes held by all processes that serve this folder."""
    held = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"PUBLIC_DIR={place / 'public'}\0".encode() in (process / "environ").read_bytes():
                held += int((process / "statm").read_text().split()[1]) * 4096
    return held


def test_a_reader_who_keeps_the_connection(door: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", door, timeout=20)
    for path in ("/", "/nothing", "/fr/wall", "/fr/wall/"):
        connection.request("GET", path)
        connection.getresponse().read()
    for method, status in (("HEAD", 200), ("POST", 405), ("GET", 200)):
        connection.request(method, "/fr/wall/", body=b"x" if method == "POST" else None)
        answer = connection.getresponse()
        assert answer.status == status
        answer.read()
    connection.close()
