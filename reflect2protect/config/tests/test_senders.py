"""One place is one digest for an hour, whatever the sender writes into her request."""

from collections.abc import Callable
from ipaddress import ip_address

import pytest

from reflect2protect.config import env
from reflect2protect.config.senders import Senders
from reflect2protect.core import rates
from reflect2protect.core.rates import ONION, turn_of

HOST = "campaign.example.org"


class Hour:
    """What is to be called later, and when."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, call: Callable[[], None]) -> None:
        self.calls.append((seconds, call))

    def ends(self) -> None:
        """Call what was to be called an hour later."""
        ((seconds, call),) = self.calls
        assert seconds == 3600
        self.calls = []
        call()


def senders(proxies: str = "", later: Hour | None = None) -> Senders:
    return Senders(env.networks("PROXIES", proxies), later or Hour())


def digest(found: str) -> bool:
    return len(found) == 16 and set(found) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("8.8.8.8:1", "8.8.8.8:2", True),
        ("8.8.8.8:1", "8.8.8.9:1", False),
        ("[::ffff:8.8.8.8]:1", "8.8.8.8:1", True),
        ("[2600:1:2:3::4]:1", "[2600:1:2:3:5:6:7:8]:1", True),
        ("[2600:1:2:3::4]:1", "[2600:1:2:4::4]:1", False),
    ],
)
def test_a_place_is_an_address_or_a_home(one: str, other: str, same: bool) -> None:
    known = senders()
    found = [known.sender(peer, HOST, "") for peer in (one, other)]
    assert all(map(digest, found))
    assert (found[0] == found[1]) is same


@pytest.mark.parametrize(
    ("peer", "host"),
    [
        ("8.8.8.8:1", "examplexample.onion"),
        ("8.8.8.8:1", "Examplexample.ONION:80"),
        ("127.0.0.1:1", HOST),
        ("[::1]:1", HOST),
        ("172.18.0.3:1", HOST),  # a proxy in the next container, not declared
        ("", ""),
    ],
)
def test_who_cannot_be_told_apart_is_one_of_many(peer: str, host: str) -> None:
    assert senders().sender(peer, host, "") == ONION


@pytest.mark.parametrize(
    ("peer", "forwarded", "counts"),
    [
        ("127.0.0.1:1", "8.8.8.8", "8.8.8.8"),
        ("127.0.0.1:1", "2600::1", "2600::"),
        ("127.0.0.1:1", "9.9.9.9, 8.8.8.8", "8.8.8.8"),  # the first may be made up
        ("127.0.0.1:1", "9.9.9.9,8.8.8.8, 10.1.2.3", "8.8.8.8"),
        ("[::ffff:10.0.0.1]:1", "8.8.8.8", "8.8.8.8"),
        ("127.0.0.1:1", "9.9.9.9, nonsense", None),
        ("127.0.0.1:1", "", None),
        ("127.0.0.1:1", "127.0.0.1", None),  # Tor speaks to the proxy
        ("1.1.1.1:1", "8.8.8.8", "1.1.1.1"),  # not a proxy of ours
    ],
)
def test_only_a_declared_proxy_is_believed(peer: str, forwarded: str, counts: str | None) -> None:
    known = senders("127.0.0.1, 10.0.0.0/8")
    found = known.sender(peer, HOST, forwarded)
    if counts is None:
        assert found == ONION
    else:
        direct = f"[{counts}]:1" if ip_address(counts).version == 6 else f"{counts}:1"
        assert found == known.sender(direct, HOST, "")
        assert digest(found)


def test_without_a_proxy_nobody_can_choose_her_place() -> None:
    known = senders()
    assert known.sender("1.1.1.1:1", HOST, "8.8.8.8") == known.sender("1.1.1.1:1", HOST, "")


def test_an_hour_later_the_digest_is_another_and_nothing_is_counted() -> None:
    rates.forget()
    later = Hour()
    known = senders(later=later)
    first = known.sender("8.8.8.8:1", HOST, "")
    turns = [turn_of(first), turn_of(first), turn_of(ONION)]
    assert (known.sender("8.8.8.8:1", HOST, ""), len(later.calls)) == (first, 1)
    later.ends()
    assert known.key == b""
    assert known.sender("8.8.8.8:1", HOST, "") != first
    assert (turns, turn_of(first)) == ([1, 2, 1], 1)
    rates.forget()


def test_two_servers_do_not_know_each_others_digests() -> None:
    found = {senders().sender("8.8.8.8:1", HOST, "") for _ in range(5)}
    assert len(found) == 5


@pytest.mark.parametrize("value", ["nginx", "10.0.0.1/8", "127.0.0.1;127.0.0.2"])
def test_a_proxy_is_an_address(value: str) -> None:
    with pytest.raises(env.BadSetting, match="PROXIES: expected addresses"):
        env.networks("PROXIES", value)
