"""Files of the public folder, ready to be sent: found by their address, remembered in memory.

The file system decides what exists, at every request: what was removed is gone at once, and what
was replaced is read anew. Memory only saves reading.
"""

import os
import re
import stat
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from reflect2protect.publishing.work.folder import CODINGS
from reflect2protect.publishing.work.headers import Headers, headers_for, is_text
from reflect2protect.publishing.work.places import INDEX, file_of

MEMORY = 64 * 1024 * 1024
LONGEST_KEPT = 1024 * 1024
LONGEST_ADDRESS = 1024
ENTRY_BYTES = 4096  # what an entry costs beside its body, roughly
CODING = {ending: coding for coding, ending in CODINGS.items()}
# An empty name, one that begins with a dot, signs that no name of ours has.
STRANGE = re.compile(r"(?:^|/)(?:\.|/|$)|[\x00-\x1f\x7f\\]")
# Of a file that has not changed: RFC 9110, 15.4.5.
NOT_WHEN_UNCHANGED = {"Content-Type", "Content-Encoding", "Accept-Ranges"}

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A file in one coding. `body` is None for one that is too long to be kept in memory."""

    path: str
    stamp: Stamp
    size: int
    etag: str
    headers: Headers
    unchanged: Headers
    parts: bool
    body: bytes | None


@lru_cache(4096)
def _name(address: str) -> str | None:
    file = file_of(address)
    hidden = STRANGE.search(file) or file.startswith("_") or file.endswith(tuple(CODING))
    return None if hidden or not address.startswith("/") else file


def name_of(address: str) -> str | None:
    """The name in the folder that a decoded address leads to; None where nobody may look."""
    return _name(address) if len(address) <= LONGEST_ADDRESS else None


def _regular(path: str) -> os.stat_result | None:
    """A plain file's status, not following a link; None when there is no such file."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def _stamp(status: os.stat_result) -> Stamp:
    return (status.st_mtime_ns, status.st_size, status.st_ino)


class PublicFiles:
    """The folder `root` (a real path, without links)."""

    def __init__(self, root: str, memory: int = MEMORY, longest: int = LONGEST_KEPT) -> None:
        self.root = root.rstrip("/") + "/"
        self.left = memory
        self.longest = longest
        self.kept: OrderedDict[str, Found] = OrderedDict()

    def find(self, name: str, endings: tuple[str, ...]) -> Found | None:
        """The file in the first of these codings that there is; None when there is no file.

        Whoever removes a file removes its compressed copies first (`Folder.remove`).
        """
        for ending in endings if is_text(name) else ("",):
            status = _regular(self.root + name + ending)
            if status is not None:
                return self._known(name, ending, status)
        return None

    def folder_address(self, name: str) -> str | None:
        """`/fr/wall/` for `fr/wall`, where there is such a page."""
        there = _regular(f"{self.root}{name}/{INDEX}") is not None
        return f"/{quote(name)}/" if there and self._inside(f"{name}/{INDEX}") else None

    def forget_what_is_gone(self) -> None:
        """Let go of files that were removed or replaced: nothing that was withdrawn stays in
        memory for longer than the time between two calls."""
        for key, found in list(self.kept.items()):
            status = _regular(found.path)
            if status is None or _stamp(status) != found.stamp:
                self._forget(key)

    def _inside(self, name: str) -> bool:
        """Whether no folder on the way to it is a link."""
        return os.path.realpath(self.root + name) == self.root + name

    def _known(self, name: str, ending: str, status: os.stat_result) -> Found | None:
        key = name + ending
        found = self.kept.get(key)
        if found is not None and found.stamp == _stamp(status):
            self.kept.move_to_end(key)
            return found
        self._forget(key)
        found = self._read(name, ending) if self._inside(key) else None
        if found is not None:
            self._keep(key, found)
        return found

    def _read(self, name: str, ending: str) -> Found | None:
        path = self.root + name + ending
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        with open(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return None
            body = file.read() if status.st_size <= self.longest else None
        return _described(name, ending, path, status, body)

    def _keep(self, key: str, found: Found) -> None:
        self.kept[key] = found
        self.left -= ENTRY_BYTES + len(found.body or b"")
        while self.left < 0:
            self._forget(next(iter(self.kept)))

    def _forget(self, key: str) -> None:
        if found := self.kept.pop(key, None):
            self.left += ENTRY_BYTES + len(found.body or b"")


def _described(
    name: str, ending: str, path: str, status: os.stat_result, body: bytes | None
) -> Found:
    """All that can be said of a file before anybody asks for it."""
    # As nginx makes it. A name never holds two contents with the same time and size.
    etag = f'"{status.st_mtime_ns // 10**9:x}-{status.st_size:x}"'
    headers = [*headers_for(name), ("ETag", etag)]
    parts = not is_text(name)
    if ending:
        headers.append(("Content-Encoding", CODING[ending]))
    if parts:
        headers.append(("Accept-Ranges", "bytes"))
    unchanged = [(header, value) for header, value in headers if header not in NOT_WHEN_UNCHANGED]
    return Found(path, _stamp(status), status.st_size, etag, headers, unchanged, parts, body)
