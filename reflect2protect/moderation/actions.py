"""The verbs of an emergency stop: down at once by one, back only by two."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from reflect2protect.audit.actions import record
from reflect2protect.core.models import User
from reflect2protect.core.nudge import nudge
from reflect2protect.core.roles import PROTECTION_OFFICER, ROLES
from reflect2protect.core.sweeps import at_once
from reflect2protect.moderation.models import Stop
from reflect2protect.publishing.actions import clear_aside, mark, take_down
from reflect2protect.publishing.registry import Topic
from reflect2protect.publishing.work import stops
from reflect2protect.publishing.work.aside import hold, trees

# A marker this old that has no row was not set a moment ago by somebody who is about to write one.
UNRECORDED = 10.0  # seconds


class WrongState(Exception):
    """The stop has come to a state in which this cannot be done."""


def stop(*, scope: str, by: User | None) -> Stop:
    """Take a scope (publishing.work.stops) down, on every channel that can be reached now.

    The folder comes first and needs no database: when DatabaseError is raised, it is down all the
    same, and the row is written as soon as a worker finds the database again. Twice changes
    nothing. `by` is None for the command line. Raises PermissionDenied, and ValueError for a scope
    that nothing belongs to.
    """
    if by is not None and not by.in_role(*ROLES):
        raise PermissionDenied
    hold(scope)
    return _write(scope, by)


@transaction.atomic
def _write(scope: str, by: User | None) -> Stop:
    today = {"by": by, "since": timezone.localdate()}
    row, new = Stop.objects.get_or_create(scope=scope, reopened__isnull=True, defaults=today)
    if new:
        record(verb="stop", ref=scope, by=by)
    else:
        Stop.objects.filter(pk=row.pk).update(settled=False)
    at_once(partial(_hold_on, row))
    take_down(scope)
    nudge("moderation.stops", row.pk)
    return row


def _hold_on(row: Stop) -> None:
    """Once the row is there: the marker names it, and what came back meanwhile goes again."""
    stops.set_marker(row.scope, row.pk)
    hold(row.scope)


@transaction.atomic
def ask_to_reopen(*, stop: Stop, by: User) -> None:
    """The first of two people. Who asks last counts. Raises PermissionDenied and WrongState."""
    if not by.in_role(*ROLES):
        raise PermissionDenied
    row = _in_force(stop)
    row.reopen_asked_by = by
    row.save()
    record(verb="ask-to-reopen", ref=row.scope, by=by)


@transaction.atomic
def reopen(*, stop: Stop, by: User) -> None:
    """The second one, who is a protection officer or an administrator: a worker makes it anew.

    Raises PermissionDenied, also for the one who asked, and WrongState when nobody has.
    """
    row = _in_force(stop)
    if not by.in_role(PROTECTION_OFFICER) or row.reopen_asked_by == by:
        raise PermissionDenied
    if row.reopen_asked_by is None:
        raise WrongState
    row.reopened_by, row.reopened, row.settled = by, timezone.localdate(), False
    row.save()
    record(verb="reopen", ref=row.scope, by=by)
    nudge("moderation.stops", row.pk)


def _in_force(stop: Stop) -> Stop:
    row = Stop.objects.select_for_update().get(pk=stop.pk)
    if row.reopened:
        raise WrongState
    return row


def settle_stop(*, stop: Stop) -> None:
    """What may take long: delete what was moved aside, and publish what was reopened.

    Can be run twice. Raises what `clear_aside` raises.
    """
    if stop.reopened:
        # The marker goes first: whoever publishes what is marked finds nothing that forbids it.
        if stops.row_of(stop.scope) == stop.pk:
            stops.lift(stop.scope)
        topic = Topic.parse(stop.scope)
        mark(topic.kind, topic.ref)
        mark(stops.STOPS)
    clear_aside()
    if not trees():  # nothing was taken down meanwhile
        Stop.objects.filter(pk=stop.pk, reopened=stop.reopened).update(settled=True)


def settle_stops() -> None:
    """All that a worker would do about stops, at once. Raises what `clear_aside` raises."""
    follow_stops()
    for row in Stop.objects.filter(settled=False):
        settle_stop(stop=row)


def follow_stops() -> None:
    """Have the folder follow the rows, and write the rows that could not be written in time."""
    rows = {row.scope: row for row in Stop.objects.filter(reopened__isnull=True)}
    marked = stops.in_force()
    for scope, row in rows.items():
        if scope not in marked:
            hold(scope)
            _write(scope, row.by)
        else:
            stops.set_marker(scope, row.pk)
    for scope in marked - rows.keys():
        reopened = Stop.objects.filter(pk=stops.row_of(scope) or 0, reopened__isnull=False)
        if not reopened.update(settled=False) and _is_left_over(scope):
            _write(scope, None)


def _is_left_over(scope: str) -> bool:
    """Whether nobody is about to write the row of this marker."""
    return stops.known(scope) and stops.age(scope) > UNRECORDED
