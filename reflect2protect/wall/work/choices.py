"""The ways along the wall: by language of the words, and by area."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, override

from reflect2protect.core.languages import Language
from reflect2protect.submissions.work.cards import AreaLink


@dataclass(frozen=True)
class Choice:
    """What it is called, where it leads, and whether this page is it."""

    label: str
    href: str
    current: bool
    language: Language | None = None


def language_choices(
    language: Language, languages: Iterable[Language], *, everything: bool, own: bool
) -> list[Choice]:
    """All of the wall, and what is written in each language: a reader of Arabic words reads a page
    in Arabic. `everything` and `own` say which of them this page is."""
    with override(language.slug):
        choices = [Choice(gettext("All"), f"/{language.slug}/wall/", everything)]
    for other in languages:
        current = own and other == language
        choices.append(Choice(other.name, f"/{other.slug}/wall/in/", current, other))
    return choices


def area_choices(links: Iterable[AreaLink]) -> list[Choice]:
    """What was said in each area, which stands on the area's own page."""
    return [Choice(link.label, f"{link.href}#reflections", current=False) for link in links]
