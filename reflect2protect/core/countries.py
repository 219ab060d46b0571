"""The names of countries in the six languages, in UN usage (see `data/README.md`)."""

import csv
import unicodedata
from functools import cache
from importlib.resources import files

ARABIC_ARTICLE = "ال"


@cache
def _names() -> dict[str, dict[str, str]]:
    """Code -> language slug -> short name, in the order of the file (by code)."""
    table = files("reflect2protect.core").joinpath("data", "countries.tsv")
    lines = table.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row.pop("code"): row for row in rows}


def is_country(code: str) -> bool:
    """Whether `code` is in the table: ISO 3166-1 alpha-2, in capitals."""
    return code in _names()


def country_name(code: str, language: str) -> str:
    """The UN short name of the country `code` (alpha-2, capitals) in `language` (a slug).

    Raises KeyError when the table has no such code or no such language.
    """
    names = _names().get(code)
    if names is None:
        raise KeyError(f"no country with the code {code!r} in countries.tsv")
    if language not in names:
        raise KeyError(f"no country names in the language {language!r} in countries.tsv")
    return names[language]


@cache
def _ordered(language: str) -> tuple[tuple[str, str], ...]:
    choices = [(code, country_name(code, language)) for code in _names()]
    return tuple(sorted(choices, key=lambda choice: _sort_key(*choice, language)))


def country_choices(language: str) -> list[tuple[str, str]]:
    """(code, name) of every country, in an order a reader of `language` (a slug) expects.

    Raises KeyError when the table has no such language.
    """
    return list(_ordered(language))


def _sort_key(code: str, name: str, language: str) -> str:
    if language == "zh-hans":
        # Chinese readers expect pinyin order, which the standard library cannot make: the order
        # of the English names is at least a known one.
        return _without_marks(country_name(code, "en"))
    if language == "ru":
        # Not _without_marks: й is a letter of its own. Only ё stands with е.
        return name.casefold().replace("ё", "е")
    if language == "ar":
        # Without marks, the forms of alif (أ إ آ) stand together, as in Arabic indexes.
        return _without_marks(name.removeprefix(ARABIC_ARTICLE))
    return _without_marks(name)


def _without_marks(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()
