"""Every text that people send, on every page that shows it: exactly that text, and nothing else.

A page with hostile texts has the same kinds of elements as one with plain texts. The desk has
tests of its own for the same texts; in tests/browser a real browser judges.
"""

import json
from collections.abc import Callable
from email.message import EmailMessage
from html import escape, unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client

from reflect2protect.audit.models import Entry
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Area
from reflect2protect.publishing.registry import EVERYTHING
from reflect2protect.publishing.work import sealed
from reflect2protect.publishing.work.make import document_at
from reflect2protect.publishing.work.places import affected
from reflect2protect.publishing.work.relative import Links
from reflect2protect.publishing.work.rewrite import Words, rewrite
from reflect2protect.submissions import actions
from reflect2protect.submissions.forms import CodeForm, CoversForm, LetterForm, ParticipateForm
from reflect2protect.submissions.models import Message, Submission
from reflect2protect.submissions.tests.forms import ask, fields, picture, rows, send
from reflect2protect.submissions.tests.hostile import (
    CONTROLS,
    HOSTILE,
    MARKUP,
    TAKEN,
    TURNED,
    TYPED,
    UNSEEN,
    Page,
    as_read,
    crowd,
    flat,
    given_back,
    packs,
    page_of,
    taken,
    together,
)
from reflect2protect.submissions.views.participate import receipt_page
from reflect2protect.submissions.work import rails, receipt
from reflect2protect.submissions.work.reader import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

Make = Callable[..., Any]
EN = LANGUAGES["en"]
CODE = receipt.new_code()
TOO_LONG = TYPED["too long"][0]


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", picture(), "image/jpeg")


# One field, one text: refused, or kept as `clean` says.


def test_each_field_refuses_a_text_or_keeps_it(
    record_property: Callable[[str, object], None],
) -> None:
    record_property("strings", len(HOSTILE))
    rooms = {"words": 600, "name": 80, "alt": 300}
    for text in HOSTILE:
        form = ParticipateForm(fields(words=text, name=text, alt=text), language=EN)
        form.is_valid()
        for name, room in rooms.items():
            kept = taken(text, lines=name == "words")
            missing = name == "words" and kept == ""  # words alone have to say something
            refused = kept is None or len(kept) > room or missing
            assert (name in form.errors) == refused, (name, text)
            assert refused or form.cleaned_data[name] == kept
        answer, kept = LetterForm({"text": text}), taken(text)
        assert answer.is_valid() == bool(kept)
        assert not kept or answer.cleaned_data["text"] == kept


def test_what_only_programs_fill_in_does_nothing() -> None:
    """Codes, tokens and places in a picture: no text opens anything, and none is an error."""
    for text in HOSTILE:
        assert not CodeForm({"code": text}).is_valid()
        assert actions.open_pending(token=text) is None
        sent = QueryDict(mutable=True)
        sent.update({"oval": text, "cell": text})
        chosen = CoversForm(sent)
        assert not chosen.is_valid() or not (
            chosen.cleaned_data["oval"] or chosen.cleaned_data["cell"]
        )


# Forms give back what was typed.


def test_the_form_gives_back_what_was_typed() -> None:
    given_back(lambda text: send(words=text, name=text, alt=text), "words", "name", "alt")
    assert not rows().exists()


def test_choices_give_nothing_of_what_is_none_of_them() -> None:
    names = ("seen", "drawing", "colour", "country", "area", "wait", "until", "pending", "once")

    def post(text: str) -> Any:
        return send(**dict.fromkeys(names, text), covering=text)

    page = page_of(post(TOO_LONG), 422)
    assert page.kinds <= page_of(post("x" * 999), 422).kinds
    assert page.values["once"] == [as_read(TOO_LONG)]
    assert not rows().exists()


def test_the_page_of_covers_carries_everything_on() -> None:
    def post(text: str) -> Page:
        words, one = together()[:600], packs(80)[0]
        said = {"words": words, "name": one, "alt": one, text: text, "x": TOO_LONG}
        return page_of(send(seen="covered", picture=file(), **said))

    page = post("<img src=x onerror=window.ran=1>")
    assert page.kinds <= post("y").kinds
    assert page.values["x"] == [as_read(TOO_LONG)]
    assert page.values["words"] == [together()[:600]]
    assert page.values["<img src=x onerror=window.ran=1>"] == ["<img src=x onerror=window.ran=1>"]


@pytest.fixture
def hers(hang: Make) -> Make:
    """A reflection that CODE opens, which says one text in every field, with a letter each way."""

    def make(text: str, **state: Any) -> Submission:
        row: Submission = hang(
            **{"state": "waiting", "place": None, "code_hash": receipt.code_hash(CODE)} | state,
            words=together([text]),
            name=together([text], lines=False),
            alt=together([text], lines=False),
            note=together([text]),
        )
        for from_desk in (True, False):
            said = row.seal(together([text]).encode())
            Message.objects.create(submission=row, from_desk=from_desk, sealed=said)
        return row

    return make


def test_her_own_forms_give_back_what_was_typed(hers: Make) -> None:
    hers("Words.")
    given_back(lambda text: ask(CODE, action="change", words=text, name=text), "words", "name")
    given_back(lambda text: ask(CODE, action="seen", alt=text, seen="face"), "alt")
    given_back(lambda text: ask(CODE, action="answer", text=text), "text")
    rows().update(age_ok=False)
    given_back(lambda text: ask(CODE, action="confirm", words=text, name=text), "words", "name")
    given_back(ask, "code")
    assert rows().get().words == "Words."


def test_a_letter_says_no_other_words_than_were_written() -> None:
    for text in [*packs(300), *TURNED, *CONTROLS, *UNSEEN]:
        if text.startswith(">"):
            continue  # in a letter that is what somebody else has said
        for kind in ("plain", "html"):
            letter = EmailMessage()
            written = text if kind == "plain" else f"<p>{escape(text)}</p>"
            letter.set_content(written, subtype=kind)
            found, pictures = read(bytes(letter))
            kept = taken(str(found["words"]))
            assert flat(kept or "") == flat(taken(text) or ""), (kind, text)
            assert (found["left_out"], pictures) == (False, []), text


# Her own pages show what she sent.

STATES: dict[str, dict[str, Any]] = {
    "waiting": {"picture": "made"},
    "asked": {"asked": True},
    "declined": {"state": "declined", "reason": "hate"},
    "approved": {"state": "approved"},
    "by e-mail": {"age_ok": False, "consent_wall": False},
}


@pytest.mark.parametrize("state", STATES)
def test_her_page_shows_what_she_sent(hers: Make, state: str) -> None:
    def open_it(text: str) -> Page:
        rows().delete()
        hers(text, **{"place": 1, "language_place": 1} | STATES[state])
        return page_of(ask(CODE))

    whole, line = together(), together(lines=False)
    page = open_it("\n".join(TAKEN))
    assert page.kinds <= open_it("Some words.\n\nMore.").kinds | open_it("x" * 999).kinds
    assert whole in page.values["words"]
    assert line in page.values["name"]
    assert line in page.values["alt"]
    assert whole in page.texts["blockquote"]
    if state == "declined":
        assert page.texts["blockquote"].count(whole) == 2  # her words, and the note
    if state != "by e-mail":
        assert line in page.texts["bdi"]
        assert page.texts["p"].count(whole) == 2  # a letter each way
    if state == "waiting":
        assert line in page.said["alt"]


def test_the_receipt_shows_what_she_sent(hers: Make) -> None:
    def give(text: str, **state: Any) -> Page:
        rows().delete()
        return page_of(receipt_page(actions.Received(hers(text, **state), CODE), EN))

    page = give("\n".join(TAKEN), picture="made")
    assert page.kinds <= give("x", picture="made").kinds
    assert together() in page.texts["blockquote"]
    assert together(lines=False) in page.said["alt"]
    known = set().union(*(give("x" * long).kinds for long in (9, 50, 99)))
    for text in MARKUP:
        page = give(text)
        assert page.kinds <= known
        assert is_shown(text, page.texts["q"][0])


def is_shown(text: str, found: str) -> bool:
    """Whether it was found whole, or cut where there is no more room."""
    return found == text or (len(text) > 65 and found.endswith("…") and text.startswith(found[:-1]))


def test_why_she_withdraws_is_one_of_four_reasons_or_none(hers: Make) -> None:
    hers("\n".join(TAKEN))
    page = ask(CODE, action="withdraw", reason=TYPED["hidden"][0])
    row = rows().get()
    assert (row.state, row.sealed) == ("withdrawn", None)
    hers("x", code_hash=receipt.code_hash(other := receipt.new_code()))
    assert page_of(page).kinds <= page_of(ask(other, action="withdraw", reason="other")).kinds
    told = list(Entry.objects.values())
    assert not [text for text in packs(300) if text in page.content.decode() or text in str(told)]


# Public pages: one that lists many, one that shows one, and what machines read.

LISTS = ("/ar/wall/", "/en/wall/in/", "/en/areas/health/", "/en/")


@pytest.mark.parametrize("path", LISTS)
def test_a_page_of_many_shows_each(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rails, "BUCKET", 10_000)
    monkeypatch.setattr("reflect2protect.pages.publications.HOME_CARDS", 10_000)
    crowd(["x" * long for long in (9, 50, 65, 150, 250) for _ in range(2)])
    known = page_of(Client().get(path)).kinds
    rows().delete()
    # All are seen whole on the wall; elsewhere those with markup, and all in longer ones.
    texts = packs(65) if path == LISTS[0] else [*packs(65)[: len(MARKUP)], *packs(190)]
    crowd(texts)
    answer = Client().get(path)
    page = page_of(answer)
    assert page.kinds <= known
    # The newest hangs first; every other one has a picture in its glass, and its words below.
    described, worded = texts[::2][::-1], texts[1::2][::-1]
    assert [text for text in page.said["alt"] if text] == described
    for place, those in (("blockquote", described), ("q", worded)):
        assert len(page.texts[place]) == len(those)
        assert all(map(is_shown, those, page.texts[place]))
    names = [text for text in page.texts["bdi"] if text in texts]
    assert names == [text for text in texts[::-1] if len(text) <= 80]
    in_a_copy(answer.content.decode(), path, page)


def test_nothing_else_that_is_public_shows_anything(
    hang: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new kind of page that shows what people sent has to find its way into these tests."""
    monkeypatch.setattr(rails, "BUCKET", 1)  # so that there are older pages, too
    health = Area.objects.get(slug="health")
    for _ in range(3):
        hang(area=health, words="qzmark", name="qzmark", alt="qzmark", picture="made")
    found = set()
    for place in affected(EVERYTHING, ["en"]):
        document = document_at(place)
        if document and b"qzmark" in document.body:
            found.add((place.publication.name, *dict(place.keys).values()))
    pages = {(name, *keys) for name, *keys in found if name != "wall:reflection"}
    assert pages == {
        ("pages:home",),
        ("pages:page", "wall"),
        ("pages:area", "health"),
        ("wall:in",),
        ("wall:older", 1),
        ("wall:in-older", 1),
        ("wall:area-older", "health", 1),
        ("wall:feed",),
    }
    assert len(found - pages) == 3


def in_a_copy(html: str, path: str, page: Page) -> None:
    """Copies to give away are made from pages: nothing else becomes of them, and all can be cut."""
    links = Links(frozenset(), "https://campaign.example")
    copied = rewrite(html, f"{path[1:]}index.html", links, Words("", "", "", ""), lambda name: b"")
    found = Page(copied)
    assert found.said["alt"] == page.said["alt"]
    assert found.texts["blockquote"] == page.texts["blockquote"]
    marked = sealed.seal(copied.encode(), lambda ref, part: ("0" * 32, "0" * 32))
    rest = Page(sealed.cut(marked).decode())
    assert "blockquote" not in rest.texts and "q" not in rest.texts


def test_the_feed_is_xml_that_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reflect2protect.wall.work.feed.NEWEST", 10_000)
    texts = [text for text in packs(65) if len(text) <= 80]
    crowd(texts)
    root = ElementTree.fromstring(Client().get("/wall/feed.atom").content)  # noqa: S314 - our own
    atom = "{http://www.w3.org/2005/Atom}"
    entries = root.findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}title") for entry in entries] == texts[::-1]
    summaries = [entry.findtext(f"{atom}summary") or "" for entry in entries]
    assert [unescape(summary) for summary in summaries] == texts[::-1]
    assert {kind for summary in summaries for kind in Page(summary).kinds} == set()


def test_what_pages_ask_again_holds_ids_alone() -> None:
    made = crowd(packs(65)[:40])
    told = json.loads(Client().get("/wall/live.json").content)
    assert set(told) == {"bucket", "hanging"}
    assert set(told["hanging"]) <= {row.public_id for row in made}


@pytest.mark.parametrize("seen", ["made", ""])
def test_its_own_page_shows_what_was_sent(hang: Make, seen: str) -> None:
    def show(text: str) -> Page:
        line = together([text], lines=False)
        row = hang(picture=seen, words=together([text]), name=line, alt=line)
        return page_of(Client().get(f"/en/wall/{row.public_id}/"))

    page = show("\n".join(TAKEN))
    known = set().union(*(show("x" * long + "\n\nx\nx").kinds for long in (9, 80, 150, 999)))
    assert page.kinds <= known
    assert flat(together()) in [flat(text) for text in page.texts["blockquote"]]
    assert together(lines=False) in page.texts["bdi"]
    assert not seen or together(lines=False) in page.said["alt"]


def test_this_reader_would_notice(hang: Make) -> None:
    """Were a text put into the page as it is, something would be there that was not before."""
    row = hang(picture="made", words="qzmark", alt="qzmark")
    html = Client().get(f"/en/wall/{row.public_id}/").content.decode()
    known = Page(html).kinds
    for text in MARKUP[:12]:
        assert not Page(html.replace("qzmark", text)).kinds <= known, text
