"""The columns a row needs before a worker may work on it."""

from collections.abc import Iterable
from typing import Any

from django.db import models

CLAIM_FIELDS = frozenset({"claimed_by", "claimed_until", "attempts", "not_before"})


class Claimable(models.Model):
    """A row that says in its own state when it needs work, and who is doing it.

    Only `core.claims` writes these four columns; what is *due* is the room's own state.

    * ``claimed_by``    the worker that holds the row, "" when nobody does
    * ``claimed_until`` end of the lease; a claim past its end may be taken over
    * ``attempts``      failures in a row (exceptions, and workers that died holding it)
    * ``not_before``    back-off: the row rests until then
    """

    claimed_by = models.CharField(max_length=64, blank=True, default="", editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    not_before = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row, leaving the claim columns as they are in the database.

        A plain ``save()`` would write back the lease as it was when the row was read, and so
        undo a heartbeat or another worker's claim. It never brings a deleted row back either:
        ``DatabaseError`` (``NotUpdated`` from Django 6.0) is raised instead.
        """
        explicit = args or kwargs.get("force_insert") or kwargs.get("update_fields") is not None
        if not explicit and not self._state.adding:
            kwargs["update_fields"] = list(self._own_columns())
        super().save(*args, **kwargs)

    def _own_columns(self) -> Iterable[str]:
        skipped = CLAIM_FIELDS | self.get_deferred_fields()
        for field in self._meta.concrete_fields:
            if not (field.primary_key or field.generated or field.attname in skipped):
                yield field.name
