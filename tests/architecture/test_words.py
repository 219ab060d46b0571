"""Interface texts are whole in six languages; templates hold nothing that the policy forbids."""

import re
from pathlib import Path
from string import Formatter

import polib
import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "reflect2protect"
FOLDERS = ("ar", "en", "es", "fr", "ru", "zh_Hans")
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
NAMED = re.compile(r"%(?:\((\w+)\))?[#0 +-]*\d*(?:\.\d+)?([diouxXeEfFgGcrs%])")


def catalogue(folder: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / folder / "LC_MESSAGES" / "django.po"))


def holders(text: str) -> set[str]:
    """The placeholders in a message: `%(name)s` and `{name}`."""
    braces = {f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name}
    return {found[0] for found in NAMED.findall(text) if found[1] != "%"} | braces


def tags(text: str) -> list[str]:
    return sorted(re.findall(r"</?(\w+)", text))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_catalogue_is_whole(folder: str) -> None:
    found = catalogue(folder)
    assert [entry.msgid for entry in found.fuzzy_entries()] == []
    if folder != "en":
        assert [entry.msgid for entry in found.untranslated_entries()] == []


def test_all_catalogues_have_the_same_messages() -> None:
    keys = {
        folder: {(entry.msgctxt, entry.msgid) for entry in catalogue(folder) if not entry.obsolete}
        for folder in FOLDERS
    }
    assert len(keys["en"]) > 100
    for folder in FOLDERS:
        assert keys[folder] == keys["en"], folder


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder != "en"])
def test_translations_keep_placeholders_and_markup(folder: str) -> None:
    wrong = []
    for entry in catalogue(folder).translated_entries():
        source = {entry.msgid, entry.msgid_plural or entry.msgid}
        wanted = set().union(*(holders(text) for text in source))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if not text:
                continue
            # The forms for one and for two may leave the number out.
            enough = holders(text) == wanted or (entry.msgid_plural and holders(text) <= wanted)
            if not enough or tags(text) not in [tags(one) for one in source]:
                wrong.append((entry.msgid, text))
    assert wrong == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_plural_forms_are_all_there(folder: str) -> None:
    found = catalogue(folder)
    count = re.search(r"nplurals=(\d)", found.metadata["Plural-Forms"])
    assert count
    for entry in found:
        if entry.msgid_plural:
            assert len(entry.msgstr_plural) == int(count[1]), entry.msgid


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert "javascript:" not in text
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/' in attributes, attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_escapes_what_it_shows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_loads_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    loading = r"<(?:script|img|link|iframe|video|audio|source)\b"
    elsewhere = loading + r"""[^>]*(?:src|href)="(?:https?:)?//"""
    assert not re.search(elsewhere, text)
