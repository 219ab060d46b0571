"""The front door and nginx give the same answers to the same questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import pytest

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.publishing.work.folder import Folder
from tests.browser.server import wait_until
from tests.serving.servers import FILM, HASHED, ONION, Answer, ask

pytestmark = pytest.mark.xdist_group("serving")

FILM_PATH = "/files/films/one.mp4"
PICTURE = "/pictures/0a1b/640.webp"
# What both must say alike; `server`, `date` and how a connection is kept are their own business.
SAME = (
    "content-type", "content-encoding", "vary", "etag", "cache-control", "last-modified",
    "content-length", "content-range", "accept-ranges", "location", "allow", "onion-location",
    "content-security-policy", "strict-transport-security", "referrer-policy",
    "x-content-type-options", "permissions-policy", "cross-origin-opener-policy",
    "cross-origin-resource-policy", "set-cookie", "clear-site-data",
)  # fmt: skip

WORDED = {301, 303, 416}


@dataclass(frozen=True)
class Case:
    """A question, and the status that answers it."""

    path: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"

    def __str__(self) -> str:
        told = " ".join(f"{name}:{value}" for name, value in self.headers.items())
        return f"{self.method} {self.path} {told}".strip()


def encoded(accepted: str, path: str = "/") -> Case:
    return Case(path, headers={"Accept-Encoding": accepted})


PATHS = [
    "/", "/index.html", "/fr/", "/fr/index.html", "/fr/wall/", "/fr/participate/", "/robots.txt",
    "/sitemap.xml", "/wall/feed.atom", "/wall/live.json", "/theme.css", f"/{HASHED}",
    "/static/r2p/mark.svg", PICTURE, "/files/films/one.vtt", FILM_PATH, "/?a=b", "/%66r/",
    "/fr%2Fwall/", "/404.html", "/503.html",
]  # fmt: skip
CODINGS = [
    "br", "gzip", "zstd", "gzip, deflate, br, zstd", "gzip, zstd", "BR", "br;q=0", "br;q=0, gzip",
    "br;q=0.0, zstd;q=0.000, gzip;q=0", "deflate", "*", "identity", "br;q=1.0", " gzip ; q=0.5 ",
    "bro", "x-br", "", "gzip;q=0.001", "gzip, deflate, br",
]  # fmt: skip
RANGES = [
    ("bytes=0-0", 206), ("bytes=10-19", 206), ("bytes=-5", 206), ("bytes=1535990-", 206),
    ("bytes=0-99999999", 206), ("bytes=1536000-", 416), ("bytes=-0", 416), ("bytes=0-1,5-6", 200),
    ("pieces=0-1", 200),
]  # fmt: skip
CASES = [
    *(Case(path) for path in PATHS),
    *(Case(path, method="HEAD") for path in PATHS),
    *(encoded(accepted) for accepted in CODINGS),
    *(encoded("br, gzip", path) for path in PATHS),
    *(Case(FILM_PATH, status, {"Range": asked}) for asked, status in RANGES),
    Case(PICTURE, 206, {"Range": "bytes=3-4"}),
    Case("/robots.txt", 200, {"Range": "bytes=0-1"}),
    Case(FILM_PATH, 200, {"Range": "bytes=0-1", "If-Range": '"other"'}),
    Case(FILM_PATH, 206, {"Range": "bytes=0-1"}, "HEAD"),
    *(Case(path, 404) for path in ("/nothing", "/nothing/", "/fr/nothing/", "/ar/x.html", "/fr/x")),
    *(Case(f"/{slug}/nothing/", 404, {"Accept-Encoding": "br"}) for slug in LANGUAGES),
    Case("/xx/nothing/", 404),
    Case("/fr/nothing/", 404, method="HEAD"),
    Case("/fr/nothing/", 404, {"If-None-Match": "*", "Range": "bytes=0-1"}),
    Case("/fr/wall", 301),
    Case("/fr", 301),
    Case("/fr/wall?a=b", 301),
    Case("/leave", 303),
    Case("/leave?a=b", 303, method="HEAD"),
    Case("/leave/", 404),
    Case("/leave", 405, method="POST"),
    Case("/empty", 404),
    Case("/empty/", 404),
    *(Case("/fr/", 405, method=method) for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS")),
    *(Case(path, 405, method="POST") for path in ("/", PICTURE, "/nothing", "/robots.txt")),
    Case("/fr/participate/", 405, method="PUT"),
    Case("/xx/participate/", 405, method="POST"),
]


def assert_same(one: Answer, two: Answer) -> None:
    """The same status, headers and bytes; not the words that nginx puts beside some."""
    assert one.status == two.status
    skipped = {"content-length", "content-type"} if one.status in WORDED else set()
    skipped |= {"cache-control", "etag"} if one.status == 416 else set()
    skipped |= {"accept-ranges"} if one.status == 206 else set()
    names = [name for name in SAME if name not in skipped]
    assert {n: one.headers.get(n) for n in names} == {n: two.headers.get(n) for n in names}
    if one.status not in WORDED:
        assert one.body == two.body


@pytest.mark.parametrize("case", CASES, ids=str)
def test_both_answer_alike(case: Case, door: int, proxy: int) -> None:
    answers = [ask(port, case.path, case.method, case.headers) for port in (door, proxy)]
    assert answers[0].status == case.status
    assert_same(*answers)


@pytest.mark.parametrize("path", ["/", "/fr/wall/", PICTURE, FILM_PATH, f"/{HASHED}"])
@pytest.mark.parametrize("coding", ["", "br", "zstd", "gzip"])
def test_what_a_reader_has_is_not_sent_again(path: str, coding: str, door: int, proxy: int) -> None:
    accepts = {"Accept-Encoding": coding}
    etag = ask(door, path, headers=accepts).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answers = [
            ask(port, path, headers={**accepts, "If-None-Match": known}) for port in (door, proxy)
        ]
        assert answers[0].status == 304
        assert answers[0].headers["etag"] == etag
        assert answers[0].body == b""
        assert_same(*answers)
    for other in ('"other"', "nonsense", f"x{etag[1:]}"):
        answers = [
            ask(port, path, headers={**accepts, "If-None-Match": other}) for port in (door, proxy)
        ]
        assert answers[0].status == 200
        assert_same(*answers)


def test_if_range_with_the_right_tag(door: int, proxy: int) -> None:
    etag = ask(door, FILM_PATH).headers["etag"]
    asked = {"Range": "bytes=300-309", "If-Range": etag}
    answers = [ask(port, FILM_PATH, headers=asked) for port in (door, proxy)]
    assert answers[0].status == 206
    assert answers[0].body == FILM[300:310]
    assert_same(*answers)


def test_the_headers_are_what_was_promised(door: int) -> None:
    page = ask(door, "/fr/wall/", headers={"Accept-Encoding": "br"}).headers
    assert page["cache-control"] == "no-cache"
    assert page["vary"] == "Accept-Encoding"
    assert page["onion-location"] == f"{ONION}/fr/wall/"
    assert "unsafe" not in page["content-security-policy"]
    assert page["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert "set-cookie" not in page
    assert "last-modified" not in page
    picture = ask(door, PICTURE).headers
    assert picture["cache-control"] == "max-age=30, must-revalidate"
    assert "vary" not in picture
    assert "onion-location" not in picture
    hashed = ask(door, f"/{HASHED}").headers
    assert hashed["cache-control"] == "public, max-age=31536000, immutable"


def test_leaving_has_the_browser_forget(door: int) -> None:
    left = ask(door, "/leave").headers
    assert left["location"] == "https://worldweather.wmo.int/"
    assert left["clear-site-data"] == '"cache"'
    assert left["cache-control"] == "no-store"
    assert left["referrer-policy"] == "no-referrer"
    assert "clear-site-data" not in ask(door, "/").headers


def shows(port: int, accepted: str, state: bytes | None) -> bool:
    """Whether the page that changes is in this state; None: it is gone."""
    answer = ask(port, "/fr/changing/", headers={"Accept-Encoding": accepted})
    return answer.status == 404 if state is None else answer.body == state


def test_what_is_removed_is_gone_and_what_is_replaced_is_new(
    folder: Folder, door: int, proxy: int
) -> None:
    """Behind the front door at once; nginx looks again when a second is over."""
    for state in (b"one" * 100, b"two" * 100, b"three" * 100):
        folder.put("fr/changing/index.html", state)
        assert shows(door, "", state)
        wait_until(partial(shows, proxy, "", state), 2, "the new state")
    assert ask(proxy, "/fr/changing/", headers={"Accept-Encoding": "br"}).status == 200
    folder.remove("fr/changing/index.html")
    for accepted in ("", "br"):
        assert shows(door, accepted, None)
        wait_until(partial(shows, proxy, accepted, None), 2, "its end")
