"""Pictures for the launderer's tests: drawn here, strings planted wherever a file can hide one.

Every plant begins with ``MARK``. Containers are put together by hand, so that no library tidies
a plant away before the launderer sees it.
"""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pillow_heif  # type: ignore[import-untyped, unused-ignore]
from PIL import Image, ImageCms

MARK = "PLANTED-"
RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 60), (40, 60, 190), (220, 200, 40)
CORNERS = (RED, GREEN, BLUE, YELLOW)  # top left, top right, bottom left, bottom right
FORMATS = ("jpeg", "png", "webp", "avif", "heic")
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x00IEND\xaeB`\x82"


def plant(where: str) -> bytes:
    """Say the planted string of one hiding place."""
    return f"{MARK}{where}".encode()


def quarters(width: int = 160, height: int = 120) -> Image.Image:
    """Draw four coloured quarters, so that a corner tells which way is up."""
    picture = Image.new("RGB", (width, height))
    across, down = width // 2, height // 2
    for colour, at in zip(CORNERS, ((0, 0), (across, 0), (0, down), (across, down)), strict=True):
        picture.paste(colour, (*at, at[0] + across, at[1] + down))
    return picture


def encode(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Encode with Pillow, HEIC with pillow-heif."""
    out = io.BytesIO()
    if kind == "heic":
        pillow_heif.from_pillow(picture).save(out, quality=90, **options)
    else:
        picture.save(out, kind.upper(), **options)
    return out.getvalue()


@functools.cache
def noise(kind: str) -> bytes:
    """Draw noise, so that the pixels fill the whole length of the file."""
    return encode(Image.effect_noise((160, 120), 80).convert("RGB"), kind)


def jpeg_segment(marker: int, body: bytes) -> bytes:
    """Make one JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Make one PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _directory(at: int, entries: list[tuple[int, int, bytes | int]], following: int) -> bytes:
    """Make one TIFF directory (little-endian) that starts at ``at``; its values come after it."""
    head, values = struct.pack("<H", len(entries)), b""
    after = at + 2 + 12 * len(entries) + 4
    for tag, kind, value in sorted(entries):
        if isinstance(value, int):
            head += struct.pack("<HHII", tag, kind, 1, value)
        else:
            size = {1: 1, 2: 1, 5: 8, 7: 1}[kind]
            head += struct.pack("<HHII", tag, kind, len(value) // size, after + len(values))
            values += value + b"\0" * (len(value) % 2)
    return head + struct.pack("<I", following) + values


def exif(orientation: int = 1) -> bytes:
    """Make an EXIF block (TIFF, no "Exif" before it): artist, comment, GPS, maker, thumbnail.

    ``orientation`` 0 leaves that tag out.
    """
    small = encode(quarters(32, 24), "jpeg", comment=plant("exif-thumbnail"))
    place = struct.pack("<6I", 46, 1, 13, 1, 30, 1)
    user = [(0x9286, 7, b"ASCII\0\0\0" + plant("exif-user-comment")), (0x927C, 7, plant("maker"))]
    gps = [(1, 2, b"N\0\0\0\0\0"), (2, 5, place), (0x1B, 7, b"ASCII\0\0\0" + plant("exif-gps"))]
    user_at, gps_at, next_at, small_at = 512, 1024, 1536, 2048
    first: list[tuple[int, int, bytes | int]] = [
        (0x010E, 2, plant("exif-description") + b"\0"),
        (0x0112, 3, orientation),
        (0x013B, 2, plant("exif-artist") + b"\0"),
        (0x9C9B, 1, f"{MARK}exif-title".encode("utf-16-le")),
        (0x8769, 4, user_at),
        (0x8825, 4, gps_at),
    ]
    first = [entry for entry in first if entry[0] != 0x0112 or orientation]
    second: list[tuple[int, int, bytes | int]] = [
        (0x0103, 3, 6),
        (0x0201, 4, small_at),
        (0x0202, 4, len(small)),
    ]
    block = b"II*\0\x08\0\0\0" + _directory(8, first, next_at)
    parts = (
        (user_at, _directory(user_at, [*user], 0)),
        (gps_at, _directory(gps_at, [*gps], 0)),
        (next_at, _directory(next_at, second, 0)),
        (small_at, small),
    )
    for at, part in parts:
        assert len(block) <= at
        block = block.ljust(at, b"\0") + part
    return block


def xmp() -> bytes:
    """Make an XMP packet."""
    about = plant("xmp").decode()
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="{about}"/></rdf:RDF>'
        '</x:xmpmeta><?xpacket end="w"?>'
    ).encode()


@functools.cache
def icc() -> bytes:
    """Make an sRGB profile that works and whose description is planted."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name, ours = "sRGB built-in".encode("utf-16-be"), f"{MARK}icc00".encode("utf-16-be")
    assert name in profile
    assert len(name) == len(ours)
    return profile.replace(name, ours)


def swapped_icc() -> bytes:
    """Make a profile whose red is sRGB's blue and the other way round."""
    profile = icc()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


def iptc() -> bytes:
    """Make a Photoshop block with an IPTC caption."""
    text = plant("iptc")
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(text)) + text
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(caption)) + caption


def archive() -> bytes:
    """Make a zip file, to be hung on the end of a picture."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("secret.txt", plant("zip"))
    return out.getvalue()


def jpeg_with(*segments: bytes) -> bytes:
    """Draw a JPEG with these segments right after its start."""
    plain = encode(quarters(), "jpeg")
    return plain[:2] + b"".join(segments) + plain[2:]


def png_with(*chunks: bytes) -> bytes:
    """Draw a PNG with these chunks right after its header."""
    plain = encode(quarters(), "png")
    return plain[:33] + b"".join(chunks) + plain[33:]


def webp_with(**chunks: bytes) -> bytes:
    """Draw a WebP with these chunks around its picture, VP8X flags set."""
    plain = encode(quarters(), "webp")[12:]
    flags = {"ICCP": 0x20, "EXIF": 0x08, "XMP_": 0x04}
    known = sum(flags.get(name, 0) for name in chunks)
    body = _riff(b"VP8X", struct.pack("<I", known) + b"\x9f\0\0" + b"\x77\0\0")
    made = {name: _riff(name.replace("_", " ").encode(), what) for name, what in chunks.items()}
    body += made.pop("ICCP", b"") + plain + b"".join(made.values())
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _riff(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def free_box() -> bytes:
    """Make an ISO media box that readers skip."""
    body = plant("free-box")
    return struct.pack(">I", len(body) + 8) + b"free" + body


JPEG_PLANTS: dict[str, Callable[[], bytes]] = {
    "exif": lambda: jpeg_with(jpeg_segment(0xE1, b"Exif\0\0" + exif())),
    "xmp": lambda: jpeg_with(jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp())),
    "iptc": lambda: jpeg_with(jpeg_segment(0xED, iptc())),
    "icc": lambda: jpeg_with(jpeg_segment(0xE2, b"ICC_PROFILE\0\x01\x01" + icc())),
    "comment": lambda: jpeg_with(jpeg_segment(0xFE, plant("comment"))),
    "c2pa": lambda: jpeg_with(jpeg_segment(0xEB, b"JP\0\x01\0\0\0\x01" + plant("c2pa"))),
    "unknown-segment": lambda: jpeg_with(jpeg_segment(0xE9, plant("app9"))),
    "trailing": lambda: encode(quarters(), "jpeg") + plant("trailing"),
    "zip": lambda: encode(quarters(), "jpeg") + archive(),
}
PNG_PLANTS: dict[str, Callable[[], bytes]] = {
    "text": lambda: png_with(png_chunk(b"tEXt", b"Author\0" + plant("text"))),
    "ztxt": lambda: png_with(png_chunk(b"zTXt", b"Author\0\0" + zlib.compress(plant("ztxt"), 0))),
    "itxt": lambda: png_with(png_chunk(b"iTXt", b"Title\0\0\0en\0\0" + plant("itxt"))),
    "xmp": lambda: png_with(png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp())),
    "exif": lambda: png_with(png_chunk(b"eXIf", exif())),
    "icc": lambda: png_with(
        png_chunk(b"iCCP", plant("iccp-name") + b"\0\0" + zlib.compress(icc(), 0))
    ),
    "c2pa": lambda: png_with(png_chunk(b"caBX", plant("c2pa"))),
    "trailing": lambda: encode(quarters(), "png") + plant("trailing"),
    "zip": lambda: encode(quarters(), "png") + archive(),
}
WEBP_PLANTS: dict[str, Callable[[], bytes]] = {
    "exif": lambda: webp_with(EXIF=exif()),
    "xmp": lambda: webp_with(XMP_=xmp()),
    "icc": lambda: webp_with(ICCP=icc()),
    "all": lambda: webp_with(ICCP=icc(), EXIF=exif(), XMP_=xmp()),
    "c2pa": lambda: webp_with(C2PA=plant("c2pa")),
    "trailing": lambda: encode(quarters(), "webp") + plant("trailing"),
    "zip": lambda: encode(quarters(), "webp") + archive(),
}


def _iso_plants(kind: str) -> dict[str, Callable[[], bytes]]:
    """Name the plants of AVIF and HEIC, which share their container; it has no place for IPTC."""
    heic = kind == "heic"
    # Where there is an orientation, Pillow writes the block of an AVIF anew, without the plants.
    block = b"Exif\0\0" + exif() if heic else exif(0)
    plants: dict[str, Callable[[], bytes]] = {
        "exif": lambda: encode(quarters(), kind, exif=block),
        "xmp": lambda: encode(quarters(), kind, xmp=xmp()),
        "icc": lambda: encode(_profiled() if heic else quarters(), kind, **_icc_option(heic)),
        "trailing": lambda: encode(quarters(), kind) + plant("trailing"),
        "box": lambda: encode(quarters(), kind) + free_box(),
        "zip": lambda: encode(quarters(), kind) + archive(),
    }
    return plants


def _profiled() -> Image.Image:
    picture = quarters()
    picture.info["icc_profile"] = icc()
    return picture


def _icc_option(heic: bool) -> dict[str, object]:
    return {} if heic else {"icc_profile": icc()}


PLANTS: dict[str, dict[str, Callable[[], bytes]]] = {
    "jpeg": JPEG_PLANTS,
    "png": PNG_PLANTS,
    "webp": WEBP_PLANTS,
    "avif": _iso_plants("avif"),
    "heic": _iso_plants("heic"),
}


def deep_png() -> bytes:
    """Make a PNG of 16 bits a channel, its left half black, its right half mid-grey."""
    row = b"\0" + struct.pack(">96H", *[0] * 48, *[128 * 257] * 48)
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 16, 2, 0, 0, 0))
    return PNG_START + head + png_chunk(b"IDAT", zlib.compress(row * 32)) + PNG_END


def png_header(width: int, height: int) -> bytes:
    """Make a PNG of a few bytes that says it is this large."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return PNG_START + head + png_chunk(b"IDAT", zlib.compress(b"\0" * 64)) + PNG_END


def jpeg_header(width: int, height: int) -> bytes:
    """Take a small JPEG and write another size into its header."""
    plain = encode(quarters(), "jpeg")
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def iso_header(kind: str, width: int, height: int) -> bytes:
    """Take a small AVIF or HEIC and write another size into its header."""
    plain = encode(quarters(), kind)
    at = plain.index(b"ispe") + 8
    return plain[:at] + struct.pack(">II", width, height) + plain[at + 8 :]
