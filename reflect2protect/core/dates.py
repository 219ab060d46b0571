"""Dates as the United Nations writes them in its six languages.

The platform's locale data differs from UN usage (Arabic has only one of the two month names),
so the month names are kept here. Source: UN editorial usage, as listed for this project.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

NBSP: Final = "\N{NO-BREAK SPACE}"

_MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "ar": (
        "كانون الثاني/يناير",
        "شباط/فبراير",
        "آذار/مارس",
        "نيسان/أبريل",
        "أيار/مايو",
        "حزيران/يونيه",
        "تموز/يوليه",
        "آب/أغسطس",
        "أيلول/سبتمبر",
        "تشرين الأول/أكتوبر",
        "تشرين الثاني/نوفمبر",
        "كانون الأول/ديسمبر",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "ru": (
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}


def format_day(day: date, language: str) -> str:
    """The full date in UN usage: "10 December 2014", "2014年12月10日", "1er mars 2015".

    `language` is a slug (ar, zh-hans, en, fr, ru, es); any other is written as English.
    """
    short = format_short_day(day, language)
    match language:
        case "zh-hans":
            return f"{day.year}年{short}"
        case "es":
            return f"{short} de {day.year}"
        case "ru":
            return f"{short} {day.year}{NBSP}г."
        case _:
            return f"{short} {day.year}"


def format_short_day(day: date, language: str) -> str:
    """Day and month without the year; the number never parts from the month at a line end."""
    if language == "zh-hans":
        return f"{day.month}月{day.day}日"
    month = _MONTHS.get(language, _MONTHS["en"])[day.month - 1]
    if language == "fr":
        number = "1er" if day.day == 1 else str(day.day)
        return f"{number}{NBSP}{month}"
    if language == "es":
        return f"{day.day}{NBSP}de {month}"
    return f"{day.day}{NBSP}{month}"
