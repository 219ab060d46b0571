"""The private conversation: the desk asks, the sender answers with her code; no address."""

from django.db import transaction
from django.utils import timezone

from reflect2protect.audit.actions import record
from reflect2protect.core.models import User
from reflect2protect.submissions.actions.rows import WrongState, check, locked
from reflect2protect.submissions.models import Message, State, Submission

MOST = 40  # messages in one conversation


@transaction.atomic
def ask_sender(*, submission: Submission, text: str, by: User) -> None:
    """Ask the sender something; the reflection then waits for her and no longer for the desk.

    Raises PermissionDenied, and WrongState unless it is waiting.
    """
    check(by)
    row = locked(submission)
    if row.state != State.WAITING:
        raise WrongState
    _add(row, text, from_desk=True)
    record(verb="ask", ref=row.public_id, by=by)


@transaction.atomic
def answer_desk(*, submission: Submission, text: str) -> None:
    """Her answer; the reflection waits for the desk again. Raises WrongState when nobody asked."""
    row = locked(submission)
    if row.state != State.WAITING or not row.messages.filter(from_desk=True).exists():
        raise WrongState
    _add(row, text, from_desk=False)
    record(verb="answer", ref=row.public_id, by=None)


def _add(row: Submission, text: str, *, from_desk: bool) -> None:
    if row.messages.count() >= MOST:
        raise WrongState
    Message.objects.create(submission=row, from_desk=from_desk, sealed=row.seal(text.encode()))
    row.asked = from_desk
    row.since = timezone.localdate()
    row.save()
