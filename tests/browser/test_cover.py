"""The cover tool: what is covered on the device never leaves it."""

import pytest
from PIL import Image
from playwright.sync_api import Page

from reflect2protect.media.tests.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    encode,
    exif,
    quarters,
)
from tests.browser.catcher import Catcher
from tests.browser.conftest import Open
from tests.browser.mirror import (
    HELD,
    INK,
    alike,
    choose,
    choose_way,
    colour_at,
    open_tool,
    send,
    sent_picture,
)
from tests.browser.people import FORM, planted_jpeg, say

PHONE = 360


def _big() -> bytes:
    """A planted picture, turned by its EXIF block, larger than what may be sent."""
    return encode(quarters(2400, 1800), "jpeg", exif=b"Exif\0\0" + exif(orientation=3))


def _covered(picture: Image.Image, x: float, y: float, to_x: float, to_y: float) -> bool:
    """Whether a part of the picture is of the one colour of covers."""
    wide, high = picture.size
    box = (round(x * wide), round(y * high), round(to_x * wide), round(to_y * high))
    inner = picture.crop(box).tobytes()
    return all(abs(value - INK[place % 3]) <= 6 for place, value in enumerate(inner))


def _drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def test_by_mouse(meet: Open, catcher: Catcher) -> None:
    """Draw, move, resize, remove, undo; what is sent is covered, small, upright, and bare."""
    witness = meet()
    page = witness.page
    choose(page, _big())
    x, y, w, h = open_tool(page)
    _drag(page, (x + 0.1 * w, y + 0.1 * h), (x + 0.4 * w, y + 0.4 * h))
    _drag(page, (x + 0.25 * w, y + 0.25 * h), (x + 0.65 * w, y + 0.65 * h))  # moves it
    _drag(page, (x + 0.8 * w, y + 0.8 * h), (x + 0.9 * w, y + 0.9 * h))  # the corner: larger
    page.locator("[data-add=rect]").click()
    page.locator("[data-remove]").click()
    assert page.locator("[data-covers] button").count() == 1
    page.locator("[data-undo]").click()
    assert page.locator("[data-covers] button").count() == 2
    page.locator("[data-undo]").click()
    page.locator("[data-done]").click()
    page.locator("[data-shown]").wait_for()
    assert page.evaluate("document.activeElement.id") == "shown-title"
    sent = send(page, catcher)
    picture = sent_picture(sent)
    assert picture.size == (1600, 1200)
    # The oval now spans .5 to .9: its square inside is covered, what lies around it is not.
    assert _covered(picture, 0.58, 0.58, 0.82, 0.82)
    assert alike(colour_at(picture, 0, 0), YELLOW)
    assert alike(colour_at(picture, 1, 1), RED)
    assert alike(colour_at(picture, 0.3, 0.3), YELLOW)
    assert sent.fields["covering"] == "device"
    assert witness.take_faults() == []


def test_by_touch(meet: Open, catcher: Catcher) -> None:
    """A finger paints with the brush, on a phone, and does not scroll the page meanwhile."""
    witness = meet(width=PHONE)
    page = witness.page
    choose(page, planted_jpeg())
    x, y, w, h = open_tool(page)
    page.locator("[data-add=brush]").click()
    page.locator("[data-board]").scroll_into_view_if_needed()
    box = page.locator("[data-board]").bounding_box()
    assert box
    x, y = box["x"], box["y"]
    scrolled = page.evaluate("scrollY")
    session = witness.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": a, "y": b} for a, b in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (x + 0.3 * w, y + 0.2 * h))
    for step in range(1, 11):
        touch("touchMove", (x + 0.3 * w, y + (0.2 + 0.06 * step) * h))
    touch("touchEnd")
    assert page.evaluate("scrollY") == scrolled
    page.get_by_role("button", name="Cover 1: brush stroke").wait_for()
    # No "Done": what she sees is what is sent.
    sent = send(page, catcher)
    picture = sent_picture(sent)
    assert sent.fields["covering"] == "device"
    assert _covered(picture, 0.28, 0.2, 0.32, 0.8)
    assert alike(colour_at(picture, 0.1, 0.5), RED) or alike(colour_at(picture, 0.1, 0.51), BLUE)
    assert alike(colour_at(picture, 0.6, 0.2), GREEN)
    assert witness.take_faults() == []


def _tab(page: Page, what: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(what) => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"Tab never reaches {what}")


def test_by_keyboard(meet: Open, catcher: Catcher) -> None:
    """Keys alone add, move, resize and remove a cover, and each step is said."""
    witness = meet()
    page = witness.page
    choose(page, planted_jpeg())
    said = page.locator("[data-said]")
    page.locator("[data-shown]").wait_for()
    _tab(page, "[data-recover]")
    page.keyboard.press("Enter")
    _tab(page, "[data-add=rect]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    _tab(page, "[data-covers] button")
    page.keyboard.press("Delete")
    page.wait_for_timeout(100)
    assert said.inner_text() == "Removed. Cover 1: rectangle. Covers: 1"
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    for key, times in (("ArrowRight", 8), ("ArrowDown", 4)):
        for _ in range(times):
            page.keyboard.press(f"Shift+{key}")
    page.wait_for_timeout(700)
    assert said.inner_text().startswith("Cover 1: rectangle: left ")
    # Enter on a cover does not send the form; the pad does the same by single presses.
    page.keyboard.press("Enter")
    _tab(page, "[data-step='0 -1 0 0']")
    page.keyboard.press("Enter")
    _tab(page, "[data-done]")
    page.keyboard.press("Enter")
    page.locator("[data-shown]").wait_for()
    assert page.evaluate("document.activeElement.id") == "shown-title"
    picture = sent_picture(sent := send(page, catcher))
    assert sent.fields["covering"] == "device"
    # In the middle at first, then 40 hundredths to the left (its middle stays in the picture).
    assert _covered(picture, 0.01, 0.3, 0.2, 0.6)
    assert alike(colour_at(picture, 0.9, 0.1), GREEN)
    assert witness.take_faults() == []


# What has the focus, what is said of it, and whether both stand on the screen with a ring.
FOCUSED = """() => {
    const at = document.activeElement;
    const line = document.getElementById(at.getAttribute('aria-describedby').split(' ').at(-1));
    const shown = [at, line].every((part) => {
        const {top, bottom} = part.getBoundingClientRect();
        return bottom > top && top >= 0 && bottom <= innerHeight; });
    return { what: at.dataset.add ?? at.name, line: line.id,
        seen: shown && getComputedStyle(at).outlineStyle === 'solid' }; }"""


def test_the_face_must_be_covered(meet: Open, catcher: Catcher) -> None:
    """Who chose `covered` is asked for a cover; no picture without one is ever in the form."""
    witness = meet(width=PHONE, way="covered")
    page = witness.page
    choose(page, planted_jpeg())
    page.locator("[data-edit]").wait_for()
    assert page.evaluate(HELD) == 0
    page.fill("[name=words]", "Kestrel")
    page.check("[name=age_ok]")
    page.check("[name=consent_wall]")
    before = len(catcher.bodies)
    page.locator(f"{FORM} [data-sending]").click()
    page.locator("[data-missing]").get_by_text("there is no cover yet").wait_for()
    assert page.evaluate(FOCUSED) == {"what": "oval", "line": "cover-wrong", "seen": True}
    assert len(catcher.bodies) == before
    page.keyboard.press("Enter")
    assert page.locator("[data-missing]").inner_text() == ""
    sent = send(page, catcher)
    assert sent.fields["covering"] == "device"
    assert _covered(sent_picture(sent), 0.45, 0.35, 0.55, 0.5)
    assert witness.take_faults() == []


def test_covers_outlive_a_forgotten_consent(meet: Open, catcher: Catcher) -> None:
    """What the server would refuse is said on the page, in place, and nothing is lost."""
    witness = meet(width=PHONE, way="")
    page = witness.page
    before = len(catcher.bodies)
    button = page.locator(f"{FORM} [data-sending]")

    def refused(what: str) -> None:
        button.click()
        page.wait_for_function("(what) => document.activeElement.name === what", arg=what)
        assert page.evaluate(FOCUSED) == {"what": what, "line": f"{what}-wrong", "seen": True}

    refused("seen")
    choose_way(page, "words")
    refused("words")
    choose_way(page, "covered")
    refused("picture")
    choose(page, planted_jpeg())
    page.locator("[data-add=oval]").click()
    refused("age_ok")
    page.check("[name=age_ok]")
    refused("consent_wall")
    assert page.locator(".wrong").count() == 1
    assert page.evaluate(HELD) == 1
    page.check("[name=consent_press]")
    assert page.locator(".wrong").count() == 0
    assert len(catcher.bodies) == before
    button.click()
    page.get_by_text("Caught").wait_for()
    sent = catcher.sent()[-1]
    assert sent.fields["covering"] == "device"
    assert _covered(sent_picture(sent), 0.45, 0.35, 0.55, 0.5)
    assert witness.take_faults() == []


def test_a_change_of_mind_meanwhile(meet: Open) -> None:
    """`covered` chosen while the picture is being prepared: the tool opens, and nothing is held."""
    page = meet().page
    choose(page, _big())
    choose_way(page, "covered")
    page.locator("[data-edit]").wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate(HELD) == 0
    choose_way(page, "face")
    page.locator("[data-done]").click()
    page.locator("[data-shown]").wait_for()
    assert page.evaluate(HELD) == 1
    choose_way(page, "covered")
    page.locator("[data-edit]").wait_for()
    assert page.evaluate(HELD) == 0


def test_other_ways_send_no_picture(meet: Open, catcher: Catcher) -> None:
    """A picture that was chosen first stays on the device when words are chosen later."""
    witness = meet()
    page = witness.page
    choose(page, planted_jpeg())
    page.locator("[data-shown]").wait_for()
    choose_way(page, "words")
    assert page.locator("[data-unneeded]").is_visible()
    assert not page.locator("[data-controls]").is_visible()
    sent = send(page, catcher)
    assert sent.files == {}
    assert "covering" not in sent.fields
    assert witness.take_faults() == []


BLANK = {
    "read": """CanvasRenderingContext2D.prototype.getImageData = (x, y, w, h) => {
        const white = new ImageData(w, h); white.data.fill(255); return white; };""",
    "encoded": """const toBlob = HTMLCanvasElement.prototype.toBlob;
        HTMLCanvasElement.prototype.toBlob = function (...how) {
            const blank = document.createElement('canvas');
            [blank.width, blank.height] = [this.width, this.height];
            const ctx = blank.getContext('2d');
            ctx.fillStyle = '#fff';
            ctx.fillRect(0, 0, blank.width, blank.height);
            toBlob.apply(blank, how);
        };""",
    "noise": """CanvasRenderingContext2D.prototype.getImageData = (x, y, w, h) => {
        const noise = new ImageData(w, h);
        for (let i = 0; i < noise.data.length; i += 1) noise.data[i] = Math.random() * 256;
        return noise; };""",
}


@pytest.mark.parametrize("how", BLANK)
@pytest.mark.parametrize("way", ["face", "covered"])
def test_a_blank_canvas_is_no_cover(how: str, way: str, meet: Open, catcher: Catcher) -> None:
    """Where the browser lets no page read pictures, the file is left alone and words say so."""
    witness = meet(width=PHONE, init=BLANK[how], way=way)
    page = witness.page
    choose(page, planted_jpeg())
    told = page.locator("[data-told]")
    told.get_by_text("does not let web pages read pictures").wait_for()
    assert ("Our server covers" in told.inner_text()) is (way == "covered")
    assert not page.locator("[data-edit]").is_visible()
    sent = send(page, catcher)
    assert sent.files["picture"] == ("IMG_1.jpg", planted_jpeg())
    assert sent.fields["covering"] == "server"
    assert witness.take_faults() == []


def test_covers_that_do_not_hold_are_not_sent(meet: Open) -> None:
    """A canvas that tells lies only later: the picture is put away, and nothing is sent."""
    witness = meet()
    page = witness.page
    choose(page, planted_jpeg())
    open_tool(page)
    page.locator("[data-add=oval]").click()
    page.evaluate(f"() => {{ {BLANK['encoded']} }}")
    page.locator("[data-done]").click()
    page.locator("[data-told].amiss").get_by_text("was put away").wait_for()
    assert page.evaluate(HELD) == 0


def test_a_file_that_the_browser_cannot_open(meet: Open, catcher: Catcher) -> None:
    """A HEIC file goes to the server as it is, and a sentence says so."""
    witness = meet()
    heic = encode(quarters(640, 480), "heic")
    choose(witness.page, heic, "IMG_1.heic", "image/heic")
    witness.page.get_by_text("cannot open this kind of picture").wait_for()
    sent = send(witness.page, catcher)
    assert sent.files["picture"] == ("IMG_1.heic", heic)
    assert sent.fields["covering"] == "server"
    assert witness.take_faults() == []


def test_without_javascript(meet: Open, catcher: Catcher) -> None:
    """The plain file field works, and no control stands there that does nothing."""
    witness = meet(js=False, width=PHONE)
    page = witness.page
    assert not page.locator("[data-camera]").is_visible()
    choose(page, planted_jpeg())
    sent = send(page, catcher)
    assert sent.files["picture"] == ("IMG_1.jpg", planted_jpeg())
    assert sent.fields["covering"] == ""
    assert witness.sideways() == []


def test_sent_at_once(meet: Open, catcher: Catcher) -> None:
    """Who sends while the picture is still being prepared sends the prepared one, once."""
    witness = meet()
    page = witness.page
    page.fill("[name=words]", "Kestrel")
    page.check("[name=age_ok]")
    page.check("[name=consent_wall]")
    before = len(catcher.bodies)
    choose(page, _big())
    page.evaluate(
        "() => { const to = document.querySelector('[data-sending]'); to.click(); to.click(); }"
    )
    page.get_by_text("Caught").wait_for()
    sent = catcher.sent()[before:]
    assert [one.fields["covering"] for one in sent] == ["none"]
    assert alike(colour_at(sent_picture(sent[0]), 0, 0), YELLOW)


def test_nothing_waits_in_a_page_that_was_left(meet: Open) -> None:
    """Back to the form: neither the picture nor its covers are there."""
    witness = meet()
    page = witness.page
    choose(page, planted_jpeg())
    open_tool(page)
    witness.visit("/en/privacy/")
    page.go_back()
    page.locator("[data-picture]").wait_for()
    assert page.evaluate(HELD) == 0
    for part in ("edit", "shown"):
        assert not page.locator(f"[data-{part}]").is_visible()
    assert page.evaluate("document.querySelector('[data-board]').width") == 0


@pytest.mark.parametrize("language", ["ar", "zh-hans", "ru"])
def test_the_open_tool_is_for_everybody(language: str, meet: Open) -> None:
    """axe and a narrow screen, with the tool open and with what is sent; no string in English."""
    witness = meet(width=320)
    page = witness.page
    witness.visit(f"/{language}/participate/")
    choose(page, planted_jpeg())
    page.locator("[data-shown]").wait_for()
    faults = witness.axe() + witness.sideways()
    page.locator("[data-recover]").click()
    for tool in ("oval", "rect", "oval"):
        page.locator(f"[data-add={tool}]").click()
    faults += witness.axe() + witness.sideways()
    small = page.evaluate(
        """() => [...document.querySelectorAll('[data-edit] button')].filter((button) => {
            const {width, height} = button.getBoundingClientRect();
            return width < 44 || height < 44; }).map((button) => button.outerHTML)"""
    )
    assert faults + small + witness.take_faults() == []
    assert page.locator("[data-done]").inner_text() == say(language, "Done") != "Done"
