"""Parts of a page that belong to one person, and can be cut out without breaking its signature.

Templates write `<!--r:ID-->…<!--/r-->` around whatever shows a reflection. In a copy a mark stands
there instead of the id: `<!--r:MARK:SALT-->…<!--/r-->`. Cutting leaves `<!--c:MARK:DIGEST-->`; its
DIGEST is of salt and part. What is signed is the page with all its parts cut, so cutting changes
nothing that was signed. Since the salt goes with the part, the digest that stays confirms no guess
about it.
"""

import hashlib
import re
from collections.abc import Callable, Collection

_OPEN = re.compile(rb"<!--r:([\w-]+?)-->(.*?)<!--/r-->", re.DOTALL)
_SEALED = re.compile(rb"<!--r:([0-9a-f]{32}):([0-9a-f]{32})-->(.*?)<!--/r-->", re.DOTALL)
_CUT = re.compile(rb"<!--c:([0-9a-f]{32}):[0-9a-f]{64}-->")

Seal = Callable[[str, bytes], tuple[str, str]]


def people_in(page: bytes) -> set[str]:
    """The ids of those with a part in a page as templates write it."""
    return {found[1].decode() for found in _OPEN.finditer(page)}


def without_people(page: bytes) -> bytes:
    """The page without anybody's part."""
    return _OPEN.sub(b"", page)


def seal(page: bytes, seal_of: Seal) -> bytes:
    """The page as copies have it; `seal_of(id, part)` gives a mark and a salt."""

    def one(found: re.Match[bytes]) -> bytes:
        mark, salt = seal_of(found[1].decode(), found[2])
        return f"<!--r:{mark}:{salt}-->".encode() + found[2] + b"<!--/r-->"

    return _OPEN.sub(one, page)


def cut(page: bytes, marks: Collection[str] | None = None) -> bytes:
    """The page without the parts of these marks; without any part when none are named."""

    def one(found: re.Match[bytes]) -> bytes:
        mark, salt, part = found[1].decode(), found[2], found[3]
        if marks is not None and mark not in marks:
            return found[0]
        digest = hashlib.sha256(b"part\0" + salt + b"\0" + part).hexdigest()
        return f"<!--c:{mark}:{digest}-->".encode()

    return _SEALED.sub(one, page)


def digest(page: bytes) -> str:
    """What is signed of a page: the same before and after cutting."""
    return hashlib.sha256(cut(page)).hexdigest()


def marks_in(page: bytes) -> set[str]:
    """Whose parts are there."""
    return {found[1].decode() for found in _SEALED.finditer(page)}


def marks_cut(page: bytes) -> set[str]:
    """Whose parts were cut."""
    return {found[1].decode() for found in _CUT.finditer(page)}
