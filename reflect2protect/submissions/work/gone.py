"""The list of keys that were destroyed, kept outside every backup: a restored one reads it first.

One line a key: its random name, which means nothing once the key is gone.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# Why somebody withdraws, if she says so.
REASONS = ("unsafe", "changed_mind", "pressed", "other")


def note(name: str) -> None:
    """Add a name, flushed to the disk. Raises OSError: then the key must not be destroyed yet.

    The folder is made in DATA_DIR alone: elsewhere a missing one is a disk that is not there, and
    a new list on its mount point would hide the real one.
    """
    path = settings.GONE_LIST
    if path.is_relative_to(settings.DATA_DIR):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # One write, so that lines of several processes do not mix; a line end before it too, so that
    # half a line, which a full disk left, spoils itself alone.
    line = f"\n{name}\n".encode()
    place = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(place, line) < len(line):
            raise OSError(errno.ENOSPC, "the list of destroyed keys could not be written")
        os.fsync(place)
    finally:
        os.close(place)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Flush a folder, so that a new file in it is there after a power failure."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def writable() -> bool:
    """Whether a name could be added, as far as one can see without adding one."""
    path = settings.GONE_LIST
    if path.exists():
        return os.access(path, os.W_OK)
    return path.is_relative_to(settings.DATA_DIR) or os.access(path.parent, os.W_OK)


def noted() -> Iterator[str]:
    """Every name on the list; half a line that a crash left counts for nothing."""
    if settings.GONE_LIST.exists():
        for line in settings.GONE_LIST.read_text(encoding="ascii", errors="replace").splitlines():
            if len(line) == 32:
                yield line
