"""The finder: one master in on stdin, boxes around faces out on stdout. Run as a child.

The argument is the file of CenterFace's network. The answer is one JSON list of ``[left, top,
width, height]`` in thousandths (``covering.Box``), each larger than its face by ``MARGIN``.

Like the launderer it limits itself before it reads a byte, and lives for one picture only. Its
libraries are other ones and need more memory, so it is a program of its own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any

LIMITS = {
    resource.RLIMIT_AS: 2048 * 1024 * 1024,
    resource.RLIMIT_CPU: 10,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
LONGEST = (1280, 400)  # px: looked at twice, since a face that fills a large picture is missed
STEP = 32  # px: both sides of what the network sees are multiples of it
CELL = 4  # px that one value of its answer stands for
SURE = 0.2  # of 1; low, since a face too many costs one glance and a missed one may cost more
SAME = 0.3  # two boxes that share so much of what they cover together are of one face,
INSIDE = 0.5  # and so are two where so much of the smaller is inside the larger
MOST = 48
MARGIN = (0.2, 0.35, 0.2, 0.2)  # left, above, right, below: parts of the face's width and height
OUTPUTS = ("537", "538", "539", "540")  # how sure, how large, how far off the cell; eyes, mouth

Array = Any  # of numpy
Found = tuple[float, float, float, float, float]  # sure; left, top, right, bottom in parts


def limit_self() -> None:
    """Cap memory, processor time, open files and file size, as far as the platform can."""
    for kind, most in LIMITS.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def seen(network: Any, picture: Array, longest: int) -> list[Found]:
    """What the network takes for faces when the picture's longest side is ``longest`` px or less.

    It answers maps: one value for each cell of 4 x 4 px.
    """
    import cv2
    import numpy as np

    high, wide = picture.shape[:2]
    scale = min(1.0, longest / max(high, wide))
    size = tuple(max(STEP, STEP * round(side * scale / STEP)) for side in (wide, high))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    network.setInput(cv2.dnn.blobFromImage(small, swapRB=True))
    sure, large, off, _ = network.forward(OUTPUTS)
    rows, columns = np.where(sure[0, 0] > SURE)
    heights, widths = (np.exp(large[0, axis, rows, columns]) * CELL for axis in (0, 1))
    down = (rows + off[0, 0, rows, columns] + 0.5) * CELL
    across = (columns + off[0, 1, rows, columns] + 0.5) * CELL
    left, top = (across - widths / 2) / size[0], (down - heights / 2) / size[1]
    right, bottom = left + widths / size[0], top + heights / size[1]
    table = np.stack([sure[0, 0, rows, columns], left, top, right, bottom], axis=1)
    return [(s, x, y, r, b) for s, x, y, r, b in table.tolist()]


def shared(one: Found, other: Found) -> tuple[float, float]:
    """What two boxes share: of all they cover together, and of the smaller one; each 0 to 1."""
    wide = min(one[3], other[3]) - max(one[1], other[1])
    high = min(one[4], other[4]) - max(one[2], other[2])
    both = max(0.0, wide) * max(0.0, high)
    return both / (area(one) + area(other) - both), both / min(area(one), area(other))


def area(box: Found) -> float:
    """How much of the picture a box covers, 0 to 1."""
    return (box[3] - box[1]) * (box[4] - box[2])


def each_once(found: list[Found]) -> list[Found]:
    """Of several boxes around one face, the surest."""
    kept: list[Found] = []
    for box in sorted(found, reverse=True):
        if len(kept) < MOST and all(shared(box, other)[0] < SAME for other in kept):
            kept.append(box)
    return kept


def around(one: Found, other: Found) -> Found:
    """The box around two boxes, as sure as the surer one."""
    sure, right, bottom = (max(one[i], other[i]) for i in (0, 3, 4))
    return sure, min(one[1], other[1]), min(one[2], other[2]), right, bottom


def joined(found: list[Found]) -> list[Found]:
    """Of what was seen in two sizes: a box around the boxes of one face, and around its parts."""
    kept: list[Found] = []
    for box in sorted(found, key=area, reverse=True):
        for i, other in enumerate(kept):
            if shared(box, other)[1] >= INSIDE:
                kept[i] = around(box, other)
                break
        else:
            kept.append(box)
    return sorted(kept, reverse=True)[:MOST]


def enlarged(face: Found) -> list[int]:
    """The box around a face and its margin, inside the picture, in whole thousandths."""
    _, left, top, right, bottom = face
    wide, high = right - left, bottom - top
    edges = (
        left - MARGIN[0] * wide,
        top - MARGIN[1] * high,
        right + MARGIN[2] * wide,
        bottom + MARGIN[3] * high,
    )
    x, y, r, b = (round(1000 * min(max(edge, 0.0), 1.0)) for edge in edges)
    return [x, y, r - x, b - y]


def main() -> None:
    """Get ready, read stdin to its end, answer, and leave without tidying up."""
    limit_self()
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    network = cv2.dnn.readNetFromONNX(sys.argv[1])
    picture = cv2.imdecode(np.frombuffer(sys.stdin.buffer.read(), np.uint8), cv2.IMREAD_COLOR)
    found = [box for longest in LONGEST for box in each_once(seen(network, picture, longest))]
    boxes = sorted(enlarged(face) for face in joined(found))
    sys.stdout.write(json.dumps([box for box in boxes if box[2] > 0 and box[3] > 0]))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
