"""Sweeps: what each room wants done to rows that are due, and how one row is done.

A room declares its own in its ``sweeps.py``::

    register(Sweep("media.films", due=Film.objects.unencoded, act=encode_film))
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

from reflect2protect.core.claims import Row, claim
from reflect2protect.core.heartbeat import Heartbeat

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sweep(Generic[Row]):
    """Rows that are due, in the order they should be done, and what is done to each.

    `due` says so from the row's own state; when `act` has done its work the row is due no
    more. `act` can be run twice (a claim may be lost half-way) and calls the room's verbs.
    """

    name: str
    due: Callable[[], QuerySet[Row]]
    act: Callable[[Row], None]


_sweeps: dict[str, Sweep[Any]] = {}


def register(sweep: Sweep[Any]) -> None:
    """Make a sweep known. Raises ValueError when another one has its name."""
    if _sweeps.setdefault(sweep.name, sweep) != sweep:
        raise ValueError(f"two sweeps are called {sweep.name!r}")


def find_sweeps() -> None:
    """Import every installed room's ``sweeps.py``, which registers what it declares."""
    autodiscover_modules("sweeps")


def all_sweeps() -> list[Sweep[Any]]:
    """Every registered sweep, in the order they were registered."""
    return list(_sweeps.values())


def sweep_named(name: str) -> Sweep[Any] | None:
    """The sweep of that name, or None."""
    return _sweeps.get(name)


def run_one(sweep: Sweep[Any], worker_id: str, pk: Any = None) -> bool:
    """Claim and do one due row (the row `pk`, if given). False when there was none to claim.

    An exception in `act` gives the row back to rest and is logged by its class and place, never
    its message, which may hold someone's words. Database errors of the claiming itself are
    raised; the row is then free again at the end of its lease.
    """
    claimed = claim(sweep.due(), worker_id, pk)
    if claimed is None:
        return False
    try:
        with Heartbeat(claimed):
            sweep.act(claimed.row)
    except Exception as error:  # whatever goes wrong with one row must not stop the others
        logger.error("%s: row %s failed: %s", sweep.name, claimed.pk, describe(error))
        kept = claimed.fail()
    else:
        kept = claimed.finish(still_due=sweep.due().filter(pk=claimed.pk).exists())
    if not kept:
        logger.debug("%s: row %s is gone or was taken over", sweep.name, claimed.pk)
    return True


def at_once(act: Callable[[], object]) -> None:
    """Do what a sweep would do as soon as the open transaction has committed, in this process.

    Whatever fails is left to the sweep: it is no matter of whoever waits for an answer.
    """

    def tried() -> None:
        try:
            act()
        except Exception as error:
            logger.warning("left to the worker: %s", describe(error))

    transaction.on_commit(tried)


def describe(error: BaseException) -> str:
    """An exception's class and where it was raised: enough to find it, and nobody's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return type(error).__qualname__ + place
