"""What the desk decides beyond single reflections."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from reflect2protect.core.claimable import Claimable


class Stop(Claimable):
    """Something was taken down in an emergency, and is down until two people have reopened it.

    `scope` is what `publishing.work.stops` knows by that name; `by` is nobody for the command line.
    `settled` when nothing is left to be done for the worker: what was moved aside is deleted,
    other channels were told, and what was reopened is being published again.
    """

    scope = models.CharField(max_length=80)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField()
    reopen_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reopened = models.DateField(null=True, blank=True)
    settled = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope"],
                condition=models.Q(reopened__isnull=True),
                name="one_stop_in_force_a_scope",
            ),
            models.CheckConstraint(
                name="reopening_takes_two_people",
                condition=models.Q(reopened__isnull=True, reopened_by__isnull=True)
                | models.Q(
                    reopened__isnull=False,
                    reopened_by__isnull=False,
                    reopen_asked_by__isnull=False,
                )
                & ~models.Q(reopen_asked_by=models.F("reopened_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.scope
