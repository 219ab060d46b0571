"""People whose every request is marked with where it comes from, and a search for the marks."""

import base64
import hashlib
import http.client
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from tests.crash.kills import BOUNDARY, body, code_in, picture

PROXY = "127.77.77.77"  # its word on addresses counts
SOURCES = (PROXY, "127.66.66.66")
BEHIND = ("66.77.88.99", "2600:6666:7777:8888:9999:aaaa:bbbb:cccc")
ADDRESSES = (*SOURCES, *BEHIND)
HEADERS = {
    "User-Agent": "MarkedBrowser/66.6 (Marked System)",
    "Referer": "https://marked-referer.example/from",
    "Origin": "https://marked-origin.example",
    "Accept-Language": "tlh-marked,tlh;q=0.6",
    "Cookie": "marked_cookie=marked-cookie-value",
    "Sec-CH-UA-Platform": '"Marked Platform"',
}
WORDS = [
    *("MarkedBrowser", "marked-referer", "marked-origin", "tlh-marked", "marked_cookie"),
    *("marked-cookie-value", "Marked Platform", "marked-query", "marked-path"),
]
FORM = "application/x-www-form-urlencoded"
WITH_PICTURE = f"multipart/form-data; boundary={BOUNDARY}"
TOO_LARGE = 26 * 1024 * 1024


@dataclass(frozen=True)
class Traveller:
    """Somebody at `source`, or behind the proxy there at `behind`."""

    url: str
    source: str
    behind: str = ""
    browser: bool = False  # led on to answers, as browsers are

    def ask(self, method: str, path: str, data: bytes = b"", kind: str = "") -> tuple[int, str]:
        """Status and text of an answer."""
        status, text, leads = self._ask(method, path, data, kind)
        return self._ask("GET", leads)[:2] if status == 303 else (status, text)

    def _ask(
        self, method: str, path: str, data: bytes = b"", kind: str = ""
    ) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(
            "127.0.0.1", urlsplit(self.url).port, 90, source_address=(self.source, 0)
        )
        try:
            connection.request(method, path, data or None, self._headers(kind))
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return answer.status, text, answer.getheader("Location", "")
        finally:
            connection.close()

    def _headers(self, kind: str) -> dict[str, str]:
        behind = self.behind or "66.77.88.99"  # made up, where no proxy says it
        told = {"X-Forwarded-For": behind, "X-Real-IP": behind, "Forwarded": f'for="{behind}"'}
        told |= {"Sec-Fetch-Mode": "navigate"} if self.browser else {}
        return {**HEADERS, **told, "Connection": "close"} | ({"Content-Type": kind} if kind else {})

    def mine(self, code: str, **more: str) -> tuple[int, str]:
        """What my-reflection answers to a code."""
        data = urlencode({"code": code, **more}).encode()
        return self.ask("POST", "/en/my-reflection/", data, FORM)

    def half(self) -> socket.socket:
        """A connection on which the beginning of a long upload has been sent."""
        told = "".join(
            f"{name}: {value}\r\n" for name, value in self._headers(WITH_PICTURE).items()
        )
        data = body("half", picture(3))
        port = urlsplit(self.url).port or 0
        sender = socket.create_connection(("127.0.0.1", port), 20, (self.source, 0))
        sender.sendall(
            f"POST /en/participate/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{told}"
            f"Content-Length: {24 * 1024 * 1024}\r\n\r\n".encode()
            + data
        )
        return sender


@dataclass
class Journey:
    """What somebody was answered at each step."""

    answers: dict[str, int] = field(default_factory=dict)

    def of(self, who: Traveller, seed: int) -> "Journey":
        """Read, send, look, change, withdraw, and do everything wrong that can be done wrong."""
        told: dict[str, tuple[int, str]] = {
            "read": who.ask("GET", "/en/participate/?from=marked-query"),
            "nowhere": who.ask("GET", "/en/marked-path/"),
            "sent": who.ask("POST", "/en/participate/", body("sent", picture(seed)), WITH_PICTURE),
            "sent nothing": who.ask("POST", "/en/participate/", b"words=&age_ok=on", FORM),
            "no form": who.ask("POST", "/en/participate/", b"\0\xff" * 99, WITH_PICTURE),
            "no picture": who.ask(
                "POST", "/en/participate/", body("none", b"GIF89a" * 99), WITH_PICTURE
            ),
            "wrong code": who.mine("1234 5678 9"),
            "nobody's code": who.mine("0" * 30),
            "too large": who.ask("POST", "/en/participate/", b"x" * TOO_LARGE, FORM),
        }
        code = code_in(told["sent"][1])
        told["seen"] = who.mine(code)
        told["changed"] = who.mine(
            code, action="change", words="changed", alt="", consent_wall="on"
        )
        told["withdrawn"] = who.mine(code, action="withdraw")
        self.answers = {step: status for step, (status, _) in told.items()}
        return self


def forms_of(mark: bytes) -> Iterator[bytes]:
    """How a mark could have been written down."""
    yield mark
    yield mark.hex().encode()
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, mark).digest()
        yield from (digest, digest.hex().encode(), base64.b64encode(digest)[:-2])
    if len(mark) > 4:
        for shift in range(3):  # where in its line base64 begins
            coded = base64.b64encode(b"\0" * shift + mark)
            yield coded[4 if shift else 0 :].rstrip(b"=")[:-1]


def needles() -> dict[bytes, str]:
    """All bytes to look for, each with the mark that it stands for."""
    marks: list[tuple[str, bytes]] = [(word, word.encode()) for word in (*WORDS, *HEADERS.values())]
    for text in ADDRESSES:
        address = ip_address(text)
        marks += [(text, text.encode()), (text, address.packed), (text, address.packed[::-1])]
        marks += [(text, address.exploded.encode()), (text, str(int(address)).encode())]
        if address.version == 6:
            marks += [(text, address.packed[:8]), (text, text[:19].encode())]
    return {needle: name for name, mark in marks for needle in forms_of(mark)}


def left(place: Path, before: Mapping[Path, Path]) -> list[str]:
    """Marks that stand in a file below `place`, its name included, and that did not stand in what
    it was `before`."""
    wanted, found = needles(), []
    for path in sorted(place.rglob("*")):
        if not path.is_file():
            continue
        data = bytes(path) + path.read_bytes()
        old = before.get(path)
        known = bytes(path) + old.read_bytes() if old else b""
        if data == known:
            continue
        found += [
            f"{path}: {name}"
            for needle, name in wanted.items()
            if data.count(needle) > known.count(needle)
        ]
    return found
