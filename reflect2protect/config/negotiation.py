"""What a reader's headers ask for: a coding, a part of a file, or nothing new (RFC 9110)."""

import re
from functools import lru_cache

from reflect2protect.publishing.work.folder import CODINGS

# A header as long as this is nobody's browser; remembering such ones would cost memory.
LONGEST = 512
RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*")
QUALITY = re.compile(r"[qQ]\s*=\s*([01](?:\.\d{0,3})?)")
TAG = re.compile(r'(?:W/)?("[^"]*")')

Range = tuple[int, int]
NOT_SATISFIABLE: Range = (-1, -1)


def endings(accepted: str | None) -> tuple[str, ...]:
    """The endings of the compressed copies that a reader takes, best first; "" is the file itself.

    Between equals: brotli, Zstandard, gzip, nothing. A bare `*` is taken for nothing, which
    everybody can read. The file itself is always the last resort.
    """
    if not accepted or len(accepted) > LONGEST:
        return ("",)
    return _endings(accepted)


@lru_cache(1024)
def _endings(accepted: str) -> tuple[str, ...]:
    weights = dict(_weight(part) for part in accepted.lower().split(","))
    plain = weights.get("identity", 0.0)
    wanted = [c for c in CODINGS if weights.get(c, 0.0) > 0 and weights[c] >= plain]
    wanted.sort(key=lambda coding: -weights[coding])  # stable: equals stay in our order
    return (*(CODINGS[coding] for coding in wanted), "")


def _weight(part: str) -> tuple[str, float]:
    """`br;q=0.5` → ("br", 0.5). What cannot be read is not wanted."""
    coding, semicolon, parameter = part.partition(";")
    found = QUALITY.fullmatch(parameter.strip())
    return coding.strip(), float(found[1]) if found else float(not semicolon)


def is_known(asked: str, etag: str) -> bool:
    """Whether If-None-Match names `etag`: one of a list, weak or strong, or `*` for any."""
    return asked.strip() == "*" or etag in TAG.findall(asked)


def part(asked: str | None, condition: str | None, etag: str, size: int) -> Range | None:
    """The part that Range asks for, as first byte and the one after the last.

    None: all of it (there is no range, several, one that cannot be read, or If-Range names
    another state of the file). NOT_SATISFIABLE: it begins after the end.
    """
    found = RANGE.fullmatch(asked or "")
    if not found or (condition is not None and condition.strip() != etag):
        return None
    first, last = found.groups()
    if not first:
        if not last:
            return None
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    return (start, end) if start < end else NOT_SATISFIABLE
