"""What a browser keeps on its disk after somebody took part: looked for in all of its profile, as
whoever takes the device would look."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.browser import ARGS, executable
from tests.browser.catcher import Catcher
from tests.browser.conftest import Record
from tests.browser.people import FORM, planted_jpeg
from tests.browser.server import Server, wait_until

PRIVATE = ("/participate/", "/my-reflection/")
# Without a space, which a form writes in other ways.
SAID = {"words": "kestrel-words", "name": "kestrel-name", "alt": "kestrel-description"}
CHANGED, MISTYPED = "kestrel-changed-words", "kestrel-wrong-code-1234"
MARKS = (*SAID.values(), CHANGED, MISTYPED)
STORED = "() => localStorage.length + sessionStorage.length + document.cookie.length"


@contextmanager
def own_profile(browser: Browser, folder: Path, js: bool, url: str) -> Iterator[BrowserContext]:
    """A browser whose profile lies in this folder, as on a device of one's own."""
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=executable(), args=ARGS, java_script_enabled=js, base_url=url
    )
    try:
        yield context
    finally:
        context.close()


def takes_part(page: Page) -> str:
    """Look around, send a picture and words, open them again, mistype, change: her code."""
    for path in ("/en/", "/en/films/", "/en/participate/"):
        page.goto(path)
    page.check("[name=seen][value=face]")
    page.fill("[name=words]", SAID["words"])
    page.fill("[name=name]", SAID["name"])
    page.fill("[name=alt]", SAID["alt"])
    page.set_input_files(
        "[name=picture]", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": planted_jpeg()}
    )
    page.check("[name=age_ok]")
    page.check("[name=consent_wall]")
    page.locator(f"{FORM} [data-sending]").click()
    code = "".join(page.locator(".key").inner_text().split())
    for typed in (MISTYPED, code):
        page.goto("/en/my-reflection/")
        page.fill("[name=code]", typed)
        page.locator("main form button").first.click()
    page.fill("[name=words]", CHANGED)
    page.locator(f"{FORM} [data-sending]").click()
    page.locator("p.done").wait_for()
    return code


def statuses(context: BrowserContext, *urls: str) -> list[int]:
    """What her history leads to now."""
    return [context.request.get(url).status for url in urls]


def forgotten(context: BrowserContext, url: str) -> bool:
    """Whether nothing is kept at this address."""
    return statuses(context, url) == [410]


def left_in(folder: Path, *marks: str) -> list[str]:
    """Files of a profile that hold any of these, as text of one or of two bytes a letter."""
    needles = {mark.encode(form): mark for mark in marks for form in ("utf-8", "utf-16-le")}
    return [
        f"{path.relative_to(folder)}: {needles[needle]}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for data in [path.read_bytes()]
        for needle in needles
        if needle in data
    ]


def cached_in(folder: Path, *paths: str) -> list[str]:
    """Addresses of such pages in any of a profile's caches, where a body lies beside each."""
    return [line for line in left_in(folder, *paths) if "cache" in line.partition(":")[0].lower()]


@pytest.mark.parametrize("end", ["closes", "leaves quickly"])
@pytest.mark.parametrize("js", [True, False], ids=["js", "nojs"])
def test_nothing_of_what_she_sent_is_on_her_device(
    end: str,
    js: bool,
    browser: Browser,
    own_server: Server,
    tmp_path: Path,
    record_property: Record,
) -> None:
    folder = tmp_path / "profile"
    with own_profile(browser, folder, js, own_server.url) as context:
        page = context.pages[0]
        shown: list[str] = []
        page.on("framenavigated", lambda frame: shown.append(frame.url))
        code = takes_part(page)
        stored = len(context.cookies()) + (page.evaluate(STORED) if js else 0)
        receipt, _, seen, changed = [url for url in shown if "/answer/" in url]
        assert statuses(context, receipt, seen, changed) == [200, 410, 200]
        if end == "leaves quickly":
            for url in (changed, receipt):
                page = context.new_page()  # in the other one she may still be on her way
                page.goto(url)
                page.locator("[data-leave]").click(no_wait_after=True)
                wait_until(partial(forgotten, context, url), 20, "the server to forget it")
                page.wait_for_timeout(1000)  # to let go of its cache, and to be elsewhere
    groups = " ".join(code[at : at + 5] for at in range(0, 30, 5))
    found = left_in(folder, *MARKS, code, groups)
    cached = cached_in(folder, *PRIVATE)
    record_property("profiles", 1)
    record_property("files", sum(path.is_file() for path in folder.rglob("*")))
    record_property("cookies_and_storage", stored)
    record_property("files_with_what_was_sent", len(found))
    record_property("cached_pages_of_the_forms", len(cached))
    assert (stored, found, cached) == (0, [], [])


def test_the_search_finds_what_a_form_sent(
    browser: Browser, catcher: Catcher, tmp_path: Path
) -> None:
    """Where the answer does not lead on, a browser does keep it: this test would notice."""
    with own_profile(browser, tmp_path, True, catcher.url) as context:
        page = context.pages[0]
        page.goto("/en/my-reflection/")
        page.fill("[name=code]", MISTYPED)
        page.locator("main form button").first.click()
        page.get_by_text("Caught").wait_for()
    assert any("Sessions" in line for line in left_in(tmp_path, MISTYPED))


def test_the_search_finds_what_a_browser_keeps(
    browser: Browser, own_server: Server, tmp_path: Path
) -> None:
    """A page may be cached and something stored: then both are found."""
    with own_profile(browser, tmp_path, True, own_server.url) as context:
        page = context.pages[0]
        page.goto("/en/films/")
        page.evaluate("() => localStorage.setItem('kept', 'kestrel stored')")
    assert left_in(tmp_path, "kestrel stored")
    assert cached_in(tmp_path, "/en/films/")
