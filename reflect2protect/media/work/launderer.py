"""The launderer: one picture in on stdin, nothing but pixels out on stdout. Run as a child.

What is asked is one line of JSON before the picture. With an upload: ``{"job": "master", "longest":
1600, "exact": false}``. With a master: ``{"job": "wall_set", "widths": [320, 640]}``, ``{"job":
"cover", "boxes": [[left, top, width, height], …], "shape": "oval"}`` or ``{"job": "numbered",
"boxes": […], "grid": false}``, with boxes in thousandths. The answer is one line of JSON and then
the bytes of each picture, one after another: ``{"pictures": [{"name", "width", "height",
"bytes"}, …]}``, or ``{"refused": reason}`` alone.

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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

MAX_PIXELS = 40_000_000
MIN_SIDE = 16  # px; below this there is nothing to see, only something to track with
LARGEST = 16_383  # px: the longest side WebP can have, so that a master stays as it is
GROUND = [238, 238, 238]  # neutral light grey, laid under transparent pictures
INK, PAPER = (45, 18, 56), (255, 255, 255)  # covers are as in core/static/r2p/js/cover.js
BLOCK = 16  # px: so far a block of a lossy picture carries what it holds
CHOOSING = 1280  # px, the longest side of a picture with numbers
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
Canvas = Any  # Pillow's picture, or its pen: loaded only where something is drawn
Named = tuple[str, int, int, bytes]  # name, width, height, encoded picture
Corners = tuple[int, int, int, int]  # px: left, top, right, bottom, all of them painted


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
    # One thread is enough to decode a picture; above the threshold libvips may spool to a file.
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


def master(data: bytes, vips: Vips, longest: int, exact: bool = False) -> Iterator[Named]:
    """Make the one picture we keep: WebP of high quality, longest side ``longest`` px or less.

    An exact one is a PNG: the very pixels, for a picture that is to be covered.
    """
    picture = upright(data, vips, longest)
    check_size(picture.width, picture.height)  # of a long strip, too little is left
    if exact:
        out = io.BytesIO()  # by Pillow: libvips would write how many dots an inch the upload had
        canvas_of(picture).save(out, "PNG", compress_level=1)
        yield "master.png", picture.width, picture.height, out.getvalue()
    else:
        encoded = picture.webpsave_buffer(**MASTER_WEBP)
        yield "master.webp", picture.width, picture.height, encoded


def wall_set(data: bytes, vips: Vips, widths: list[int]) -> Iterator[Named]:
    """Make the wall's pictures of a master, in WebP and JPEG; a smaller one is not enlarged."""
    if kind_of(data) != "webp":
        raise RefusedError("not_a_picture")
    whole = upright(data, vips, LARGEST)
    wanted = []
    for width in widths:
        picture = whole.thumbnail_image(width, height=10_000_000, size="down").copy_memory()
        wanted += [(f"{width}.webp", picture), (f"{width}.jpg", picture)]
    # The largest WebP takes longer than all the rest: it begins first, and they are made beside it.
    with ThreadPoolExecutor(2) as both:
        yield from reversed(list(both.map(on_the_wall, reversed(wanted))))


def on_the_wall(wanted: tuple[str, Vips]) -> Named:
    """Encode one of the wall's pictures, as its name says."""
    name, picture = wanted
    if name.endswith(".webp"):
        encoded = picture.webpsave_buffer(**WALL_WEBP)
    else:
        encoded = picture.jpegsave_buffer(**WALL_JPEG)
    return name, picture.width, picture.height, encoded


def of_master(data: bytes, vips: Vips) -> Vips:
    """Decode a master, exact or not; nothing is changed. Raises RefusedError."""
    if kind_of(data) not in ("webp", "png"):
        raise RefusedError("not_a_picture")
    return upright(data, vips, LARGEST)


def corners(box: list[int], width: int, height: int, grow: int) -> Corners:
    """Turn a box in thousandths into px; each side outward, and ``grow`` px more."""
    left, top, wide, high = box
    return (
        left * width // 1000 - grow,
        top * height // 1000 - grow,
        -(-(left + wide) * width // 1000) + grow - 1,
        -(-(top + high) * height // 1000) + grow - 1,
    )


def canvas_of(picture: Vips) -> Canvas:
    """The pixels for Pillow to draw on: libvips has no ovals, and no letters without fonts."""
    from PIL import Image

    size = (picture.width, picture.height)
    return Image.frombytes("RGB", size, picture.write_to_memory())


def pen_on(canvas: Canvas) -> Canvas:
    """What draws there: hard edges, no half-covered pixel."""
    from PIL import ImageDraw

    return ImageDraw.Draw(canvas)


def from_canvas(canvas: Canvas, vips: Vips) -> Vips:
    """The pixels back, to be encoded."""
    picture = vips.Image.new_from_memory(canvas.tobytes(), *canvas.size, 3, "uchar")
    return picture.copy(interpretation="srgb")


def cover(data: bytes, vips: Vips, boxes: list[list[int]], shape: str) -> Iterator[Named]:
    """Paint one solid colour over each box of a master, and encode it anew, as a master.

    Covers are a little larger than asked: making an upload smaller has mixed neighbouring pixels,
    and the blocks of a lossy master have carried what they hold to their edges.
    """
    whole = of_master(data, vips)
    size = (whole.width, whole.height)
    grow = BLOCK if kind_of(data) == "webp" else max(3, *(side // 300 for side in size))
    canvas = canvas_of(whole)
    pen = pen_on(canvas)
    paint = pen.ellipse if shape == "oval" else pen.rectangle
    for box in boxes:
        paint(corners(box, *size, grow), fill=INK)
    yield "covered.webp", *size, from_canvas(canvas, vips).webpsave_buffer(**MASTER_WEBP)


def numbered(data: bytes, vips: Vips, boxes: list[list[int]], grid: bool) -> Iterator[Named]:
    """Draw each box of a master with its number: as an oval, or in a grid as a light rectangle.

    The longest side becomes 1,280 px, whatever it was: the numbers need the room.
    """
    whole = of_master(data, vips).thumbnail_image(CHOOSING, height=CHOOSING, size="both")
    size = (whole.width, whole.height)
    around = 0 if grid else 12  # px: the lines around a small face would cover it
    canvas, places = canvas_of(whole), [corners(box, *size, around) for box in boxes]
    pen = pen_on(canvas)
    for colour, width in ((INK, 4), (PAPER, 2)) if grid else ((INK, 12), (PAPER, 6)):
        for place in places:
            (pen.rectangle if grid else pen.ellipse)(place, outline=colour, width=width)
    radius = min(size[0] // 26, size[1] // 8)  # 12 px where the picture is 320 px wide
    if grid:
        radius = min([radius, *(min(r - x, b - y) // 4 for x, y, r, b in places)])
    discs: list[tuple[int, int]] = []
    for place in places:
        discs.append(in_corner(place, radius) if grid else beside(place, size, radius, discs))
    for number, at in enumerate(discs, 1):
        disc(pen, at, max(2, radius), number)
    yield "numbered.webp", *size, from_canvas(canvas, vips).webpsave_buffer(**WALL_WEBP)


def in_corner(place: Corners, radius: int) -> tuple[int, int]:
    """Where the number of a cell stands: in its first corner, off its lines."""
    return place[0] + radius + 6, place[1] + radius + 6


def beside(
    place: Corners, size: tuple[int, int], radius: int, taken: list[tuple[int, int]]
) -> tuple[int, int]:
    """Where the number of a face stands: beside it, on no other number, inside the picture."""
    left, top, right, bottom = place
    across, down = (left + right) // 2, (top + bottom) // 2
    above, below = (across, top - radius), (across, bottom + radius)
    wanted = [above, below, (left - radius, down), (right + radius, down)]
    inside = [
        (min(max(x, radius), size[0] - radius), min(max(y, radius), size[1] - radius))
        for x, y in wanted
    ]
    apart = (2 * radius) ** 2
    free = [at for at in inside if all(distance(at, other) >= apart for other in taken)]
    return next((at for at in free if at in wanted), (free or inside)[0])


def distance(one: tuple[int, int], other: tuple[int, int]) -> int:
    """The square of how far two points are apart, in px²."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def disc(pen: Canvas, at: tuple[int, int], radius: int, number: int) -> None:
    """Draw a number on a solid disc."""
    from PIL import ImageFont

    x, y = at
    border = max(1, radius // 10)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), PAPER)
    inner = radius - border
    pen.ellipse((x - inner, y - inner, x + inner, y + inner), INK)
    font = ImageFont.load_default(size=radius * 1.2)  # it comes with Pillow: no file is read
    pen.text(at, str(number), PAPER, font, anchor="mm", stroke_width=border / 2)


def answer(data: bytes, options: dict[str, Any], vips: Vips) -> tuple[dict[str, Any], list[Named]]:
    """Do the job asked for.

    What a decoder raises is let through: it ends this process without an answer, and the other
    end of the pipe takes that for a broken picture, as it does a crash.
    """
    try:
        job = JOBS[options.pop("job")]
        pictures = list(job(data, vips, **options))
    except RefusedError as refused:
        return {"refused": str(refused)}, []
    keys = ("name", "width", "height", "bytes")
    listed = [dict(zip(keys, (n, w, h, len(b)), strict=True)) for n, w, h, b in pictures]
    return {"pictures": listed}, pictures


JOBS: dict[str, Callable[..., Iterator[Named]]] = {
    "master": master,
    "wall_set": wall_set,
    "cover": cover,
    "numbered": numbered,
}


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
