"""Every public address of the campaign, for the tests that read them all."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.test import Client

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Area, Campaign
from reflect2protect.publishing.registry import Publication, publications
from reflect2protect.submissions.models import Submission

SLUGS = list(LANGUAGES)
ALL = {publication.name: publication for publication in publications()}
LOCALISED = sorted(name for name, found in ALL.items() if found.localised)
FOR_ALL = sorted(name for name, found in ALL.items() if not found.localised)
AS_MANY = 12  # of one kind, in one test


def addresses(publication: Publication, language: str = "", most: int = AS_MANY) -> list[str]:
    """Where what exists of a publication is read (in a language)."""
    found = []
    for keys in list(publication.entries())[:most]:
        route = publication.route
        for name, value in keys.items():
            route = re.sub(rf"<(\w+:)?{name}>", str(value), route)
        found.append(f"/{language}/{route}" if publication.localised else f"/{route}")
    return found


def everything(most: int = 2) -> Iterator[str]:
    """A few addresses of each kind in each language of the campaign."""
    for publication in ALL.values():
        for language in Campaign.current().languages if publication.localised else [""]:
            yield from addresses(publication, language, most)


def fill_wall(hang: Callable[..., Any], count: int = 60, area: str | None = None) -> None:
    """A wall of some pages: six languages, every area, pictures here and there."""
    areas = list(Area.objects.filter(slug=area) if area else Area.objects.all())
    for number in range(count):
        hang(
            picture="made" if number % 10 == 0 else "",
            words=f"Reflection {number}",
            language=SLUGS[number // 2 % 6] if number < count // 2 else "en",
            # Every second one in the first area: its wall has more than one page.
            area=areas[0 if number % 2 else number % len(areas)],
            country="NZ",
        )


def fill_wall_at_once(count: int) -> None:
    """Many reflections in one statement, all after those that are there."""
    rows = Submission.including_what_may_not_be_shown
    areas = list(Area.objects.all())
    first = rows.count() + 1
    rows.bulk_create(
        Submission(
            state="approved",
            place=place,
            words=f"Reflection {place}",
            language=SLUGS[place % 6],
            area=areas[place % len(areas)],
            age_ok=True,
            consent_wall=True,
            consent_language="en",
            consent_version="1",
            code_hash=f"{place:064}",
            public_id=f"many{place}",
            received=date(2015, 2, 1),
            decided=date(2015, 2, 2),
        )
        for place in range(first, first + count)
    )


def get(path: str, **headers: str) -> Any:
    """Read an address as a stranger would."""
    return Client(headers=headers).get(path)
