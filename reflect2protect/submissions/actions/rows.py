"""Rows themselves: locked, as every verb begins; who may decide; which have lost their key,
and which still have one."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from reflect2protect.core import vault
from reflect2protect.core.models import User
from reflect2protect.core.roles import MODERATOR, PROTECTION_OFFICER
from reflect2protect.submissions.models import ENDED, State, Submission, SubmissionQuerySet


class WrongState(Exception):
    """The reflection has come to a state in which this cannot be done."""


def locked(submission: Submission) -> Submission:
    """The row as it is now, until the transaction's end. Raises WrongState when it is gone."""
    rows = Submission.including_what_may_not_be_shown.select_for_update()
    if (row := rows.filter(pk=submission.pk).first()) is None:
        raise WrongState
    return row


def check(by: User) -> None:
    """Raises PermissionDenied for whoever may not decide about reflections."""
    if not by.in_role(MODERATOR, PROTECTION_OFFICER):
        raise PermissionDenied


def take_down(row: Submission, state: State) -> None:
    """Give its places back and move it to another state; the caller saves."""
    row.state = state
    row.since = timezone.localdate()
    row.place = row.area_place = row.language_place = None


def unreadable() -> int:
    """How many living reflections nobody can read, because their key is gone without an end."""
    there = {name for name, _ in vault.everything()}
    living = Submission.including_what_may_not_be_shown.exclude(state__in=ENDED)
    wanted = living.values_list("key", "picture__key")
    return sum(not there.issuperset(filter(None, keys)) for keys in wanted)


def undestroyed() -> int:
    """How many have ended whose key is still in the vault, because destroying it did not work."""
    ended: SubmissionQuerySet = Submission.including_what_may_not_be_shown.in_state(*ENDED)
    return ended.exclude(key="").count()
