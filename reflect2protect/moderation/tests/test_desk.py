"""The desk: who may come in, what they can decide, and what nobody can."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from reflect2protect.audit.models import Entry
from reflect2protect.core.models import User
from reflect2protect.moderation.tests.desk import DESK, case_of, decide, sign_in, version_of
from reflect2protect.submissions.actions import change_submission, withdraw_submission
from reflect2protect.submissions.models import Reason, Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

Make = Callable[..., Any]


@pytest.fixture
def waiting(hang: Make) -> Submission:
    row: Submission = hang(
        state="waiting", place=None, decided=None, picture="wanted", words="Words <b>here</b>"
    )
    return row


ROLES: dict[str, tuple[tuple[str, ...], dict[str, bool], int]] = {
    "editor": (("editor",), {}, 403),
    "without a role": ((), {}, 403),
    "moderator": (("moderator",), {}, 200),
    "protection officer": (("protection officer",), {}, 200),
    "administrator": ((), {"is_superuser": True}, 200),
}


@pytest.mark.parametrize("role", ROLES)
def test_the_desk_opens_for_those_who_decide(staff: Make, waiting: Submission, role: str) -> None:
    groups, fields, status = ROLES[role]
    client = sign_in(staff(*groups, **fields))
    picture = f"{DESK}pictures/{waiting.picture.name}/640.jpg"
    for path in (DESK, case_of(waiting), picture):
        assert client.get(path).status_code == status, path
    seen = {"version": version_of(client, waiting)} if status == 200 else {}
    decision = {"decision": "approve", "language": "en", "looked": "1"}
    answer = client.post(case_of(waiting), decision | seen)
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state) == (
        (403, "waiting") if status == 403 else (302, "approved")
    )


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["anonymous", "inactive"])
def test_strangers_are_sent_to_the_door(
    staff: Make, waiting: Submission, who: str, method: str
) -> None:
    client = Client()
    if who == "inactive":
        user = staff("moderator")
        client.force_login(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
    picture = f"{DESK}pictures/{waiting.picture.name}/640.jpg"
    for path in (DESK, case_of(waiting), picture):
        answer = getattr(client, method)(path, {"decision": "approve"})
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/staff/login/?next="), path
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    assert not Entry.objects.exists()


def test_a_role_that_is_taken_away_counts_at_once(
    client: Client, moderator: User, waiting: Submission
) -> None:
    assert client.get(DESK).status_code == 200
    moderator.groups.clear()
    assert client.get(DESK).status_code == 403


def test_a_case_shows_what_was_sent_and_allowed_as_text(
    client: Client, waiting: Submission
) -> None:
    html = client.get(case_of(waiting)).content.decode()
    assert "Words &lt;b&gt;here&lt;/b&gt;" in html
    assert f"{DESK}pictures/{waiting.picture.name}/640.jpg" in html
    assert [html.count(f'<div class="{kind}"><dt>') for kind in ("yes", "no")] == [1, 3]


def test_the_desks_picture_is_seen_before_the_public_may(
    client: Client, waiting: Submission
) -> None:
    name = waiting.picture.name
    answer = client.get(f"{DESK}pictures/{name}/640.jpg")
    assert (answer.content, answer.headers["Content-Type"]) == (b"the master", "image/webp")
    assert answer.headers["Cache-Control"] == "no-store"
    assert Client().get(f"/pictures/{name}/640.jpg").status_code == 404
    assert client.get(f"{DESK}pictures/nobodys/640.jpg").status_code == 404


@pytest.mark.data
def test_approving_hangs_it_and_is_recorded_once(
    client: Client, moderator: User, waiting: Submission
) -> None:
    assert decide(client, waiting, decision="approve", language="fr").status_code == 422
    assert not Entry.objects.exists(), "the picture was not looked at"
    answer = decide(client, waiting, decision="approve", language="fr", looked="1")
    waiting.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (302, DESK)
    assert (waiting.state, waiting.language, waiting.place) == ("approved", "fr", 1)
    entry = Entry.objects.get()
    told = (entry.verb, entry.ref, entry.actor, entry.reason)
    assert told == ("approve", waiting.public_id, moderator, "")


@pytest.mark.data
@pytest.mark.parametrize("reason", Reason)
def test_declining_keeps_the_reason_for_the_sender(
    client: Client, moderator: User, waiting: Submission, reason: Reason
) -> None:
    decide(client, waiting, decision="decline", reason=reason.value, note="Please try again.")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason, waiting.note) == (
        "declined", reason.value, "Please try again."
    )  # fmt: skip
    entry = Entry.objects.get()
    told = (entry.verb, entry.ref, entry.actor, entry.reason)
    assert told == ("decline", waiting.public_id, moderator, reason.value)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"decision": "decline"},
        {"decision": "decline", "reason": "taste"},
        {"decision": "decline", "reason": "hate", "note": "hidden \u202e characters"},
        {"decision": "ask"},
        {"decision": "ask", "text": " \n "},
        {"decision": "ask", "text": "x" * 601},
        {"decision": "burn"},
        {"decision": "approve", "language": "xx"},
    ],
    ids=str,
)
def test_a_decision_that_makes_no_sense_decides_nothing(
    client: Client, waiting: Submission, fields: dict[str, str]
) -> None:
    assert decide(client, waiting, **fields).status_code == 422
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    assert not Entry.objects.exists()


CHANGES: list[dict[str, Any]] = [
    {"words": "Other words"},
    {"alt": "Other picture"},
    {"name": "Another"},
    {"country": "NZ"},
    {"consent_wall": False, "consent_press": True},
    {"seen": "silhouette"},
    {"drawing": "s02"},
    {"colour": "rose"},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("decision", ["approve", "decline"])
def test_nobody_decides_about_what_she_has_not_seen(
    client: Client, waiting: Submission, changes: dict[str, Any], decision: str
) -> None:
    seen = version_of(client, waiting)
    change_submission(submission=waiting, changes=changes)
    fields = {"decision": decision, "reason": "hate", "version": seen}
    assert client.post(case_of(waiting), fields).status_code == 422
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_what_the_sender_did_not_allow_on_the_wall_cannot_be_approved(
    client: Client, waiting: Submission
) -> None:
    change_submission(submission=waiting, changes={"consent_wall": False, "consent_press": True})
    html = client.get(case_of(waiting)).content.decode()
    assert 'value="approve"' not in html
    assert decide(client, waiting, decision="approve").status_code == 422
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_what_was_withdrawn_meanwhile_leads_back_to_the_queue(
    client: Client, waiting: Submission
) -> None:
    seen = version_of(client, waiting)
    withdraw_submission(submission=waiting)
    for answer in (
        client.get(case_of(waiting)),
        client.post(case_of(waiting), {"decision": "approve", "version": seen}),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (302, DESK)
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"


@pytest.mark.parametrize("path", ["nobodys/", "2222222222222/"])
def test_a_case_that_never_was_leads_back_to_the_queue(client: Client, path: str) -> None:
    assert client.get(DESK + path).status_code == 302


def test_a_decision_needs_the_desks_own_token(moderator: User, waiting: Submission) -> None:
    client = sign_in(moderator, enforce_csrf_checks=True)
    fields = {"decision": "approve", "language": "en", "looked": "1"}
    assert client.post(case_of(waiting), fields).status_code == 403
    html = client.get(case_of(waiting)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert token
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    fields |= {"csrfmiddlewaretoken": token[1], "version": version_of(client, waiting)}
    assert client.post(case_of(waiting), fields).status_code == 302


def test_the_desk_is_under_the_public_sites_policy_and_is_not_kept(
    client: Client, waiting: Submission
) -> None:
    public = Client().get("/en/").headers["Content-Security-Policy"]
    for path in (DESK, case_of(waiting)):
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"] == public
        assert "unsafe-inline" not in public
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_other_methods_are_refused(client: Client, waiting: Submission) -> None:
    assert client.post(DESK).status_code == 405
    assert client.delete(case_of(waiting)).status_code == 405


def test_staff_cookies_never_reach_the_public_pages(
    staff: Make, waiting: Submission, settings: LazySettings
) -> None:
    user = staff("moderator", password="a long pass phrase")
    client = Client()
    client.get("/staff/login/")
    fields = {"username": user.username, "password": "a long pass phrase"}
    assert client.post("/staff/login/", fields).status_code == 302
    assert client.get(DESK).status_code == 200
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    for cookie in client.cookies.values():
        assert (cookie["path"], cookie["samesite"]) == ("/staff/", "Strict")


def test_what_nobody_has_read_cannot_be_decided(client: Client, waiting: Submission) -> None:
    answer = client.post(case_of(waiting), {"decision": "approve", "language": "en"})
    waiting.refresh_from_db()
    assert (answer.status_code, waiting.state) == (422, "waiting")


def test_what_is_on_the_wall_can_be_taken_down(client: Client, hang: Make) -> None:
    row = hang(words="On the wall for now")
    assert "On the wall for now" in client.get(f"{DESK}shown/").content.decode()
    assert "On the wall for now" not in client.get(DESK).content.decode()
    page = client.get(case_of(row)).content.decode()
    assert 'value="approve"' not in page
    decide(client, row, decision="decline", reason="identifies")
    row.refresh_from_db()
    assert (row.state, row.place, row.reason) == ("declined", None, "identifies")
    assert not Submission.objects.filter(pk=row.pk).exists()
    assert list(Entry.objects.order_by("-number").values_list("verb", flat=True)[:1]) == ["decline"]
