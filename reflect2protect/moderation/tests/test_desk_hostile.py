"""At the desk every text is shown as exactly that text, and what staff type is given back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from reflect2protect.audit.models import Entry
from reflect2protect.moderation.tests.desk import DESK, case_of, decide
from reflect2protect.moderation.work import queue
from reflect2protect.submissions.models import Message, Submission
from reflect2protect.submissions.tests.forms import rows
from reflect2protect.submissions.tests.hostile import (
    MARKUP,
    SYNTAX,
    TAKEN,
    TYPED,
    crowd,
    flat,
    given_back,
    packs,
    page_of,
    together,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

Make = Callable[..., Any]
PAPER = f"{DESK}paper/"


@pytest.fixture
def wait(hang: Make) -> Make:
    """A reflection at the desk that says one text in every field, with a letter each way."""

    def make(text: str, **fields: Any) -> Submission:
        row: Submission = hang(
            **{"state": "waiting", "place": None, "picture": "made"} | fields,
            words=together([text]),
            name=together([text], lines=False),
            alt=together([text], lines=False),
        )
        for from_desk in (True, False):
            said = row.seal(together([text]).encode())
            Message.objects.create(submission=row, from_desk=from_desk, sealed=said)
        return row

    return make


@pytest.mark.parametrize("which", ["", "asked/", "shown/"])
def test_a_list_shows_each(client: Client, monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    monkeypatch.setattr(queue, "PART", 10_000)

    def fill(texts: list[str]) -> None:
        rows().delete()
        crowd(texts, waiting=which != "shown/")
        rows().update(asked=which == "asked/")

    fill(["x" * long for long in (9, 9, 200, 200)])
    known = page_of(client.get(f"{DESK}{which}")).kinds
    texts = packs(150)
    fill(texts)
    page = page_of(client.get(f"{DESK}{which}"))
    assert page.kinds <= known
    found = [text for text in page.texts["span"] if text in texts or text.endswith("…")]
    wanted = texts[::-1] if which == "shown/" else texts  # the newest first there
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one == other or (len(other) > 160 and other.startswith(one[:-1]))


@pytest.mark.parametrize("state", ["waiting", "approved"])
def test_a_case_shows_what_was_sent(client: Client, wait: Make, state: str) -> None:
    place = {"state": state, "place": 7 if state == "approved" else None, "language_place": 7}
    known = page_of(client.get(case_of(wait("x\n\nx\nx", **place)))).kinds
    rows().delete()
    page = page_of(client.get(case_of(wait("\n".join(TAKEN), **place))))
    assert page.kinds <= known
    whole, line = flat(together()), together(lines=False)
    assert [flat(text) for text in page.texts["blockquote"]] == [whole]
    assert [flat(text) for text in page.texts["div"]].count(whole) == 2  # a letter each way
    assert page.texts["bdi"].count(line) == 2  # the name, and the description
    assert line in page.said["alt"]


def test_a_case_gives_back_what_was_typed(client: Client, wait: Make) -> None:
    row = wait("Words.")
    given_back(lambda text: decide(client, row, decision="ask", text=text), "text")
    given_back(
        lambda text: decide(client, row, decision="decline", reason="hate", note=text), "note"
    )
    row.refresh_from_db()
    assert (row.state, row.note, row.messages.count()) == ("waiting", "", 2)


@pytest.mark.parametrize("name", ["decision", "reason", "language", "version"])
def test_a_decision_is_one_of_those_there_are(client: Client, wait: Make, name: str) -> None:
    row = wait("Words.")

    def post(text: str) -> Any:
        sent = {"decision": "decline", "reason": "hate", "language": "en", "version": "x"}
        return client.post(case_of(row), {**sent, name: text})

    for typed, _ in TYPED.values():
        assert page_of(post(typed), 422).kinds <= page_of(post("nothing"), 422).kinds
    row.refresh_from_db()
    assert row.state == "waiting"


def test_what_staff_write_reaches_the_sender_and_no_record(client: Client, wait: Make) -> None:
    row = wait("Words.")
    text = together()[:500]
    assert decide(client, row, decision="ask", text=text).status_code == 302
    row.refresh_from_db()
    asked = row.messages.order_by("-pk")[0]
    assert row.unseal(bytes(asked.sealed)).decode() == text.strip()
    assert decide(client, row, decision="decline", reason="hate", note=text).status_code == 302
    row.refresh_from_db()
    assert row.note == text.strip()
    told = [entry.verb for entry in Entry.objects.all()]
    assert told == ["ask", "decline"]
    assert "window.ran" not in str(list(Entry.objects.values()))


def test_a_list_goes_on_behind_numbers_alone() -> None:
    for text in [*MARKUP, *SYNTAX, "٣-٤", "1-1\n", "9" * 20, "-1"]:
        for part in (queue.waiting_part(queue.decidable(), text), queue.shown_part(text)):
            assert part == ([], "")


def test_the_sheet_gives_back_what_was_typed(client: Client) -> None:
    given_back(
        lambda text: client.post(PAPER, {"words": text, "name": text, "alt": text, "sheet": "en"}),
        "words",
        "name",
        "alt",
    )
    names = ("sheet", "seen", "drawing", "colour", "country", "area", "wait", "until", "once")
    for typed, _ in TYPED.values():
        page = page_of(client.post(PAPER, dict.fromkeys(names, typed)), 422)
        assert page.kinds <= page_of(client.post(PAPER, dict.fromkeys(names, "x" * 99)), 422).kinds
    assert not rows().exists()
