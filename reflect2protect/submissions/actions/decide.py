"""The desk's verbs, and what the calendar decides."""

from django.db import transaction
from django.utils import timezone

from reflect2protect.audit.actions import record
from reflect2protect.core.models import Campaign, User
from reflect2protect.publishing.actions import mark, recall
from reflect2protect.submissions.actions.rows import WrongState, check, locked, take_down
from reflect2protect.submissions.models import (
    CONSENT_VERSIONS,
    CONSENTS,
    Rail,
    Reason,
    State,
    Submission,
)
from reflect2protect.submissions.work import rails

# What a moderator reads before she approves.
READ_BEFORE = (
    *("words", "alt", "name", "country", "area_id", "consent_wall"),
    *("seen", "drawing", "colour"),
)


@transaction.atomic
def approve_submission(*, submission: Submission, by: User, language: str = "") -> Submission:
    """Put it on the wall, at the newest places; `language` corrects what its words are in.

    Raises PermissionDenied, and WrongState unless it is waiting, allowed on the wall, and still
    as `submission` was when it was read.
    """
    check(by)
    row = locked(submission)
    # The sender may change it until now: nothing is approved that its moderator has not read.
    unread = any(getattr(row, name) != getattr(submission, name) for name in READ_BEFORE)
    if row.state != State.WAITING or unread or not allowed_now(row):
        raise WrongState
    Campaign.objects.select_for_update().get()  # one place at a time
    today = timezone.localdate()
    row.state = State.APPROVED
    row.since = row.decided = today
    row.language = language or row.language
    row.asked = False
    row.reason = row.note = ""
    if row.show_from and row.show_from <= today:
        row.show_from = None
    hang(row)
    row.save()
    record(verb="approve", ref=row.public_id, by=by)
    mark("submission", row.public_id)
    return row


def allowed_now(row: Submission) -> bool:
    """Whether its sender allows the wall today, in a wording that holds."""
    lasting = row.show_until is None or row.show_until > timezone.localdate()
    return row.consent_wall and row.consent_version in CONSENT_VERSIONS and lasting


def hang(row: Submission) -> None:
    """Give a reflection the next place on each of its rails. One caller at a time."""
    row.place = _next_place(rails.ALL)
    row.language_place = _next_place(rails.of_language(row.language))
    row.area_place = _next_place(rails.of_area(row.area_id)) if row.area_id else None


def _next_place(name: str) -> int:
    rail, _ = Rail.objects.get_or_create(name=name)
    rail.last += 1
    rail.save()
    if rails.opens_bucket(rail.last):
        mark("bucket", f"{name}:{rails.bucket_of(rail.last)}")
    return rail.last


@transaction.atomic
def show_submission(*, submission: Submission) -> None:
    """The pause that its sender asked for is over."""
    row = locked(submission)
    row.show_from = None
    row.save()
    mark("submission", row.public_id)


@transaction.atomic
def end_consent(*, submission: Submission) -> None:
    """What its sender allowed has ended, by its day or by a wording that holds no more: it comes
    down, and she is asked again when she returns with her code."""
    row = locked(submission)
    if row.state != State.APPROVED or allowed_now(row):
        return
    take_down(row, State.WAITING)
    for consent in CONSENTS:
        setattr(row, consent, False)
    row.save()
    record(verb="end-consent", ref=row.public_id, by=None)
    recall(row.public_id)


@transaction.atomic
def decline_submission(
    *, submission: Submission, by: User, reason: Reason, note: str = ""
) -> Submission:
    """Decline with a reason that the sender can read with her code.

    Raises PermissionDenied, and WrongState for one that has ended or is declined already.
    """
    check(by)
    row = locked(submission)
    if row.state not in {State.WAITING, State.APPROVED}:
        raise WrongState
    take_down(row, State.DECLINED)
    row.reason = reason
    row.note = note
    row.asked = False
    row.decided = row.since
    row.save()
    record(verb="decline", ref=row.public_id, by=by, reason=reason)
    recall(row.public_id)
    return row
