"""A server that is away, refuses or breaks off, and a worker that is killed between two steps."""

import os
import signal
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from reflect2protect.publishing.work.stops import ALL
from reflect2protect.submissions import actions
from reflect2protect.submissions.actions import mail
from reflect2protect.submissions.actions.mail import MOST_ANSWERS
from reflect2protect.submissions.models import Mailbox, State
from reflect2protect.submissions.tests.forms import ask, rows, says
from reflect2protect.submissions.work import contents
from tests.mail.letters import letter, look
from tests.mail.servers import Catcher, Post
from tests.mail.test_journey import LINK

NOW = datetime.now(UTC)


def codes(outgoing: Catcher) -> list[str]:
    return [LINK.findall(text)[0][1] for text in outgoing.texts()]


@pytest.mark.parametrize("step", ["at_address", "at_letter", "at_end"])
def test_killed_at_any_step_it_is_answered_in_the_end(
    own_database: object, post: Post, outgoing: Catcher, step: str
) -> None:
    post.put(bytes(letter()))
    worker = 0

    def kill(*told: object) -> str:
        if worker:
            os.kill(worker, signal.SIGKILL)
        return "250 OK"

    setattr(outgoing, step, kill)
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        worker = os.fork()
    if not worker:
        look()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == -signal.SIGKILL
    worker = 0
    assert post.count() == 1
    Mailbox.objects.update(claimed_until=NOW - timedelta(days=1))
    assert look()
    assert post.count() == 0
    # Killed once the letter was handed over: a second answer, and both codes open something.
    assert len(outgoing.sent) == (1 if step == "at_address" else 2)
    for code in codes(outgoing):
        assert says(ask(code), "It is here. You decide what happens to it.")
    assert not rows().filter(age_ok=True).exists()


@pytest.mark.django_db
def test_what_could_not_be_answered_is_erased_and_answered_once_later(
    post: Post, outgoing: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    post.put(bytes(letter()))
    outgoing.at_letter = lambda: "451 full"
    look()
    (row,) = rows()
    assert (row.state, row.sealed, post.count(), outgoing.sent) == (State.ERASED, None, 1, [])
    assert "SMTPDataError" in caplog.text
    outgoing.at_letter = lambda: "250 OK"
    look()
    assert (post.count(), len(outgoing.sent)) == (0, 1)
    assert [row.state for row in rows()] == [State.ERASED, State.WAITING]


@pytest.mark.django_db
def test_while_no_server_sends_nothing_is_taken_in(
    post: Post, outgoing: Catcher, settings: Any
) -> None:
    post.put(bytes(letter()))
    told = settings.MAIL
    settings.MAIL = {**told, "port": 1}
    for _ in range(3):
        look()
    assert (post.count(), rows().count()) == (1, 0)
    assert Mailbox.objects.get().attempts == 3
    settings.MAIL = told
    look()
    assert (post.count(), rows().count(), len(outgoing.sent)) == (0, 1, 1)


@pytest.mark.django_db
def test_nobody_who_cannot_be_answered_holds_the_others_up(post: Post, outgoing: Catcher) -> None:
    for name in ("later", "never", "fine"):
        post.put(bytes(letter(From=f"{name}@private.example")))
    answers = {"later": "450 later", "never": "550 nobody", "fine": "250 OK"}
    outgoing.at_address = lambda address: answers[address.partition("@")[0]]
    for _ in range(4):
        look()
    assert [to for _, to, _ in outgoing.sent] == [["fine@private.example"]]
    assert post.count() == 1  # the first, which is tried again
    answers["later"] = "250 OK"
    look()
    assert (post.count(), rows().count(), len(outgoing.sent)) == (0, 2, 2)


@pytest.mark.django_db
def test_an_answer_that_is_not_taken_holds_nobody_up(post: Post, outgoing: Catcher) -> None:
    """Whoever it is for, or whatever is wrong with it; what came of the letter is erased."""
    for name in ("refused", "fine"):
        post.put(bytes(letter(From=f"{name}@private.example")))
    said = iter(["550 not from you", "250 OK", "550 not from you"])
    outgoing.at_letter = lambda: next(said)
    for _ in range(3):
        look()
    assert [to for _, to, _ in outgoing.sent] == [["fine@private.example"]]
    assert post.count() == 1
    states = sorted(row.state for row in rows())
    assert states == [State.ERASED, State.ERASED, State.WAITING]


@pytest.mark.django_db
def test_a_letter_that_nobody_thought_of_holds_nobody_up(
    post: Post, outgoing: Catcher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again behind the others, for two days."""
    for name in ("odd", "fine"):
        post.put(bytes(letter(words=f"From {name}.", From=f"{name}@private.example")))
    read = contents.read_letter

    def fails_at_the_odd_one(data: bytes) -> Any:
        if b"From odd" in data:
            raise LookupError("a charset that nobody knows")
        return read(data)

    monkeypatch.setattr(mail, "read_letter", fails_at_the_odd_one)
    for _ in range(3):
        look()
    assert [to for _, to, _ in outgoing.sent] == [["fine@private.example"]]
    assert (post.count(), "LookupError" in caplog.text) == (1, True)
    assert "nobody knows" not in caplog.text
    monkeypatch.setattr(mail, "read_letter", read)
    look()
    assert (post.count(), len(outgoing.sent)) == (0, 2)


@pytest.mark.django_db
def test_after_two_days_nobody_waits_any_more(post: Post, outgoing: Catcher) -> None:
    outgoing.at_address = lambda address: "450 later"
    post.put(bytes(letter()), NOW - timedelta(days=2, hours=1))
    post.put(bytes(letter()), NOW - timedelta(days=1, hours=20))
    look()
    look()
    assert post.count() == 2, "each is put off once at least"
    for _ in range(40):
        if post.count() == 1:
            break
        look()
    assert (post.count(), outgoing.sent, rows().count()) == (1, [], 0)


@pytest.mark.django_db
def test_nobodys_mailbox_is_flooded_through_ours(post: Post, outgoing: Catcher) -> None:
    for _ in range(MOST_ANSWERS + 2):
        post.put(bytes(letter()))
    post.put(bytes(letter(From="other@private.example")))
    for _ in range(MOST_ANSWERS + 3):
        look()
    assert len(outgoing.sent) == MOST_ANSWERS + 1
    assert post.count() == 2


@pytest.mark.django_db
def test_the_campaign_has_ended_or_is_stopped(
    post: Post, outgoing: Catcher, mid_campaign: object
) -> None:
    from reflect2protect.core.models import Campaign
    from reflect2protect.publishing.work import stops

    post.put(bytes(letter()))
    stops.set_marker(ALL)
    assert not look()
    stops.lift(ALL)
    Campaign.objects.update(archived=timezone.localdate())
    assert look()
    assert "The campaign has ended." in outgoing.texts()[0]
    assert (post.count(), rows().count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("left_out", ["MAILBOX", "MAIL", "MAIL_FROM"])
def test_it_is_off_unless_all_is_set(post: Post, settings: Any, left_out: str) -> None:
    post.put(bytes(letter()))
    setattr(settings, left_out, "" if left_out == "MAIL_FROM" else {})
    assert not look()
    assert post.count() == 1


@pytest.mark.django_db
def test_one_look_a_minute_and_thirty_letters_a_minute(post: Post, outgoing: Catcher) -> None:
    post.put(bytes(letter()))
    for letters, seconds in ((1, 2.0), (0, 60.0)):
        assert post.count() == letters
        before = timezone.now()
        actions.look_into_mailbox(mailbox=Mailbox.objects.get())
        pause = (Mailbox.objects.get().again - before).total_seconds()
        assert seconds <= pause < seconds + 30
