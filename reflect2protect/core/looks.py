"""How a mirror looks: the same index always gives the same shape, light, person and height."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Look:
    """One mirror. `tint` is "" for the dawn light; `height` is a step of css/home.css (h1..h9)."""

    shape: str
    tint: str
    figure: str
    height: str

    @property
    def css(self) -> str:
        """Classes of the mirror itself."""
        return " ".join(part for part in (self.shape, self.tint, self.height) if part)

    @property
    def crop(self) -> str:
        """How the person stands in the tall glass of the room."""
        return "round" if self.shape == "circ" else "stand"

    @property
    def card_crop(self) -> str:
        """How the person fills a 3:4 glass on the wall."""
        return "round" if self.shape == "circ" else "portrait"


# A row of twelve that makes a calm skyline; longer rows begin again.
_LOOKS: Final = (
    Look("arch", "a7", "f14", "h4"),
    Look("oval", "a5", "f13", "h5"),
    Look("rect", "a6", "f3", "h7"),
    Look("arch", "a4", "f12", "h8"),
    Look("circ", "a7", "f7", ""),
    Look("rect", "a2", "f4", "h4"),
    Look("arch", "", "f1", "h9"),
    Look("oval", "a3", "f2", "h6"),
    Look("rect", "a7", "f10", "h8"),
    Look("arch", "a6", "f15", "h5"),
    Look("circ", "a2", "f16", ""),
    Look("arch", "a5", "f11", "h2"),
)

CROPS: Final = {
    "portrait": ("0 0 200 300", "xMidYMid slice"),
    "stand": ("0 -110 200 410", "xMidYMax slice"),
    "round": ("-8 14 216 216", "xMidYMid slice"),
    "whole": ("0 0 200 300", "xMidYMax meet"),
}

# Which face file a page needs first; the rest come from the reader's own fonts.
_FACES: Final = {
    "ar": "el-messiri-arabic",
    "zh-hans": "commissioner-mark",
    "ru": "commissioner-cyrillic",
}


def look_for(index: int) -> Look:
    """The look of the mirror at `index` (0 for the first), repeating after twelve."""
    return _LOOKS[index % len(_LOOKS)]


def face_for(language: str) -> str:
    """Static path of the face file to preload for a language slug."""
    return f"r2p/fonts/{_FACES.get(language, 'commissioner-latin')}.woff2"
