"""The folder: files appear whole or not at all, and their marks never come twice."""

import gzip
import os
import time
from pathlib import Path

import brotli  # type: ignore[import-untyped,unused-ignore]
import pytest
import time_machine
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from reflect2protect.publishing.work.folder import DAY, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "public", tmp_path / "aside")


def names(folder: Folder) -> set[str]:
    return {p.relative_to(folder.root).as_posix() for p in folder.root.rglob("*") if p.is_file()}


def test_a_text_lies_beside_its_compressed_copies(folder: Folder) -> None:
    assert folder.put("fr/index.html", b"bonjour" * 99) is True
    at = folder.root / "fr"
    assert names(folder) == {f"fr/index.html{end}" for end in ("", ".br", ".gz", ".zst")}
    assert brotli.decompress((at / "index.html.br").read_bytes()) == b"bonjour" * 99
    assert gzip.decompress((at / "index.html.gz").read_bytes()) == b"bonjour" * 99
    assert zstandard.decompress((at / "index.html.zst").read_bytes()) == b"bonjour" * 99
    assert list(folder.files()) == ["fr/index.html"]


def test_a_picture_lies_alone(folder: Folder) -> None:
    folder.put("pictures/a/320.webp", b"RIFF")
    assert names(folder) == {"pictures/a/320.webp"}


def test_what_is_right_already_is_not_written(folder: Folder) -> None:
    folder.put("a.txt", b"one")
    before = (folder.root / "a.txt").stat()
    assert folder.put("a.txt", b"one") is False
    after = (folder.root / "a.txt").stat()
    assert (after.st_ino, after.st_mtime) == (before.st_ino, before.st_mtime)


def test_removing_leaves_nothing_behind(folder: Folder) -> None:
    folder.put("fr/wall/a/index.html", b"x")
    folder.put("fr/index.html", b"x")
    assert folder.remove("fr/wall/a/index.html") is True
    assert folder.remove("fr/wall/a/index.html") is False
    assert sorted(p.name for p in (folder.root / "fr").iterdir()) == [
        f"index.html{end}" for end in ("", ".br", ".gz", ".zst")
    ]


def test_nobody_learns_when_a_file_was_written_and_no_mark_comes_twice(folder: Folder) -> None:
    seen = set()
    with time_machine.travel("2015-02-04T17:31:09Z", tick=False):
        midnight = int(time.time()) // DAY * DAY
        for body in (b"a", b"b", b"a", b"b"):
            folder.put("a.html", body)
            stat = (folder.root / "a.html").stat()
            assert {p.stat().st_mtime for p in folder.root.iterdir()} == {stat.st_mtime}
            assert stat.st_mtime < midnight + 60
            seen.add((stat.st_mtime, stat.st_size))
    assert len(seen) == 4
    with time_machine.travel("2015-02-05T01:00:00Z", tick=False):
        folder.put("a.html", b"c")
        assert (folder.root / "a.html").stat().st_mtime == midnight + DAY


def test_a_write_that_was_cut_off_is_finished_by_the_next_one(folder: Folder) -> None:
    folder.put("a.html", b"old" * 50)
    # Killed after the compressed copies, before the file itself.
    (folder.root / "a.html.br").write_bytes(brotli.compress(b"new" * 50))
    assert folder.flaws("a.html")
    assert folder.put("a.html", b"new" * 50) is True
    assert not folder.flaws("a.html")


def test_drafts_of_the_dead_are_tidied_away(folder: Folder) -> None:
    folder.aside.mkdir()
    (folder.aside / "draft-1").write_bytes(b"half")
    folder.tidy()
    assert list(folder.aside.iterdir()) == []


def test_a_full_disk_changes_nothing(folder: Folder, full_disk: Path) -> None:
    small = Folder(full_disk / "public", full_disk / "aside")
    small.put("a.html", b"kept")
    with pytest.raises(OSError):
        small.put("a.html", os.urandom(4_000_000))
    assert small.get("a.html") == b"kept"
    assert not small.flaws("a.html")
    assert list(small.aside.iterdir()) == []
    assert small.remove("a.html") is True


@given(st.text())
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    folder = Folder(Path("/r/public"), Path("/r/aside"))
    try:
        path = folder.path(name)
    except ValueError:
        return
    assert os.path.normpath(path).startswith("/r/public/")


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "", "a//b", "./a", "a/.."])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(ValueError):
        Folder(Path("/r/public"), Path("/r/aside")).path(name)


def test_a_web_server_of_another_user_may_read_all_of_it(folder: Folder) -> None:
    before = os.umask(0o077)
    try:
        folder.put("fr/wall/index.html", b"x")
    finally:
        os.umask(before)
    modes = {
        p.relative_to(folder.root).as_posix(): p.stat().st_mode for p in folder.root.rglob("*")
    }
    assert {name for name, mode in modes.items() if not mode & 0o004} == set()
    assert modes["fr/wall"] & 0o777 == 0o755
    assert folder.aside.stat().st_mode & 0o777 == 0o700
