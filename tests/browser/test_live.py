"""A wall that stays open: what is taken back goes at once, what is new waits, nothing moves."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.browser import Witness
from tests.browser.server import Server

HALF_A_MINUTE = 31_000


class Live:
    """What live.json tells in these tests, and how often it was asked for."""

    def __init__(self, page: Page) -> None:
        self.told: dict[str, Any] = {"bucket": 0, "hanging": []}
        self.asked = 0
        self.broken = False
        page.route("**/wall/live.json", self._answer)

    def _answer(self, route: Route) -> None:
        self.asked += 1
        if self.broken:
            route.fulfill(status=503)
        else:
            route.fulfill(json=self.told)


@pytest.fixture
def wall(browser: Browser, server: Server) -> Any:
    """The wall with a clock of its own, its cards, and what it is told."""
    witness = Witness(browser, server.url)
    live = Live(witness.page)
    witness.page.clock.install()
    assert witness.visit("/en/wall/") == 200
    ids = witness.page.eval_on_selector_all("[data-id]", "all => all.map(one => one.dataset.id)")
    live.told["bucket"] = int(
        witness.page.locator("[data-bucket]").get_attribute("data-bucket") or 0
    )
    live.told["hanging"] = ids
    yield witness.page, live, ids
    witness.close()


def later(page: Page, by: int = HALF_A_MINUTE) -> None:
    page.clock.fast_forward(by)
    page.wait_for_timeout(200)


def test_what_is_taken_back_leaves_an_empty_mirror_and_moves_nothing(wall: Any) -> None:
    page, live, ids = wall
    neighbour = page.locator(f'[data-id="{ids[3]}"]')
    page.locator(f'[data-id="{ids[2]}"] a').first.focus()
    before = neighbour.bounding_box()
    live.told["hanging"] = [*ids[:2], *ids[3:], "one-of-an-older-bucket"]
    later(page)
    assert page.locator(f'[data-id="{ids[2]}"]').count() == 0
    assert f"/wall/{ids[2]}/" not in page.content()
    assert page.evaluate("document.activeElement.closest('li').dataset.id") == ids[3]
    after = neighbour.bounding_box()
    assert (after["x"], after["width"]) == (before["x"], before["width"])
    assert page.locator("[role=status]").inner_text() == ""


def test_what_is_new_waits_until_it_is_asked_for(wall: Any) -> None:
    page, live, ids = wall
    later(page)
    status = page.locator("[role=status]")
    assert status.inner_text() == ""
    top = page.locator("ul.hang").bounding_box()
    live.told["hanging"] = ["somebody", *ids]
    later(page)
    later(page)
    assert status.inner_text().split("\n")[0].startswith("New reflections have arrived.")
    assert status.locator("button").count() == 1
    assert page.locator("ul.hang").bounding_box() == top
    with page.expect_navigation():
        status.locator("button").click()


def test_it_asks_rarely_when_nothing_answers_and_not_at_all_when_nobody_looks(wall: Any) -> None:
    page, live, _ = wall
    live.broken = True
    for minutes in (1, 1, 2, 4, 8, 16, 32, 64):
        later(page, minutes * 60_000)
    assert live.asked <= 6
    asked = live.asked
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.evaluate("dispatchEvent(new Event('online'))")
    later(page)
    assert live.asked == asked
