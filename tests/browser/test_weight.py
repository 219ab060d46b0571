"""What a first visit to the home page weighs, as it comes over the wire."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.browser import Witness
from tests.browser.pages import LANGUAGES
from tests.browser.server import Server

KILOBYTE = 1000
WITHOUT_PICTURES = 40 * KILOBYTE
WITH_PICTURES = 100 * KILOBYTE
WIDTH, HEIGHT = 390, 844
# Pictures that begin below the first screen are fetched ahead of time and do not hold it up.
BELOW = """(height) => [...document.images]
    .filter((picture) => picture.getBoundingClientRect().top >= height)
    .map((picture) => picture.currentSrc)"""


@dataclass
class Wire:
    """Bytes received by address, compressed as they came and without the answers' headers; and
    which addresses are pictures."""

    urls: dict[str, str] = field(default_factory=dict)
    heads: dict[str, float] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    weights: dict[str, float] = field(default_factory=dict)
    encodings: dict[str, str] = field(default_factory=dict)

    def answered(self, event: dict[str, Any]) -> None:
        """A request was answered."""
        answer = event["response"]
        self.urls[event["requestId"]] = answer["url"]
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        self.encodings[answer["url"]] = headers.get("content-encoding", "")
        self.heads[event["requestId"]] = answer["encodedDataLength"]
        # Drawings are asked for by <use>, which is no image to the browser.
        if event["type"] == "Image" or answer["url"].endswith(".svg"):
            self.pictures.add(answer["url"])

    def finished(self, event: dict[str, Any]) -> None:
        """Its last byte has come."""
        if url := self.urls.get(event["requestId"]):
            body = event["encodedDataLength"] - self.heads[event["requestId"]]
            self.weights[url] = self.weights.get(url, 0) + body


def weigh(browser: Browser, server: Server, path: str) -> tuple[Wire, set[str]]:
    """Everything that a first visit fetches, and the pictures of it below the first screen."""
    witness = Witness(browser, server.url, width=WIDTH)
    witness.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    wire = Wire()
    session = witness.context.new_cdp_session(witness.page)
    session.send("Network.enable")
    session.on("Network.responseReceived", wire.answered)
    session.on("Network.loadingFinished", wire.finished)
    witness.page.goto(path, wait_until="networkidle")
    below = set(witness.page.evaluate(BELOW, HEIGHT))
    faults = witness.take_faults()
    witness.close()
    assert faults == []
    return wire, below


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_is_light(language: str, browser: Browser, server: Server) -> None:
    """At most 40 kB of page, style, script and faces; 100 kB with the pictures one sees first."""
    wire, below = weigh(browser, server, f"/{language}/")
    page = {url: bytes_ for url, bytes_ in wire.weights.items() if url not in wire.pictures}
    seen = sum(wire.weights[url] for url in wire.pictures - below if url in wire.weights)
    detail = sorted(((round(weight), url) for url, weight in page.items()), reverse=True)
    total = sum(page.values())
    print(
        f"{language}: {total / KILOBYTE:.1f} kB, {(total + seen) / KILOBYTE:.1f} kB with pictures"
    )
    print("\n".join(f"  {weight:>6} {url}" for weight, url in detail))
    assert total <= WITHOUT_PICTURES, detail
    assert total + seen <= WITH_PICTURES
    assert {wire.encodings[url] for url in page if url.endswith((".css", ".js", "/"))} == {"br"}
