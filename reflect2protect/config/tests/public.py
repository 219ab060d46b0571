"""Every public address of the campaign, for the tests that read them all."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.test import Client

from reflect2protect.core import vault
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Area, Campaign
from reflect2protect.publishing.registry import Publication, publications
from reflect2protect.publishing.work.places import places
from reflect2protect.submissions.models import CONSENT_VERSIONS, Rail, Submission
from reflect2protect.submissions.work import rails

SLUGS = list(LANGUAGES)
ALL = {publication.name: publication for publication in publications()}
LOCALISED = sorted(name for name, found in ALL.items() if found.localised)
FOR_ALL = sorted(name for name, found in ALL.items() if not found.localised)
AS_MANY = 12  # of one kind, in one test


def addresses(publication: Publication, language: str = "", most: int = AS_MANY) -> list[str]:
    """Where what exists of a publication is read (in a language)."""
    found = places(publication, publication.entries(), [language])
    there = (at.address for at in found if at.language is None or at.language.slug == language)
    return list(islice(there, most))


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
    areas = list(Area.objects.all())
    last = Counter(dict(Rail.objects.values_list("name", "last")))

    def places(language: str, area: Area) -> dict[str, int]:
        names = {
            "place": rails.ALL,
            "language_place": rails.of_language(language),
            "area_place": rails.of_area(area.pk),
        }
        last.update(names.values())
        return {field: last[name] for field, name in names.items()}

    first = last[rails.ALL] + 1
    key = vault.new()
    rows = []
    for number in range(first, first + count):
        area = areas[number % len(areas)]
        row = Submission(
            **places(SLUGS[number % 6], area),
            key=key,
            state="approved",
            language=SLUGS[number % 6],
            area=area,
            age_ok=True,
            consent_wall=True,
            consent_language="en",
            consent_version=CONSENT_VERSIONS[-1],
            code_hash=f"{number:064}",
            public_id=f"many{number}",
            received=date(2015, 2, 1),
            decided=date(2015, 2, 2),
        )
        row.words = f"Reflection {number}"
        row.seal_said()
        rows.append(row)
    Submission.including_what_may_not_be_shown.bulk_create(rows)
    Rail.objects.all().delete()
    Rail.objects.bulk_create(Rail(name=name, last=place) for name, place in last.items())


def get(path: str, **headers: str) -> Any:
    """Read an address as a stranger would."""
    return Client(headers=headers).get(path)
