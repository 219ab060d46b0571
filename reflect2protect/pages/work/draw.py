"""Drawing the pictures of examples: a mirror's light and one of the site's own drawn people."""

import re
from pathlib import Path

import pyvips

from reflect2protect.pages.work.schema import FigureShape

SPRITE = Path(__file__).parent.parent.parent / "core" / "static" / "r2p" / "figures.svg"
WIDTH, HEIGHT = 960, 1280  # pixels, the wall's 3:4

# The lights of the mirrors (css/base.css): sky from top to bottom, then s l h g w.
LIGHTS: dict[str, tuple[tuple[str, ...], tuple[str, str, str, str, str]]] = {
    "a1": (("#351653", "#7d46ab", "#e2757c", "#ffb683"), ("#4b2352", "#ffc79f", "#1d0b26", "#3a1550", "#6d3bb8")),
    "a2": (("#12362d", "#2b7a5f", "#c4d3a4", "#ffe3bd"), ("#24423a", "#ffe1b8", "#0c1f1b", "#0f2f27", "#6d3bb8")),
    "a3": (("#44247a", "#9a7ad6", "#c8a9dc", "#f0dcea"), ("#5d2f63", "#f6d7c6", "#1d0b26", "#2a1145", "#6d3bb8")),
    "a4": (("#5a1646", "#c64f79", "#e07d88", "#ffb79a"), ("#3a0f2a", "#e39a6c", "#21081a", "#4a1145", "#ffd0a6")),
    "a5": (("#d9c6ea", "#ecd9e6", "#f8e6df", "#ffd2ab"), ("#6b3a4a", "#c98a68", "#2a1020", "#6d3bb8", "#1f7a55")),
    "a6": (("#1b1140", "#4b3a9b", "#c58bc9", "#ffc9a2"), ("#2c1420", "#b0704c", "#0e0611", "#1f7a55", "#ffb27f")),
    "a7": (("#ff9d70", "#ffc79f", "#ffdcc0", "#fff0dd"), ("#5a2436", "#ffe9d2", "#2d1238", "#6d3bb8", "#2d1238")),
}  # fmt: skip


def drawn(picture: FigureShape) -> bytes:
    """A PNG of 960 × 1280 pixels. Raises KeyError for a light, ValueError for a figure we lack."""
    return bytes(pyvips.Image.svgload_buffer(_svg(picture).encode()).write_to_buffer(".png"))


def _svg(picture: FigureShape) -> str:
    sky, person = LIGHTS[picture.tint]
    stops = "".join(
        f'<stop offset="{at}" stop-color="{colour}"/>'
        for at, colour in zip((0, 0.4, 0.75, 1), sky, strict=True)
    )
    figure = _figure(picture.figure, person)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 200 267">'
        f'<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">{stops}</linearGradient></defs>'
        '<rect width="200" height="267" fill="url(#sky)"/>'
        '<path d="M60 267 168 0H200L92 267Z" fill="#fff" opacity=".14"/>'
        f"{figure}</svg>"
    )


def _figure(name: str, colours: tuple[str, ...]) -> str:
    """The sprite with its variables replaced, since only browsers know variables."""
    sprite = SPRITE.read_text(encoding="utf-8")
    if f'id="{name}"' not in sprite:
        raise ValueError(f"there is no figure {name}")
    for variable, colour in zip("slhgw", colours, strict=True):
        sprite = re.sub(rf"var\(--{variable}(,[^)]*)?\)", colour, sprite)
    sprite = re.sub(r"var\(--\w+,\s*([^)]*)\)", r"\1", sprite)
    sprite = re.sub(r"var\(--p\)", "#12081a", sprite)
    inner = sprite[sprite.index(">", sprite.index("<svg")) + 1 : sprite.rindex("</svg>")]
    inner = re.sub(r'(<use[^>]*?)\shref="', r'\1 xlink:href="', inner)
    return f'<defs>{inner}</defs><g transform="translate(0 -20)"><use xlink:href="#{name}" width="200" height="300"/></g>'
