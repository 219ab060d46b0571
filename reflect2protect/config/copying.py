"""Files and folders: copied, put in the place of others, and on the disk for certain."""

import os
import shutil
from contextlib import suppress
from pathlib import Path


def copy_below(source: Path, target: Path) -> None:
    """Copy the files of a folder that are not in the other one yet. Half-written ones (their
    names begin with a dot) and those that vanish meanwhile are left out."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        for path in sorted(source.iterdir()):
            there = target / path.name
            if path.is_dir():
                copy_below(path, there)
            elif not path.name.startswith(".") and not there.exists():
                with suppress(FileNotFoundError):
                    shutil.copyfile(path, there)


def replace(source: Path, place: Path, aside: Path) -> None:
    """Copy a file or a folder to its place, or nothing where there is none; what was there goes
    to `aside`. When that is there already, an interrupted run has put it there, and what is in
    the place is half of a copy."""
    if (aside / place.name).exists():
        _remove(place)
    elif place.exists():
        place.rename(aside / place.name)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if source.is_dir():
        copy_below(source, place)
    elif source.exists():
        place.touch(mode=0o600)
        shutil.copyfile(source, place)
    if place.exists():
        settle(place)


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def settle(place: Path) -> None:
    """Have the disk hold a file, or a folder with all that is in it, and its name."""
    for path in (place, place.parent, *place.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
