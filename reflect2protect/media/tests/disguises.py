"""Files that are not what they seem: other formats, and pictures that are something else, too."""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable

from reflect2protect.media.tests import pictures

Make = Callable[[], bytes]
MARK = pictures.plant("polyglot")
SCRIPT = b"<html><script>alert('" + MARK + b"')</script></html>"
DELEGATE = (
    b"push graphic-context\nviewbox 0 0 64 64\nimage over 0,0 0,0 'https://example.invalid/|ls'"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(" + MARK + b")>>>>endobj\n"
FILM = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"mp42") + b"\0\0\0\x40mdat" + MARK * 4
STARTS = {  # the first bytes by which each kind is known
    "empty": b"",
    "nothing": b"\0" * 4096,
    "text": b"A reflection in words",
    "html": SCRIPT,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" width="99" height="99"/>',
    "svg with entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    "mvg": DELEGATE,
    "msl": b'<?xml version="1.0"?><image><read filename="/etc/passwd"/></image>',
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (w) file",
    "pdf": PDF,
    "photoshop": b"8BPS\0\x01" + bytes(20),
    "icon": b"\0\0\x01\0\x01\0\x10\x10" + bytes(32),
    "metafile": b"\xd7\xcd\xc6\x9a" + bytes(40),
    "jpeg xl": b"\xff\x0a" + bytes(30),
    "jpeg xl in boxes": b"\0\0\0\x0cJXL \r\n\x87\n",
    "jpeg 2000 stream": b"\xff\x4f\xff\x51" + bytes(30),
    "openexr": b"\x76\x2f\x31\x01" + bytes(30),
    "radiance": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n",
    "portable pixels": b"P6 16 16 255 " + bytes(768),
    "fits": b"SIMPLE  =                    T",
    "vips": b"\xb6\xa6\xf2\x08" + bytes(60),
    "matlab": b"MATLAB 5.0 MAT-file" + bytes(128),
    "openslide": b"NGR!" + bytes(30),
    "program": b"\x7fELF\x02\x01\x01" + bytes(60),
    "shell": b"#!/bin/sh\nid\n",
    "film": FILM,
    "quicktime": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
    "raw of a camera": b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom",
    "iso without a known brand": b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf",
    "iso whose brand is too far": b"\0\0\x08\0ftypmif1\0\0\0\0" + b"mif1" * 200 + b"heic",
    "avi": b"RIFF\x20\0\0\0AVI LIST",
    "wave": b"RIFF\x20\0\0\0WAVEfmt ",
    "png with a torn start": b"\x89PNG\n\x1a\n" + bytes(60),
    "jpeg with a torn start": b"\xff\xd8\x00\x10JFIF" + bytes(60),
}
OTHERS = ("gif", "tiff", "bmp", "jpeg2000", "ppm", "tga", "ico", "pcx", "dds", "sgi")
BEGINNINGS = {
    "jpeg": b"\xff\xd8\xff\xe0",
    "png": pictures.PNG_START,
    "webp": b"RIFF\xff\xff\0\0WEBP",
    "avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
}


def gifar() -> bytes:
    """A GIF with an archive of Java hung on."""
    return pictures.encode(pictures.quarters(), "gif") + pictures.archive()


def jpeg_script() -> bytes:
    """A JPEG that is also JavaScript: its first segment's length opens a comment (0x2F2A, "/*")."""
    segment = b"\xff\xe0\x2f\x2a" + (b"JFIF\0" + bytes(9)).ljust(0x2F2A - 2, b" ")
    ending = pictures.jpeg_segment(0xFE, b"*/=alert('" + MARK + b"');/*")
    plain = pictures.encode(pictures.quarters(), "jpeg")
    rest = plain[2 + 2 + int.from_bytes(plain[4:6], "big") :]
    return plain[:2] + segment + ending + rest + b"*/"


def _masked() -> dict[str, Make]:
    """Other things behind the first bytes of a picture; and each picture behind another's."""
    found: dict[str, Make] = {}
    for kind, start in BEGINNINGS.items():
        for name in ("svg", "mvg", "msl", "postscript", "pdf", "program", "nothing", "empty"):
            found[f"{name} as {kind}"] = functools.partial(bytes.__add__, start, STARTS[name])
        for other in ("gif", "tiff", "bmp", *pictures.FORMATS):
            if other != kind:
                found[f"{other} as {kind}"] = functools.partial(_behind, start, other)
    return found


def _behind(start: bytes, kind: str) -> bytes:
    return start + pictures.encode(pictures.quarters(), kind)


def _polyglots() -> dict[str, Make]:
    after: dict[str, bytes | Make] = {
        "zip": pictures.archive,
        "html": SCRIPT,
        "pdf": PDF,
        "film": FILM,
        "php": b"<?php " + MARK,
    }
    found: dict[str, Make] = {
        "jpeg javascript": jpeg_script,
        "jpeg html first": lambda: pictures.jpeg_with(pictures.jpeg_segment(0xFE, SCRIPT)),
        "jpeg pdf first": lambda: pictures.jpeg_with(pictures.jpeg_segment(0xFE, PDF)),
        "png pdf first": lambda: pictures.png_with(pictures.png_chunk(b"tEXt", b"a\0" + PDF)),
        "png html first": lambda: pictures.png_with(pictures.png_chunk(b"tEXt", b"a\0" + SCRIPT)),
        "webp html inside": lambda: pictures.webp_with(HTML=SCRIPT),
        "webp pdf inside": lambda: pictures.webp_with(PDF_=PDF),
    }
    for kind in pictures.FORMATS:
        for name, tail in after.items():
            found[f"{kind} and {name}"] = functools.partial(_joined, kind, tail)
    return found


def _joined(kind: str, tail: bytes | Make) -> bytes:
    picture = pictures.encode(pictures.quarters(), kind)
    return picture + (tail if isinstance(tail, bytes) else tail())


IMPOSTORS: dict[str, Make] = {
    **{name: functools.partial(bytes, start) for name, start in STARTS.items()},
    **{kind: functools.partial(_behind, b"", kind) for kind in OTHERS},
    "gif and archive": gifar,
}
MASKED = _masked()
POLYGLOTS = _polyglots()
