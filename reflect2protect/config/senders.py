"""Where a request comes from, as a digest that means nothing an hour later.

Django learns neither address nor browser. What it is told is enough to count what comes from one
place (core.rates): a keyed digest. The key is random, is kept in memory alone, and is forgotten
with all that was counted an hour after it was made. Nobody can tell then whether two digests are
one place, or which.
"""

import hmac
import os
from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from reflect2protect.core import rates

Network = IPv4Network | IPv6Network
Later = Callable[[float, Callable[[], None]], Any]

HOUR = 3600.0
WHOLE_HOME = 8  # bytes of an IPv6 address: what comes after them one household can choose freely


class Senders:
    """Tells places apart for an hour. Not for several threads at once.

    `proxies` are those whose word on an address counts. `later(seconds, call)` calls once, after
    that time, even when nobody comes any more.
    """

    def __init__(self, proxies: Iterable[Network], later: Later) -> None:
        self.proxies = tuple(proxies)
        self.later = later
        self.key = b""

    def sender(self, peer: str, host: str, forwarded: str) -> str:
        """What Django is told of a request: 16 hexadecimal digits, or core.rates.ONION for all
        who come over the onion service, and for those of whom nothing is known but a proxy.

        `peer` is the other end's `address:port`, `host` the Host header, `forwarded` all of
        X-Forwarded-For; the last two may be anything.
        """
        if not self.key:
            self.key = os.urandom(32)
            self.later(HOUR, self.forget)
        place = self._place(peer, forwarded)
        if place is None or host.partition(":")[0].lower().endswith(".onion"):
            return rates.ONION
        return hmac.digest(self.key, place, "sha256").hex()[:16]

    def forget(self) -> None:
        """The hour is over."""
        self.key = b""
        rates.forget()

    def _place(self, peer: str, forwarded: str) -> bytes | None:
        """The address that counts, an IPv6 one as its network; None when none is known.

        Whoever sends can write what she likes into X-Forwarded-For; proxies add to its end. So it
        is read from there, and no further than the first that is not a proxy of ours.
        """
        places = [peer.rpartition(":")[0].strip("[]")]
        if self.proxies:
            places = [*forwarded.split(","), *places]
        for place in reversed(places):
            try:
                address = ip_address(place.strip())
            except ValueError:
                return None
            if isinstance(address, IPv6Address):
                address = address.ipv4_mapped or address
            if not any(address in proxy for proxy in self.proxies):
                # Not of the internet: Tor on this machine, or a proxy that nobody declared.
                return address.packed[:WHOLE_HOME] if address.is_global else None
        return None
