"""Launder a picture in a child process: the only way a picture enters this campaign.

The bytes stay in memory: they go to ``launderer.py`` through a pipe and only pixels, encoded
anew, come back. What happens to the child (crash, time-out, out of memory) happens to that one
picture alone.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

LAUNDERER = Path(__file__).with_name("launderer.py")
MAX_BYTES = 25 * 1024 * 1024  # of one upload
MAX_ANSWER = 32 * 1024 * 1024  # bytes the child may say
SECONDS = 15.0  # by the clock, for one child
PATIENCE = 30.0  # seconds to wait for a free place
LONGEST = 1600  # px, of a master
WIDTHS = (320, 640, 1280)  # px, of the wall's pictures
CHUNK = 64 * 1024
CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}

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
    """A master: WebP without metadata, upright, opaque, sRGB; sizes in px."""

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


def launder(data: bytes) -> Laundered:
    """Make a master (longest side 1,600 px or less) of an upload.

    JPEG, PNG, WebP, AVIF and HEIC are taken, up to 40 megapixels and 25 MiB.
    Raises Refused.
    """
    if len(data) > MAX_BYTES:
        raise Refused(Reason.TOO_MANY_BYTES)
    (one,) = _ask(data, ["master.webp"], {"job": "master", "longest": LONGEST})
    return Laundered(one.data, one.width, one.height)


def wall_set(master: bytes) -> list[Rendition]:
    """Make the wall's pictures of a master: 320, 640 and 1280 px wide, each in WebP and JPEG.

    A master that is narrower keeps its own width under that name. Raises Refused.
    """
    names = [f"{width}.{ending}" for width in WIDTHS for ending in CONTENT_TYPES]
    return _ask(master, names, {"job": "wall_set", "widths": list(WIDTHS)})


def _ask(data: bytes, names: list[str], options: dict[str, Any]) -> list[Rendition]:
    """Ask a new child for the pictures called ``names``; anything unexpected is BROKEN."""
    if not _places.acquire(timeout=PATIENCE):
        raise Refused(Reason.BUSY)
    try:
        with _child(options) as child:
            said = _converse(child, data, time.monotonic() + SECONDS)
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
        content_type = CONTENT_TYPES[str(name).rpartition(".")[2]]
        yield Rendition(name, rest[at : at + length], width, height, content_type)
        at += length
    if at != len(rest):
        raise ValueError("more bytes than the header tells of")


@contextmanager
def _child(options: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a launderer that has nothing to steal, and see it gone at the end."""
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", str(LAUNDERER), json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a decoder's complaint may quote the picture
        bufsize=0,
        cwd="/",
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "VIPS_CONCURRENCY": "1"},
        close_fds=True,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        # Not yet waited for, so the number still belongs to it and to what it started. It may
        # have ended already; macOS answers with the second error for one that has.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _converse(child: subprocess.Popen[bytes], data: bytes, deadline: float) -> bytes:
    """Hand ``data`` over and read the answer. Raises Refused(BROKEN) when late or too long."""
    if child.stdin is None or child.stdout is None:
        raise TypeError("the child was started without pipes")
    to_say, said = memoryview(data), bytearray()
    os.set_blocking(child.stdin.fileno(), False)
    with selectors.DefaultSelector() as pipes:
        pipes.register(child.stdin, selectors.EVENT_WRITE)
        pipes.register(child.stdout, selectors.EVENT_READ)
        while True:
            ready = pipes.select(max(0.0, deadline - time.monotonic()))
            if not ready or len(said) > MAX_ANSWER or time.monotonic() > deadline:
                raise Refused(Reason.BROKEN)
            for key, _ in ready:
                if key.fileobj is child.stdout:
                    heard = os.read(key.fd, CHUNK)
                    if not heard:
                        return bytes(said)
                    said += heard
                else:
                    to_say = to_say[_say(child.stdin, to_say) :]
                    if not to_say:
                        pipes.unregister(child.stdin)
                        child.stdin.close()


def _say(pipe: IO[bytes], to_say: memoryview) -> int:
    """Write what the pipe takes now; how many bytes. All of it when nobody listens any more."""
    try:
        return os.write(pipe.fileno(), to_say[:CHUNK])
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(to_say)
