"""What the front door remembers: as much as it may, and nothing that is gone."""

from pathlib import Path

from reflect2protect.config.public_files import PublicFiles
from reflect2protect.publishing.work.folder import Folder


def test_what_is_withdrawn_leaves_the_memory_too(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "public", tmp_path / "aside")
    folder.put("fr/wall/a/index.html", b"her words")
    folder.put("fr/wall/index.html", b"her words among others")
    files = PublicFiles(str(folder.root))
    assert files.find("fr/wall/a/index.html", (".br",)) is not None
    assert files.find("fr/wall/index.html", ("",)) is not None
    left = files.left
    folder.remove("fr/wall/a/index.html")
    folder.put("fr/wall/index.html", b"others")
    files.forget_what_is_gone()
    assert not files.kept
    assert files.left > left


def test_memory_is_bounded(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "public", tmp_path / "aside")
    for number in range(30):
        folder.put(f"pictures/{number}/320.webp", bytes(10_000))
    files = PublicFiles(str(folder.root), memory=100_000)
    for number in range(30):
        assert files.find(f"pictures/{number}/320.webp", ()) is not None
    assert 0 < len(files.kept) < 10
    assert files.left >= 0
