"""Pictures made to harm, to hide something, or to be hard to read: all drawn or put together here.

Nothing is random that has not a fixed seed, so a case is the same on every run. ``cases`` gives
the whole corpus, several thousand files; a case makes its bytes only when asked.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reflect2protect.media.tests import bombs, disguises, kinds, pictures, stowaways
from reflect2protect.media.work.launder import Reason

ACCEPTED = "accepted"
REFUSED = frozenset({Reason.BROKEN, Reason.NOT_A_PICTURE, Reason.TOO_MANY_PIXELS, Reason.TOO_SMALL})
ANYTHING = REFUSED | {ACCEPTED}
CUTS, FLIPS = 100, 500  # truncated and damaged files of each format
SPARE = 32  # bytes at the end of a file that may be missing: marks and padding, no pixels
Make = Callable[[], bytes]


@dataclass(frozen=True)
class Case:
    """One file, what may become of it, and what must be seen in it then.

    ``shows``: "corners", the four colours where ``quarters`` drew them; "brightest", the quarter
    that is brightest in any colours (bottom right); or nothing in particular.
    """

    family: str
    name: str
    make: Make
    allowed: frozenset[str]
    shows: str = ""
    size: tuple[int, int] | None = None


_TAKEN = frozenset({ACCEPTED})
_PLANTS = {
    f"{kind} {name}": make
    for kind, plants in pictures.PLANTS.items()
    for name, make in plants.items()
}
FAMILIES: tuple[tuple[str, dict[str, Make], frozenset[str], str], ...] = (
    ("bomb", bombs.BY_HEADER, REFUSED, ""),
    ("bomb inside", bombs.INSIDE, ANYTHING, ""),
    ("impostor", disguises.IMPOSTORS, frozenset({Reason.NOT_A_PICTURE}), ""),
    ("masked", disguises.MASKED, REFUSED, ""),
    ("polyglot", disguises.POLYGLOTS, _TAKEN, "corners"),
    ("plant", _PLANTS, _TAKEN, "corners"),
    ("stowaway", stowaways.STOWAWAYS, _TAKEN, "corners"),
    ("turned", kinds.TURNED, _TAKEN, "corners"),
    ("colours", kinds.COLOURS, _TAKEN, "brightest"),
    ("frames", kinds.FRAMES, _TAKEN, "corners"),
)


def cases() -> Iterator[Case]:
    """The whole corpus, in the same order every time."""
    for family, found, allowed, shows in FAMILIES:
        for name, make in found.items():
            yield Case(family, name, make, allowed, shows)
    for name, (make, becomes) in kinds.SIZES.items():
        if isinstance(becomes, str):
            yield Case("size", name, make, frozenset({becomes}))
        else:
            yield Case("size", name, make, _TAKEN, size=becomes)
    yield from _truncated()
    yield from _damaged()


def sample(family: str, most: int) -> list[Case]:
    """At most so many cases of a family, spread evenly over it."""
    found = [case for case in cases() if case.family == family]
    step = max(1, -(-len(found) // most))
    return found[::step]


def _truncated() -> Iterator[Case]:
    for kind in pictures.FORMATS:
        whole = pictures.noise(kind)
        for number in range(CUTS):
            at = len(whole) * number // CUTS
            allowed = REFUSED if at < len(whole) - SPARE else ANYTHING
            yield Case("truncated", f"{kind} {at}", functools.partial(_cut, kind, at), allowed)


def _cut(kind: str, at: int) -> bytes:
    return pictures.noise(kind)[:at]


def _damaged() -> Iterator[Case]:
    for seed in range(FLIPS):
        for kind in pictures.FORMATS:
            make = functools.partial(_damage, kind, seed)
            yield Case("damaged", f"{kind} {seed}", make, ANYTHING)


def _damage(kind: str, seed: int) -> bytes:
    """Flip, repeat, remove and overwrite at random, mostly where the headers are."""
    dice = random.Random(f"{kind} {seed}")
    makes: list[Make] = [functools.partial(pictures.noise, kind), *pictures.PLANTS[kind].values()]
    whole = bytearray(dice.choice(makes)())
    for _ in range(dice.choice((1, 1, 2, 4, 16, 64))):
        at = dice.randrange(min(len(whole), dice.choice((64, 512, len(whole)))))
        length = dice.randrange(1, 17)
        match dice.randrange(6):
            case 0:
                del whole[at : at + length]
            case 1:
                whole[at:at] = whole[at : at + length]
            case 2:
                whole[at : at + length] = dice.choice((b"\0", b"\xff")) * length
            case _:
                whole[at] ^= 1 << dice.randrange(8)
        if len(whole) < 16:
            break
    return bytes(whole)
