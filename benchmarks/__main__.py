"""Speed and weight, side by side with what a user would pick instead: `make bench [PARTS]`.

    python -m benchmarks [weights] [serving] [wall] [pictures] [uploads]

What was measured goes to docs/performance.json, and for people to docs/performance.md. Ratios of
one run count, times do not: machines differ, and this one is noisy.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.pictures import pictures
from benchmarks.serving import serving
from benchmarks.uploads import uploads
from benchmarks.wall import wall
from benchmarks.weights import weights

PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "weights": weights,
    "serving": serving,
    "wall": wall,
    "pictures": pictures,
    "uploads": uploads,
}
DOCS = Path(__file__).resolve().parent.parent / "docs"
GOALS = {
    "serving": "front door of plain nginx ≥ 0.4 (stretch 0.6); our nginx.conf of plain nginx "
    "≥ 0.95; front door times Wagtail ≥ 100",
    "wall": "growth from 1,000 to 100,000 reflections ≤ 1.2",
    "weights": "home page's first view ≤ 40,000 bytes without its picture",
    "pictures": "launderer of plain libvips ≥ 0.8; times Wagtail's own ≥ 3",
    "uploads": "accepted uploads a second against the launderer alone ≥ 0.8; peak memory of the "
    "web process under 200 parallel 8 MB uploads ≤ 700 MB",
}


def rows(found: dict[str, Any], before: str = "") -> Iterator[str]:
    """Lines of a Markdown table; what is nested gets a name of all its keys."""
    for key, value in found.items():
        name = f"{before} {key}".replace("_", " ").strip()
        if isinstance(value, dict):
            yield from rows(value, name)
        else:
            yield f"| {name} | {value} |"


def told(found: dict[str, dict[str, Any]]) -> str:
    """docs/performance.md."""
    lines = ["# Performance", "", "Made by `make bench`; do not edit. Trust the ratios.", ""]
    for part, figures in sorted(found.items()):
        lines += [f"## {part}", "", f"Goals: {GOALS[part]}. Run `python -m benchmarks {part}`.", ""]
        lines += ["| what | measured |", "|---|---|", *rows(figures), ""]
    return "\n".join(lines)


def main(chosen: list[str]) -> int:
    """Run all parts, or those that are named."""
    if unknown := set(chosen) - set(PARTS):
        print(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
        return 2
    kept = DOCS / "performance.json"
    found = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for name in chosen or PARTS:
        print(f"{name}: running …", flush=True)
        found[name] = PARTS[name]()
        print("\n".join(rows(found[name])), flush=True)
        kept.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        (DOCS / "performance.md").write_text(told(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
