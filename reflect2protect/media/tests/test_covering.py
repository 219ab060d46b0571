"""Covers: nothing under them is left, and what is chosen is what is covered."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from reflect2protect.media.tests import pictures
from reflect2protect.media.tests.outputs import assert_near, assert_only_pixels, opened
from reflect2protect.media.work.container import only_pixels
from reflect2protect.media.work.covering import Box, Shape, cells, cover, numbered
from reflect2protect.media.work.launder import Laundered, Reason, Refused, launder, wall_set

INK = (45, 18, 56)
SCRIPT = Path(__file__).parents[2] / "core/static/r2p/js/cover.js"


def master(width: int = 400, height: int = 300, *, exact: bool = True) -> Laundered:
    data = pictures.encode(pictures.quarters(width, height), "png")
    return launder(data, exact=exact)


def pair(chance: random.Random) -> tuple[list[Image.Image], list[Box], Shape]:
    """Two pictures that differ only under some boxes, wildly there."""
    width, height = chance.choice([(420, 300), (300, 500), (1700, 1200), (2600, 900)])
    shape: Shape = chance.choice(["oval", "rect"])
    edges = [(chance.randrange(700), chance.randrange(700)) for _ in range(3)]
    boxes = [Box(x, y, *(chance.randrange(60, 300) for _ in "wh")) for x, y in edges]
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    for box in boxes:
        left, top = box.left * width / 1000, box.top * height / 1000
        right, bottom = left + box.width * width / 1000, top + box.height * height / 1000
        paint = draw.ellipse if shape == "oval" else draw.rectangle
        paint((left, top, right - 1, bottom - 1), fill=255)
    shown, hidden, other = (noisy(chance, width, height) for _ in range(3))
    two = [Image.composite(under, shown, mask) for under in (hidden, other)]
    assert ImageChops.difference(*two).getbbox() is not None
    return two, boxes, shape


def noisy(chance: random.Random, width: int, height: int) -> Image.Image:
    """Coarse noise, as hard to encode as a photograph."""
    coarse = Image.frombytes(
        "RGB", (width // 4, height // 4), chance.randbytes(width // 4 * (height // 4) * 3)
    )
    return coarse.resize((width, height), Image.Resampling.BICUBIC)


def extremes(picture: Image.Image) -> tuple[float, float]:
    """The darkest and the lightest grey."""
    return ImageStat.Stat(picture.convert("L")).extrema[0]


@pytest.mark.parametrize("number", range(8))
def test_two_pictures_that_differ_only_under_the_covers_become_the_same_bytes(number: int) -> None:
    two, boxes, shape = pair(random.Random(number))
    one, other = (launder(pictures.encode(picture, "png"), exact=True) for picture in two)
    assert one.data != other.data
    assert cover(one.data, boxes, shape) == cover(other.data, boxes, shape)


def test_of_a_lossy_master_next_to_nothing_is_left_around_the_covers() -> None:
    """What its blocks carried out of the shape is covered too. What is left is their rounding: as
    much as cover.js takes for the noise of a JPEG."""
    for number in range(3):
        two, boxes, shape = pair(random.Random(number))
        lossy = (launder(pictures.encode(picture, "png")).data for picture in two)
        one, other = (opened(cover(data, boxes, shape).data) for data in lossy)
        different = ImageChops.difference(one, other).convert("L").histogram()
        assert sum(different[25:]) == 0


def test_covers_are_one_solid_colour_and_the_rest_stays() -> None:
    for shape in ("oval", "rect"):
        covered = cover(master().data, [Box(100, 100, 300, 400), Box(600, 600, 300, 300)], shape)
        assert_only_pixels(covered.data)
        assert (covered.width, covered.height) == (400, 300)
        picture = opened(covered.data)
        for at in ((100, 90), (60, 90), (140, 90), (100, 50), (100, 130), (300, 225)):
            assert_near(picture.getpixel(at), INK, most=6)
        assert_near(picture.getpixel((340, 40)), pictures.GREEN)
        assert_near(picture.getpixel((20, 280)), pictures.BLUE)
        corner = picture.getpixel((46, 36))  # of the box, outside its oval
        assert_near(corner, pictures.RED if shape == "oval" else INK)


def test_a_cover_hides_its_whole_box() -> None:
    white = launder(
        pictures.encode(Image.new("RGB", (333, 211), (255, 255, 255)), "png"), exact=True
    )
    for box in (*cells(333, 211)[::7], Box(0, 0, 1000, 1000), Box(999, 999, 1, 1)):
        picture = opened(cover(white.data, [box], "rect").data)
        left, top = box.left * 333 // 1000, box.top * 211 // 1000
        right = -(-(box.left + box.width) * 333 // 1000)
        bottom = -(-(box.top + box.height) * 211 // 1000)
        assert extremes(picture.crop((left, top, right, bottom)))[1] < 60, box


def test_the_colour_is_that_of_covers_made_in_the_browser() -> None:
    assert f"INK = {list(INK)};" in SCRIPT.read_text(encoding="utf-8")


def test_a_covered_picture_is_a_master() -> None:
    covered = cover(master().data, cells(400, 300)[:4], "rect")
    assert len(wall_set(covered.data)) == 6
    again = cover(covered.data, [Box(500, 500, 100, 100)], "oval")
    assert (again.width, again.height) == (400, 300)


def test_an_exact_master_without_covers_becomes_an_ordinary_one() -> None:
    assert cover(master().data, [], "oval") == master(exact=False)


def test_an_exact_master_is_the_pixels_and_nothing_else() -> None:
    picture = pictures.quarters()
    exact = launder(pictures.encode(picture, "png", dpi=(71, 71)), exact=True)
    assert opened(exact.data).tobytes() == picture.tobytes()
    assert only_pixels(exact.data, "png")
    assert not only_pixels(exact.data + b"more", "png")
    assert not only_pixels(exact.data[:-1], "png")
    assert not only_pixels(pictures.encode(picture, "png", dpi=(71, 71)), "png")
    with pytest.raises(Refused):  # it is not for the wall before it was covered
        wall_set(exact.data)


@pytest.mark.parametrize("width", [16, 300, 400, 533, 900, 1600])
@pytest.mark.parametrize("height", [16, 300, 400, 1600])
def test_cells_fill_the_picture_in_reading_order(width: int, height: int) -> None:
    grid = cells(width, height)
    assert 40 <= len(grid) <= 54
    assert sum(box.width * box.height for box in grid) == 1_000_000
    assert grid[0][:2] == (0, 0)
    for box, after in pairwise(grid):
        if box.left + box.width == 1000:  # a line is full
            assert after[:2] == (0, box.top + box.height)
        else:
            assert after[:2] == (box.left + box.width, box.top)
    assert grid[-1].top + grid[-1].height == 1000


def test_cells_are_about_square() -> None:
    found = {
        size: len({box.left for box in cells(*size)}) for size in ((400, 300), (300, 400), (9, 9))
    }
    assert found == {(400, 300): 8, (300, 400): 6, (9, 9): 7}


def test_each_cell_bears_its_own_number_at_320_px() -> None:
    plain = launder(pictures.encode(Image.new("RGB", (300, 400), (128, 128, 128)), "png"))
    grid = cells(300, 400)
    shown = numbered(plain.data, grid, grid=True)
    assert (shown.width, shown.height) == (960, 1280)
    assert_only_pixels(shown.data)
    small = opened(shown.data).convert("L").resize((320, 427), Image.Resampling.LANCZOS)
    seen = []
    for box in grid:
        left, top = box.left * 320 // 1000, box.top * 427 // 1000
        seen.append(small.crop((left, top, left + 26, top + 26)))
        dark, light = extremes(seen[-1])
        assert light - dark > 180  # white on ink
    for i, one in enumerate(seen):
        for other in seen[:i]:
            assert extremes(ImageChops.difference(one, other))[1] > 60


def test_faces_are_outlined_and_numbered_beside_them() -> None:
    face, small = Box(100, 300, 200, 400), Box(600, 400, 20, 40)
    plain = launder(pictures.encode(Image.new("RGB", (640, 480), (128, 128, 128)), "png"))
    shown = numbered(plain.data, [face, small])
    assert (shown.width, shown.height) == (1280, 960)
    picture = opened(shown.data)
    assert_near(picture.getpixel((256, 480)), (128, 128, 128))  # the face itself stays in sight
    assert_near(picture.getpixel((781, 403)), (128, 128, 128))
    changed = ImageChops.difference(picture, Image.new("RGB", picture.size, (128, 128, 128)))
    edges = changed.convert("L").point([255 * (value > 60) for value in range(256)]).getbbox()
    assert edges == pytest.approx((128 - 12, 288 - 12 - 98, 781 + 49, 672 + 12), abs=3)
    for middle in ((256, 227), (781, 323)):
        disc = picture.crop((middle[0] - 30, middle[1] - 30, middle[0] + 30, middle[1] + 30))
        dark, light = extremes(disc)
        assert (dark < 50, light > 220) == (True, True)


@pytest.mark.parametrize("size", [(16, 16), (1600, 16), (16, 1600), (40, 30)])
def test_even_a_tiny_picture_or_a_strip_can_be_numbered(size: tuple[int, int]) -> None:
    data = launder(pictures.encode(pictures.quarters(*size), "png"), exact=True).data
    for boxes, grid in ((cells(*size), True), ([Box(0, 0, 1000, 1000)] * 48, False)):
        shown = numbered(data, boxes, grid=grid)
        assert max(shown.width, shown.height) == 1280


@pytest.mark.parametrize("data", [b"", b"<svg/>", pictures.encode(pictures.quarters(), "jpeg")])
def test_only_a_master_is_covered(data: bytes) -> None:
    with pytest.raises(Refused) as covered:
        cover(data, [], "oval")
    with pytest.raises(Refused) as shown:
        numbered(data, [])
    assert covered.value.reason is shown.value.reason is Reason.NOT_A_PICTURE
