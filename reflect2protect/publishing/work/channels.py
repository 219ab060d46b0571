"""Where the public folder is kept besides the folder itself.

The order matters: a cache that is told to forget a page before its origin has changed would keep
the old one again. So the store comes first, and a file's purge waits for it (`deliveries.ready`).
"""

from collections.abc import Iterator
from typing import Protocol

from django.conf import settings

from reflect2protect.publishing.models import Trouble
from reflect2protect.publishing.work.headers import Headers

STORE = "store"
CDN = "cdn"


class Untaken(Exception):
    """A channel did not do what it was asked; `trouble` says whose fault that probably is."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Outlet(Protocol):
    """An open way to a channel. May be used by several threads; close it at the end."""

    def put(self, file: str, body: bytes, headers: Headers) -> None:
        """Make the channel's copy of a file hold this. Raises Untaken."""

    def remove(self, file: str) -> None:
        """Make the channel's copy go; nothing happens when there is none. Raises Untaken."""

    def files(self) -> Iterator[str]:
        """What lies there, as far as that can be asked. Raises Untaken."""

    def reach(self) -> None:
        """See whether it lets us in, as far as that can be asked. Raises Untaken."""

    def close(self) -> None:
        """Give up its connections."""


def channel_names() -> list[str]:
    """The channels that this installation has, origins before caches."""
    return [STORE] * bool(settings.STORE) + [CDN] * bool(settings.CDN)


def caches() -> list[str]:
    """Those that fetch a file by themselves, from the moment that it exists."""
    return [CDN] * bool(settings.CDN)


def open_outlet(name: str) -> Outlet:
    """The way to one of `channel_names`."""
    # Only now: boto3 is large, and not installed where no store is used.
    if name == STORE:
        from reflect2protect.publishing.work.store import Store

        return Store.at(settings.STORE)
    from reflect2protect.publishing.work.cdn import Cdn

    return Cdn.at(settings.CDN)
