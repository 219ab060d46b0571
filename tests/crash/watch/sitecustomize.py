"""Loaded by every Python process of a watched campaign: notes each file opened for writing."""

import os
import sys

LOG = os.environ["WATCH_LOG"]
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def note(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook. `open` tells path, mode and flags; whatever makes temporary files too."""
    if event == "open":
        path, mode, flags = arguments
        writing = isinstance(mode, str) and bool(set(mode) & set("wax+"))
        if not writing and not (isinstance(flags, int) and flags & WRITING):
            return
        # A number is a pipe or a file that was opened before, and noted then.
        if isinstance(path, int) or str(path) == LOG:
            return
        line = f"{path}\n"
    elif event.startswith("tempfile."):
        line = f"{event} {arguments[0]}\n"
    else:
        return
    handle = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, line.encode())
    os.close(handle)


sys.addaudithook(note)
