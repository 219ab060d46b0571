"""Keeps a claim ours while its work takes longer than the lease."""

import logging
import threading
from types import TracebackType
from typing import Any

from django.db import DatabaseError, connections

from reflect2protect.core.claims import Claim, lease

logger = logging.getLogger(__name__)

BEATS_IN_A_LEASE = 3  # two beats may be lost before the claim is


class Heartbeat:
    """Extends `claim` three times a lease, from a thread of its own, for as long as it is open.

    Work that ends before the first beat costs no query and no connection. ``lost`` is True once
    the claim turned out to be someone else's: the work goes on (it can be run twice), the beat
    stops.
    """

    def __init__(self, claim: Claim[Any]) -> None:
        self.lost = False
        self._claim = claim
        self._every = lease().total_seconds() / BEATS_IN_A_LEASE
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._done.wait(self._every):
                if not self._beat():
                    self.lost = True
                    return
        finally:
            connections.close_all()  # this thread's own

    def _beat(self) -> bool:
        try:
            return self._claim.extend()
        except DatabaseError as error:
            # A busy or absent database: the next beat may still be in time.
            logger.warning("a heartbeat was missed: %s", type(error).__qualname__)
            connections.close_all()
            return True
