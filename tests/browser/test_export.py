"""A copy of the campaign, opened from a folder, and the public folder itself on a plain server."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from tests.browser.browser import Witness
from tests.browser.conftest import EVERY_READING
from tests.browser.pages import LANGUAGES
from tests.browser.server import ROOT, free_port, wait_until

ORIGIN = "https://campaign.example"
ONION = "http://abcdefghijklmnop.onion"
ADDRESSES = ("href", "src", "poster", "action", "data-live")
PAGES = ("", "wall/", "areas/education/", "films/education/", "films/trailer/", "participate/")
LOOKS = """async () => { await document.fonts.ready; return {
  loaded: [...document.fonts].filter(f => f.status === "loaded").length,
  failed: [...document.fonts].filter(f => f.status === "error").length,
  bar: getComputedStyle(document.querySelector("header.top .wrap")).display,
  forms: document.querySelectorAll("form, input").length,
  pictures: [...document.images].filter(i => i.complete && !i.naturalWidth).length,
  figures: [...document.querySelectorAll("use")].filter(
    u => !u.closest("[hidden]") && !u.getBBox().width).length,
}; }"""


@dataclass(frozen=True)
class Copy:
    """A copy, what its data folder is, and what the program says in it."""

    root: Path
    run: Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def copy(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Made once by the command that an officer would use."""
    place = tmp_path_factory.mktemp("export")
    data, root = place / "data", place / "copy"
    shutil.copytree(prepared_data, data)
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env |= {"DATA_DIR": str(data), "SEASON": "live", "PUBLIC_URL": ORIGIN}
    env["SECRET_KEY"] = (data / "secret-key").read_text()  # what lies there is sealed with it

    def run(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "reflect2protect", *arguments],
            cwd=ROOT,
            env=env | more,
            capture_output=True,
            text=True,
            check=False,
        )

    made = run("export", str(root), "--onion", ONION)
    assert made.returncode == 0, made.stderr
    return Copy(root, run)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()
        self.tags: set[str] = set()
        self.head: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids.add(given.get("id") or "")
        self.head += [given] if tag == "meta" else []
        self.found += [value for name, value in attrs if name in ADDRESSES and value]
        sets = (given.get("srcset") or "").split(",")
        self.found += [part.split()[0] for part in sets if part.strip()]


def read(path: Path) -> _Links:
    links = _Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links


def pages_of(root: Path) -> list[Path]:
    found = sorted(root.rglob("*.html"))
    assert len(found) > 200
    return found


def test_every_link_of_every_page_leads_to_a_file(copy: Copy) -> None:
    broken = []
    ids = {path: read(path).ids for path in pages_of(copy.root)}
    for path in ids:
        for link in read(path).found:
            parts = urlsplit(link)
            if parts.scheme or link.startswith(("//", "/wall/live.json")):
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            good = to.is_file() and copy.root.resolve() in to.parents
            if not good or (parts.fragment and parts.fragment not in ids.get(to, parts.fragment)):
                broken.append(f"{path.relative_to(copy.root)}: {link}")
    assert broken == []
    for sheet in copy.root.rglob("*.css"):
        for link in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / link.strip("\"'")).is_file(), link


def test_no_page_sends_anything_and_each_says_what_it_is(copy: Copy) -> None:
    for path in pages_of(copy.root):
        found, text = read(path), path.read_text(encoding="utf-8")
        assert not {"form", "iframe", "video"} & found.tags, path
        assert "crossorigin" not in text and 'rel="preload"' not in text
        said = {meta.get("http-equiv"): meta.get("content") for meta in found.head}
        assert "form-action 'none'" in str(said["Content-Security-Policy"])
        at = "/" + path.relative_to(copy.root).as_posix().removesuffix("index.html")
        assert said["onion-location"] == ONION + at
        assert f'<link rel="canonical" href="{ORIGIN}{at}">' in text
        assert str(2000 + int(f"{_today():%y}")) in text
    participate = (copy.root / "fr/participate/index.html").read_text(encoding="utf-8")
    assert f'href="{ORIGIN}/fr/participate/"' in participate
    assert f'href="{ONION}/fr/participate/"' in participate


def _today() -> "object":
    from datetime import UTC, datetime

    return datetime.now(UTC)


def _file(copy: Copy, path: str) -> str:
    return (copy.root / path / "index.html").as_uri()


@pytest.mark.parametrize("language", LANGUAGES if EVERY_READING else ("ar", "zh-hans"))
def test_it_can_be_read_from_a_folder(copy: Copy, browser: Browser, language: str) -> None:
    witness = Witness(browser, "file://")
    asked: list[str] = []
    witness.context.on("request", lambda request: asked.append(request.url))
    reflections = (copy.root / language / "wall").glob("*/index.html")
    alone = next(p for p in reflections if "<picture>" in p.read_text(encoding="utf-8"))
    rests = [f"{language}/{rest}" for rest in PAGES] + [str(alone.parent.relative_to(copy.root))]
    for rest in rests:
        witness.page.goto(_file(copy, rest))
        for picture in witness.page.locator("img").all():
            picture.scroll_into_view_if_needed()
        looks = witness.page.evaluate(LOOKS)
        assert looks["loaded"] >= 1 and looks["failed"] == 0, (rest, looks)
        assert looks["bar"] in {"flex", "grid"}, (rest, looks)
        assert (looks["forms"], looks["pictures"], looks["figures"]) == (0, 0, 0), (rest, looks)
        assert witness.page.locator("html").get_attribute("lang") == LANGUAGES[language]
        assert witness.sideways() == []
    witness.page.goto(_file(copy, ""))
    witness.page.locator(f'a[hreflang="{LANGUAGES[language]}"]').first.click()
    assert witness.page.url.endswith(f"/copy/{language}/index.html")
    assert witness.take_faults() == []
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
    witness.close()


def test_a_partner_checks_it_without_settings_or_database(copy: Copy, tmp_path: Path) -> None:
    nothing = {"DATA_DIR": str(tmp_path / "none"), "PUBLIC_URL": "no address", "SECRET_KEY": ""}
    shown = copy.run("export", "--show-key").stdout
    prints = shown.rsplit("Fingerprint: ", 1)[1].strip()
    good = copy.run("verify", str(copy.root), "--key", prints, **nothing)
    assert (good.returncode, good.stderr) == (0, "")
    assert "every file is as it was signed" in good.stdout
    assert not (tmp_path / "none").exists()
    copied = tmp_path / "changed"
    shutil.copytree(copy.root, copied)
    page = copied / "en" / "index.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    bad = copy.run("verify", str(copied), **nothing)
    assert bad.returncode == 1
    assert "en/index.html was changed." in bad.stdout


@contextmanager
def plain_server(root: Path) -> Iterator[str]:
    """Python's own server of files, as anybody has it."""
    port = free_port()
    program = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(program, cwd=root, stdout=quiet, stderr=quiet) as process:
        try:
            wait_until(lambda: _answers(f"http://127.0.0.1:{port}/"), 20, "http.server")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_public_folder_is_a_whole_campaign_on_any_server(
    prepared_data: Path, browser: Browser, tmp_path: Path
) -> None:
    root = tmp_path / "mirror"
    shutil.copytree(prepared_data / "public", root)
    missing = {
        f"{path.relative_to(root)}: {link}"
        for path in pages_of(root)
        for link in read(path).found
        if not _leads(root, path, link)
    }
    assert missing == set()
    with plain_server(root) as url:
        witness = Witness(browser, url)
        for language, tag in LANGUAGES.items():
            for rest in ("", "wall/", "films/education/"):
                assert witness.visit(f"/{language}/{rest}") == 200
                assert witness.page.locator("html").get_attribute("lang") == tag
                looks = witness.page.evaluate(LOOKS)
                assert looks["loaded"] >= 1 and looks["bar"] in {"flex", "grid"}
        assert witness.take_faults() == []
        witness.close()


def _leads(root: Path, page: Path, link: str) -> bool:
    """Whether a link of this site leads to a file of the folder."""
    parts = urlsplit(urljoin(f"/{page.relative_to(root).as_posix()}", link))
    if parts.scheme or not parts.path:
        return True
    at = unquote(parts.path).lstrip("/")
    # What lacks its last slash is shown the way by every server of files.
    return (root / at).is_file() or (root / at / "index.html").is_file()
