"""Every kind of page, in six languages, with and without JavaScript, on a phone and on a desk."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.browser import ROOT, Witness
from tests.browser.conftest import EVERY_READING, Open
from tests.browser.pages import KINDS, LANGUAGES, Kind
from tests.browser.server import Server

SHOTS = ROOT / "build" / "screenshots"
NARROW, WIDE = 320, 1280
VISITS = [
    # The first door is one page for all.
    (kind, language)
    for language in LANGUAGES
    for kind in KINDS
    if kind.name != "welcome" or language == "en"
]
# All that `make prove` reads; `make test` reads each page in each language once. Arabic is read as
# most will read it, on a phone with JavaScript; the other languages share all four among them.
HOW = [(NARROW, True), (WIDE, False), (NARROW, False), (WIDE, True)]


def _one_way(kind: Kind, language: str) -> tuple[int, bool]:
    if language == "ar":
        return HOW[0]
    return HOW[(KINDS.index(kind) + list(LANGUAGES).index(language)) % len(HOW)]


READINGS = [
    (kind, language, width, js)
    for kind, language in VISITS
    for width, js in (HOW if EVERY_READING else [_one_way(kind, language)])
]
FACTS = """() => ({
    lang: document.documentElement.lang, dir: document.documentElement.dir,
    headings: document.querySelectorAll('h1').length, title: document.title,
    text: document.body.innerText.trim().length,
})"""
KEPT = """async () => ({
    local: localStorage.length, session: sessionStorage.length,
    caches: (await caches.keys()).length, bases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
# Pictures that wait until somebody scrolls would be holes in a picture of the whole page.
SHOW_ALL = """async () => {
    const pictures = [...document.images];
    for (const picture of pictures) picture.loading = 'eager';
    await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
}"""


@pytest.mark.parametrize(
    ("kind", "language", "width", "js"),
    READINGS,
    ids=[f"{at}-{kind.name}-{width}-{'js' if js else 'nojs'}" for kind, at, width, js in READINGS],
)
def test_page(
    kind: Kind, language: str, width: int, js: bool, reader: Open, server: Server
) -> None:
    """Each page reads well, keeps nothing, asks nobody else, and can be used by everybody."""
    witness = reader(js=js, width=width)
    status = witness.visit(kind.path(language, server))
    faults = [] if status == kind.status else [f"answered {status}"]
    faults += _facts(witness, language) + witness.sideways() + _kept(witness)
    if js:
        faults += _for_everybody(witness, kind, width)
        _shoot(witness, SHOTS / language / f"{kind.name}-{width}.jpg")
    assert faults + witness.take_faults() == []


def _facts(witness: Witness, language: str) -> list[str]:
    facts: dict[str, Any] = witness.page.evaluate(FACTS)
    wanted = {"lang": LANGUAGES[language], "dir": "rtl" if language == "ar" else "ltr"}
    wrong = [f"{name} is {facts[name]!r}" for name in wanted if facts[name] != wanted[name]]
    if facts["headings"] != 1:
        wrong.append(f"{facts['headings']} h1")
    if not facts["title"] or facts["text"] < 80:
        wrong.append("no title, or next to nothing to read")
    return wrong


def _kept(witness: Witness) -> list[str]:
    faults = [f"cookie: {cookie.get('name')}" for cookie in witness.context.cookies()]
    if witness.js:
        kept: dict[str, int] = witness.page.evaluate(KEPT)
        faults += [f"{name} storage: {count}" for name, count in kept.items() if count]
    return faults


def _for_everybody(witness: Witness, kind: Kind, width: int) -> list[str]:
    return witness.axe() if width == WIDE or kind.narrow_axe else []


def _shoot(witness: Witness, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    witness.page.evaluate(SHOW_ALL)
    witness.page.screenshot(path=path, full_page=True, type="jpeg", quality=70)


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize(
    ("kind", "language"),
    [visit for visit in VISITS if visit[0].dark_axe],
    ids=[f"{language}-{kind.name}" for kind, language in VISITS if kind.dark_axe],
)
def test_dark(kind: Kind, language: str, width: int, reader: Open, server: Server) -> None:
    """The dark scheme can be read as well as the light one; pictures of it are kept."""
    witness = reader(js=True, width=width)
    witness.page.emulate_media(color_scheme="dark")
    witness.visit(kind.path(language, server))
    faults = witness.sideways() + (witness.axe() if width == WIDE else [])
    _shoot(witness, SHOTS / language / f"{kind.name}-{width}-dark.jpg")
    witness.page.emulate_media(color_scheme="light")
    assert faults + witness.take_faults() == []


def test_youtube_is_asked_nothing_before_the_click(reader: Open) -> None:
    """Until somebody presses play there is no frame; then there is one, without cookies."""
    witness = reader(js=True, width=WIDE)
    witness.visit("/en/films/trailer/")
    play = witness.page.locator("a[data-youtube]")
    assert play.count() == 1
    assert witness.page.locator("iframe").count() == 0
    assert witness.take_faults() == []
    play.click()
    frame = witness.page.locator("iframe")
    frame.wait_for()
    assert (frame.get_attribute("src") or "").startswith("https://www.youtube-nocookie.com/embed/")
    witness.visit("/en/films/education/")
    assert witness.page.locator("a[data-youtube], iframe, script[src*=facade]").count() == 0
    witness.take_faults()
