"""Launder a picture in a child process: the only way a picture enters this campaign.

The bytes stay in memory: they go to ``launderer.py`` through a pipe and only pixels, encoded
anew, come back. What happens to the child (crash, time-out, out of memory) happens to that one
picture alone. ``sandbox.py`` shuts it in.
"""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reflect2protect.media.work.child import Late, converse, step_aside, working
from reflect2protect.media.work.container import only_pixels

MAX_BYTES = 25 * 1024 * 1024  # of one upload
MAX_ANSWER = 32 * 1024 * 1024  # bytes the child may say
SECONDS = 15.0  # by the clock, for one child
PATIENCE = 30.0  # seconds to wait for a free place
LONGEST = 1600  # px, of a master
WIDTHS = (320, 640, 1280)  # px, of the wall's pictures
CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
RENDITIONS = ("webp", "jpg")

_places = threading.BoundedSemaphore(2)


class Reason(StrEnum):
    """Why a picture is not taken; the words for people are the caller's."""

    NOT_A_PICTURE = "not_a_picture"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_SMALL = "too_small"
    BROKEN = "broken"
    BUSY = "busy"  # nothing wrong with the picture: try again later


class Refused(Exception):
    """The picture is not taken; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Laundered:
    """A master: WebP without metadata, upright, opaque, sRGB; sizes in px. PNG if it is exact."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """One picture of a wall set; ``name`` is the width asked for and the format: "320.webp"."""

    name: str
    data: bytes
    width: int
    height: int
    content_type: str


def launder(data: bytes, *, exact: bool = False) -> Laundered:
    """Make a master (longest side 1,600 px or less) of an upload.

    JPEG, PNG, WebP, AVIF and HEIC are taken, up to 40 megapixels and 25 MiB. An ``exact`` master
    is a PNG of a few MB, for a picture that waits for its covers: what is to be covered has left
    no trace around itself yet (``covering.cover``). Raises Refused.
    """
    if len(data) > MAX_BYTES:
        raise Refused(Reason.TOO_MANY_BYTES)
    name = "master.png" if exact else "master.webp"
    return one_of(data, name, {"job": "master", "longest": LONGEST, "exact": exact})


def one_of(data: bytes, name: str, options: dict[str, Any]) -> Laundered:
    """Ask a child of its own for one picture, called ``name``. Raises Refused."""
    (one,) = _ask(data, [name], options)
    return Laundered(one.data, one.width, one.height)


def wall_set(master: bytes) -> list[Rendition]:
    """Make the wall's pictures of a master: 320, 640 and 1280 px wide, each in WebP and JPEG.

    A master that is narrower keeps its own width under that name. Raises Refused.
    """
    names = [f"{width}.{ending}" for width in WIDTHS for ending in RENDITIONS]
    return _ask(master, names, {"job": "wall_set", "widths": list(WIDTHS)}, later=True)


def _ask(
    data: bytes, names: list[str], options: dict[str, Any], *, later: bool = False
) -> list[Rendition]:
    """Ask a child of its own for the pictures called ``names``; anything unexpected is BROKEN.
    ``later``: nobody waits for them."""
    if not _places.acquire(timeout=PATIENCE):
        raise Refused(Reason.BUSY)
    try:
        with working() as child:
            if later:
                step_aside(child)
            asked = json.dumps(options).encode() + b"\n" + data
            said = converse(child, asked, SECONDS * (1 + 3 * later), MAX_ANSWER)
    except Late:
        raise Refused(Reason.BROKEN) from None
    except (OSError, subprocess.TimeoutExpired):  # the machine has no process left for us
        raise Refused(Reason.BUSY) from None
    finally:
        _places.release()
    try:
        header, _, rest = said.partition(b"\n")
        told = json.loads(header)
        reason = told.get("refused")
        pictures = [] if reason else list(_read(told["pictures"], rest))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused(Reason.BROKEN) from None
    if reason or [picture.name for picture in pictures] != names:
        raise Refused(Reason(reason) if reason in list(Reason) else Reason.BROKEN)
    return pictures


def _read(listed: list[dict[str, Any]], rest: bytes) -> Iterator[Rendition]:
    """Cut the answer's bytes into pictures. Raises ValueError when they do not fit its header."""
    at = 0
    for told in listed:
        name, width, height, length = (told[key] for key in ("name", "width", "height", "bytes"))
        for size in (width, height, length):
            if not isinstance(size, int) or not 1 <= size <= MAX_ANSWER:
                raise ValueError("a size in the header cannot be true")
        if at + length > len(rest):
            raise ValueError("fewer bytes than the header tells of")
        ending = str(name).rpartition(".")[2]
        content_type = CONTENT_TYPES[ending]
        if not only_pixels(rest[at : at + length], ending):
            raise ValueError("a picture that holds more than pixels")
        yield Rendition(name, rest[at : at + length], width, height, content_type)
        at += length
    if at != len(rest):
        raise ValueError("more bytes than the header tells of")
