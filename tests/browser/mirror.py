"""What somebody does with her picture on the page where one takes part, and what came of it."""

import io

from PIL import Image
from playwright.sync_api import FilePayload, Page

from reflect2protect.media.tests.pictures import MARK
from tests.browser.catcher import Catcher, Sent
from tests.browser.people import FORM

Colour = tuple[int, int, int]
INK = (45, 18, 56)  # the one colour of covers
HELD = "document.querySelector('[name=picture]').files.length"


def choose_way(page: Page, way: str) -> None:
    """Choose how to be seen."""
    page.check(f"[name=seen][value={way}]")


def choose(page: Page, data: bytes, name: str = "IMG_1.jpg", kind: str = "image/jpeg") -> None:
    """Choose a file as the picture."""
    page.set_input_files("[name=picture]", FilePayload(name=name, mimeType=kind, buffer=data))


def open_tool(page: Page) -> tuple[float, float, float, float]:
    """Open the cover tool; where its picture is on the screen: left, top, width, height."""
    page.locator("[data-recover]").click()
    board = page.locator("[data-board]")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]


def send(page: Page, catcher: Catcher) -> Sent:
    """Send the form; what came over the wire."""
    page.fill("[name=words]", "Kestrel")
    page.check("[name=age_ok]")
    page.check("[name=consent_wall]")
    before = len(catcher.bodies)
    page.locator(f"{FORM} [data-sending]").click()
    page.get_by_text("Caught").wait_for()
    sent = catcher.sent()
    assert len(sent) == before + 1
    return sent[-1]


def sent_picture(sent: Sent) -> Image.Image:
    """The picture that was sent, which must say nothing but its pixels."""
    name, data = sent.files["picture"]
    assert name == "mirror.jpg"
    for hidden in (MARK.encode(), MARK.encode("utf-16-le"), b"Exif", b"http://ns.adobe", b"ICC_"):
        assert hidden not in data
    picture = Image.open(io.BytesIO(data))
    assert max(picture.size) <= 1600
    return picture.convert("RGB")


def colour_at(picture: Image.Image, x: float, y: float) -> Colour:
    """The colour at a place, in parts of the picture."""
    found = picture.getpixel((int(x * (picture.width - 1)), int(y * (picture.height - 1))))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def alike(found: Colour, wanted: Colour) -> bool:
    """Whether two colours are the same but for what a JPEG does to them."""
    return all(abs(a - b) <= 12 for a, b in zip(found, wanted, strict=True))
