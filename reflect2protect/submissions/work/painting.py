"""Covers on the server: ovals over faces, or rectangles where squares of a grid are covered too."""

from collections.abc import Sequence

from reflect2protect.media.work.covering import Box, cover
from reflect2protect.media.work.launder import Laundered


def paint(master: Laundered, *, ovals: Sequence[Box] = (), cells: Sequence[Box] = ()) -> Laundered:
    """An ordinary master with its covers, all painted at once: what is under them has left no
    trace around them where `master` is exact. Raises media's Refused."""
    return cover(master.data, [*ovals, *cells], "rect" if cells else "oval")
