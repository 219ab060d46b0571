"""Rows for the claim tests to work on. They belong to no installed app and have no migrations:
whoever uses them makes their tables first."""

import os
import time
from typing import ClassVar

from django.db import connections, models

from reflect2protect.core.claimable import Claimable
from reflect2protect.core.sweeps import Sweep

LEASE_SECONDS = 2.0
POLL_SECONDS = 0.1


class Errand(Claimable):
    """Due until it is done. `seconds`: how long whoever tries first takes over it."""

    seconds = models.FloatField(default=0)
    done = models.BooleanField(default=False)
    note = models.CharField(max_length=40, default="")

    objects: ClassVar[models.Manager["Errand"]] = models.Manager()

    class Meta:
        app_label = "core_tests"


class Run(models.Model):
    """One line each time a worker starts on an errand, and whether it got to the end."""

    errand = models.BigIntegerField()
    worker = models.BigIntegerField()
    ended = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["Run"]] = models.Manager()

    class Meta:
        app_label = "core_tests"


def make_tables(alias: str = "default") -> None:
    """Both tables, empty."""
    with connections[alias].schema_editor() as editor:
        editor.create_model(Errand)
        editor.create_model(Run)


def due(alias: str = "default") -> models.QuerySet[Errand]:
    """The errands not done, oldest first."""
    return Errand.objects.using(alias).filter(done=False).order_by("pk")


def act(errand: Errand) -> None:
    """Take the errand's time the first time somebody tries; then mark it done."""
    first = not Run.objects.filter(errand=errand.pk).exists()
    run = Run.objects.create(errand=errand.pk, worker=os.getpid())
    time.sleep(errand.seconds if first else 0)
    errand.done = True
    errand.save()
    Run.objects.filter(pk=run.pk).update(ended=True)


ERRANDS: Sweep[Errand] = Sweep("core_tests.errands", due=due, act=act)
