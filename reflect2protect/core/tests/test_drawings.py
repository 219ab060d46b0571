"""Every drawing that can be chosen is there, light to carry, and in the colours of the page."""

import re
from pathlib import Path

import brotli
import pytest
from django.template import Context, Template
from django.templatetags.static import static
from django.utils.translation import override

from reflect2protect.core.drawings import COLOURS, DRAWINGS, MIRRORS, SILHOUETTES, is_drawing

STATIC = Path(__file__).parent.parent / "static" / "r2p"
SPRITE = (STATIC / "seen.svg").read_text(encoding="utf-8")
CSS = (STATIC / "css" / "wall.css").read_text(encoding="utf-8")
# What a colour must say: the sky, hair or cover, a cloth, the light, the shade.
LIGHTS = {"sky", "deep", "a", "b", "c"}


def test_each_drawing_has_its_symbol_and_each_symbol_its_drawing() -> None:
    assert re.findall(r'<symbol id="(\w+)" viewBox="0 0 200 240"', SPRITE) == list(DRAWINGS)
    assert len(DRAWINGS) == len(SILHOUETTES) + len(MIRRORS) == 18


def test_the_sprite_is_light_and_stands_alone() -> None:
    assert len(brotli.compress(SPRITE.encode())) < 9_000
    ids = re.findall(r'\bid="(\w+)"', SPRITE)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="([^"]*)"', SPRITE)) <= {f"#{name}" for name in ids}
    assert not re.search(r"<(style|script|image|foreignObject|a)\b|\s(style|on\w+)=|url\(", SPRITE)


def test_its_colours_come_from_the_page() -> None:
    paints = set(re.findall(r'(?:fill|stroke)="([^"]*)"', SPRITE))
    assert paints == {"none", "currentColor", "#fff", "var(--a)", "var(--b)", "var(--c)"}


def test_each_colour_has_all_its_lights() -> None:
    rules = re.findall(r"^:is\(\.c-(\w+),[^{]*\[value=(\w+)\][^{]*\{(.*)\}$", CSS, re.MULTILINE)
    assert [name for name, _, _ in rules] == [colour.code for colour in COLOURS]
    for name, value, body in rules:
        assert name == value
        assert set(re.findall(r"--(\w+):", body)) == LIGHTS


@pytest.mark.parametrize("code", DRAWINGS)
def test_a_drawing_is_of_one_kind(code: str) -> None:
    kinds = {kind: is_drawing(kind, code) for kind in ("silhouette", "mirror", "face", "words", "")}
    mine = "silhouette" if code.startswith("s") else "mirror"
    assert [kind for kind, is_one in kinds.items() if is_one] == [mine]


def test_nothing_else_is_a_drawing() -> None:
    for code in ("", "s", "s00", "s1", "S01", "m07", "m01 ", "f1"):
        assert not is_drawing("silhouette", code)
        assert not is_drawing("mirror", code)


def test_the_alternative_text_says_what_is_drawn_and_of_whom_it_says_nothing() -> None:
    with override("en"):
        assert DRAWINGS["s01"].alt == "A drawn silhouette, with a headscarf"
        assert DRAWINGS["m06"].alt == "A drawn mirror, in three parts"
        assert len({drawing.alt for drawing in DRAWINGS.values()}) == 18


def test_the_tag_draws() -> None:
    made = Template("{% load look %}{% drawing code colour %}{% drawing code %}")
    rest = 'aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'

    def expected(code: str) -> str:
        tail = rest.format(static("r2p/seen.svg"), code)
        return f'<svg class="drawn c-violet" {tail}<svg class="drawn" {tail}'

    assert made.render(Context({"code": "s01", "colour": "violet"})) == expected("s01")
    hostile = made.render(Context({"code": '"><b>', "colour": "violet"}))
    assert hostile == expected("&quot;&gt;&lt;b&gt;")
