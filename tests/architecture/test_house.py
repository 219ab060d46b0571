"""The house stays as it was drawn: rooms, ladders, sizes and names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "reflect2protect"
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/apps.py"))
SETTINGS_DOC = ROOT / "docs" / "run.md"
# Left never imports right.
LADDER = ("models", "work", "actions", "sweeps", "publications", "forms", "views")
FORBIDDEN = {"utils", "helpers", "common", "misc", "services"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
OUT = {".venv", ".uv", "var", "node_modules", "build", "dist", ".git", ".pytest_cache"}


def ours(*endings: str) -> list[Path]:
    found = (path for path in ROOT.rglob("*") if path.suffix in endings)
    return sorted(path for path in found if not OUT & set(path.relative_to(ROOT).parts))


PYTHON = [path for path in ours(".py") if "migrations" not in path.parts]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_nine_rooms() -> None:
    assert set(ROOMS) == {
        "audit", "core", "media", "moderation", "pages", "publishing", "series", "submissions",
        "wall",
    }  # fmt: skip


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for(room: str) -> None:
    text = (PACKAGE / room / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {room}\n")
    for part in ("job", "nouns", "verbs", "never"):
        assert part in text.lower(), f"{room}/README.md says nothing of: {part}"
    assert len(text.splitlines()) <= 20


def rung(module: str) -> int | None:
    """How high a module of a room stands on the ladder; None for its wiring."""
    part = module.split(".")[2] if module.count(".") >= 2 else ""
    return LADDER.index(part) if part in LADDER else None


def imports(path: Path) -> set[str]:
    """The modules that a file imports when it is loaded."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "core"])
def test_within_a_room_left_never_imports_right(room: str) -> None:
    wrong = []
    for path in (PACKAGE / room).rglob("*.py"):
        module = "reflect2protect." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        mine = rung(module)
        for other in imports(path) if mine is not None else ():
            theirs = rung(other) if other.startswith(f"reflect2protect.{room}.") else None
            if theirs is not None and mine is not None and theirs > mine:
                wrong.append(f"{module} imports {other}")
    # A page shows its own draft, and only when it is asked for it.
    allowed = "reflect2protect.pages.models imports reflect2protect.pages.publications"
    assert [line for line in wrong if not line.startswith(allowed)] == []


def test_no_file_is_called_what_says_nothing() -> None:
    assert [short(path) for path in ours(".py", ".html", ".js", ".css")
            if path.stem.strip("_") in FORBIDDEN] == []  # fmt: skip


def test_no_file_is_too_long() -> None:
    files = PYTHON + ours(".html", ".js", ".css")
    lengths = {short(p): len(p.read_text(encoding="utf-8").splitlines()) for p in files}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    long = {}
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{short(path)}:{node.name}"] = length
    assert long == {}


def test_every_test_can_be_found_by_its_name() -> None:
    for path in PYTHON:
        if "tests" in path.parts and path.name.startswith("test_"):
            assert "def test_" in path.read_text(encoding="utf-8"), short(path)


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    """Every variable that the code reads stands in the table of the document, and vice versa."""
    reads = re.compile(
        r"""env\.(?:text|flag|number|database|keys|networks)\(\s*f?["']([A-Z_]+)["']"""
    )
    read = set()
    for path in PACKAGE.rglob("*.py"):
        if "tests" not in path.parts:
            read |= set(reads.findall(path.read_text(encoding="utf-8")))
    table = re.findall(r"^\| ?`([A-Z_]+)`", SETTINGS_DOC.read_text(encoding="utf-8"), re.MULTILINE)
    assert read >= {"DATA_DIR", "PORT", "DATABASE_URL", "SECRET_KEY", "PUBLIC_URL"}
    assert sorted(table) == sorted(read)


def test_the_environment_is_read_in_one_place() -> None:
    readers = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "tests" not in path.parts and re.search(r"os\.(environ(?!\.setdefault)|getenv)", text):
            readers.add(short(path))
    # A command hands its options to the processes that it starts through their environment, and
    # a web process is told by its own that it replaces another.
    assert readers <= {
        "reflect2protect/config/env.py",
        "reflect2protect/config/commands.py",
        "reflect2protect/config/web.py",
        "reflect2protect/core/lifeline.py",
        "reflect2protect/core/supervisor.py",
        "reflect2protect/media/work/launderer.py",
    }
