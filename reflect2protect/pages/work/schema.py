"""The shape of a campaign bundle. docs/bundle.md explains it with examples."""

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    field_validator,
    model_validator,
)

from reflect2protect.core.countries import is_country
from reflect2protect.core.drawings import COLOURS, DRAWINGS
from reflect2protect.core.languages import LANGUAGES

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Network = Literal[
    "x",
    "mastodon",
    "bluesky",
    "whatsapp",
    "telegram",
    "facebook",
    "linkedin",
    "weibo",
    "vk",
    "email",
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
LanguageSlug = Literal["ar", "zh-hans", "en", "fr", "ru", "es"]


def _known_country(code: str) -> str:
    if code and not is_country(code):
        raise ValueError(f"{code} is no country code (ISO 3166-1, two capitals)")
    return code


class Shape(BaseModel):
    """Nothing unknown is let through: a misspelt key is an error, not a lost text."""

    model_config = ConfigDict(extra="forbid")


class CampaignShape(Shape):
    """campaign.yaml"""

    name: Slug
    hashtag: Annotated[str, StringConstraints(pattern=r"^#\w+$")]
    languages: Annotated[list[LanguageSlug], Field(min_length=1)]
    source_language: LanguageSlug
    starts: date
    ends: date
    keep_declined_days: int = Field(30, ge=1, le=30)
    keep_unanswered_days: int = Field(180, ge=1, le=180)
    contact_email: str = ""
    youtube_url: HttpUrl | Literal[""] = ""
    source_url: HttpUrl | Literal[""] = ""
    networks: list[Network] = list(get_args(Network))
    theme: dict[Literal["dawn", "head", "link", "leaf", "paper", "ink", "room"], Colour] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.source_language not in self.languages:
            raise ValueError("the source language must be one of the campaign's languages")
        if self.ends < self.starts:
            raise ValueError("the campaign ends before it starts")
        return self


class AreaShape(Shape):
    """One of areas.yaml. `names` are official names by language."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,4}$")]
    slug: Slug
    names: dict[LanguageSlug, Line]
    objectives: list[str] = []


class FilmShape(Shape):
    """One of films.yaml."""

    slug: Slug
    order: int
    kind: Literal["profile", "message", "highlights", "trailer"]
    area: str = ""
    country: str = ""
    release: date
    youtube: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_-]{11})?$")] = ""

    _country = field_validator("country")(_known_country)


class LinkShape(Shape):
    """Where a resource is in one language."""

    language: LanguageSlug
    href: HttpUrl
    format: Line = "HTML"
    size: str = ""


class ResourceShape(Shape):
    """One of resources.yaml."""

    slug: Slug
    kind: Literal[
        "factsheet", "onepager", "publication", "oped", "press", "audio", "video", "website"
    ]
    year: int | None = None
    publisher: str = ""
    symbol: str = ""
    links: Annotated[list[LinkShape], Field(min_length=1)]


class OrganisationShape(Shape):
    """One of organisations.yaml: nothing is said of an organisation without source and date."""

    slug: Slug
    name: Line
    href: HttpUrl
    languages: list[LanguageSlug] = []
    source: Line
    checked: date


class FigureShape(Shape):
    """How an example's picture is drawn."""

    figure: Annotated[str, StringConstraints(pattern=r"^f[0-9]{1,2}$")]
    tint: Annotated[str, StringConstraints(pattern=r"^a[1-7]$")] = "a1"
    covered: bool = False


class ExampleShape(Shape):
    """One of examples.yaml: a reflection that is marked as an example wherever it is seen."""

    key: Annotated[Slug, StringConstraints(max_length=16)]
    language: LanguageSlug
    words: Annotated[str, StringConstraints(max_length=600)] = ""
    name: Annotated[str, StringConstraints(max_length=80)] = ""
    country: str = ""
    area: str = ""
    picture: FigureShape | Literal["none"] = "none"
    # Instead of a picture, one of the drawings that people can choose (core/drawings.py).
    drawing: str = ""
    colour: str = ""
    alt: Annotated[str, StringConstraints(max_length=300)] = ""

    _country = field_validator("country")(_known_country)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """A drawing that we have, in a colour that we have, and no picture beside it."""
        if self.drawing or self.colour:
            if self.drawing not in DRAWINGS or self.colour not in {c.code for c in COLOURS}:
                raise ValueError(
                    f"there is no drawing {self.drawing} in {self.colour or 'no'} colour"
                )
            if self.picture != "none":
                raise ValueError("an example has a picture or a drawing, not both")
        return self


class CampaignTextShape(Shape):
    """texts/<language>/campaign.yaml"""

    title: Line
    tagline: Line
    description: Line
    organiser: Line
    occasion: Line
    share_text: Annotated[str, StringConstraints(max_length=300)]

    @model_validator(mode="after")
    def _shareable(self) -> Self:
        try:
            self.share_text.format(hashtag="", url="")
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError("share_text may hold {hashtag} and {url} and nothing else") from error
        return self


class AreaTextShape(Shape):
    """What texts/<language>/areas.yaml says of one area."""

    label: Annotated[str, StringConstraints(max_length=80)]
    line: Line
    objectives: dict[str, Line] = {}


class EntryShape(Shape):
    """A term and what is said of it."""

    term: Line
    text: Text


class FilmTextShape(Shape):
    """What texts/<language>/films.yaml says of one film."""

    title: str = ""
    summary: Text
    story: str = ""
    struggle: str = ""
    dreams: str = ""
    support: list[EntryShape] = []


class ResourceTextShape(Shape):
    """What texts/<language>/resources.yaml says of one resource."""

    title: Line
    summary: str = ""


class OrganisationTextShape(Shape):
    """What texts/<language>/organisations.yaml says of one organisation."""

    offers: Text


class BlockShape(Shape):
    """One block of a page: exactly one of the four."""

    heading: Line | None = None
    text: Text | None = None
    ledger: list[EntryShape] | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("expected one of heading, text, ledger, note")
        return self


class PageShape(Shape):
    """texts/<language>/pages/<page>.yaml"""

    title: Line
    menu: str = ""
    description: Line
    lead: str = ""
    body: list[BlockShape] = []


class TimeShape(Shape):
    """Something to do, by the time it takes."""

    number: Annotated[str, StringConstraints(max_length=4)]
    unit: Line
    title: Line
    text: Text


class HomeShape(Shape):
    """texts/<language>/pages/home.yaml"""

    title: Line
    description: Line
    hero_first: Line
    hero_second: Line
    hero_lead: Text
    hero_invite: Line
    twelve_title: Line
    twelve_lead: Text
    thirteen_title: Line
    thirteen_echo: Line
    thirteen_lead: Text
    wall_title: Line
    who_title: Line
    roll: list[Line]
    who_lead: Text
    who_text: Text
    needs_title: Line
    needs_lead: Text
    needs: list[EntryShape]
    act_title: Line
    times: list[TimeShape]
    library_title: Line


if set(get_args(LanguageSlug)) != set(LANGUAGES):
    raise TypeError("LanguageSlug and LANGUAGES name different languages.")
