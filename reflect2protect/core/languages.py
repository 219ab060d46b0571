"""The six languages: how each is written in addresses, in markup, and by its own speakers."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Language:
    """`slug` stands in addresses and is Django's code; `tag` stands in markup (BCP 47)."""

    slug: str
    tag: str
    name: str
    dir: Literal["ltr", "rtl"] = "ltr"


# The order in which the United Nations lists its official languages in English.
LANGUAGES = {
    language.slug: language
    for language in (
        Language("ar", "ar", "العربية", "rtl"),
        Language("zh-hans", "zh-Hans", "中文"),
        Language("en", "en", "English"),
        Language("fr", "fr", "Français"),
        Language("ru", "ru", "Русский"),
        Language("es", "es", "Español"),
    )
}


def script_language(words: str, fallback: str) -> str:
    """The slug of the language that `words` seem to be in, judged by their script.

    Arabic, Chinese and Russian have a script of their own among the six; for Latin letters (and
    for no letters) the page's own language is the best guess, or English on a page of another
    script. A moderator can correct it.
    """
    counts = {"ar": 0, "zh-hans": 0, "ru": 0, "latin": 0}
    for letter in words:
        code = ord(letter)
        if 0x0600 <= code <= 0x06FF or 0x0750 <= code <= 0x077F:
            counts["ar"] += 1
        elif 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF:
            counts["zh-hans"] += 3  # a character says about as much as three letters
        elif 0x0400 <= code <= 0x04FF:
            counts["ru"] += 1
        elif letter.isalpha() and code < 0x0250:
            counts["latin"] += 1
    best = max(counts, key=lambda script: counts[script])
    if not counts[best]:
        return fallback
    if best != "latin":
        return best
    return fallback if fallback in {"en", "fr", "es"} else "en"
