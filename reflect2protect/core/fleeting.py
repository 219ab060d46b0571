"""What is kept in memory for some minutes and nowhere else, and is gone then, whoever comes."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")

_all: "WeakSet[Fleeting[Any]]" = WeakSet()
MOST = 10_000  # a flood must not fill the memory: where more come, the oldest go


class Fleeting(Generic[T]):
    """Values by name, each for so many seconds after it was kept. Safe for several threads.

    Django's own cache in memory finds what is too old only when somebody asks for it again: on a
    quiet evening a code would stay for hours. Here a timer forgets it.
    """

    def __init__(self, seconds: float, most: int = MOST) -> None:
        self.seconds, self.most = seconds, most
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        _all.add(self)

    def get(self, name: str) -> T | None:
        """What is kept; None when it never was, or is too old."""
        with self._lock:
            until, value = self._kept.get(name, (0.0, None))
            return value if until > time.monotonic() else None

    def keep(self, name: str, value: T) -> None:
        """Keep a value, in place of another; its time begins anew."""
        with self._lock:
            self._keep(name, value)

    def get_or_keep(self, name: str, make: Callable[[], T]) -> T:
        """What is kept, or else what `make` makes: the same for whoever asks at once."""
        with self._lock:
            until, value = self._kept.get(name, (0.0, None))
            if value is None or until <= time.monotonic():
                value = make()
                self._keep(name, value)
            return value

    def clear(self) -> None:
        """Forget everything now."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self, name: str, value: T) -> None:
        self._kept.pop(name, None)
        self._kept[name] = (time.monotonic() + self.seconds, value)
        if len(self._kept) > self.most:
            self._kept.popitem(last=False)
        self._wait()

    def _wait(self) -> None:
        if self._timer is None and self._kept:
            until, _ = next(iter(self._kept.values()))
            self._timer = threading.Timer(max(until - time.monotonic(), 0), self._forget)
            self._timer.daemon = True
            self._timer.start()

    def _forget(self) -> None:
        with self._lock:
            now = time.monotonic()
            # All wait equally long, so the oldest are in front.
            while self._kept and next(iter(self._kept.values()))[0] <= now:
                self._kept.popitem(last=False)
            self._timer = None
            self._wait()


def forget() -> None:
    """All of it, of every kind, now."""
    for kept in list(_all):
        kept.clear()
