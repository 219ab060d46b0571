"""The launderer lets through pixels and nothing else."""

from __future__ import annotations

import io

import pytest
from PIL import ImageCms

from reflect2protect.media.tests import pictures
from reflect2protect.media.tests.outputs import (
    assert_near,
    assert_only_pixels,
    assert_upright,
    opened,
)
from reflect2protect.media.work.launder import launder, wall_set

PLANTED = [(kind, name) for kind, plants in pictures.PLANTS.items() for name in plants]


@pytest.mark.parametrize(("kind", "name"), PLANTED)
def test_no_plant_survives(kind: str, name: str) -> None:
    data = pictures.PLANTS[kind][name]()
    assert any(pictures.MARK.encode(code) in data for code in ("ascii", "utf-16-be"))
    result = launder(data)
    assert_only_pixels(result.data)
    assert_upright(result)


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_wall_sets_hold_only_pixels(kind: str) -> None:
    for rendition in wall_set(launder(pictures.PLANTS[kind]["exif"]()).data):
        assert_only_pixels(rendition.data)


def test_wall_set_takes_no_plant_from_a_master_that_has_one() -> None:
    for rendition in wall_set(pictures.PLANTS["webp"]["all"]()):
        assert_only_pixels(rendition.data)


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_colours_are_brought_to_srgb(kind: str) -> None:
    picture = pictures.quarters()
    picture.info["icc_profile"] = pictures.swapped_icc()
    options = {} if kind == "heic" else {"icc_profile": pictures.swapped_icc()}
    found = opened(launder(pictures.encode(picture, kind, **options)).data).getpixel((20, 15))
    assert_near(found, (30, 30, 200), most=25)


def test_a_nonsense_profile_does_not_matter() -> None:
    broken = pictures.jpeg_segment(0xE2, b"ICC_PROFILE\0\x01\x01" + b"nonsense" * 30)
    assert_upright(launder(pictures.jpeg_with(broken)))


def test_cmyk_jpeg() -> None:
    found = opened(launder(pictures.encode(pictures.quarters().convert("CMYK"), "jpeg")).data)
    red, green, blue = (found.getpixel(at) for at in ((20, 15), (140, 15), (20, 105)))
    for pixel, strongest in ((red, 0), (green, 1), (blue, 2)):
        assert isinstance(pixel, tuple)
        assert pixel.index(max(pixel)) == strongest


def test_sixteen_bits_become_eight() -> None:
    found = opened(launder(pictures.deep_png()).data)
    assert_near(found.getpixel((4, 4)), (0, 0, 0))
    assert_near(found.getpixel((28, 28)), (128, 128, 128))


def test_transparent_palette_is_laid_on_the_ground() -> None:
    picture = pictures.quarters().quantize(8)
    clear = picture.getpixel((20, 15))
    found = opened(launder(pictures.encode(picture, "png", transparency=clear)).data)
    assert_near(found.getpixel((20, 15)), (238, 238, 238))
    assert_near(found.getpixel((140, 15)), pictures.GREEN)


def test_hidden_colours_under_transparency_are_gone() -> None:
    picture = pictures.quarters().convert("RGBA")
    picture.putalpha(0)
    found = opened(launder(pictures.encode(picture, "png")).data)
    for at in ((20, 15), (140, 15), (20, 105), (140, 105)):
        assert_near(found.getpixel(at), (238, 238, 238), most=1)


def test_sizes_of_a_wall_set() -> None:
    large = launder(pictures.encode(pictures.quarters(1800, 900), "jpeg"))
    assert (large.width, large.height) == (1600, 800)
    found = {one.name: (one.width, one.height, one.content_type) for one in wall_set(large.data)}
    assert found == {
        "320.webp": (320, 160, "image/webp"),
        "320.jpg": (320, 160, "image/jpeg"),
        "640.webp": (640, 320, "image/webp"),
        "640.jpg": (640, 320, "image/jpeg"),
        "1280.webp": (1280, 640, "image/webp"),
        "1280.jpg": (1280, 640, "image/jpeg"),
    }


def test_a_wall_set_is_never_enlarged_and_says_its_true_size() -> None:
    tall = launder(pictures.encode(pictures.quarters(400, 900), "png"))
    for one in wall_set(tall.data):
        assert opened(one.data).size == (one.width, one.height)
        wanted = (320, 720) if one.name.startswith("320.") else (400, 900)
        assert (one.width, one.height) == wanted


def test_the_same_pixels_give_the_same_bytes() -> None:
    plain = pictures.encode(pictures.quarters(), "png")
    assert launder(plain).data == launder(pictures.PLANTS["png"]["exif"]()).data


def test_the_planted_profile_is_a_real_one() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(pictures.icc()))
    assert pictures.MARK in ImageCms.getProfileDescription(profile)
