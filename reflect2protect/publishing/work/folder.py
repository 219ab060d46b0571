"""The public folder: files that appear whole or not at all."""

import gzip
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped,unused-ignore]
import zstandard
from django.conf import settings

DAY = 86_400
# What a compressed copy is called, beside the file itself.
CODINGS = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}
COMPRESSIBLE = frozenset({".html", ".css", ".js", ".json", ".xml", ".atom", ".rss", ".svg", ".txt"})


def compress(body: bytes) -> dict[str, bytes]:
    """The compressed copies of a text, by the ending of their names."""
    return {
        ".br": brotli.compress(body, quality=6),
        ".zst": zstandard.compress(body, 9),
        ".gz": gzip.compress(body, 6, mtime=0),
    }


class Folder:
    """Files below `root`, written by way of `aside`, which is on the same file system.

    A file's time is never the moment of its writing but a day, and it only ever grows: servers
    make their ETag of time and size, and nobody learns at what time a reflection was shown.
    """

    def __init__(self, root: Path | None = None, aside: Path | None = None) -> None:
        self.root = root or settings.PUBLIC_DIR
        self.aside = aside or settings.ASIDE_DIR
        self._touched: set[Path] = set()

    def path(self, file: str) -> Path:
        """Where a file lies. Raises ValueError for one that would lie elsewhere."""
        if file.startswith("/") or not {"", ".", ".."}.isdisjoint(file.split("/")):
            raise ValueError("this is no name of a public file")
        return self.root / file

    def get(self, file: str) -> bytes | None:
        """What a file holds, or None when there is none."""
        try:
            return self.path(file).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def put(self, file: str, body: bytes) -> bool:
        """Make a file hold `body`. False when it did already; raises OSError on a full disk.

        Compressed copies come first and the file itself last: where the file is right, so are
        they.
        """
        path = self.path(file)
        if self.get(file) == body:
            return False
        moment = self._moment(path)
        self._open(path.parent)
        if path.suffix in COMPRESSIBLE:
            for ending, packed in compress(body).items():
                self._place(path.with_name(path.name + ending), packed, moment)
        self._place(path, body, moment)
        return True

    def _open(self, folder: Path) -> None:
        """Make a folder that other programs (a web server) may read, whatever the umask."""
        if not folder.exists():
            self._open(folder.parent)
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)

    def _moment(self, path: Path) -> int:
        """The file's time in seconds: today at midnight at the earliest, and never an old one
        again. A new name begins somewhere in the day before, in case it existed once."""
        today = int(time.time()) // DAY * DAY
        try:
            return max(today, int(path.stat().st_mtime) + 1)
        except FileNotFoundError:
            return today - secrets.randbelow(DAY)

    def _place(self, path: Path, body: bytes, moment: int) -> None:
        self.aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.aside / f"draft-{secrets.token_hex(8)}"
        try:
            with draft.open("xb") as file:
                file.write(body)
                file.flush()
                os.fchmod(file.fileno(), 0o644)
                os.fsync(file.fileno())
            os.utime(draft, (moment, moment))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        self._touched.add(path.parent)

    def remove(self, file: str) -> bool:
        """Remove a file and its compressed copies, and folders that are left empty.

        False when there was none.
        """
        path = self.path(file)
        for ending in CODINGS.values():
            path.with_name(path.name + ending).unlink(missing_ok=True)
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        self._prune(path.parent)
        return True

    def _prune(self, folder: Path) -> None:
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:  # something else lies there
                break
            folder = folder.parent
        self._touched.add(folder)

    def set_aside(self, path: Path, tree: Path) -> bool:
        """Move a file, or a folder with all that is in it, out of the folder in one step.

        It lies below `tree` then, which is on the same file system. False when there was none.
        """
        target = tree / path.relative_to(self.root)
        if not path.exists():
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.rename(target)
        except FileNotFoundError:
            return False
        self._touched.add(path.parent)
        return True

    def settle(self) -> None:
        """Have the system write down which names there are: after this, a power cut takes back
        nothing of what was put or removed."""
        for folder in self._touched:
            try:
                handle = os.open(folder, os.O_RDONLY)
            except FileNotFoundError:
                continue
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        self._touched.clear()

    def files(self) -> Iterator[str]:
        """Every file but the compressed copies of another one."""
        endings = tuple(CODINGS.values())
        for folder, _, names in os.walk(self.root):
            at = Path(folder).relative_to(self.root).as_posix()
            found = set(names)
            for name in names:
                stem = Path(name).stem
                if not (name.endswith(endings) and stem in found):
                    yield name if at == "." else f"{at}/{name}"

    def flaws(self, file: str) -> bool:
        """Whether a file's compressed copies hold something else than the file."""
        path = self.path(file)
        if path.suffix not in COMPRESSIBLE:
            return False
        body = path.read_bytes()
        try:
            return not (
                brotli.decompress(path.with_name(path.name + ".br").read_bytes()) == body
                and gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == body
                and zstandard.decompress(path.with_name(path.name + ".zst").read_bytes()) == body
            )
        except (OSError, EOFError, brotli.error, zstandard.ZstdError):
            return True

    def tidy(self) -> None:
        """Remove drafts that a killed process left."""
        for draft in self.aside.glob("draft-*"):
            draft.unlink(missing_ok=True)
