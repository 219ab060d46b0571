"""A copy as it lies somewhere: a folder or a zip, read and changed in the same way."""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Protocol

BLOCK = 1 << 20
# Already packed: pressing it again costs time and gains nothing.
PACKED = frozenset({".webp", ".jpg", ".png", ".avif", ".woff2", ".mp4", ".webm", ".mp3"})

Changes = Mapping[str, bytes | None]
Moment = tuple[int, int, int, int, int, int]


class Unreadable(Exception):
    """This is no copy that can be read; the message says why."""


class Parcel(Protocol):
    """The files of a copy, by their names below it."""

    def names(self) -> list[str]:
        """Every file there is, whoever put it there. Raises Unreadable."""

    def read(self, name: str) -> bytes:
        """What a file holds. Raises Unreadable."""

    def digest(self, name: str) -> tuple[str, int]:
        """SHA-256 and size of a file, without holding it in memory. Raises Unreadable."""

    def apply(self, changes: Changes) -> None:
        """Write these files, and remove those that are None."""


def _digest(file: IO[bytes]) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    while block := file.read(BLOCK):
        found.update(block)
        size += len(block)
    return found.hexdigest(), size


def _pour(source: IO[bytes], out: IO[bytes]) -> None:
    while block := source.read(BLOCK):
        out.write(block)


class FolderParcel:
    """A copy in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        """A link to a folder counts as a file: nothing behind it was signed."""
        found = []
        for folder, folders, files in os.walk(self.root):
            at = Path(folder)
            links = [name for name in folders if (at / name).is_symlink()]
            found += [(at / name).relative_to(self.root).as_posix() for name in [*files, *links]]
        return sorted(found)

    def _path(self, name: str) -> Path:
        path = self.root / name
        if path.is_symlink() or not path.is_file():
            raise Unreadable(f"{name} is missing, or no plain file.")
        return path

    def read(self, name: str) -> bytes:
        """See Parcel."""
        return self._path(name).read_bytes()

    def digest(self, name: str) -> tuple[str, int]:
        """See Parcel."""
        with self._path(name).open("rb") as file:
            return _digest(file)

    def apply(self, changes: Changes) -> None:
        """Each file is whole or not there; folders that are left empty go too, since their name
        may be somebody's."""
        for name, body in changes.items():
            path = self.root / name
            if body is None:
                path.unlink(missing_ok=True)
                self._prune(path.parent)
                continue
            draft = path.with_name(f".draft-{secrets.token_hex(4)}")
            draft.write_bytes(body)
            draft.replace(path)

    def _prune(self, folder: Path) -> None:
        while folder != self.root and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


class ZipParcel:
    """A copy in a zip."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Refuses a zip in which two files have one name: programs would read different ones."""
        with self._open() as archive:
            names = archive.namelist()
            if len(set(names)) < len(names) or archive.comment:
                raise Unreadable("The zip holds a name twice, or a comment.")
        return sorted(names)

    def _open(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, OSError) as error:
            raise Unreadable(f"{self.path} cannot be read as a zip.") from error

    def read(self, name: str) -> bytes:
        """See Parcel."""
        try:
            with self._open() as archive:
                return archive.read(name)
        except (KeyError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{name} is missing or damaged.") from error

    def digest(self, name: str) -> tuple[str, int]:
        """See Parcel."""
        try:
            with self._open() as archive, archive.open(name) as file:
                return _digest(file)
        except (KeyError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{name} is missing or damaged.") from error

    def apply(self, changes: Changes) -> None:
        """A new zip takes the place of the old one."""
        draft = self.path.with_name(f".draft-{secrets.token_hex(4)}.zip")
        with self._open() as old, zipfile.ZipFile(draft, "w") as new:
            moment = old.infolist()[0].date_time
            kept = {name for name in old.namelist() if name not in changes}
            added = {name for name, body in changes.items() if body is not None}
            for name in sorted(kept | added):
                with new.open(_info(name, moment), "w", force_zip64=True) as out:
                    if (body := changes.get(name)) is not None:
                        out.write(body)
                        continue
                    with old.open(name) as source:
                        _pour(source, out)
        draft.replace(self.path)


def _info(name: str, moment: Moment) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, moment)
    info.create_system, info.external_attr = 3, 0o644 << 16
    packed = Path(name).suffix in PACKED
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return info


def write_zip(root: Path, names: Iterable[str], day: date, target: Path) -> None:
    """A folder's files as a zip: the same files on the same day give the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(names):
            info = _info(name, (day.year, day.month, day.day, 0, 0, 0))
            with (
                (root / name).open("rb") as source,
                archive.open(info, "w", force_zip64=True) as out,
            ):
                _pour(source, out)


def open_parcel(path: Path) -> Parcel:
    """The copy at a path. Raises Unreadable."""
    if path.is_dir():
        return FolderParcel(path)
    if path.is_file():
        return ZipParcel(path)
    raise Unreadable(f"{path} does not exist.")
