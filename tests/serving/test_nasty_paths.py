"""Whatever is asked: never a byte from outside the public folder, and nothing hidden inside it."""

import http.client
import os
import string
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflect2protect.config.public_files import PublicFiles, name_of
from reflect2protect.publishing.work.folder import Folder
from tests.browser.server import wait_until
from tests.serving.servers import ask

pytestmark = pytest.mark.xdist_group("serving")

NASTY = [
    "/../campaign.sqlite3", "/fr/../../campaign.sqlite3", "/%2e%2e/campaign.sqlite3",
    "/..%2fcampaign.sqlite3", "/fr/..%2f..%2fcampaign.sqlite3", "/%252e%252e/campaign.sqlite3",
    "/..%5ccampaign.sqlite3", "/..\\campaign.sqlite3", "/%c0%ae%c0%ae/campaign.sqlite3",
    "//campaign.sqlite3", "/./campaign.sqlite3", "/fr/%00/index.html", "/index.html%00.webp",
    "/.env", "/%2eenv", "/fr/.hidden.html", "/.git/config", "/.well-known/x", "/_headers",
    "/%5fheaders", "/index.html.br", "/index.html.gz", "/index.html.zst", "/index.html%2ebr",
    "/link.html", "/linked/campaign.sqlite3", "/linked/", "/linked", "/linked/public/index.html",
    "/fr//wall/", "//", "//fr/", "/fr/wall//", "/fr/wall/%0d%0ax: y",
    "/index.html/", "/robots.txt/x", "/" + "a" * 300, "/" + "a/" * 600, "/etc/passwd",
    "/proc/self/environ", "/%E0%A4%A", "/%zz", "/~root", "/-missing", "/-away",
    "/static/r2p/../../../campaign.sqlite3", "/fr;/wall/", "/fr/wall/index.html%20",
]  # fmt: skip


@pytest.mark.parametrize("path", NASTY)
def test_a_nasty_path_leads_nowhere(path: str, door: int, proxy: int) -> None:
    for port in (door, proxy):
        answer = ask(port, path.replace(" ", "%20"))
        assert answer.status in {400, 404}, port
        assert b"secret" not in answer.body
        assert "x" not in answer.headers


def inside(folder: Folder) -> set[bytes]:
    """All that may be read."""
    return {
        path.read_bytes()
        for path in folder.root.rglob("*")
        if path.is_file() and not path.is_symlink() and b"secret" not in path.read_bytes()
    }


PIECES = st.sampled_from(
    ["..", ".", "", "fr", "wall", "index.html", "campaign.sqlite3", "linked", "link.html", ".env",
     "_headers", "public", "index.html.br", "%2e%2e", "%2f", "%5c", "\\", "%00", "%252f", "etc",
     "passwd", "robots.txt", "é", "\x01"]
)  # fmt: skip
PATHS = st.one_of(
    st.lists(PIECES, max_size=8).map("/".join),
    st.text(string.printable + "é文", max_size=30),
)


@given(path=PATHS)
@settings(max_examples=400, deadline=None)
def test_no_address_has_a_name_outside(path: str) -> None:
    name = name_of(f"/{path}")
    if name is not None:
        assert os.path.normpath(name) == name
        assert not name.startswith(("/", "_", "."))
        assert "/." not in name


@given(path=PATHS)
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_found_is_a_public_file(path: str, folder: Folder) -> None:
    name = name_of(f"/{path}")
    found = PublicFiles(str(folder.root)).find(name, (".br", "")) if name else None
    if found is not None:
        assert Path(found.path).resolve() == Path(found.path)
        assert found.path.startswith(f"{folder.root}/")
        assert b"secret" not in (found.body or b"")


@pytest.mark.parametrize("server", ["door", "proxy"])
def test_over_the_wire(server: str, folder: Folder, request: pytest.FixtureRequest) -> None:
    port: int = request.getfixturevalue(server)
    public = inside(folder)

    @given(path=PATHS, quoted=st.booleans(), coding=st.sampled_from(["", "br", "gzip"]))
    @settings(max_examples=300, deadline=None)
    def try_it(path: str, quoted: bool, coding: str) -> None:
        with suppress(http.client.InvalidURL, UnicodeEncodeError):
            asked = "/" + (quote(path) if quoted else path)
            answer = ask(port, asked, headers={"Accept-Encoding": coding})
            assert b"secret" not in answer.body
            if answer.status == 200:
                assert answer.body in public

    try_it()


def test_a_folder_that_becomes_a_link_is_followed_by_nobody(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "public", tmp_path / "aside")
    folder.put("fr/index.html", b"public")
    files = PublicFiles(str(folder.root))
    assert files.find("fr/index.html", ("",)) is not None
    (folder.root / "fr").rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "index.html").write_text("secret")
    (folder.root / "fr").symlink_to(tmp_path / "elsewhere")
    assert files.find("fr/index.html", ("",)) is None
    assert files.folder_address("fr") is None


def test_nor_does_nginx_for_longer_than_a_second(folder: Folder, place: Path, proxy: int) -> None:
    folder.put("fr/moving/index.html", b"public")
    assert ask(proxy, "/fr/moving/").status == 200
    (folder.root / "fr" / "moving").rename(place / "moved")
    (folder.root / "fr" / "moving").symlink_to(place / "moved")
    wait_until(lambda: ask(proxy, "/fr/moving/").status == 404, 2, "nobody to follow the link")
    (folder.root / "fr" / "moving").unlink()
