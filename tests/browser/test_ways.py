"""Each of the five ways of being seen, from the form to the wall and back: in Arabic and English,
with JavaScript, without it, and by keyboard alone."""

import itertools
import time

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import EVERY_READING, Open
from tests.browser.mirror import choose, choose_way
from tests.browser.people import FORM, Moderator, Participant, files_with, planted_jpeg, say
from tests.browser.server import Server, wait_until
from tests.browser.test_journeys import PHONE, SOON, _tab_to

WAYS = ["face", "covered", "silhouette", "mirror", "words"]
PICTURED = {"face", "covered"}
WORDS = {"en": "Plover {0} keeps watch.", "ar": "يحرس الزقزاق {0} العش."}
# How one looks on the wall: what stands in the mirror.
GLASS = {
    "face": "picture img",
    "covered": "picture img",
    "silhouette": ".drawing use[href$='#s04']",
    "mirror": ".drawing use[href$='#m03']",
    "words": "q",
}
DRAWING = {"silhouette": "s04", "mirror": "m03"}


def cover_here(page: Page) -> None:
    """One oval, painted on this device."""
    page.locator("[data-add=oval]").click()
    page.locator("[data-done]").click()
    page.locator("[data-shown]").wait_for()


def cover_there(page: Page) -> None:
    """Three squares, painted by the server; one more click when it still finds a face."""
    for number in (8, 9, 10):
        page.locator("[name=cell]").nth(number).check()
    page.locator("main form button").first.click()
    page.locator(".key, .squares").first.wait_for()
    if page.locator("[name=sure]").count():
        page.locator("[name=sure]").click()


def take_part(woman: Participant, way: str, words: str, *, js: bool) -> str:
    """Fill the form in for this way and send it; the code."""
    page = woman.witness.page
    woman.witness.visit(woman.path("participate/"))
    choose_way(page, way)
    if way in DRAWING:
        page.check(f"[name=drawing][value={DRAWING[way]}]")
        page.check("[name=colour][value=leaf]")
    if way in PICTURED:
        choose(page, planted_jpeg())
    if way == "covered" and js:
        cover_here(page)
    page.fill("[name=words]", words)
    page.check("[name=age_ok]")
    page.check("[name=consent_wall]")
    page.locator(f"{FORM} [data-sending]").click()
    if way == "covered" and not js:
        cover_there(page)
    return woman.code()


# Each way once, in one of the languages, three with JavaScript and two without it; `make prove`
# goes each of them in both languages both ways.
SAMPLE = zip(WAYS, ("ar", "en") * 3, (True, False) * 3, strict=False)
EVERY = itertools.product(WAYS, ("ar", "en"), (True, False))
JOURNEYS = [
    pytest.param(way, language, js, id=f"{way}-{language}-{'js' if js else 'nojs'}")
    for way, language, js in (EVERY if EVERY_READING else SAMPLE)
]


@pytest.mark.parametrize(("way", "language", "js"), JOURNEYS)
def test_each_way_leads_to_the_wall_and_back(
    way: str, language: str, js: bool, somebody: Open, own_server: Server
) -> None:
    words = WORDS[language].format(time.monotonic_ns())
    woman = Participant(somebody(js=js, width=PHONE), language)
    page = woman.witness.page
    code = take_part(woman, way, words, js=js)
    reader = Moderator.signs_in(somebody(js=js), own_server.account("moderator"))

    reader.read(words)
    reader.witness.page.fill("[name=text]", f"Kestrel? {words}")
    reader.witness.page.locator("form:has([name=text]) button").click()
    reader.witness.page.wait_for_load_state()
    assert woman.open(code) == say(language, "We have a question for you.")
    page.fill("[name=text]", "Heron.")
    page.locator("form:has([name=text]) button").click()
    page.wait_for_load_state()
    assert page.get_by_text("Heron.").count() == 1

    reader.approve(words)
    visitor = somebody(js=js)

    def hangs() -> bool:
        visitor.visit(f"/{language}/wall/")
        return visitor.page.locator("li.ref").filter(has_text=words).count() == 1

    wait_until(hangs, SOON, "the wall to show it")
    mine = visitor.page.locator("li.ref").filter(has_text=words)
    assert mine.locator(GLASS[way]).count() == 1

    woman.open(code)
    page.locator("form.withdraw button").click()
    page.wait_for_load_state()
    assert woman.heading() == say(language, "It is gone.")
    wait_until(lambda: not hangs(), SOON, "the wall to forget it")
    wait_until(lambda: files_with(own_server, words.encode()) == [], SOON, "all pages to forget it")
    assert woman.witness.take_faults() + reader.witness.take_faults() == []


@pytest.mark.parametrize("way", WAYS)
def test_each_way_by_keyboard_alone(way: str, somebody: Open, own_server: Server) -> None:
    """Without JavaScript, so that the covers are painted on the server. Only the dialogue in which
    a system lets one choose a file is not ours to press keys in."""
    words = WORDS["en"].format(time.monotonic_ns())
    woman = Participant(somebody(js=False, width=1280), "en")
    page = woman.witness.page
    woman.witness.visit("/en/participate/")
    _tab_to(page, "seen")
    page.keyboard.press("Space")
    for _ in range(WAYS.index(way)):
        page.keyboard.press("ArrowDown")
    if way in PICTURED:
        _tab_to(page, "picture")
        choose(page, planted_jpeg())
    if way in DRAWING:
        _tab_to(page, "drawing")
        page.keyboard.press("Space")
    _tab_to(page, "words")
    page.keyboard.type(words)
    for box in ("age_ok", "consent_wall"):
        _tab_to(page, box)
        page.keyboard.press("Space")
    _tab_to(page, "")
    page.keyboard.press("Enter")
    if way == "covered":
        page.locator(".squares").wait_for()
        _tab_to(page, "cell")
        page.keyboard.press("Space")
        _tab_to(page, "sure")
        page.keyboard.press("Enter")
    code = woman.code()
    woman.witness.visit("/en/my-reflection/")
    _tab_to(page, "code")
    page.keyboard.type(code)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert woman.heading() == "It is waiting to be read."
