"""Backing up: a folder with everything but the keys, and the keys in a small file apart from it."""

import argparse
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from rich.console import Console

from reflect2protect.config import dumps, key_backups
from reflect2protect.config.copying import copy_below, settle
from reflect2protect.config.kept import Refused, places, stamp_of, write_manifest
from reflect2protect.core.models import Campaign


def backup(arguments: argparse.Namespace) -> int:
    """Write a backup below DEST while the campaign runs, and say what it does not hold. 0 when it
    is whole; otherwise there is none."""
    now, where = timezone.now(), arguments.dest.absolute()
    keys = (arguments.keys or where / "keys").absolute()
    try:
        for place in (where, keys):
            _outside(place)
        _of_a_campaign()
        expired = key_backups.expire(keys, now)
        folder, file = _write(where, keys, now)
    except (Refused, OSError) as error:
        say(f"There is no new backup. {error}")
        return 1
    say(f"The backup is in {folder}.")
    say(f"Its keys are in {file}: keep them elsewhere, and no longer than seven days.")
    if expired:
        say(f"Deleted because they were older than seven days: {len(expired)} key backups.")
    _speak_of_the_secret()
    return 0


def _write(where: Path, keys: Path, now: datetime) -> tuple[Path, Path]:
    """The folder and the file with its keys; the folder last, so that it is never without."""
    folder = where / stamp_of(now)
    draft = where / f".{folder.name}"
    where.mkdir(parents=True, exist_ok=True)
    for old in where.glob(".????-??-??T??????Z"):
        shutil.rmtree(old)  # half a backup, of a run that was killed
    if folder.exists():
        raise Refused(f"{folder} exists already.")
    try:
        draft.mkdir(mode=0o700)
        _copy(draft)
        file = key_backups.write(keys, now)
        write_manifest(draft, folder.name)
        settle(draft)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    settle(folder)
    return folder, file


def _copy(draft: Path) -> None:
    """Files before the database, and what was added meanwhile after it: so each row that is in
    the backup has its files there, and its key in the vault, which is asked last."""
    copy_places(draft)
    dumps.take(draft)
    copy_places(draft)


def copy_places(draft: Path) -> None:
    """Copy what lies beside the database, as far as it is not there yet."""
    for name, place in places().items():
        if place.is_dir():
            copy_below(place, draft / name)
        elif place.exists() and not (draft / name).exists():
            (draft / name).parent.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(place, draft / name)


def _outside(place: Path) -> None:
    """A backup that lies in the data folder is lost with it; and keys that were destroyed would
    be found there."""
    if place.resolve().is_relative_to(settings.DATA_DIR):
        raise Refused(f"{place} lies in DATA_DIR: name a place outside, best on another disk.")


def _of_a_campaign() -> None:
    """Without the settings of the campaign there is an empty one, and nothing to back up."""
    try:
        found = Campaign.objects.exists()
    except DatabaseError:
        found = False
    if not found:
        raise Refused(
            f"There is no campaign in {settings.DATA_DIR}. Give this command the settings that "
            "the campaign runs with (DATA_DIR and DATABASE_URL above all)."
        )


def _speak_of_the_secret() -> None:
    kept = settings.DATA_DIR / "secret-key"
    own = kept.exists() and kept.read_text(encoding="utf-8") == settings.SECRET_KEY
    say(
        "SECRET_KEY is not in it, and without it the keys and everybody's codes open nothing."
        + (f" It lies in {kept} alone: copy it to a safe place." if own else " Keep it safe.")
    )


def say(words: str) -> None:
    """A line for whoever runs a command."""
    Console(stderr=True).print(words, markup=False, highlight=False, soft_wrap=True)
