"""What is sent after covering: nothing of what lies under a cover, and the picture she saw."""

from playwright.sync_api import Browser

from tests.browser.browser import Witness
from tests.browser.covers import try_pairs
from tests.browser.mirror import INK, alike, open_tool
from tests.browser.people import Participant, planted_jpeg
from tests.browser.server import Server

PAIRS = 10
PHONE = 360


def test_what_is_under_a_cover_is_not_sent(browser: Browser) -> None:
    """Pictures that differ only under their covers make the same upload, byte for byte."""
    found = try_pairs(browser, PAIRS)
    assert (found["different"], found["refused"]) == (0, 0)
    assert found["told_apart"] == PAIRS
    assert found["largest"] <= 1600


def test_on_the_receipt(browser: Browser, own_server: Server) -> None:
    """The campaign's own server shows her the picture as she covered it."""
    witness = Witness(browser, own_server.url, width=PHONE)
    page = witness.page
    woman = Participant(witness, "en")
    witness.visit("/en/participate/")
    button = woman.fill("Kestrel covered", picture=planted_jpeg())
    open_tool(page)
    page.locator("[data-add=oval]").click()
    button.click()
    code = woman.code()
    woman.open(code)
    shown = page.locator("img[src^='data:image/webp']").first
    middle = shown.evaluate(
        """async (picture) => { await picture.decode();
            const ctx = document.createElement('canvas').getContext('2d');
            const [w, h] = [picture.naturalWidth, picture.naturalHeight];
            [ctx.canvas.width, ctx.canvas.height] = [w, h];
            ctx.drawImage(picture, 0, 0);
            return [...ctx.getImageData(w / 2, h * .44, 1, 1).data].slice(0, 3); }"""
    )
    assert alike((middle[0], middle[1], middle[2]), INK)
    witness.close()
