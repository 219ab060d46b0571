"""The full figures behind what we promise: `make prove`. Long; stopped and begun again, it goes on.

Each part keeps its figures in build/prove/<part>.json together with a digest of the code they
were found with; a part whose digest is still the same is not run again. At the end all of them
are written to docs/figures.json and, for people, to docs/figures.md.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prove.parts import PARTS

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "prove"


def digest() -> str:
    """Of the code that is proved."""
    seen = hashlib.sha256()
    for place in ("reflect2protect", "prove", "tests"):
        for path in sorted((ROOT / place).rglob("*.py")):
            seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def run(name: str, part: Callable[[], dict[str, Any]], now: str) -> dict[str, Any]:
    """The figures of one part, kept or found anew."""
    kept = KEPT / f"{name}.json"
    if kept.exists():
        held: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if held["digest"] == now:
            print(f"{name}: kept")
            return held
    print(f"{name}: running …", flush=True)
    found = {"digest": now, "figures": part()}
    kept.write_text(json.dumps(found, indent=2), encoding="utf-8")
    print(f"{name}: {found['figures']}", flush=True)
    return found


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "# Figures",
        "",
        "Made by `make prove` from docs/figures.json; do not edit.",
        "",
        "| part | figure | value |",
        "|---|---|---|",
    ]
    for part, found in sorted(figures.items()):
        lines += [
            f"| {part} | {name.replace('_', ' ')} | {value} |" for name, value in found.items()
        ]
    return "\n".join(lines) + "\n"


def main(chosen: list[str]) -> int:
    """Run all parts, or those that are named."""
    KEPT.mkdir(parents=True, exist_ok=True)
    now = digest()
    unknown = set(chosen) - set(PARTS)
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
        return 2
    target = ROOT / "docs" / "figures.json"
    figures = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"at {commit.stdout.strip() or 'an unknown commit'}")
    for name in chosen or PARTS:
        figures[name] = run(name, PARTS[name], now)["figures"]
        target.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        target.with_suffix(".md").write_text(table(figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
