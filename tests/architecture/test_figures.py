"""What the documents say was measured is what was measured."""

import json
from pathlib import Path

from prove.__main__ import table
from prove.parts import PARTS, SPEAKS_OF
from prove.told import PLACE, SENTENCES, fill

DOCS = Path(__file__).resolve().parents[2] / "docs"
FIGURES = json.loads((DOCS / "figures.json").read_text(encoding="utf-8"))


def test_the_page_on_safety_tells_every_figure() -> None:
    text = (DOCS / "safety.md").read_text(encoding="utf-8")
    assert text == fill(text, FIGURES)
    assert {place[1] for place in PLACE.finditer(text)} == set(SENTENCES) == set(PARTS)


def test_the_table_of_figures_is_that_of_the_figures() -> None:
    assert (DOCS / "figures.md").read_text(encoding="utf-8") == table(FIGURES)


def test_every_part_says_of_which_code_it_speaks() -> None:
    assert set(SPEAKS_OF) == set(PARTS)
    root = DOCS.parent
    assert all((root / place).exists() for places in SPEAKS_OF.values() for place in places)
