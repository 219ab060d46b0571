"""Claiming a row: a conditional update with a lease, so that one worker at a time has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reflect2protect.core.claimable import Claimable

Row = TypeVar("Row", bound=Claimable)

LONGEST_REST = 3600.0  # seconds: a row that keeps failing is tried at least once an hour
REST_WHEN_STILL_DUE = 0.25  # seconds: keeps an act that changes nothing from spinning
CANDIDATES = 4  # how many free rows to try for before asking the database again


def lease() -> timedelta:
    """How long a claim holds without a heartbeat (``WORKER_LEASE_SECONDS``)."""
    return timedelta(seconds=float(settings.WORKER_LEASE_SECONDS))


def rest(attempts: int) -> timedelta:
    """Back-off after so many failures in a row: 2, 4, 8 … seconds, an hour at most."""
    return timedelta(seconds=min(2.0 ** min(attempts, 16), LONGEST_REST))


@dataclass(frozen=True)
class Claim(Generic[Row]):
    """A row held by a worker. Everything here writes only while the claim is still ours."""

    row: Row
    pk: Any  # kept apart: the row loses its key when the work deletes it
    worker_id: str
    attempts: int

    def _ours(self) -> QuerySet[Any]:
        # The base manager: a room's default manager may hide rows that still need work.
        rows: QuerySet[Any] = type(self.row)._base_manager.using(self.row._state.db)
        return rows.filter(pk=self.pk, claimed_by=self.worker_id)

    def extend(self) -> bool:
        """Begin the lease anew. False when the claim has been taken over or the row is gone."""
        return self._ours().update(claimed_until=timezone.now() + lease()) == 1

    def finish(self, *, still_due: bool) -> bool:
        """Give the row back after success. ``still_due``: it rests for a moment first."""
        pause = timedelta(seconds=REST_WHEN_STILL_DUE)
        return self._give_back(0, timezone.now() + pause if still_due else None)

    def fail(self) -> bool:
        """Give the row back after an exception: one more attempt, and a rest that doubles."""
        attempts = self.attempts + 1
        return self._give_back(attempts, timezone.now() + rest(attempts))

    def put_back(self) -> bool:
        """Give the row back without having worked on it."""
        return self._give_back(self.attempts, None)

    def _give_back(self, attempts: int, not_before: datetime | None) -> bool:
        return (
            self._ours().update(
                claimed_by="", claimed_until=None, attempts=attempts, not_before=not_before
            )
            == 1
        )


def claim(due: QuerySet[Row], worker_id: str, pk: Any = None) -> Claim[Row] | None:
    """Claim one row of `due` (the row `pk`, if given) that is free and rested, or None.

    `due` keeps its own order. It must be a plain queryset of rows: no slice, ``distinct()`` or
    aggregate, because it is locked and updated as it stands.
    """
    free = due.filter(_free())
    if pk is not None:
        free = free.filter(pk=pk)
    if connections[due.db].features.has_select_for_update_skip_locked:
        return _claim_locked(free, due, worker_id)
    # Only read until there is something to do: SQLite has one writer at a time.
    for row in _ordered(free)[:CANDIDATES]:
        if claimed := _take(row, due, worker_id):
            return claimed
    return None


def _claim_locked(free: QuerySet[Row], due: QuerySet[Row], worker_id: str) -> Claim[Row] | None:
    with transaction.atomic(using=due.db):
        row = _ordered(free.select_for_update(skip_locked=True, of=("self",))).first()
        return _take(row, due, worker_id) if row is not None else None


def _take(seen: Row, due: QuerySet[Row], worker_id: str) -> Claim[Row] | None:
    """Win `seen` by one conditional update, which asks again whether it is due and free."""
    now = timezone.now()
    changes: dict[str, Any] = {"claimed_by": worker_id, "claimed_until": now + lease()}
    attempts = seen.attempts
    if seen.claimed_by:
        # Its worker died. Count that, or a row that kills workers would do so for ever.
        attempts += 1
        changes |= {"attempts": attempts, "not_before": now + rest(attempts)}
    same = Q(pk=seen.pk, claimed_by=seen.claimed_by, attempts=seen.attempts)
    if due.order_by().filter(same).filter(_free()).update(**changes) != 1:
        return None
    # Read it after winning it: `seen` may be older than the last worker's changes.
    row = due.filter(pk=seen.pk, claimed_by=worker_id).first()
    if row is None:  # no longer due, between two statements: hand it back untouched
        Claim(seen, seen.pk, worker_id, attempts).put_back()
        return None
    return Claim(row, row.pk, worker_id, attempts)


def _free() -> Q:
    now = timezone.now()
    unheld = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    rested = Q(not_before__isnull=True) | Q(not_before__lte=now)
    return unheld & rested


def _ordered(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows if rows.ordered else rows.order_by("pk")
