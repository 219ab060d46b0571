"""Pictures that are harmless and hard: every way to turn, to colour, to size, many frames."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from collections.abc import Callable, Mapping

import pillow_heif  # type: ignore[import-untyped, unused-ignore]
import pyvips  # type: ignore[import-untyped, unused-ignore]
from PIL import Image, ImageOps

from reflect2protect.media.tests import pictures
from reflect2protect.media.tests.pictures import encode, quarters

Make = Callable[[], bytes]
UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def turned(kind: str, orientation: int) -> bytes:
    """The quarters lying as a camera would leave them, and the tag that says so.

    The writers of AVIF and HEIC turn the tag into the container's own rotation, as telephones do.
    """
    picture = quarters()
    if orientation in UNDO:
        picture = picture.transpose(UNDO[orientation])
    if kind in {"avif", "heic"}:
        tag = Image.Exif()
        tag[0x0112] = orientation
        return encode(picture, kind, exif=tag.tobytes())
    start = b"Exif\0\0" if kind == "jpeg" else b""
    return encode(picture, kind, exif=start + pictures.exif(orientation))


def deep(colours: int) -> bytes:
    """A PNG of 16 bits a channel: grey (0), colour (2), either with transparency (4, 6)."""
    shaped = {0: "L", 2: "RGB", 4: "LA", 6: "RGBA"}[colours]
    picture = quarters().convert(shaped)
    bands, row = len(shaped), picture.width * len(shaped)
    wide = bytes(byte for one in picture.tobytes() for byte in (one, one))
    rows = (b"\0" + wide[at : at + 2 * row] for at in range(0, len(wide), 2 * row))
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 16, colours, 0, 0, 0)
    assert len(wide) == 160 * 120 * bands * 2
    chunks = (
        pictures.png_chunk(b"IHDR", head),
        pictures.png_chunk(b"IDAT", zlib.compress(b"".join(rows))),
    )
    return pictures.PNG_START + b"".join(chunks) + pictures.PNG_END


def four_inks(apart: bool) -> bytes:
    """A JPEG of four inks, as it is or with brightness and colours apart (YCCK).

    Adobe's segment tells which (0 or 2). Inks are stored the other way round: 255 is none.
    """
    stored = ImageOps.invert(quarters()).convert("YCbCr") if apart else quarters()
    planes = [plane.point(lambda one: 255 - one) for plane in stored.split()]
    inks = Image.merge("CMYK", [*planes, Image.new("L", stored.size, 0)])
    plain = encode(inks, "jpeg", quality=95)
    at = plain.index(b"Adobe") + 11
    return plain[:at] + bytes([2 * apart]) + plain[at + 1 :]


def with_profile(mode: str, profile: bytes) -> bytes:
    """A JPEG whose profile may belong to other colours than its own."""
    return encode(quarters().convert(mode), "jpeg", icc_profile=profile)


def several(kind: str, count: int) -> bytes:
    """The quarters first, then pictures of one colour; in HEIC of another size, too."""
    size = (200, 100) if kind == "heic" else (160, 120)
    others = [Image.new("RGB", size, pictures.YELLOW) for _ in range(count)]
    if kind == "heic":
        out, file = io.BytesIO(), pillow_heif.from_pillow(quarters())
        for one in others:
            file.add_from_pillow(one)
        file.save(out, quality=90)
        return out.getvalue()
    return encode(quarters(), kind, save_all=True, append_images=others, duration=50)


@functools.cache
def flat(kind: str, width: int, height: int) -> bytes:
    """One colour, in any size."""
    one = pyvips.Image.black(width, height, bands=3).copy(interpretation="srgb")
    options = {"png": {"compression": 1}, "webp": {"effort": 0, "lossless": True}}.get(kind, {})
    return bytes(one.write_to_buffer(f".{kind}", **options))


def _colours() -> dict[str, Make]:
    found: dict[str, Make] = {
        f"png deep {colours}": functools.partial(deep, colours) for colours in (0, 2, 4, 6)
    }
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        found[f"png {mode}"] = functools.partial(_in, mode, "png", {})
    for bits in (2, 4):
        found[f"png palette of {bits} bits"] = functools.partial(_palette, bits)
    for mode, kind in (("RGBA", "webp"), ("RGBA", "avif"), ("RGBA", "heic"), ("L", "jpeg")):
        found[f"{kind} {mode}"] = functools.partial(_in, mode, kind, {})
    for mode, kind in (("L", "avif"), ("L", "heic"), ("LA", "heic"), ("L", "webp")):
        found[f"{kind} {mode}"] = functools.partial(_in, mode, kind, {})
    found["webp lossless"] = functools.partial(_in, "RGBA", "webp", {"lossless": True})
    for sampling in (0, 1, 2):
        options = {"subsampling": sampling, "progressive": bool(sampling % 2)}
        found[f"jpeg sampling {sampling}"] = functools.partial(_in, "RGB", "jpeg", options)
    found["jpeg restarts"] = functools.partial(_in, "RGB", "jpeg", {"restart_marker_blocks": 1})
    found["jpeg kept as RGB"] = functools.partial(_in, "RGB", "jpeg", {"keep_rgb": True})
    found["jpeg four inks"] = functools.partial(four_inks, False)
    found["jpeg four inks, apart"] = functools.partial(four_inks, True)
    found["jpeg grey with a profile of colours"] = lambda: with_profile("L", pictures.icc())
    found["jpeg four inks with a profile of three"] = lambda: with_profile("CMYK", pictures.icc())
    found["jpeg with a torn profile"] = lambda: with_profile("RGB", pictures.icc()[:200])
    return found


def _in(mode: str, kind: str, options: Mapping[str, object]) -> bytes:
    return encode(quarters().convert(mode), kind, **options)


def _palette(bits: int) -> bytes:
    out = io.BytesIO()
    quarters().quantize(2**bits).save(out, "PNG", bits=bits)
    return out.getvalue()


TURNED: dict[str, Make] = {
    f"{kind} {tag}": functools.partial(turned, kind, tag)
    for kind in pictures.FORMATS
    for tag in range(1, 9)
}
COLOURS = _colours()
FRAMES: dict[str, Make] = {
    f"{kind} {count}": functools.partial(several, kind, count)
    for kind in ("webp", "png", "avif", "heic")
    for count in (1, 7)
}
Becomes = str | tuple[int, int]
SIZES: dict[str, tuple[Make, Becomes]] = {
    "nothing": (lambda: pictures.png_header(0, 0), "broken"),
    "no width": (lambda: pictures.jpeg_header(0, 120), "broken"),
    "one pixel": (lambda: flat("png", 1, 1), "too_small"),
    "a line": (lambda: flat("png", 1, 40_000), "too_small"),
    "a line across": (lambda: flat("jpeg", 40_000, 1), "too_small"),
    "a strip": (lambda: flat("jpeg", 16, 40_000), "too_small"),
    "just too small": (lambda: flat("png", 15, 16), "too_small"),
    "just large enough": (lambda: flat("png", 16, 16), (16, 16)),
    "long": (lambda: flat("jpeg", 200, 16_000), (20, 1600)),
    "as large as may be": (lambda: flat("jpeg", 8000, 5000), (1600, 1000)),
    "as large as may be, png": (lambda: flat("png", 8000, 5000), (1600, 1000)),
    "as large as may be, webp": (lambda: flat("webp", 8000, 5000), (1600, 1000)),
    "one row too many": (lambda: flat("jpeg", 8000, 5001), "too_many_pixels"),
    "one row too many, png": (lambda: flat("png", 8000, 5001), "too_many_pixels"),
    "one row too many, webp": (lambda: flat("webp", 8000, 5001), "too_many_pixels"),
}
