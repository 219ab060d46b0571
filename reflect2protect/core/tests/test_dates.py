"""Dates as the United Nations writes them, in six languages."""

from datetime import date, timedelta

import pytest

from reflect2protect.core.dates import NBSP, format_day, format_short_day

DAY = date(2014, 12, 10)
WRITTEN = {
    "ar": ("10 كانون الأول/ديسمبر 2014", "10 كانون الأول/ديسمبر"),
    "zh-hans": ("2014年12月10日", "12月10日"),
    "en": ("10 December 2014", "10 December"),
    "fr": ("10 décembre 2014", "10 décembre"),
    "ru": ("10 декабря 2014 г.", "10 декабря"),
    "es": ("10 de diciembre de 2014", "10 de diciembre"),
}


@pytest.mark.parametrize("language", WRITTEN)
def test_a_day_with_and_without_its_year(language: str) -> None:
    written = format_day(DAY, language), format_short_day(DAY, language)
    assert tuple(text.replace(NBSP, " ") for text in written) == WRITTEN[language]


def test_the_first_of_a_month_is_an_ordinal_in_french_alone() -> None:
    first = date(2015, 3, 1)
    assert format_day(first, "fr").replace(NBSP, " ") == "1er mars 2015"
    assert format_day(first, "es").replace(NBSP, " ") == "1 de marzo de 2015"
    assert format_day(first, "en").replace(NBSP, " ") == "1 March 2015"


def test_another_language_is_written_as_english() -> None:
    assert format_day(DAY, "pt") == format_day(DAY, "en")


@pytest.mark.parametrize("language", WRITTEN)
def test_every_day_of_a_year_is_written_differently(language: str) -> None:
    days = [date(2015, 1, 1) + timedelta(days=n) for n in range(365)]
    assert len({format_short_day(day, language) for day in days}) == 365
    assert len({format_day(day, language) for day in days}) == 365


@pytest.mark.parametrize("language", [slug for slug in WRITTEN if slug != "zh-hans"])
def test_the_number_never_parts_from_its_month(language: str) -> None:
    assert format_short_day(DAY, language).split(NBSP)[0] == "10"
