"""With the code: letters to and from the desk, another way to be seen, consents, the end."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reflect2protect.core import rates, vault
from reflect2protect.core.sweeps import find_sweeps, run_one, sweep_named
from reflect2protect.submissions import actions, forms, models, publications
from reflect2protect.submissions.models import Picture
from reflect2protect.submissions.tests.forms import WORDS, ask, picture, rows, says, send
from reflect2protect.submissions.tests.test_receive import code_in
from reflect2protect.submissions.views import mine
from reflect2protect.submissions.work import gone, shelf

TICKED = 'name="consent_wall" id="id_consent_wall" checked'

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]


def sweep(name: str) -> None:
    find_sweeps()
    found = sweep_named(f"submissions.{name}")
    assert found is not None
    while run_one(found, "a worker"):
        pass


def file(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(), "image/jpeg")


def test_the_desk_asks_and_the_sender_answers(staff: Callable[..., Any]) -> None:
    code = code_in(send())
    row = rows().get()
    actions.ask_sender(submission=row, text="Is <this> your own garden?", by=staff("moderator"))
    page = ask(code)
    assert says(page, "Is <this> your own garden?")
    assert says(page, "We have a question for you.")
    page = ask(code, action="answer", text="Yes, & nobody else's.")
    assert page.status_code == 200
    assert says(page, "Yes, & nobody else's.")
    row = rows().get()
    assert not row.asked
    kept = [(message.from_desk, bytes(message.sealed)) for message in row.messages.all()]
    assert [from_desk for from_desk, _ in kept] == [True, False]
    assert all(b"garden" not in sealed and b"nobody" not in sealed for _, sealed in kept)


def test_an_empty_answer_is_told_kindly_and_nobody_answers_what_was_not_asked(
    staff: Callable[..., Any],
) -> None:
    code = code_in(send())
    ask(code, action="answer", text="Unasked.")
    assert not rows().get().messages.exists()
    actions.ask_sender(submission=rows().get(), text="Who?", by=staff("moderator"))
    page = ask(code, action="answer", text="  ")
    assert page.status_code == 422
    assert says(page, "Please write a few words.")


def test_from_a_face_to_a_silhouette_the_picture_is_erased(
    django_capture_on_commit_callbacks: Any,
) -> None:
    code = code_in(send(picture=file(), alt="Four colours."))
    with django_capture_on_commit_callbacks(execute=True):
        page = ask(code, action="seen", seen="silhouette", drawing="s04", colour="leaf")
    assert page.status_code == 200
    row = rows().get()
    assert (row.seen, row.drawing, row.colour, row.alt) == ("silhouette", "s04", "leaf", "")
    assert not Picture.including_what_may_not_be_shown.exists()
    assert shelf.names() == []


def test_another_picture_takes_the_place_of_the_first(
    django_capture_on_commit_callbacks: Any,
) -> None:
    code = code_in(send(picture=file()))
    (first,) = shelf.names()
    with django_capture_on_commit_callbacks(execute=True):
        page = ask(code, action="seen", seen="face", picture=file(), alt="Another.")
    assert page.status_code == 200
    (second,) = shelf.names()
    assert first != second
    assert rows().get().alt == "Another."


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"seen": "face"}, "Please choose a picture, or another way."),
        ({"seen": ""}, "Please choose how you want to be seen."),
        ({"seen": "face", "picture": SimpleUploadedFile("a.jpg", b"x" * 999)}, "is not a picture"),
    ],
)
def test_a_way_that_lacks_something_changes_nothing(sent: dict[str, Any], told: str) -> None:
    code = code_in(send())
    page = ask(code, action="seen", **sent)
    assert page.status_code == 422
    assert says(page, told)
    assert (rows().get().seen, rows().get().words) == ("words", WORDS)


def test_what_was_allowed_ends_on_its_day_and_is_asked_again(staff: Callable[..., Any]) -> None:
    code = code_in(send(until="1y"))
    actions.approve_submission(submission=rows().get(), by=staff("moderator"))
    assert models.Submission.objects.count() == 1
    with time_machine.travel("2016-02-04T00:00:00Z"):
        assert models.Submission.objects.count() == 0
        sweep("consents")
        page = ask(code)
        assert says(page, "You allow nothing now")
        row = rows().get()
        assert (row.state, row.consent_wall, row.place) == ("waiting", False, None)
        ask(code, action="change", words=WORDS, consent_wall="on", until="3y")
        row = rows().get()
        assert (row.consent_wall, row.show_until) == (True, date(2019, 2, 4))


def test_a_new_wording_of_the_consents_takes_all_down_until_they_are_given_again(
    staff: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_in(send())
    actions.approve_submission(submission=rows().get(), by=staff("moderator"))
    for module in (models, actions.decide, actions.change, forms, mine, publications):
        monkeypatch.setattr(module, "CONSENT_VERSIONS", ("3000-01-01",))
    assert models.Submission.objects.count() == 0
    page = ask(code)
    assert says(page, "It waits for your yes.")
    assert TICKED not in page.content.decode()
    # A form that was open meanwhile, or says nothing of its wording: what she read holds no more.
    for old in ("2026-11-23", ""):
        page = ask(code, action="change", words="Other", consent_wall="on", consent_version=old)
        assert (page.status_code, rows().get().words) == (422, WORDS)
        assert says(page, "The words of these consents have changed meanwhile.")
        assert TICKED not in page.content.decode()
        assert 'name="consent_version" value="3000-01-01"' in page.content.decode()
    new = {"consent_wall": "on", "consent_version": "3000-01-01"}
    ask(code, action="change", words=WORDS, **new)
    assert rows().get().consent_version == "3000-01-01"
    actions.approve_submission(submission=rows().get(), by=staff("moderator"))
    assert models.Submission.objects.count() == 1


def test_nothing_is_taken_in_on_words_that_nobody_asks_any_more() -> None:
    page = send(consent_version="2001-01-01", name="Lou")
    assert page.status_code == 422
    assert says(page, "The words of these consents have changed meanwhile.")
    assert TICKED not in page.content.decode()
    assert says(page, "Lou")
    assert not rows().exists()


def test_a_code_is_no_way_round_the_limit_of_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Withdrawing has no limit, and nothing of what she sent before is lost."""
    monkeypatch.setitem(rates.LIMITS, "posts", 2)
    code = code_in(send(picture=file()))
    place: dict[str, Any] = {"campaign.sender": secrets.token_hex(8)}
    told = {"code": code, "action": "seen", "seen": "face"}
    statuses = [
        Client().post("/en/my-reflection/", told | {"picture": file()}, **place).status_code
        for _ in range(3)
    ]
    assert statuses == [200, 200, 429]
    gone = Client().post("/en/my-reflection/", {"code": code, "action": "withdraw"}, **place)
    assert says(gone, "It is gone.")


def test_who_unticks_everything_is_taken_down_and_may_tick_again(
    staff: Callable[..., Any],
) -> None:
    code = code_in(send())
    actions.approve_submission(submission=rows().get(), by=staff("moderator"))
    page = ask(code, action="change", words=WORDS)
    assert page.status_code == 200
    assert says(page, "It waits for your yes.")
    assert models.Submission.objects.count() == 0
    assert rows().get().state == "waiting"
    assert says(ask(code, action="change", words=WORDS, consent_wall="on"), "waiting to be read")


def test_a_pause_of_48_hours_ends_on_the_third_day(staff: Callable[..., Any]) -> None:
    send(wait="48")
    actions.approve_submission(submission=rows().get(), by=staff("moderator"))
    for day, shown in (("2015-02-06T23:59:00Z", 0), ("2015-02-07T00:01:00Z", 1)):
        with time_machine.travel(day):
            sweep("pauses")
            assert models.Submission.objects.count() == shown


def test_a_withdrawal_leaves_nothing_that_can_be_read(
    staff: Callable[..., Any], django_capture_on_commit_callbacks: Any
) -> None:
    code = code_in(send(picture=file(), name="Nobody", country="FR", alt="A colour."))
    row = rows().get()
    actions.ask_sender(submission=row, text="Who?", by=staff("moderator"))
    key = row.key
    assert vault.keys([key])
    with django_capture_on_commit_callbacks(execute=True):
        page = ask(code, action="withdraw", reason="unsafe")
    assert says(page, "It is gone.")
    row = rows().get()
    assert (row.state, row.sealed, row.key, row.country) == ("withdrawn", None, "", "")
    assert (row.messages.count(), shelf.names()) == (0, [])
    assert vault.keys([key]) == {}
    assert key in gone.noted()
    assert says(ask(code), "It is gone.")


def test_a_withdrawn_one_is_forgotten_after_30_days(
    django_capture_on_commit_callbacks: Any,
) -> None:
    code = code_in(send())
    with django_capture_on_commit_callbacks(execute=True):
        ask(code, action="withdraw")
    for day, left in (("2015-03-05T12:00:00Z", 1), ("2015-03-06T12:00:00Z", 0)):
        with time_machine.travel(day):
            sweep("memories")
            assert rows().count() == left
            assert ask(code).status_code == (200 if left else 422)


@pytest.mark.parametrize(("state", "days"), [("declined", 30), ("waiting", 180)])
def test_what_is_over_is_erased(hang: Callable[..., Any], state: str, days: int) -> None:
    row = hang(state=state, place=None, since=date(2015, 2, 4), picture="made")
    day = date.fromordinal(date(2015, 2, 4).toordinal() + days)
    for offset, left in ((-1, state), (0, "erased")):
        with time_machine.travel(date.fromordinal(day.toordinal() + offset)):
            sweep("over")
            row.refresh_from_db()
            assert row.state == left
    sweep("keys")
    sweep("erasures")
    assert vault.keys([row.key]) == {}
    assert shelf.names() == []
