"""What the launderer does not take, and what it says then."""

from __future__ import annotations

import time

import pytest
import pyvips  # type: ignore[import-untyped, unused-ignore]

from reflect2protect.media.tests import bombs, pictures
from reflect2protect.media.tests.outputs import refusal
from reflect2protect.media.work import launder as door
from reflect2protect.media.work.launder import Reason, Refused, launder, wall_set


@pytest.mark.parametrize("kind", pictures.FORMATS)
@pytest.mark.parametrize("part", [0.3, 0.97])
def test_truncated_pictures_are_refused(kind: str, part: float) -> None:
    data = pictures.noise(kind)
    assert refusal(data[: int(len(data) * part)]) is Reason.BROKEN


def test_too_many_pixels_are_refused_by_the_header() -> None:
    for kind in ("avif", "heic"):
        assert refusal(pictures.iso_header(kind, 6406, 6401)) is Reason.TOO_MANY_PIXELS
    started = time.monotonic()
    assert refusal(bombs.png_bomb()) is Reason.TOO_MANY_PIXELS
    assert time.monotonic() - started < 5  # generous: it decodes nothing


def test_real_pictures_either_side_of_the_cap() -> None:
    def flat(width: int, height: int) -> bytes:
        picture = pyvips.Image.black(width, height, bands=3).copy(interpretation="srgb")
        return bytes(picture.jpegsave_buffer())

    result = launder(flat(7800, 5000))  # 39 megapixels
    assert (result.width, result.height) == (1600, 1026)
    assert refusal(flat(8200, 5000)) is Reason.TOO_MANY_PIXELS  # 41


@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_a_header_that_lies_about_the_size_is_refused(kind: str) -> None:
    assert refusal(pictures.iso_header(kind, 64, 64)) in {Reason.BROKEN, Reason.TOO_MANY_PIXELS}


def test_specks_and_floods_are_refused() -> None:
    assert refusal(pictures.encode(pictures.quarters(8, 8), "png")) is Reason.TOO_SMALL
    assert refusal(b"\xff\xd8\xff" + bytes(door.MAX_BYTES)) is Reason.TOO_MANY_BYTES


def test_a_wall_set_is_made_of_a_master_only() -> None:
    with pytest.raises(Refused):
        wall_set(pictures.encode(pictures.quarters(), "jpeg"))
