"""Taking down at once: whole folders are renamed out of the public one, and never put back.

So it takes as long for a wall of a hundred thousand as for an empty one. What lies aside is
deleted later, by whoever has the time (`actions.clear_aside`).
"""

import contextlib
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.publishing.work import stops
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.places import INDEX
from reflect2protect.publishing.work.sealed import without_people

logger = logging.getLogger(__name__)


def hold(scope: str) -> int:
    """Take a scope down: at once, whoever else is at work, and with no database.

    Returns how many folders and files gave way. Done again, it takes down what came back.
    Raises ValueError for a scope that nothing belongs to.
    """
    if not stops.known(scope):
        raise ValueError("nothing belongs to this scope")
    stops.set_marker(scope)  # before the rest: a publisher at work sees it and takes back
    folder, tree = Folder(), _held() / scope / secrets.token_hex(8)
    calm = [f for f in stops.calm_files(scope, list(LANGUAGES)) if folder.path(f).parent.is_dir()]
    gone = sum(folder.path(file).exists() for file in calm)
    for path in _lying(scope, folder.root):
        try:
            gone += folder.set_aside(path, tree)
        except OSError:  # no room for one more name: then it goes for good
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    _lay_calm(calm, folder)
    if stops.holds_people(scope):
        _take_people_out(folder)
    folder.settle()
    return gone


def _held() -> Path:
    return Path(settings.ASIDE_DIR) / "held"


def _lying(scope: str, root: Path) -> Iterator[Path]:
    """What of a scope lies in the folder, in as few names as can be."""
    for slug in ("", *LANGUAGES):
        if scope == stops.ALL:
            yield from (path for path in _within(root / slug) if _goes(path))
            continue
        for prefix in stops.prefixes(scope, localised=bool(slug)):
            path = root / slug / prefix
            if prefix.endswith("/"):
                if not _calm_alone(path):
                    yield path
            else:  # a file, with its compressed copies
                yield from (
                    near for near in _within(path.parent) if near.name.startswith(path.name)
                )


def _goes(path: Path) -> bool:
    """Whether this goes with everything, as it is; calm pages take the place of some files."""
    name = path.name + "/" * path.is_dir()
    return not name.startswith((*stops.STAYS, *stops.CALM)) and path.name not in LANGUAGES


def _calm_alone(folder: Path) -> bool:
    """Whether nothing is in a folder but what the calm page takes the place of."""
    try:
        with os.scandir(folder) as found:
            return all(entry.name.startswith(INDEX) for entry in found)
    except OSError:
        return True


def _within(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _lay_calm(files: list[str], folder: Folder) -> None:
    """First aid: copies of the calm page as it was last published; a publisher fits them in.

    Where there is none, or no room for one, "there is no page at this address" is calm enough.
    """
    for file in files:
        slug = stops.split(file)[0]
        body = folder.get(f"{slug}/{stops.PAUSED}" if slug else stops.PAUSED)
        try:
            if body is not None:
                folder.put(file, body)
        except OSError:
            logger.warning("there is no room for a calm page")
            body = None
        if body is None:
            folder.remove(file)


def _take_people_out(folder: Folder) -> None:
    """First aid for the pages that are left: without what people sent. Home pages and areas show
    some of it; there are as many of them for a large wall as for a small one."""
    for file in list(folder.files()):
        body = (folder.get(file) or b"") if file.endswith(".html") else b""
        if (without := without_people(body)) != body:
            try:
                folder.put(file, without)
            except OSError:  # no room: a missing page is better than one that shows them
                folder.remove(file)


def trees() -> list[Path]:
    """What was moved aside and not deleted yet: each looks like the folder, in parts."""
    return [path for path in _held().glob("*/*") if path.is_dir()]


def files_in(tree: Path) -> Iterator[str]:
    """The files in one of them."""
    return Folder(root=tree).files()


def lies_aside(file: str) -> bool:
    """Whether this file was moved aside and is still there."""
    return any((tree / file).exists() for tree in trees())


def let_go(file: str) -> None:
    """Delete this file from what was moved aside."""
    for tree in trees():
        Folder(root=tree).remove(file)


def drop(tree: Path) -> None:
    """Delete all of one. Raises OSError when something cannot be deleted."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(tree)
