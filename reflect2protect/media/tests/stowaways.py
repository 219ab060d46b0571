"""More places where a picture can hide something, beside those of ``pictures.PLANTS``.

Pictures within the picture (previews, second pictures, films), segments of every number, text in
unusual places.
"""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from reflect2protect.media.tests import disguises, pictures
from reflect2protect.media.tests.pictures import jpeg_segment, plant, png_chunk, quarters

Make = Callable[[], bytes]


def preview() -> bytes:
    """A small JPEG with something planted."""
    return pictures.encode(quarters(64, 48), "jpeg", comment=plant("preview"))


def two_pictures() -> bytes:
    """A JPEG that tells of a second one behind it (CIPA's multi-picture format)."""
    first, second = pictures.encode(quarters(), "jpeg"), preview()
    entries = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, struct.pack("<I", 2))]
    entries.append((0xB002, 7, 32, struct.pack("<I", 50)))
    index = b"II*\0\x08\0\0\0" + struct.pack("<H", 3)
    index += b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries)
    index += struct.pack("<I", 0)
    whole = len(first) + 8 + len(index) + 32
    index += struct.pack("<IIIHH", 0x20030000, whole, 0, 0, 0)
    index += struct.pack("<IIIHH", 0, len(second), whole - 12, 0, 0)
    return first[:2] + jpeg_segment(0xE2, b"MPF\0" + index) + first[2:] + second


def living_picture() -> bytes:
    """A picture with a film of seconds at its end, and XMP that says so."""
    about = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" MicroVideo="1" MicroVideoOffset="84"/>'
    packet = b"http://ns.adobe.com/xap/1.0/\0" + about + pictures.xmp()
    return pictures.jpeg_with(jpeg_segment(0xE1, packet)) + disguises.FILM


def long_xmp() -> bytes:
    """XMP that goes on over three segments."""
    name, packet = b"0" * 32, pictures.xmp() * 300
    parts = [packet[at : at + 60_000] for at in range(0, len(packet), 60_000)]
    segments = [
        b"http://ns.adobe.com/xmp/extension/\0" + name + struct.pack(">II", len(packet), 60_000 * i)
        for i in range(len(parts))
    ]
    joined = (head + part for head, part in zip(segments, parts, strict=True))
    return pictures.jpeg_with(*(jpeg_segment(0xE1, one) for one in joined))


def jfif_thumbnail() -> bytes:
    """JFIF's own thumbnail: 16 × 16 pixels whose colours are letters."""
    letters = plant("jfif-thumbnail").ljust(768, b" ")
    head = b"JFIF\0\x01\x02\0\0\x01\0\x01\x10\x10" + letters
    plain = pictures.encode(quarters(), "jpeg")
    rest = plain[4 + int.from_bytes(plain[4:6], "big") :]
    return plain[:2] + jpeg_segment(0xE0, head) + jpeg_segment(0xE0, _jfxx()) + rest


def _jfxx() -> bytes:
    return b"JFXX\0\x10" + preview()


def before_the_scan() -> bytes:
    """A comment in the middle of a JPEG, right before its pixels."""
    plain = pictures.encode(quarters(), "jpeg")
    at = plain.index(b"\xff\xda")
    return plain[:at] + jpeg_segment(0xFE, plant("before-the-scan")) + plain[at:]


def among_the_scans() -> bytes:
    """Comments between the scans of a progressive JPEG."""
    plain = pictures.encode(quarters(), "jpeg", progressive=True)
    return plain.replace(b"\xff\xda", jpeg_segment(0xFE, plant("among-the-scans")) + b"\xff\xda")


def after_the_pixels(name: bytes, body: bytes) -> bytes:
    """A PNG with a chunk behind its pixels."""
    plain = pictures.encode(quarters(), "png")
    return plain[: -len(pictures.PNG_END)] + png_chunk(name, body) + pictures.PNG_END


def c2pa_boxes() -> bytes:
    """A manifest as C2PA writes it: boxes in boxes over two segments of a JPEG."""
    told = (
        struct.pack(">I4s", 60, b"jumd") + b"c2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa\0"
    )
    boxes = struct.pack(">I4s", 3000, b"jumb") + told + plant("jumbf") * 100
    parts = (boxes[:900], boxes[900:])
    segments = [b"JP\x02\x11" + struct.pack(">I", i + 1) + part for i, part in enumerate(parts)]
    return pictures.jpeg_with(*(jpeg_segment(0xEB, one) for one in segments))


def heic(**options: object) -> bytes:
    """A HEIC with thumbnails, metadata and whatever else the writer offers."""
    return pictures.encode(quarters(), "heic", exif=b"Exif\0\0" + pictures.exif(), **options)


def iso_box(kind: str, name: bytes) -> bytes:
    """An AVIF or HEIC with a box of this name at its end."""
    body = plant(name.decode()) * 3
    return pictures.encode(quarters(), kind) + struct.pack(">I", len(body) + 8) + name + body


def uuid_box(kind: str) -> bytes:
    """Adobe's XMP in a box of ISO media, as films have it; C2PA stands in such a box too."""
    known = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    body = known + pictures.xmp()
    return pictures.encode(quarters(), kind) + struct.pack(">I4s", len(body) + 8, b"uuid") + body


def hidden_frame() -> bytes:
    """An animated PNG whose first frame is not part of the film, with words in the others."""
    others = [Image.new("RGB", (160, 120), pictures.RED)]
    made = pictures.encode(
        quarters(), "png", save_all=True, default_image=True, append_images=others * 2
    )
    return made[:33] + png_chunk(b"tEXt", b"Comment\0" + plant("apng")) + made[33:]


def _numbered() -> dict[str, Make]:
    """Every segment with a free number, in a JPEG, and every sort of private chunk in a PNG."""
    found: dict[str, Make] = {}
    for marker in range(0xE0, 0xF0):
        if marker != 0xEE:  # Adobe's, which says how the colours are to be read
            segment = functools.partial(jpeg_segment, marker, plant(f"segment-{marker:x}"))
            found[f"jpeg segment {marker:x}"] = functools.partial(_with, segment)
    for name in (b"prVt", b"zzZz", b"sPLT", b"tIME", b"oFFs", b"caNv", b"dSIG", b"iDOT", b"vpAg"):
        body = plant(name.decode()) + bytes(20)
        found[f"png {name.decode()}"] = functools.partial(after_the_pixels, name, body)
    return found


def _with(segment: Make) -> bytes:
    return pictures.jpeg_with(segment())


STOWAWAYS: dict[str, Make] = {
    "jpeg two pictures": two_pictures,
    "jpeg living picture": living_picture,
    "jpeg long xmp": long_xmp,
    "jpeg jfif thumbnail": jfif_thumbnail,
    "jpeg before the scan": before_the_scan,
    "jpeg among the scans": among_the_scans,
    "jpeg c2pa boxes": c2pa_boxes,
    "jpeg preview behind": lambda: pictures.encode(quarters(), "jpeg") + preview(),
    "png preview behind": lambda: pictures.encode(quarters(), "png") + preview(),
    "png text behind": lambda: after_the_pixels(b"tEXt", b"Comment\0" + plant("late")),
    "png packed text behind": lambda: after_the_pixels(
        b"zTXt", b"Comment\0\0" + zlib.compress(plant("late"), 0)
    ),
    "png exif behind": lambda: after_the_pixels(b"eXIf", pictures.exif()),
    "png hidden frame": hidden_frame,
    "webp unknown chunk": lambda: pictures.webp_with(meow=plant("chunk")),
    "heic thumbnails": lambda: heic(thumbnails=[64]),
    "heic xmp": lambda: heic(xmp=pictures.xmp()),
    "heic uuid": lambda: uuid_box("heic"),
    "avif uuid": lambda: uuid_box("avif"),
    **{
        f"{kind} {name.decode()}": functools.partial(iso_box, kind, name)
        for kind in ("avif", "heic")
        for name in (b"skip", b"udta", b"jumb", b"mdat")
    },
    **_numbered(),
}
