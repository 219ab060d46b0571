"""All films and areas in one language as templates show them: six queries, however many."""

from dataclasses import dataclass, field
from datetime import date

from reflect2protect.core.countries import country_name
from reflect2protect.core.languages import Language
from reflect2protect.core.models import AreaText, Campaign
from reflect2protect.series.models import SERIES, Film, FilmText, Kind


@dataclass
class FilmView:
    """A film in one language, as it stands on one day."""

    slug: str
    kind: str
    number: int
    title: str
    country: str
    country_code: str
    release: date
    released: bool
    href: str
    summary: str
    story: str
    struggle: str
    dreams: str
    support: list[dict[str, str]]
    example: bool
    youtube: str
    file: str
    pinned: bool
    this_week: bool = False
    area: "AreaView | None" = field(default=None, repr=False)

    @property
    def playable(self) -> bool:
        """Out, and there is something to play."""
        return self.released and bool(self.file or self.youtube)

    @property
    def in_series(self) -> bool:
        """One of the films that each light a mirror."""
        return self.kind in SERIES


@dataclass
class AreaView:
    """An area in one language, with its film. `state` is dim, lit, or week."""

    code: str
    slug: str
    official: str
    label: str
    line: str
    objectives: list[dict[str, str]]
    href: str
    index: int
    film: FilmView | None = None

    @property
    def state(self) -> str:
        """How its mirror stands today."""
        if self.film is None or not self.film.released:
            return "dim"
        return "week" if self.film.this_week else "lit"


@dataclass(frozen=True)
class Shelf:
    """Every film in release order, every area in its own order."""

    films: list[FilmView]
    areas: list[AreaView]
    week: FilmView | None
    next_film: FilmView | None

    @property
    def series(self) -> list[FilmView]:
        """The films that light mirrors: those out, newest first, then those to come."""
        films = [film for film in self.films if film.in_series]
        out = sorted((f for f in films if f.released), key=lambda f: (f.release, f.number))
        return out[::-1] + sorted(
            (f for f in films if not f.released), key=lambda f: (f.release, f.number)
        )

    @property
    def extras(self) -> list[FilmView]:
        """Trailer and highlights."""
        return [film for film in self.films if not film.in_series]

    @property
    def lit(self) -> int:
        """How many mirrors are lit."""
        return sum(area.state != "dim" for area in self.areas)

    def film(self, slug: str) -> FilmView | None:
        """The film with this slug."""
        return next((film for film in self.films if film.slug == slug), None)

    def area(self, slug: str) -> AreaView | None:
        """The area with this slug."""
        return next((area for area in self.areas if area.slug == slug), None)

    def countries(self) -> list[tuple[str, list[FilmView]]]:
        """Films out by the name of their country."""
        names = sorted({film.country for film in self.films if film.country})
        return [(name, [f for f in self.films if f.country == name]) for name in names]


def load_shelf(language: Language, on: date | None = None) -> Shelf:
    """The shelf in `language` as it stands on a day (today; of an archived campaign, its last)."""
    day = on or Campaign.today()
    areas: dict[int, AreaView] = {}
    texts = AreaText.objects.filter(language=language.slug).select_related("area")
    for index, text in enumerate(texts.order_by("area__order")):
        area = text.area
        areas[area.pk] = AreaView(
            code=area.code,
            slug=area.slug,
            official=text.official,
            label=text.label,
            line=text.line,
            objectives=text.objective_list(),
            href=f"/{language.slug}/areas/{area.slug}/",
            index=index,
        )
    film_texts = {text.film_id: text for text in FilmText.objects.filter(language=language.slug)}
    films = [
        _film(row, film_texts[row.pk], areas, language, day)
        for row in Film.objects.shown().order_by("release", "order")
        if row.pk in film_texts
    ]
    week = _week(films)
    if week:
        week.this_week = True
    return Shelf(
        films=films,
        areas=list(areas.values()),
        week=week,
        next_film=next((film for film in films if not film.released and film.in_series), None),
    )


def film_titles(language: Language) -> dict[str, str]:
    """What each film is called, by its slug and in release order; also those that are down."""
    areas = dict(AreaText.objects.filter(language=language.slug).values_list("area", "official"))
    texts = FilmText.objects.filter(language=language.slug).select_related("film")
    return {
        text.film.slug: text.title or areas.get(text.film.area_id, text.film.slug)
        for text in texts.order_by("film__release", "film__order")
    }


def _film(
    row: Film, text: FilmText, areas: dict[int, AreaView], language: Language, day: date
) -> FilmView:
    area = areas.get(row.area_id) if row.area_id else None
    view = FilmView(
        slug=row.slug,
        kind=row.kind,
        number=row.order,
        title=text.title or (area.official if area else row.slug),
        country=country_name(row.country, language.slug) if row.country else "",
        country_code=row.country,
        release=row.release,
        released=row.release <= day,
        href=f"/{language.slug}/films/{row.slug}/",
        summary=text.summary,
        story=text.story,
        struggle=text.struggle,
        dreams=text.dreams,
        support=text.support_list(),
        example=row.example,
        youtube=row.youtube,
        file=f"/files/films/{row.slug}.{row.file.name.rsplit('.', 1)[-1]}" if row.file else "",
        pinned=row.pinned,
        area=area,
    )
    if area and view.in_series:
        area.film = view
    return view


def _week(films: list[FilmView]) -> FilmView | None:
    """The pinned film, else the newest one of the series that is out, else the newest at all."""
    out = [film for film in films if film.released]
    pinned = [film for film in out if film.pinned]
    series = [film for film in out if film.in_series]
    candidates = pinned or series or [f for f in out if f.kind != Kind.HIGHLIGHTS] or out
    return candidates[-1] if candidates else None
