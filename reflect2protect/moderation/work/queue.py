"""What stands at the desk, and in which order. The desk's only way to what may not be shown."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.db.models import Q

from reflect2protect.submissions.models import (
    CONSENT_VERSIONS,
    CONSENTS,
    Message,
    Picture,
    State,
    Submission,
    SubmissionQuerySet,
)

PART = 50


def _allowed(*states: State) -> SubmissionQuerySet:
    """Those whose sender allows something, in a wording that holds: of others nothing may be read,
    not even here."""
    allowed = Q(*[(consent, True) for consent in CONSENTS], _connector=Q.OR)
    rows = Submission.including_what_may_not_be_shown.in_state(*states)
    return rows.filter(allowed, consent_version__in=CONSENT_VERSIONS)


def decidable() -> SubmissionQuerySet:
    """What somebody can decide now: whoever sent one before whoever sent many (core.rates)."""
    return _allowed(State.WAITING).filter(asked=False).order_by("turn", "pk")


def answered(rows: Iterable[Submission]) -> set[int]:
    """Which of those that can be decided now have answered a question of the desk."""
    theirs = Message.objects.filter(submission__in=rows, from_desk=False)
    return set(theirs.values_list("submission_id", flat=True))


def asked() -> SubmissionQuerySet:
    """What waits for its sender's answer, in the same order."""
    return _allowed(State.WAITING).filter(asked=True).order_by("turn", "pk")


def shown() -> SubmissionQuerySet:
    """What was approved, newest first."""
    return _allowed(State.APPROVED).order_by("-pk")


class Part(NamedTuple):
    """Some rows of a list; `more` is what continues it, or ""."""

    rows: list[Submission]
    more: str


def waiting_part(rows: SubmissionQuerySet, after: str) -> Part:
    """The next rows of `decidable` or `asked`, behind the turn and the key that `after` names."""
    if found := re.fullmatch(r"(\d{1,5})-(\d{1,18})", after):
        turn, pk = (int(number) for number in found.groups())
        rows = rows.filter(Q(turn__gt=turn) | Q(turn=turn, pk__gt=pk))
    return _cut(rows, lambda last: f"{last.turn}-{last.pk}")


def shown_part(after: str) -> Part:
    """The next rows of `shown`, behind the key that `after` names."""
    rows = shown()
    if re.fullmatch(r"\d{1,18}", after):
        rows = rows.filter(pk__lt=int(after))
    return _cut(rows, lambda last: str(last.pk))


def _cut(rows: SubmissionQuerySet, key: Callable[[Submission], str]) -> Part:
    found = list(rows.select_related("picture")[: PART + 1])
    return Part(found[:PART], key(found[PART - 1]) if len(found) > PART else "")


def find(public_id: str) -> Submission | None:
    """A reflection that can be decided, waits for its sender, or can be taken down."""
    rows = _allowed(State.WAITING, State.APPROVED)
    return rows.select_related("picture").filter(public_id=public_id).first()


def find_picture(name: str) -> Picture | None:
    """A picture of such a reflection, by the name of its files."""
    rows = _allowed(State.WAITING, State.APPROVED)
    picture: Picture | None = Picture.including_what_may_not_be_shown.filter(
        name=name, submission__in=rows
    ).first()
    return picture
