"""One photograph of 12 megapixels to the wall's pictures: ours, plain libvips, Wagtail's way.

The machine is noisy: rounds of all ways take turns, and what counts are ratios, of medians and of
the quickest rounds. On a machine whose processors are all busy, the next child that is started
ahead takes its time from the one that works.
"""

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

import pyvips  # type: ignore[import-untyped, unused-ignore]
from django.conf import settings

from reflect2protect.media.work import launderer, sandbox
from reflect2protect.media.work.launder import LONGEST, WIDTHS, launder, wall_set

ROUNDS = 7
WIDTH, HEIGHT = 4000, 3000
CLOUDS = (1500, 700, 300, 120, 50, 20, 8)  # px: large shapes are strong and small ones weak


def photograph(grain: float = 4.0, quality: int = 88) -> bytes:
    """Clouds in clouds with the grain of a sensor: as hard to pack as a photograph. About 2 MB;
    a coarser grain makes it larger."""
    grey = _clouds(1)
    bands = [grey + _clouds(seed) * 0.3 + 120 for seed in (2, 3, 4)]
    noise = pyvips.Image.gaussnoise(WIDTH, HEIGHT, mean=0, sigma=grain, seed=9)
    picture = (bands[0].bandjoin(bands[1:]) + noise).cast("uchar").copy(interpretation="srgb")
    return bytes(picture.jpegsave_buffer(Q=quality))


def _clouds(seed: int) -> Any:
    parts = [
        pyvips.Image.perlin(WIDTH, HEIGHT, cell_size=size, seed=10 * seed + number)
        * (60 / 1.7**number)
        for number, size in enumerate(CLOUDS)
    ]
    return pyvips.Image.sum(parts)


def ours(data: bytes) -> None:
    """Two children, shut in: a master of the upload, the wall's pictures of the master."""
    wall_set(launder(data).data)


def plain_libvips(data: bytes) -> None:
    """The same files in this process: no child, no checks, no colours to convert."""
    small = pyvips.Image.thumbnail_buffer(data, LONGEST, height=LONGEST, size="down")
    master = pyvips.Image.new_from_buffer(small.webpsave_buffer(**launderer.MASTER_WEBP), "")
    whole = master.copy_memory()
    for width in WIDTHS:
        picture = whole.thumbnail_image(width, height=10_000_000, size="down").copy_memory()
        picture.webpsave_buffer(**launderer.WALL_WEBP)
        picture.jpegsave_buffer(**launderer.WALL_JPEG)


def wagtail_renditions(data: bytes) -> None:
    """As wagtail.images makes renditions: each from the original, with Willow over Pillow."""
    if not settings.configured:
        settings.configure()  # Willow asks Django for options
    import willow  # type: ignore[import-untyped, unused-ignore]

    for width in WIDTHS:
        for kind in ("webp", "jpeg"):
            picture = willow.Image.open(io.BytesIO(data)).auto_orient()
            picture = picture.resize((width, width * HEIGHT // WIDTH))
            if kind == "webp":
                picture.save_as_webp(io.BytesIO(), quality=launderer.WALL_WEBP["Q"])
            else:
                quality = launderer.WALL_JPEG["Q"]
                picture.save_as_jpeg(io.BytesIO(), quality=quality, progressive=True, optimize=True)


def pictures() -> dict[str, Any]:
    """Ratios of speed: more than 1 is where ours is the faster one."""
    data = photograph()
    ways: dict[str, Callable[[bytes], None]] = {
        "ours": ours,
        "libvips": plain_libvips,
        "wagtail": wagtail_renditions,
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way(data)
            if number:  # the first round warms up
                took[name].append(time.perf_counter() - started)
    middle = {name: statistics.median(found) for name, found in took.items()}
    best = {name: min(found) for name, found in took.items()}
    return {
        "sandbox": sandbox.state().value,
        "picture_bytes": len(data),
        "seconds": {name: round(value, 2) for name, value in middle.items()},
        "of_plain_libvips": round(middle["libvips"] / middle["ours"], 2),
        "of_plain_libvips_at_best": round(best["libvips"] / best["ours"], 2),
        "times_wagtail": round(middle["wagtail"] / middle["ours"], 2),
        "times_wagtail_at_best": round(best["wagtail"] / best["ours"], 2),
    }


if __name__ == "__main__":
    for _name, _value in pictures().items():
        print(f"{_name.replace('_', ' ')}: {_value}")
