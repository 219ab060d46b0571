"""Restoring: a backup is put in place, and what people have taken back since stays taken back.

Killed at any moment, the same command run again finishes; until then nothing starts here.
"""

import argparse
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from reflect2protect.config import dumps, key_backups
from reflect2protect.config.backup import say
from reflect2protect.config.copying import replace
from reflect2protect.config.kept import Refused, check_manifest, places, stamp_of
from reflect2protect.config.prepare import check_folder, publish
from reflect2protect.config.replay import replay
from reflect2protect.config.running import RESTORING
from reflect2protect.publishing.actions import Unmade


def restore(arguments: argparse.Namespace) -> int:
    """Put the backup SRC in place of what is here. 0 when all of it is as it should be.

    To be called while nothing else is at work here (`running.at_work`).
    """
    source: Path = arguments.src.absolute()
    try:
        if not settings.GONE_LIST.exists() and not arguments.without_gone_list:
            raise Refused(_NO_LIST.format(settings.GONE_LIST))
        dumps.check_tools()
        check_manifest(source)
        keys = _keys(source, arguments.keys)
        aside = _begin()
        _put(source, aside)
        done = replay(keys, erase_unreadable=arguments.erase_unreadable)
    except (Refused, OSError) as error:
        say(f"Not restored. {error}")
        return 1
    say(f"Taken back since the backup, and taken back again: {done.withdrawn} reflections.")
    say(f"Erased, because no key opens them: {done.unreadable}. Whole: {done.whole}.")
    return _publish(aside)


_NO_LIST = (
    "The list of destroyed keys is missing ({}): without it people who took their reflection back "
    "since the backup would stand there again. Set GONE_LIST to where it is. If nobody ever took "
    "anything back, or you accept that, say --without-gone-list."
)


def _keys(source: Path, file: Path | None) -> list[tuple[str, bytes]]:
    """What the key backup holds: the one that is named, or the backup's own if it is there."""
    own = source.parent / "keys" / f"{source.name}{key_backups.ENDING}"
    if file is None and not own.exists():
        say("There is no key backup: only keys that are still in the vault here open anything.")
        return []
    return key_backups.read(file or own, timezone.now())


def _begin() -> Path:
    """From here on nothing starts in this data folder until it is done. Where to put what is
    replaced: where an interrupted run has put it, if there was one."""
    marker = settings.DATA_DIR / RESTORING
    if not marker.exists():
        draft = marker.with_name(f".{RESTORING}")
        draft.write_text(f"before-restore-{stamp_of(timezone.now())}", encoding="ascii")
        draft.replace(marker)
    aside = settings.DATA_DIR / marker.read_text(encoding="ascii")
    aside.mkdir(mode=0o700, exist_ok=True)
    return aside


def _put(source: Path, aside: Path) -> None:
    for name, place in places().items():
        # A key that signs copies is never taken away: they could be updated no more.
        if (source / name).exists() or place.is_dir():
            replace(source / name, place, aside)
    dumps.put_back(source, aside)
    # The backup may be older than the code, and the machine new.
    (settings.DATA_DIR / "prepared").unlink(missing_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def _publish(aside: Path) -> int:
    try:
        publish()
    except Unmade as error:
        say(f"Not all of it could be published ({error}): the worker tries again.")
    (settings.DATA_DIR / RESTORING).unlink()
    found = check_folder()
    for difference in found:
        say(difference)
    say(f"{len(found)} differences." if found else "The folder is what the database says.")
    say(f"What was here before lies in {aside}: delete it when all is well.")
    return 1 if found else 0
