"""The launderer: one picture in on stdin, nothing but pixels out on stdout. Run as a child.

What is asked is one line of JSON before the picture: ``{"job": "master", "longest": 1600}`` with
an upload, or ``{"job": "wall_set", "widths": [320, 640]}`` with a master. The answer is one line
of JSON and then the bytes of each picture, one after another: ``{"pictures": [{"name", "width",
"height", "bytes"}, …]}``, or ``{"refused": reason}`` alone.

A hostile file may take this process over, so it limits itself before it reads a byte, imports
no Django, knows no secret, writes no file and lives for one picture only. ``sandbox.py`` shuts it
in where that is possible; ``child.py`` is the other end of the pipes.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import Any

MAX_PIXELS = 40_000_000
MIN_SIDE = 16  # px; below this there is nothing to see, only something to track with
GROUND = [238, 238, 238]  # neutral light grey, laid under transparent pictures
LIMITS = {  # name in `resource`: the most this process may use
    "RLIMIT_AS": 1536 * 1024 * 1024,
    "RLIMIT_CPU": 10,
    "RLIMIT_FSIZE": 0,
    "RLIMIT_NOFILE": 32,
    "RLIMIT_CORE": 0,
}
STRICT = "[fail_on=error]"
SRGB = {"srgb", "b-w", "rgb16", "grey16"}  # as libvips calls what has no other colours
LOADERS = ("Jpeg", "Png", "Webp", "Heif")
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
AVIF_BRANDS = {b"avif", b"avis"}
MASTER_WEBP = {"Q": 92, "effort": 2, "keep": "none"}
WALL_WEBP = {"Q": 78, "effort": 4, "keep": "none"}
WALL_JPEG = {"Q": 80, "optimize_coding": True, "interlace": True, "keep": "none"}

Vips = Any  # pyvips has no types
Named = tuple[str, int, int, bytes]  # name, width, height, encoded picture


class RefusedError(Exception):
    """This picture is not taken; the argument is the reason, a value of ``launder.Reason``."""


def limit_self() -> None:
    """Cap memory, processor time, open files and file size, as far as the platform can."""
    for name, most in LIMITS.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS knows RLIMIT_AS but refuses to set it
            continue


def kind_of(data: bytes) -> str:
    """Tell "jpeg", "png", "webp", "avif" or "heic" by the first bytes.

    Raises RefusedError("not_a_picture") for everything else, whatever its name says.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        end = min(int.from_bytes(data[:4], "big"), 512)
        for brand in (data[at : at + 4] for at in (8, *range(16, end, 4))):
            if brand in HEIC_BRANDS:
                return "heic"
            if brand in AVIF_BRANDS:
                return "avif"
    raise RefusedError("not_a_picture")


def check_size(width: int, height: int) -> None:
    """Refuse by the size the header gives (px), before a pixel is decoded."""
    if width * height > MAX_PIXELS:
        raise RefusedError("too_many_pixels")
    if min(width, height) < MIN_SIDE:
        raise RefusedError("too_small")


def load_vips() -> Vips:
    """Import pyvips with every loader shut except the four on the list."""
    # One thread is enough for one picture; above the threshold libvips may spool to a file.
    os.environ.update(VIPS_CONCURRENCY="1", VIPS_DISC_THRESHOLD="16g")
    import pyvips  # type: ignore[import-untyped, unused-ignore]

    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in LOADERS:
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", False)
    return pyvips


def heic_pixels(data: bytes, vips: Vips) -> Vips:
    """Decode the primary picture of a HEIC file (libheif turns it upright itself)."""
    import pillow_heif  # type: ignore[import-untyped, unused-ignore]

    options = pillow_heif.options
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    options.DECODE_THREADS = 1
    heif = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    first = heif[heif.primary_index]
    check_size(*first.size)
    pixels, (width, height) = bytes(first.data), first.size
    bands = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}[first.mode]
    rows = vips.Image.new_from_memory(pixels, first.stride, height, 1, "uchar")
    picture = rows.crop(0, 0, width * bands, height).bandfold(factor=bands)
    picture = picture.copy(interpretation="b-w" if bands < 3 else "srgb")
    if profile := first.info.get("icc_profile"):  # telephones use Display P3
        picture.set_type(vips.GValue.blob_type, "icc-profile-data", profile)
    return picture


def to_srgb(picture: Vips) -> dict[str, str]:
    """What a thumbnail must be told to become sRGB: nothing where that is what it is already.

    Without a profile, colours and greys are taken for sRGB. To convert them all the same would
    change nothing and cost more than all the rest.
    """
    if picture.get_typeof("icc-profile-data") or picture.interpretation not in SRGB:
        return {"output_profile": "srgb", "intent": "perceptual"}
    return {}


def upright(data: bytes, vips: Vips, longest: int) -> Vips:
    """Decode, turn upright, shrink to ``longest`` px, and bring to opaque sRGB of 8 bits.

    Only the first frame is read. Raises RefusedError, or vips.Error when the file is broken.
    """
    box = {"height": longest, "size": "down"}
    kind = kind_of(data)
    if kind == "heic":
        whole = heic_pixels(data, vips)
        picture = whole.thumbnail_image(longest, **box, **to_srgb(whole))
    else:
        if kind == "avif":  # libvips knows an AVIF by its first brand alone, and not "avis"
            data = data[:8] + b"avif" + data[12:]
        header = vips.Image.new_from_buffer(data, STRICT, access="sequential")
        check_size(header.width, header.height)
        # The argument of that name does nothing here in libvips 8.18: half a picture would pass.
        box |= {"option_string": STRICT, **to_srgb(header)}
        picture = vips.Image.thumbnail_buffer(data, longest, **box)
    picture = picture.colourspace("srgb").cast("uchar")
    if picture.hasalpha():
        picture = picture.flatten(background=GROUND)
    return picture.copy_memory()


def master(data: bytes, vips: Vips, longest: int) -> Iterator[Named]:
    """Make the one picture we keep: WebP of high quality, longest side ``longest`` px or less."""
    picture = upright(data, vips, longest)
    check_size(picture.width, picture.height)  # of a long strip, too little is left
    yield "master.webp", picture.width, picture.height, picture.webpsave_buffer(**MASTER_WEBP)


def wall_set(data: bytes, vips: Vips, widths: list[int]) -> Iterator[Named]:
    """Make the wall's pictures of a master, in WebP and JPEG; a smaller one is not enlarged."""
    if kind_of(data) != "webp":
        raise RefusedError("not_a_picture")
    whole = upright(data, vips, 16_383)  # the longest side WebP can have: no change
    for width in widths:
        picture = whole.thumbnail_image(width, height=10_000_000, size="down").copy_memory()
        size = (picture.width, picture.height)
        yield f"{width}.webp", *size, picture.webpsave_buffer(**WALL_WEBP)
        yield f"{width}.jpg", *size, picture.jpegsave_buffer(**WALL_JPEG)


def answer(data: bytes, options: dict[str, Any], vips: Vips) -> tuple[dict[str, Any], list[Named]]:
    """Do the job asked for.

    What a decoder raises is let through: it ends this process without an answer, and the other
    end of the pipe takes that for a broken picture, as it does a crash.
    """
    try:
        if options["job"] == "master":
            pictures = list(master(data, vips, options["longest"]))
        else:
            pictures = list(wall_set(data, vips, options["widths"]))
    except RefusedError as refused:
        return {"refused": str(refused)}, []
    keys = ("name", "width", "height", "bytes")
    listed = [dict(zip(keys, (n, w, h, len(b)), strict=True)) for n, w, h, b in pictures]
    return {"pictures": listed}, pictures


def main() -> None:
    """Get ready, wait for stdin, read it to its end, answer, and leave without tidying up."""
    limit_self()
    vips = load_vips()
    options = json.loads(sys.stdin.buffer.readline())
    header, pictures = answer(sys.stdin.buffer.read(), options, vips)
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n")
    for *_, encoded in pictures:
        sys.stdout.buffer.write(encoded)
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
