"""Hostile text on every page that shows what people sent: nothing runs, nothing is pushed apart."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from reflect2protect.submissions.tests.hostile import BLNS, TAKEN, as_read
from tests.browser.browser import Witness
from tests.browser.conftest import Record
from tests.browser.people import Moderator, Participant, planted_jpeg
from tests.browser.server import Server, wait_until

RUN = "window.ran=(window.ran||0)+1"
# Each would set `window.ran` if any of it were taken for markup or script; the rest would break
# the layout, the direction, or the template.
HOSTILE = {
    "script": f"</blockquote></q><script>{RUN}</script>",
    "handler": f'"><img src=x onerror="{RUN}"><svg onload={RUN}>',
    "attribute": f"' autofocus onfocus='{RUN}' x='\" onmouseover=\"{RUN}",
    "textarea": f"</textarea></title></style><script>{RUN}</script><!--",
    "link": f'javascript:{RUN} <a href="javascript:{RUN}" id=main>x</a> data:text/html,<b>',
    "template": "{{ 7|add:7 }} {% load i18n %} {% debug %} ${7*7} #{7*7} <%= 7*7 %> %(x)s {0!r}",
    "isolates": "\u2067left \u2066right\u200f\u200e abc \u2068(open",
    "long": "W" * 300,
    "long-arabic": "ﷺ" * 80 + "ـ" * 200,
    "rtl-in-ltr": "שלום (1) !مرحبا- <12> A-1 ؟",
    "emoji": "🏳️‍🌈" * 100,
    "marks": "e" + "\u0301\u0323\u0489" * 60 + " z",
    "lines": "\n".join("|" * 3 for _ in range(100)),
    # Of each twenty with markup in the npm list one; all of it goes through the form, below.
    "blns": "\n".join([text for text in BLNS if "<" in text][::20])[:600],
}
read: list[int] = []  # of each page that was read, how often anything ran
PAGES = ("/en/wall/", "/ar/wall/", "/en/", "/ar/")


@pytest.fixture(autouse=True)
def _counted(record_property: Record) -> Iterator[None]:
    """How many pages were read, and what ran there, for `make prove`."""
    read.clear()
    yield
    record_property("pages_read", len(read))
    record_property("scripts_run", sum(read))


@pytest.fixture(scope="module")
def sent(browser: Browser, own_server: Server) -> Iterator[dict[str, str]]:
    """Each hostile text as words, name and description of a reflection: its receipt code."""
    sender = Witness(browser, own_server.url, width=320)
    codes = {
        name: _send(Participant(sender, "ar" if "rtl" in name else "en"), text)
        for name, text in HOSTILE.items()
    }
    faults = sender.take_faults()
    sender.close()
    assert faults == []
    yield codes


def _send(participant: Participant, text: str) -> str:
    code = participant.send(text, name=text[:80], alt=text[:300], picture=planted_jpeg())
    assert _harm(participant.witness) == []
    return code


def _harm(witness: Witness) -> list[str]:
    """What a hostile text did to the page that is open."""
    page: dict[str, Any] = witness.page.evaluate(
        """() => ({ran: window.ran || 0, main: document.querySelectorAll('#main').length,
            scripts: document.querySelectorAll('script:not([src]), main script').length,
            handlers: document.querySelectorAll('[onerror],[onload],[onfocus]').length})"""
    )
    read.append(page["ran"])
    found = [f"{name}: {page[name]}" for name in ("ran", "scripts", "handlers") if page[name]]
    if page["main"] != 1:
        found.append(f"{page['main']} mains")
    return found + witness.sideways() + witness.take_faults()


def test_on_the_desk_and_in_public(
    sent: dict[str, str], browser: Browser, own_server: Server
) -> None:
    """The queue, each case, and once approved the wall, the home page and each page of its own."""
    reader = Witness(browser, own_server.url, width=320)
    moderator = Moderator.signs_in(reader, own_server.account("moderator"))
    faults = _on_the_desk(moderator, len(sent))
    wait_until(lambda: own_server.get("/en/wall/").count("<img") >= len(sent), 60, "pictures")
    for path in [*PAGES, *_permalinks(own_server, len(sent))]:
        assert reader.visit(path) == 200
        faults += [f"{path}: {fault}" for fault in _harm(reader)]
    wall = own_server.get("/en/wall/")
    assert "{{ 7|add:7 }}" in wall.replace("&quot;", '"')
    reader.close()
    assert faults == []


def _on_the_desk(moderator: Moderator, number: int) -> list[str]:
    faults = []
    page = moderator.witness.page
    for _ in range(number):
        assert moderator.witness.visit("/staff/desk/") == 200
        faults += [f"desk: {fault}" for fault in _harm(moderator.witness)]
        page.locator("ul.queue a").first.click()
        page.locator("details.curtain summary").click()
        faults += [f"{page.url}: {fault}" for fault in _harm(moderator.witness)]
        for looked in page.locator("[name=looked]").all():
            looked.check()
        page.click("[name=decision][value=approve]")
        page.locator("p.done").wait_for()
    assert page.locator("ul.queue a").count() == 0
    return faults


def _permalinks(server: Server, number: int) -> list[str]:
    found = dict.fromkeys(re.findall(r'href="(/en/wall/[\w-]{8,}/)"', server.get("/en/wall/")))
    return list(found)[:number]


@pytest.mark.parametrize("name", HOSTILE)
def test_in_the_form_of_its_sender(
    name: str, sent: dict[str, str], browser: Browser, own_server: Server
) -> None:
    """Where she changes it, the text is in the fields as she typed it, and does nothing."""
    witness = Witness(browser, own_server.url, width=320)
    Participant(witness, "en").open(sent[name])
    typed = witness.page.input_value("[name=words]")
    faults = _harm(witness)
    witness.close()
    assert faults == []
    assert typed.split() == unicodedata.normalize("NFC", HOSTILE[name]).split()


MARKED = ("script", "handler", "attribute", "textarea", "isolates")
LETTER = "\n".join(HOSTILE[name] for name in MARKED)


def test_in_letters_and_a_note(browser: Browser, own_server: Server) -> None:
    """What the desk and the sender write to each other, read by the other one."""
    sender, reader = (Witness(browser, own_server.url, width=320) for _ in range(2))
    woman = Participant(sender, "en")
    moderator = Moderator.signs_in(reader, own_server.account("moderator"))
    code = woman.send("Between the two of us.")
    moderator.read("Between the two of us.")
    case = reader.page.url
    reader.page.fill("[name=text]", LETTER)
    reader.page.click("[name=decision][value=ask]")
    reader.page.locator("p.done").wait_for()
    faults = []
    for answer in (LETTER, HOSTILE["long"]):
        woman.open(code)
        faults += [f"sender: {fault}" for fault in _harm(sender)]
        sender.page.fill("[name=text]", answer)
        sender.page.locator("form:has([name=text]) button").click()
        sender.page.locator("p.done").wait_for()
        faults += [f"sender, answered: {fault}" for fault in _harm(sender)]
    reader.page.goto(case)
    faults += [f"desk: {fault}" for fault in _harm(reader)]
    moderator.decline("Between the two of us.", "other", note=LETTER)
    woman.open(code)
    faults += [f"sender, declined: {fault}" for fault in _harm(sender)]
    said = sender.page.locator("blockquote, .letters").all_inner_texts()
    sender.close()
    reader.close()
    assert faults == []
    assert "".join(said).count(HOSTILE["handler"]) == 3


@pytest.mark.parametrize("path", ["/en/participate/", "/ar/participate/", "/staff/desk/paper/"])
def test_in_a_form_that_is_not_taken_in(path: str, browser: Browser, own_server: Server) -> None:
    """It comes back with what was typed in each field: here every hostile text that there is."""
    witness = Witness(browser, own_server.url, width=320)
    if path.startswith("/staff/"):
        Moderator.signs_in(witness, own_server.account("moderator"))
    witness.visit(path)
    every = as_read("\n".join(TAKEN))
    typed = {"words": every, "name": every.replace("\n", " "), "alt": every.replace("\n", " ")}
    form = witness.page.locator("form[data-reflection]")
    # Too long, without a yes to anything, and in fields that may be out of sight: the form's own
    # script would stop it, so it is sent past it.
    form.evaluate(
        """(form, typed) => {
            for (const [name, text] of Object.entries(typed)) form.elements[name].value = text;
            form.submit();
        }""",
        typed,
    )
    witness.page.locator("#problems").wait_for()
    faults = _harm(witness)
    found = {name: witness.page.input_value(f"[name={name}]") for name in typed}
    witness.close()
    assert faults == []
    assert found == typed


def test_the_policy_forbids_inline_code(browser: Browser, own_server: Server) -> None:
    """If a text ever became markup, the browser still would not run it, the desk included."""
    witness = Witness(browser, own_server.url)
    Moderator.signs_in(witness, own_server.account("moderator"))
    for path in ("/en/wall/", "/ar/participate/", "/staff/desk/", "/en/nothing-here/"):
        witness.visit(path)
        witness.take_faults()
        ran = witness.page.evaluate(
            """(run) => {
                const script = document.createElement('script');
                script.textContent = run;
                document.body.append(script);
                const box = document.createElement('div');
                box.innerHTML = '<img src="data:," onerror="' + run + '">';
                document.body.append(box);
                return new Promise((done) => setTimeout(() => done(window.ran || 0), 200));
            }""",
            RUN,
        )
        assert ran == 0, path
        assert any("Content Security Policy" in fault for fault in witness.take_faults()), path
    witness.close()
