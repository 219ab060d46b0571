"""What a laundered picture may be made of: looked at from outside the child that made it.

A file that takes its child over could answer with more than pixels. So the parent walks through
the container of every answer, and takes none that has room for anything else. No decoder is
needed for that.
"""

from __future__ import annotations

import re

WEBP_MAY_HOLD = {b"VP8 ", b"VP8L"}
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"\0\0\0\0IEND\xaeB`\x82"
PNG_MAY_HOLD = {b"IHDR", b"IDAT"}
JPEG_MAY_HOLD = {0xC0, 0xC2, 0xC4, 0xDA, 0xDB}  # sizes, tables, scans
END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")  # those are pixels and restarts


def only_pixels(data: bytes, ending: str) -> bool:
    """Whether this is one frame without metadata, ending where it must.

    ``ending`` is "webp", "png" or "jpg": a picture of another kind is not what was asked for.
    """
    return {"webp": _webp, "png": _png, "jpg": _jpeg}[ending](data)


def _webp(data: bytes) -> bool:
    """One chunk of pixels; its padding is nothing."""
    length = int.from_bytes(data[16:20], "little")
    return (
        data[:4] == b"RIFF"
        and data[8:12] == b"WEBP"
        and data[12:16] in WEBP_MAY_HOLD
        and int.from_bytes(data[4:8], "little") + 8 == len(data) == 20 + length + length % 2
        and data[20 + length :] in (b"", b"\0")
    )


def _png(data: bytes) -> bool:
    """Chunks of the kinds allowed, each begun where the one before ends, up to the end mark."""
    at = len(PNG_START)
    if not data.startswith(PNG_START):
        return False
    while data[at : at + 12] != PNG_END:
        if data[at + 4 : at + 8] not in PNG_MAY_HOLD:
            return False
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return at + 12 == len(data)


def _jpeg(data: bytes) -> bool:
    """Segments of the kinds allowed, each begun where the one before ends, up to the end mark."""
    at = 2
    if not data.startswith(b"\xff\xd8"):
        return False
    while data[at : at + 2] != b"\xff\xd9":
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at : at + 1] != b"\xff" or length < 2 or data[at + 1] not in JPEG_MAY_HOLD:
            return False
        scan, at = data[at + 1] == 0xDA, at + 2 + length
        if scan:
            end = END_OF_SCAN.search(data, at)
            if end is None:
                return False
            at = end.start()
    return at + 2 == len(data)
