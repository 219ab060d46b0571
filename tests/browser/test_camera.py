"""The mirror camera: what she saw is what is sent, and nothing watches longer than it must."""

import pytest

from reflect2protect.media.tests.pictures import GREEN, RED
from tests.browser.catcher import Catcher
from tests.browser.conftest import Open
from tests.browser.mirror import alike, choose, choose_way, colour_at, send, sent_picture
from tests.browser.people import planted_jpeg

PHONE = 360

# A camera that sees red on its left and green on its right; `running` counts live tracks.
CAMERA = """const tracks = [];
    Object.defineProperty(window, 'running', {
        get: () => tracks.filter((track) => track.readyState === 'live').length });
    navigator.mediaDevices.getUserMedia = async () => {
        const canvas = Object.assign(document.createElement('canvas'), {width: 800, height: 600});
        const ctx = canvas.getContext('2d');
        const draw = () => {
            ctx.fillStyle = '#c81e1e'; ctx.fillRect(0, 0, 400, 600);
            ctx.fillStyle = '#1ea03c'; ctx.fillRect(400, 0, 400, 600);
        };
        setInterval(draw, 30); draw();
        const stream = canvas.captureStream(30);
        tracks.push(...stream.getTracks());
        return stream;
    };"""


def test_the_mirror_camera(meet: Open, catcher: Catcher) -> None:
    """What she saw in the mirror is what is sent, and the camera is off once it is taken."""
    witness = meet(width=PHONE, init=CAMERA)
    page = witness.page
    page.locator("[data-camera]").click()
    page.locator("[data-cam-take]:enabled").wait_for()
    assert page.evaluate("running") == 1
    assert witness.axe() == [] and witness.sideways() == []
    page.locator("[data-cam-timer='3']").click()
    page.locator("[data-cam-take]").click()
    page.locator("[data-cam-tick]").get_by_text("2").wait_for()
    page.locator("[data-cam-use]").wait_for()
    assert page.evaluate("running") == 0
    page.locator("[data-cam-again]").click()
    page.locator("[data-cam-take]:enabled").wait_for()
    page.locator("[data-cam-timer='0']").click()
    page.locator("[data-cam-take]").dblclick()  # no yes to a picture that she has not seen
    assert page.locator("[data-cam-use]").is_visible()
    page.locator("[data-cam-use]").click()
    page.locator("[data-shown]").wait_for()
    assert page.evaluate("[running, document.activeElement.id]") == [0, "shown-title"]
    picture = sent_picture(send(page, catcher))
    assert picture.size == (450, 600)
    assert alike(colour_at(picture, 0.1, 0.5), GREEN)
    assert alike(colour_at(picture, 0.9, 0.5), RED)
    assert witness.take_faults() == []


@pytest.mark.parametrize("end", ["close", "reset", "hide", "words", "leave"])
def test_the_camera_goes_off(end: str, meet: Open) -> None:
    """However she turns away, no camera stays on."""
    witness = meet(init=CAMERA)
    page = witness.page
    page.locator("[data-camera]").click()
    page.locator("[data-cam-take]:enabled").wait_for()
    if end == "close":
        page.locator("[data-cam-close]").click()
    elif end == "words":
        choose_way(page, "words")
    else:
        script = {
            "reset": "document.querySelector('form').reset()",
            "hide": "Object.defineProperty(document, 'hidden', {get: () => true});"
            "document.dispatchEvent(new Event('visibilitychange'))",
            "leave": "dispatchEvent(new PageTransitionEvent('pagehide'))",
        }[end]
        page.evaluate(script)
    assert page.evaluate("running") == 0


@pytest.mark.parametrize("error", ["NotAllowedError", "NotFoundError", "NotReadableError", "Odd"])
def test_no_camera(error: str, meet: Open) -> None:
    """Refused, missing, or busy: a sentence says so, and choosing a file still works."""
    refuse = f"throw new DOMException('', '{error}')"
    witness = meet(init=f"navigator.mediaDevices.getUserMedia = async () => {{ {refuse}; }}")
    page = witness.page
    page.locator("[data-camera]").click()
    page.locator("[data-cam-said]").get_by_text("choose a picture instead").wait_for()
    page.locator("[data-cam-close]").click()
    choose(page, planted_jpeg())
    page.locator("[data-shown]").wait_for()
    assert witness.take_faults() == []
