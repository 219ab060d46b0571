"""The files of pictures, in a private folder: sealed, and whole or not there at all."""

import os
import shutil
import time
from pathlib import Path

from django.conf import settings

from reflect2protect.core import vault

MASTER = "master.webp"
DAY = 24 * 60 * 60  # seconds


def folder(name: str) -> Path:
    """The folder of one picture."""
    return Path(settings.PRIVATE_DIR) / "pictures" / name


def put(name: str, file: str, data: bytes, key: bytes) -> None:
    """Write one file, sealed with that key: aside, flushed to the disk, then renamed. Raises
    OSError (a full disk)."""
    place = folder(name)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = place / f".{file}.{os.getpid()}"
    try:
        with aside.open("wb") as handle:
            handle.write(vault.seal(key, data))
            handle.flush()
            os.fsync(handle.fileno())
        aside.replace(place / file)
        _hide_the_hour(place / file, place, place.parent)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def _hide_the_hour(*paths: Path) -> None:
    """The day may be known, as rows say it too; a time would say when somebody sent this."""
    now = int(time.time())
    for path in paths:
        os.utime(path, (now - now % DAY,) * 2)


def get(name: str, file: str, key: bytes) -> bytes:
    """One file's bytes, unsealed. Raises FileNotFoundError, and vault.Unreadable."""
    return vault.unseal(key, (folder(name) / file).read_bytes())


def remove(name: str) -> None:
    """Remove a picture's folder; nothing happens when it is gone already."""
    shutil.rmtree(folder(name), ignore_errors=True)
    if folder(name).exists():
        raise OSError("a picture's folder could not be removed")


def names() -> list[str]:
    """The names of all pictures that have a folder."""
    place = Path(settings.PRIVATE_DIR) / "pictures"
    return [entry.name for entry in place.iterdir()] if place.is_dir() else []
