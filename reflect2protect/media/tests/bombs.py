"""Small files that would become large, or take long, for whoever decodes them."""

from __future__ import annotations

import functools
import io
import itertools
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from reflect2protect.media.tests import pictures

Make = Callable[[], bytes]
HUGE = ((6406, 6401), (40_000, 40_000), (65_535, 65_535), (1_000_000, 1_000), (50, 2_000_000))
GIANT = (2**31 - 1, 2**31 - 1)
MEGABYTE = bytes(1024 * 1024)


@functools.cache
def _deflated(megabytes: int) -> bytes:
    """So many megabytes of nothing, as zlib packs them (a two-hundredth)."""
    packer = zlib.compressobj(1)
    return b"".join(packer.compress(MEGABYTE) for _ in range(megabytes)) + packer.flush()


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = pictures.png_chunk(b"IHDR", head)
    return b"".join((pictures.PNG_START, head, *chunks, pictures.PNG_END))


def png_bomb() -> bytes:
    """40,000 × 40,000 pixels, of which the first 400 MB are really there."""
    return _png(40_000, 40_000, pictures.png_chunk(b"IDAT", _deflated(400)))


def png_with_too_much() -> bytes:
    """100 × 100 pixels, and 400 MB after them in the same stream."""
    return _png(100, 100, pictures.png_chunk(b"IDAT", _deflated(400)))


def png_chunk_bomb(name: bytes, head: bytes) -> bytes:
    """A picture with a chunk beside the pixels that inflates to 400 MB."""
    return pictures.png_with(pictures.png_chunk(name, head + _deflated(400)))


def webp_canvas(width: int, height: int) -> bytes:
    """A WebP whose canvas says it is this large (each side up to 2²⁴)."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    whole = bytearray(pictures.webp_with(EXIF=pictures.exif()))
    whole[24:30] = sides
    return bytes(whole)


def webp_frame() -> bytes:
    """A WebP whose only frame says 16,383 × 16,383 in its own header."""
    whole = bytearray(pictures.encode(pictures.quarters(), "webp"))
    at = whole.index(b"\x9d\x01\x2a") + 3
    whole[at : at + 4] = struct.pack("<HH", 16_383, 16_383)
    return bytes(whole)


def jpeg_scans(repeats: int = 3000) -> bytes:
    """36 megapixels in a progressive JPEG whose last scan comes thousands of times."""
    whole = _progressive()
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * repeats + whole[-2:]


@functools.cache
def _progressive() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (6000, 6000), pictures.BLUE).save(out, "JPEG", progressive=True)
    return out.getvalue()


def jpeg_segments(count: int = 200_000) -> bytes:
    """A JPEG with a flood of empty comments."""
    return pictures.jpeg_with(pictures.jpeg_segment(0xFE, b"") * count)


def png_chunks(count: int = 200_000) -> bytes:
    """A PNG with a flood of empty chunks."""
    return pictures.png_with(pictures.png_chunk(b"tEXt", b"a\0") * count)


def iso_nested(depth: int = 20_000) -> bytes:
    """A HEIC whose boxes lie in one another, thousands deep."""
    start = struct.pack(">I4s4sI4s", 20, b"ftyp", b"heic", 0, b"heic")
    sizes = range(8 * depth, 0, -8)
    return start + b"".join(struct.pack(">I4s", size, b"moov") for size in sizes)


def frames(kind: str, count: int) -> bytes:
    """An animation of very many frames."""
    tiny = Image.effect_noise((32, 32), 90).convert("RGB")
    others = [tiny.rotate(number) for number in range(count)]
    return pictures.encode(tiny, kind, save_all=True, append_images=others, duration=1)


def _by_header() -> dict[str, Make]:
    found: dict[str, Make] = {"png bomb": png_bomb, "webp frame": webp_frame}
    for (width, height), kind in itertools.product((*HUGE, GIANT), ("png", "avif", "heic")):
        make = (
            pictures.png_header if kind == "png" else functools.partial(pictures.iso_header, kind)
        )
        found[f"{kind} {width}x{height}"] = functools.partial(make, width, height)
    for width, height in ((6406, 6401), (65_535, 65_535), (65_500, 65_500), (1000, 65_535)):
        found[f"jpeg {width}x{height}"] = functools.partial(pictures.jpeg_header, width, height)
    for width, height in ((16_383, 16_383), (2**24, 2**24), (2**24, 255), (2**16, 2**16 - 1)):
        found[f"webp {width}x{height}"] = functools.partial(webp_canvas, width, height)
    return found


BY_HEADER = _by_header()
INSIDE: dict[str, Make] = {
    "png with too much": png_with_too_much,
    "png text": functools.partial(png_chunk_bomb, b"zTXt", b"Title\0\0"),
    "png international text": functools.partial(png_chunk_bomb, b"iTXt", b"Title\0\1\0\0\0"),
    "png profile": functools.partial(png_chunk_bomb, b"iCCP", b"profile\0\0"),
    "jpeg scans": jpeg_scans,
    "jpeg segments": jpeg_segments,
    "png chunks": png_chunks,
    "heic nested": iso_nested,
    "webp frames": functools.partial(frames, "webp", 500),
    "png frames": functools.partial(frames, "png", 1000),
    "avif frames": functools.partial(frames, "avif", 60),
}
