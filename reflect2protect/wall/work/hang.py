"""Choosing what hangs on a page of the wall: newest first, a keyset and never an offset."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext, override

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.submissions.models import Submission
from reflect2protect.submissions.work.cards import AreaLink, Card, area_links, card

PAGE = 24


@dataclass(frozen=True)
class Choice:
    """One filter: what it is called, where it leads, and whether it is the one in use."""

    label: str
    href: str
    current: bool
    lang: str = ""


@dataclass(frozen=True)
class Wall:
    """One page of the wall."""

    cards: list[Card]
    older: str
    languages_with: list[Choice]
    areas_with: list[Choice]


def newest(
    *, spoken: str = "", area: str = "", before: int | None = None, limit: int
) -> QuerySet[Submission]:
    """Public reflections, newest first, with their pictures; filtered by the language of their
    words or by an area's slug; only those hung before a place."""
    rows: QuerySet[Submission] = Submission.objects.select_related("picture").order_by("-place")
    if spoken:
        rows = rows.filter(language=spoken)
    if area:
        rows = rows.filter(area__slug=area)
    if before is not None:
        rows = rows.filter(place__lt=before)
    return rows[:limit]


def newest_cards(language: Language, *, area: str = "", limit: int) -> list[Card]:
    """The newest few as cards."""
    areas = area_links(language)
    return [card(row, language, areas) for row in newest(area=area, limit=limit)]


def wall_page(
    language: Language, *, spoken: str = "", area: str = "", before: int | None = None
) -> Wall:
    """A page of at most 24, and where older ones are. Two queries, however large the wall."""
    rows = list(newest(spoken=spoken, area=area, before=before, limit=PAGE + 1))
    shown = rows[:PAGE]
    areas = area_links(language)
    root = f"/{language.slug}/wall/"
    here = root
    if spoken:
        here = f"{root}language/{spoken}/"
    elif area:
        here = f"{root}area/{area}/"
    return Wall(
        cards=[card(row, language, areas) for row in shown],
        older=f"{here}before/{shown[-1].place}/" if len(rows) > PAGE else "",
        languages_with=_languages(root, spoken, language, everything=not spoken and not area),
        areas_with=_areas(root, area, areas),
    )


def _languages(root: str, spoken: str, language: Language, *, everything: bool) -> list[Choice]:
    with override(language.slug):
        choices = [Choice(gettext("All"), root, everything)]
    for other in LANGUAGES.values():
        href = f"{root}language/{other.slug}/"
        choices.append(Choice(other.name, href, other.slug == spoken, other.tag))
    return choices


def _areas(root: str, area: str, links: dict[int, AreaLink]) -> list[Choice]:
    return [
        Choice(link.label, f"{root}area/{link.slug}/", link.slug == area) for link in links.values()
    ]
