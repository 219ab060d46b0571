"""The full figures behind what we promise: `make prove`. Long; stopped and begun again, it goes on.

Each part keeps its figures in build/prove/<part>.json together with a digest of the code that they
speak of; a part whose digest is still the same is not run again. At the end all of them
are written to docs/figures.json and, for people, to docs/figures.md.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from prove.kept import KEPT, ROOT, digest
from prove.parts import PARTS, SPEAKS_OF
from prove.told import fill


def run(name: str, part: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The figures of one part, kept or found anew."""
    kept, now = KEPT / f"{name}.json", digest(*SPEAKS_OF[name])
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
            f"| {part} | {name.replace('_', ' ')} | {value} |"
            for name, value in sorted(found.items())
        ]
    return "\n".join(lines) + "\n"


def main(chosen: list[str]) -> int:
    """Run all parts, or those that are named."""
    KEPT.mkdir(parents=True, exist_ok=True)
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
        figures[name] = run(name, PARTS[name])["figures"]
        target.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        target.with_suffix(".md").write_text(table(figures), encoding="utf-8")
        safety = ROOT / "docs" / "safety.md"
        told = fill(safety.read_text(encoding="utf-8"), figures)
        safety.write_text(told, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
