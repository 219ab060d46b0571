"""Whole ways through the campaign, as people go them: in Arabic and English, on a phone, with and
without JavaScript, by keyboard alone."""

import sqlite3
import time
from contextlib import closing

import pytest
from playwright.sync_api import Page, Request

from reflect2protect.media.tests.pictures import MARK
from reflect2protect.submissions.forms import ParticipateForm
from tests.browser.browser import Witness
from tests.browser.conftest import EVERY_READING, Open
from tests.browser.people import (
    ARABIC_INDIC,
    FORM,
    Moderator,
    Participant,
    files_with,
    planted_jpeg,
    say,
)
from tests.browser.server import Server, wait_until

# Short enough to stand whole in the smallest mirror of the wall.
WORDS = {"en": "Kestrel {0} learned to say no.", "ar": "تعلّم الباشق {0} قول لا."}
ALT = {"en": "Four coloured fields, kestrel {0}", "ar": "أربعة حقول ملوّنة، باشق {0}"}
SOON = 20  # seconds
PHONE = 390


def one_of_both(js: bool) -> pytest.MarkDecorator:
    """With JavaScript and without; in a sample, in this way alone."""
    ways = [True, False] if EVERY_READING else [js]
    return pytest.mark.parametrize("js", ways, ids=["js" if way else "nojs" for way in ways])


def _once(language: str) -> str:
    """Words that nobody has used."""
    return WORDS[language].format(time.monotonic_ns())


@pytest.fixture
def moderator(somebody: Open, own_server: Server) -> Moderator:
    """Somebody who reads what was sent."""
    return Moderator.signs_in(somebody(), own_server.account("moderator"))


@pytest.mark.parametrize(
    ("language", "js"), [("en", False), ("ar", True)] if EVERY_READING else [("ar", True)]
)
def test_from_sending_to_gone(language: str, js: bool, somebody: Open, own_server: Server) -> None:
    """A reflection with a picture is sent, waits, is read, hangs on the wall, and is taken back."""
    woman = Participant(somebody(js=js, width=PHONE), language)
    page = woman.witness.page
    words, alt = _once(language), ALT[language].format(time.monotonic_ns())

    woman.witness.visit(f"/{language}/")
    _follow(page, "main a[href*='/films/']")
    assert page.locator("h1").count() == 1
    _follow(page, f"a[href='/{language}/participate/']")
    woman.fill(words, alt=alt, picture=planted_jpeg()).click()
    code = woman.code()
    assert len(code) == 30
    assert files_with(own_server, *_mark()) == []

    assert woman.open(code) == say(language, "It is waiting to be read.")
    assert code not in own_server.get(f"/{language}/my-reflection/")
    assert words not in own_server.get(f"/{language}/wall/")

    reader = Moderator.signs_in(somebody(js=js), own_server.account("moderator"))
    reader.approve(words)
    permalink, picture = _on_the_wall(Participant(somebody(js=js), language), alt, own_server)
    assert files_with(own_server, *_mark()) == []

    assert woman.open(code.translate(ARABIC_INDIC)) == say(language, "It is on the wall.")
    page.locator("form.withdraw button").click()
    page.wait_for_load_state()
    assert woman.heading() == say(language, "It is gone.")
    assert woman.witness.take_faults() + reader.witness.take_faults() == []
    _gone(somebody(), language, permalink, picture, words, own_server)
    assert woman.open(code) == say(language, "It is gone.")


def _follow(page: Page, selector: str) -> None:
    """Follow the first link that can be seen."""
    page.locator(selector).locator("visible=true").first.click()
    page.wait_for_load_state()


def _mark() -> tuple[bytes, bytes]:
    return MARK.encode(), MARK.encode("utf-16-le")


def _on_the_wall(passer: Participant, alt: str, server: Server) -> tuple[str, str]:
    """The addresses of its own page and of its picture, once the worker has made the picture."""
    wall = passer.path("wall/")
    wait_until(lambda: alt in server.get(wall), 30, "the picture on the wall")
    assert passer.witness.visit(wall) == 200
    card = passer.witness.page.locator("li.ref").first
    shown = card.locator("img")
    shown.scroll_into_view_if_needed()
    shown.evaluate("(picture) => picture.decode()")
    picture = str(shown.evaluate("(picture) => picture.currentSrc || picture.src"))
    _follow(passer.witness.page, f"li.ref a[href^='{wall}']")
    assert passer.witness.page.locator("blockquote").inner_text().strip()
    assert passer.witness.take_faults() == []
    return passer.witness.page.url, picture


def _gone(
    stranger: Witness, language: str, permalink: str, picture: str, words: str, server: Server
) -> None:
    """Nobody finds it again: not on the wall, not at its address, not its picture."""
    assert stranger.visit(permalink) == 404
    assert stranger.context.request.get(picture).status == 404
    for path in (f"/{language}/", f"/{language}/wall/", f"/{language}/wall/in/", "/wall/feed.atom"):
        assert words not in server.get(path)
    with closing(sqlite3.connect(server.data / "campaign.sqlite3")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert files_with(server, *_mark()) == []


def test_the_page_names_mistakes_before_the_server_does(somebody: Open) -> None:
    """In the page's language and at their fields; lines go as soon as it is right again."""
    woman = Participant(somebody(width=PHONE), "ar")
    page = woman.witness.page
    woman.witness.visit(woman.path("participate/"))
    form = page.locator(FORM)
    for name in ("words", "alt", "name"):
        most = ParticipateForm.base_fields[name].max_length  # type: ignore[attr-defined]
        assert form.get_attribute(f"data-most-{name}") == str(most)
    button = woman.fill("مرآة " * 130 + "؟", name="نور\u202eر")
    button.click()
    long = say("ar", "This is too long. Characters at most: {n}").replace("{n}", "600")
    assert page.locator("#words-wrong").inner_text() == long
    hidden = "This text holds hidden characters that could mislead a reader. "
    hidden += "Please type it again, or paste it as plain text."
    assert page.locator("#name-wrong").inner_text() == say("ar", hidden)
    assert page.evaluate("document.activeElement.name") == "words"
    assert page.locator("[aria-invalid=true]").count() == 2
    page.fill("[name=name]", "نور")
    page.fill("[name=words]", "مرآة")
    assert page.locator(".wrong, [aria-invalid=true]").count() == 0
    assert woman.witness.axe() + woman.witness.sideways() + woman.witness.take_faults() == []
    page.route("**/participate/", lambda route: route.fulfill(body="Sent"))
    button.click()
    page.get_by_text("Sent").wait_for()


def test_the_preview_shows_what_is_chosen(somebody: Open) -> None:
    """An empty glass at first, then the drawing in its colour, or the words alone."""
    woman = Participant(somebody(), "en")
    page = woman.witness.page
    woman.witness.visit("/en/participate/")
    page.fill("[name=words]", "Kestrel")
    glass = page.locator(".own-glass")
    assert glass.locator("svg").count() == 0
    assert not glass.locator("q").is_visible()
    page.check("[name=seen][value=silhouette]")
    page.check("[name=drawing][value=s04]")
    page.check("[name=colour][value=leaf]")
    assert glass.locator("svg.c-leaf use[href$='#s04']").count() == 1
    page.check("[name=seen][value=mirror]")
    assert glass.locator("svg.c-leaf use[href$='#m01']").count() == 1
    page.check("[name=seen][value=words]")
    assert glass.locator("svg").count() == 0
    assert glass.locator("q").inner_text() == "Kestrel"
    assert woman.witness.take_faults() == []


def test_mistakes_keep_what_was_typed(somebody: Open) -> None:
    """Too many words and a hidden character: both are named, and everything is still there."""
    woman = Participant(somebody(js=False, width=PHONE), "ar")
    page = woman.witness.page
    woman.witness.visit(woman.path("participate/"))
    words, name = "مرآة " * 130 + "؟", "نور\u202eر"
    page.select_option("[name=country]", index=3)
    page.select_option("[name=area]", index=5)
    page.check("[name=consent_press]")
    kept = {n: page.locator(f"[name={n}]").input_value() for n in ("country", "area")}
    with page.expect_response(lambda answer: "/ar/answer/" in answer.url) as answer:
        woman.fill(words, name=name).click()
    assert answer.value.status == 422
    page.locator("#problems").wait_for()
    assert page.locator("#problems li").count() == 2
    assert page.input_value("[name=words]").strip() == words.strip()
    assert page.input_value("[name=name]") == name
    assert {n: page.locator(f"[name={n}]").input_value() for n in kept} == kept
    for box in ("age_ok", "consent_wall", "consent_press"):
        assert page.is_checked(f"[name={box}]")
    assert not page.is_checked("[name=consent_social]")
    assert page.evaluate("document.activeElement.id") == "problems"
    assert page.locator("[aria-invalid=true]").count() == 2
    assert woman.witness.sideways() + woman.witness.take_faults() == []


@one_of_both(True)
def test_a_double_click_sends_one(js: bool, somebody: Open, moderator: Moderator) -> None:
    """Two clicks, one reflection; and the receipt sent for again is the same receipt."""
    woman = Participant(somebody(js=js, width=PHONE), "en")
    words = _once("en")
    woman.witness.visit("/en/participate/")
    woman.fill(words).dblclick()
    code = woman.code()
    woman.witness.page.reload()
    assert woman.code() == code
    assert moderator.waiting(words).count() == 1


@one_of_both(False)
def test_back_after_sending(js: bool, somebody: Open, moderator: Moderator) -> None:
    """Back leads to the form, where nothing she typed is left on the device; nothing is sent."""
    woman = Participant(somebody(js=js, width=PHONE), "en")
    words = _once("en")
    woman.send(words)
    woman.witness.page.go_back()
    page = woman.witness.page
    page.locator(FORM).wait_for()
    assert page.input_value("[name=words]") == ""
    sending = page.locator(f"{FORM} [data-sending]")
    assert sending.inner_text() == say("en", "Send your reflection")
    assert moderator.waiting(words).count() == 1


@one_of_both(True)
def test_declined_with_a_reason(js: bool, somebody: Open, moderator: Moderator) -> None:
    """She reads why in her own language, with the note; what she changes is read again."""
    woman = Participant(somebody(js=js, width=PHONE), "ar")
    words, note = _once("ar"), "Please write it again without the street."
    code = woman.send(words)
    moderator.decline(words, "identifies", note)
    assert woman.open(code) == say("ar", "We decided not to show it.")
    why = "It could show who or where somebody is, and put that person at risk."
    page = woman.witness.page
    assert page.locator(".lead").inner_text().strip() == say("ar", why)
    assert note in page.locator("blockquote.note").inner_text()
    page.fill("[name=words]", f"{words} ثانية")
    page.locator(f"{FORM} [data-sending]").click()
    page.locator("p.done").wait_for()
    assert woman.heading() == say("ar", "It is waiting to be read.")
    assert moderator.waiting(words).count() == 1


@one_of_both(False)
def test_changed_words_are_read_again(js: bool, somebody: Open, own_server: Server) -> None:
    """What hung on the wall comes down when it is changed, until it is read again."""
    moderator = Moderator.signs_in(somebody(), own_server.account("moderator"))
    woman = Participant(somebody(js=js, width=PHONE), "en")
    words = _once("en")
    code = woman.send(words, name="K.")
    moderator.approve(words)
    wait_until(lambda: words in own_server.get("/en/wall/"), SOON, "the publisher")
    assert woman.open(code) == say("en", "It is on the wall.")
    woman.witness.page.fill("[name=words]", f"{words} Again.")
    woman.witness.page.locator(f"{FORM} [data-sending]").click()
    woman.witness.page.locator("p.done").wait_for()
    assert woman.heading() == say("en", "It is waiting to be read.")
    assert words not in own_server.get("/en/wall/")
    moderator.approve(f"{words} Again.")
    wait_until(lambda: f"{words} Again." in own_server.get("/en/wall/"), SOON, "it again")


@pytest.mark.parametrize("way", ["link", "escape", "link-nojs"])
@pytest.mark.parametrize("rest", ["participate/", "my-reflection/"])
def test_leaving_quickly(rest: str, way: str, somebody: Open) -> None:
    """The link and three times Escape lead away, back does not lead to the page again, and the
    browser has let go of what it kept."""
    woman = Participant(somebody(js=way != "link-nojs", width=PHONE), "ar")
    page = woman.witness.page
    beside = page.context.new_page()
    beside.goto("/robots.txt")
    woman.witness.visit("/ar/films/")
    woman.witness.visit(woman.path(rest))
    away = page.locator("[data-leave]").get_attribute("data-leave") or ""
    style = page.locator("link[rel=stylesheet]").first.get_attribute("href") or ""
    assert _kept(beside, style)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    # Only a request that no redirect led to is answered here; the other one fails.
    page.route(f"{away}**", lambda route: route.fulfill(body="0"))
    if way == "escape":
        for _ in range(3):
            page.keyboard.press("Escape")
    else:
        page.locator("[data-leave]").click(no_wait_after=True)
    if way != "link-nojs":
        page.wait_for_url(f"{away}**")
    wait_until(lambda: not _kept(beside, style), SOON, "the browser to forget")
    assert not _kept(beside, "/ar/films/")
    assert [request.headers.get("referer") for request in asked if request.url == away] == [None]
    if way != "link-nojs":
        page.go_back()
        assert page.url.endswith("/ar/films/")
    faults = [fault for fault in woman.witness.take_faults() if away not in fault]
    assert faults == []


def _kept(beside: Page, path: str) -> bool:
    """Whether the browser could show this without asking anybody."""
    ask = (
        "p => fetch(p, {cache: 'only-if-cached', mode: 'same-origin'}).then(a => a.ok, () => false)"
    )
    return bool(beside.evaluate(ask, path))


@one_of_both(True)
def test_by_keyboard_alone(js: bool, somebody: Open, moderator: Moderator) -> None:
    """Tab, letters, space and Enter are enough, and it can always be seen where one is."""
    woman = Participant(somebody(js=js, width=1280), "en")
    page = woman.witness.page
    words = _once("en")
    woman.witness.visit("/en/participate/")
    _tab_to(page, "seen")
    page.keyboard.press("ArrowUp")  # from the first to the last: words alone
    _tab_to(page, "words")
    page.keyboard.type(words)
    for box in ("age_ok", "consent_wall"):
        _tab_to(page, box)
        page.keyboard.press("Space")
    _tab_to(page, "")
    page.keyboard.press("Enter")
    assert len(woman.code()) == 30
    assert moderator.waiting(words).count() == 1


FOCUS = """() => { const at = document.activeElement, look = getComputedStyle(at); return {
    name: at.name || '', sends: at.matches('[data-sending]'), tag: at.outerHTML.slice(0, 120),
    seen: look.outlineStyle !== 'none' || look.boxShadow !== 'none' }; }"""


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of this name, or the button that sends, has the focus.

    The order must not matter: when the end of the page is reached, it goes on at the top.
    """
    for _ in range(120):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if "<body" in focus["tag"]:
            continue
        assert focus["seen"], f"focus cannot be seen: {focus['tag']}"
        if focus["name"] == name and (name or focus["sends"]):
            return
    raise AssertionError(f"Tab never reaches {name or 'the button'}")


def test_the_desk_is_for_moderators_alone(somebody: Open, own_server: Server) -> None:
    """Strangers are shown the door; an editor is told no."""
    stranger = somebody()
    stranger.visit("/staff/desk/")
    assert "/staff/login/" in stranger.page.url
    editor = somebody()
    Moderator.signs_in(editor, own_server.account("editor"))
    assert editor.visit("/staff/desk/") == 403


def test_an_officer_edits_a_page(somebody: Open, own_server: Server) -> None:
    """The studio's page editor opens, works and saves; nothing in it breaks or asks elsewhere."""
    witness = somebody()
    Moderator.signs_in(witness, own_server.account("editor"))
    page = witness.page
    assert witness.visit("/staff/") == 200
    witness.visit("/staff/pages/")
    edit = "a[href*='/edit/'][href*='/staff/pages/']"
    found = page.locator(edit).evaluate_all("links => links.map((a) => a.getAttribute('href'))")
    ids = sorted(int(href.split("/")[3]) for href in set(found))
    assert len(ids) == 6
    # The oldest is the page that was written; the others are its translations.
    assert witness.visit(f"/staff/pages/{ids[-1]}/edit/") == 200
    page.locator(".js-translation-editor section").first.wait_for()
    assert witness.take_faults() == []
    assert witness.visit(f"/staff/pages/{ids[0]}/edit/") == 200
    page.locator("form#page-edit-form").wait_for()
    title = page.locator("#id_title")
    title.fill(f"{title.input_value()} (tried)")
    page.locator("button.action-save").locator("visible=true").first.click()
    page.locator(".messages .success").wait_for()
    assert page.locator("#id_title").input_value().endswith("(tried)")
    assert witness.take_faults() == []
