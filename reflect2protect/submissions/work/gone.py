"""The list of keys that were destroyed, kept outside every backup: a restored one reads it first.

One line a key: its random name, which means nothing once the key is gone.
"""

import os
from collections.abc import Iterator

from django.conf import settings

# Why somebody withdraws, if she says so.
REASONS = ("unsafe", "changed_mind", "pressed", "other")


def note(name: str) -> None:
    """Add a name, flushed to the disk. Raises OSError."""
    path = settings.GONE_LIST
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # One write, so that lines of several processes do not mix.
    place = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(place, f"{name}\n".encode())
        os.fsync(place)
    finally:
        os.close(place)


def noted() -> Iterator[str]:
    """Every name on the list; half a line that a crash left counts for nothing."""
    if settings.GONE_LIST.exists():
        for line in settings.GONE_LIST.read_text(encoding="ascii", errors="replace").splitlines():
            if len(line) == 32:
                yield line
