"""A reflection as templates show it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reflect2protect.core.countries import country_name
from reflect2protect.core.drawings import DRAWINGS, Drawing
from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import AreaText
from reflect2protect.submissions.models import Picture, PictureState, Submission

SHAPES = ("arch", "oval", "rect", "circ")
TINTS = ("", "a2", "a3", "a4", "a5", "a6", "a7")


@dataclass(frozen=True)
class AreaLink:
    """An area's short name and address in the page's language."""

    label: str
    href: str
    slug: str


@dataclass(frozen=True)
class Pictures:
    """Addresses of a picture's files; width and height in pixels of the largest."""

    webp320: str
    webp640: str
    webp1280: str
    jpeg640: str
    width: int
    height: int


@dataclass(frozen=True)
class Card:
    """One reflection on a page in one language. `language` is that of its words."""

    id: str
    href: str
    words: str
    name: str
    country: str
    alt: str
    language: Language
    area: AreaLink | None
    is_example: bool
    picture: Pictures | None
    shape: str
    tint: str
    day: date | None
    seen: str
    drawing: Drawing | None
    colour: str

    @property
    def glass(self) -> bool:
        """Whether something else than her words is seen in the mirror."""
        return bool(self.picture or self.drawing)


def pictures_of(picture: Picture, base: str = "/pictures/") -> Pictures:
    """Where the files of a picture are read."""
    at = f"{base}{picture.name}/"
    return Pictures(
        webp320=f"{at}320.webp",
        webp640=f"{at}640.webp",
        webp1280=f"{at}1280.webp",
        jpeg640=f"{at}640.jpg",
        width=picture.width,
        height=picture.height,
    )


def area_links(language: Language) -> dict[int, AreaLink]:
    """Every area by its primary key (one query)."""
    texts = AreaText.objects.filter(language=language.slug).select_related("area")
    return {
        text.area_id: AreaLink(
            text.label, f"/{language.slug}/areas/{text.area.slug}/", text.area.slug
        )
        for text in texts
    }


def card(row: Submission, language: Language, areas: dict[int, AreaLink]) -> Card:
    """One row as a card. The frame follows from the random id, so that it never changes."""
    seed = hashlib.sha256(row.public_id.encode()).digest()
    picture: Picture | None = getattr(row, "picture", None)
    return Card(
        id=row.public_id,
        href=f"/{language.slug}/wall/{row.public_id}/",
        words=row.words,
        name=row.name,
        country=country_name(row.country, language.slug) if row.country else "",
        alt=row.alt,
        language=LANGUAGES[row.language],
        area=areas.get(row.area_id) if row.area_id else None,
        is_example=row.is_example,
        picture=pictures_of(picture) if picture and picture.state == PictureState.MADE else None,
        shape=SHAPES[seed[0] % len(SHAPES)],
        tint=TINTS[seed[1] % len(TINTS)],
        day=row.decided,
        seen=row.seen,
        drawing=DRAWINGS.get(row.drawing),
        colour=row.colour,
    )


def cards(rows: Iterable[Submission], language: Language) -> list[Card]:
    """Rows (selected with their picture) as cards, with one more query for the areas."""
    areas = area_links(language)
    return [card(row, language, areas) for row in rows]
