"""One case: how its sender is seen, what she allowed and for how long, and the conversation."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from reflect2protect.audit.models import Entry
from reflect2protect.moderation.tests.desk import (
    DESK,
    case_of,
    cases_in,
    decide,
    sign_in,
    version_of,
)
from reflect2protect.submissions.actions import answer_desk
from reflect2protect.submissions.actions.letters import MOST
from reflect2protect.submissions.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

Make = Callable[..., Any]
QUESTION = "Is the <b>window</b> behind you yours?"
ANSWER = "It is my sister’s."


@pytest.fixture
def client(staff: Make) -> Client:
    return sign_in(staff("protection officer"))


def page_of(client: Client, row: Submission) -> str:
    return client.get(case_of(row)).content.decode()


SEEN: dict[str, tuple[dict[str, Any], str, bool, bool]] = {
    "face": ({"picture": "wanted"}, "With a picture<", True, False),
    "covered": ({"picture": "wanted"}, "With a picture, face covered", True, False),
    "silhouette": ({"drawing": "s03", "colour": "rose"}, "With a drawn silhouette", False, True),
    "mirror": ({"drawing": "m02", "colour": "leaf"}, "With a drawn mirror", False, True),
    "words": ({}, "With words alone", False, False),
}


@pytest.mark.parametrize("seen", SEEN)
def test_a_case_shows_how_its_sender_is_seen(client: Client, wait: Make, seen: str) -> None:
    fields, told, picture, drawing = SEEN[seen]
    page = page_of(client, wait(seen=seen, **fields))
    assert told in page
    assert ("/staff/desk/pictures/" in page, 'class="drawn' in page) == (picture, drawing)


def test_a_picture_and_a_drawing_are_never_both_shown(client: Client, wait: Make) -> None:
    page = page_of(client, wait(seen="face", picture="wanted", drawing="s03"))
    assert ("/staff/desk/pictures/" in page, 'class="drawn' in page) == (True, False)


@pytest.mark.parametrize(
    ("fields", "told", "approvable"),
    [
        ({"show_from": date(2015, 2, 7)}, "7\xa0February 2015", True),
        ({"show_from": date(2015, 2, 4)}, "no pause", True),
        ({"show_until": date(2016, 2, 4)}, "4\xa0February 2016", True),
        ({}, "no day set", True),
        ({"show_until": date(2015, 2, 4)}, "what the sender allowed has ended", False),
        ({"consent_wall": False, "consent_press": True}, "did not say yes to the wall", False),
    ],
)
def test_a_case_says_when_and_whether_it_may_be_shown(
    client: Client, wait: Make, fields: dict[str, Any], told: str, approvable: bool
) -> None:
    row = wait(**fields)
    page = page_of(client, row)
    assert (told in page, 'value="approve"' in page) == (True, approvable)
    answer = decide(client, row, decision="approve", language="en")
    row.refresh_from_db()
    wanted = (302, "approved") if approvable else (422, "waiting")
    assert (answer.status_code, row.state) == wanted


def test_what_was_allowed_in_words_that_hold_no_more_is_read_by_nobody(
    client: Client, wait: Make
) -> None:
    row = wait(consent_version="1")
    assert cases_in(client, DESK) == []
    assert client.get(f"{DESK}{row.public_id}/").headers["Location"] == DESK


@pytest.mark.data
def test_a_question_waits_for_the_sender_and_its_answer_for_the_desk(
    client: Client, wait: Make
) -> None:
    row = wait()
    answer = decide(client, row, decision="ask", text=QUESTION)
    assert (answer.status_code, answer.headers["Location"]) == (302, DESK)
    assert cases_in(client, DESK) == []
    assert cases_in(client, f"{DESK}asked/") == [row.public_id]
    assert Entry.objects.get().verb == "ask"
    row.refresh_from_db()
    answer_desk(submission=row, text=ANSWER)
    assert cases_in(client, DESK) == [row.public_id]
    page = page_of(client, row)
    assert "Is the &lt;b&gt;window&lt;/b&gt; behind you yours?" in page
    assert page.index("behind you yours?") < page.index(ANSWER)
    assert page.count('<div dir="auto"><p>') == 2


def test_nobody_decides_before_she_has_read_the_answer(client: Client, wait: Make) -> None:
    row = wait()
    decide(client, row, decision="ask", text=QUESTION)
    seen = version_of(client, row)
    answer_desk(submission=row, text="Please do not show it.")
    for fields in (
        {"decision": "approve", "language": "en"},
        {"decision": "decline", "reason": "hate", "note": "My note"},
        {"decision": "ask", "text": "My question"},
    ):
        answer = client.post(case_of(row), {"version": seen, **fields})
        page = answer.content.decode()
        assert (answer.status_code, "Please do not show it." in page) == (422, True)
        typed = fields.get("note") or fields.get("text") or ""
        assert typed in page
    row.refresh_from_db()
    assert (row.state, row.asked) == ("waiting", False)


def test_a_picture_that_was_replaced_is_looked_at_again(client: Client, wait: Make) -> None:
    row = wait(seen="face", picture="made")
    seen = version_of(client, row)
    row.picture.name = "another"
    row.picture.save()
    answer = client.post(case_of(row), {"decision": "approve", "language": "en", "version": seen})
    assert answer.status_code == 422


def test_a_conversation_has_an_end(client: Client, wait: Make) -> None:
    row = wait()
    row.messages.bulk_create(
        row.messages.model(submission=row, from_desk=True, sealed=row.seal(b"?"))
        for _ in range(MOST)
    )
    answer = decide(client, row, decision="ask", text=QUESTION)
    assert answer.status_code == 422
    assert "as long as it can be" in answer.content.decode()


def test_what_is_on_the_wall_is_not_asked_about(client: Client, hang: Make) -> None:
    row = hang()
    assert 'value="ask"' not in page_of(client, row)
    assert decide(client, row, decision="ask", text=QUESTION).status_code == 422
    assert not Entry.objects.exists()


def test_the_words_of_a_sender_stand_apart(client: Client, wait: Make) -> None:
    words = {"words": "كلمات", "alt": "وصف", "name": "اسم"}
    page = page_of(client, wait(seen="face", picture="wanted", language="ar", **words))
    assert '<blockquote lang="ar" dir="auto">' in page
    assert '<bdi lang="ar" dir="auto">وصف</bdi>' in page
    assert "<bdi>اسم</bdi>" in page
    assert re.search(r'<img [^>]*alt="وصف"', page)
