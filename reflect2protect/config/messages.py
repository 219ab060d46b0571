"""Compiling interface strings: .po files are written by people, .mo files are made from them."""

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent.parent / "locale"


def compile_messages(folder: Path = LOCALE) -> None:
    """Make the .mo file of each language from its .po, where the .po is newer.

    Must run before Django is set up: it reads them once.
    """
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
