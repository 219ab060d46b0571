"""What hangs on a page of the wall: the newest two buckets of a rail, or an older one alone.

A page is a range of places and never a count, so what is taken down changes no other page.
"""

from dataclasses import dataclass
from typing import Any

from reflect2protect.core.languages import Language
from reflect2protect.publishing.registry import NotPublished
from reflect2protect.submissions.models import Rail, Submission
from reflect2protect.submissions.work import rails
from reflect2protect.submissions.work.cards import Card, cards

# How many buckets the first page of a line shows: the one that is filling, and the one before it.
ON_FIRST = 2


@dataclass(frozen=True)
class Line:
    """The reflections along one rail, as read in one language.

    `order` is the field that holds their places, `first` the address of the page that shows the
    newest two buckets; each bucket before them has its own page below `older`.
    """

    rail: str
    order: str
    chosen: dict[str, Any]
    first: str
    older: str


@dataclass(frozen=True)
class Hung:
    """One page. `bucket`: the newest of its rail, 0 before anything hung; addresses are "" where
    there is none."""

    cards: list[Card]
    newer: str
    older: str
    bucket: int


def everywhere(language: Language) -> Line:
    """All reflections."""
    root = f"/{language.slug}/wall/"
    return Line(rails.ALL, "place", {}, root, f"{root}older/")


def in_area(language: Language, area_id: int, slug: str) -> Line:
    """Those of an area, which begin on the area's own page."""
    root = f"/{language.slug}/"
    return Line(
        rails.of_area(area_id),
        "area_place",
        {"area_id": area_id},
        f"{root}areas/{slug}/#reflections",
        f"{root}wall/area/{slug}/older/",
    )


def in_its_words(language: Language) -> Line:
    """Those whose words are in this very language."""
    root = f"/{language.slug}/wall/in/"
    rail = rails.of_language(language.slug)
    return Line(rail, "language_place", {"language": language.slug}, root, f"{root}older/")


def newest_bucket(rail: str) -> int:
    """The bucket that is filling; 0 before anything hung."""
    return rails.bucket_of(
        Rail.objects.filter(name=rail).values_list("last", flat=True).first() or 0
    )


def own_pages(newest: int) -> range:
    """The buckets that have pages of their own."""
    return range(1, newest - ON_FIRST + 1)


def hung(line: Line, language: Language, number: int | None = None) -> Hung:
    """The first page of a line, or bucket `number`; three queries, however long the line.

    Raises NotPublished for a bucket that has no page of its own.
    """
    newest = newest_bucket(line.rail)
    own = own_pages(newest)
    if number is not None and number not in own:
        raise NotPublished
    first, last = (len(own) + 1, newest) if number is None else (number, number)
    places = {
        f"{line.order}__gt": (first - 1) * rails.BUCKET,
        f"{line.order}__lte": last * rails.BUCKET,
    }
    rows = Submission.objects.select_related("picture").filter(**line.chosen, **places)
    newer = line.first if last == len(own) else f"{line.older}{last + 1}/"
    return Hung(
        cards=cards(rows.order_by(f"-{line.order}"), language),
        newer="" if number is None else newer,
        older=f"{line.older}{first - 1}/" if first > 1 else "",
        bucket=newest,
    )


def newest_in_its_words(language: Language, *, limit: int) -> list[Card]:
    """The newest few in the language of the page."""
    rows = Submission.objects.select_related("picture").filter(language=language.slug)
    return cards(rows.order_by("-language_place")[:limit], language)
