"""What a laundered picture must be: looked at byte by byte, and pixel by pixel."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import pytest
from PIL import Image, ImageStat

from reflect2protect.media.tests import pictures
from reflect2protect.media.work.launder import Laundered, Reason, Refused, launder

JPEG_MAY_HOLD = {0xDB, 0xC0, 0xC2, 0xC4, 0xDA}


def webp_chunks(data: bytes) -> Iterator[bytes]:
    """Walk a WebP file; it must end where its header says."""
    assert (data[:4], data[8:12]) == (b"RIFF", b"WEBP")
    assert struct.unpack("<I", data[4:8])[0] + 8 == len(data)
    at = 12
    while at < len(data):
        yield data[at : at + 4]
        length = struct.unpack("<I", data[at + 4 : at + 8])[0]
        at += 8 + length + length % 2


def jpeg_segments(data: bytes) -> Iterator[int]:
    """Walk a JPEG file, scans included; it must end with its end marker."""
    assert data.startswith(b"\xff\xd8")
    assert data.index(b"\xff\xd9") == len(data) - 2
    at = 2
    while data[at + 1] != 0xD9:
        yield data[at + 1]
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        while data[at] != 0xFF or data[at + 1] == 0:  # the pixels after a scan header
            at += 1


def holds_a_plant(data: bytes) -> bool:
    """Whether a planted string came through."""
    encodings = ("ascii", "utf-16-le", "utf-16-be")
    return any(pictures.MARK.encode(encoding) in data for encoding in encodings)


def holds_more_than_pixels(data: bytes) -> bool:
    """Whether there is a second frame, a profile, any place for metadata, or a torn container."""
    try:
        if data.startswith(b"RIFF"):
            return not (
                len(found := list(webp_chunks(data))) == 1 and {*found} <= {b"VP8 ", b"VP8L"}
            )
        return not set(jpeg_segments(data)) <= JPEG_MAY_HOLD
    except (AssertionError, IndexError, ValueError, struct.error):
        return True


def assert_only_pixels(data: bytes) -> None:
    """Assert that an output holds neither a plant nor a place for one."""
    assert not holds_a_plant(data)
    assert not holds_more_than_pixels(data)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def assert_upright(result: Laundered) -> None:
    """Assert that the four quarters are where ``quarters`` drew them."""
    assert (result.width, result.height) == (160, 120)
    picture = opened(result.data)
    assert picture.size == (160, 120)
    for colour, at in zip(
        pictures.CORNERS, ((20, 15), (140, 15), (20, 105), (140, 105)), strict=True
    ):
        assert_near(picture.getpixel(at), colour)


def is_upright(result: Laundered) -> bool:
    """Whether ``assert_upright`` is content."""
    try:
        assert_upright(result)
    except AssertionError:
        return False
    return True


def is_bright_below(result: Laundered) -> bool:
    """Whether the yellow quarter is still the brightest, in whatever colours or greys."""
    grey = opened(result.data).convert("L")
    boxes = ((0, 0, 80, 60), (80, 0, 160, 60), (0, 60, 80, 120), (80, 60, 160, 120))
    light = [ImageStat.Stat(grey.crop(box)).mean[0] for box in boxes]
    return grey.size == (160, 120) and max(light) == light[3]


def assert_near(found: object, wanted: tuple[int, int, int], most: int = 12) -> None:
    assert isinstance(found, tuple)
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= most, (found, wanted)


def refusal(data: bytes) -> Reason:
    with pytest.raises(Refused) as caught:
        launder(data)
    return caught.value.reason
