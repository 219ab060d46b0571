"""A page for each film, feeds of the films, and the files of films that are out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reflect2protect.core.languages import Language
from reflect2protect.core.models import Campaign
from reflect2protect.core.render import absolute, campaign_view, render_page
from reflect2protect.core.share import share_links
from reflect2protect.publishing.registry import (
    Document,
    NotPublished,
    Publication,
    Turn,
    page,
    publish,
)
from reflect2protect.series.models import Film
from reflect2protect.series.work.feeds import film_feed
from reflect2protect.series.work.shelf import load_shelf

# Every film's page names its neighbours, so all of them follow any of them.
CALENDAR = frozenset({"film", "day"})


def _film(language: Language, slug: str) -> Document:
    shelf = load_shelf(language)
    film = shelf.film(slug)
    if film is None:
        raise NotPublished
    campaign = campaign_view(language)
    position = shelf.films.index(film)
    later = shelf.films[position + 1] if position + 1 < len(shelf.films) else None
    return page(
        render_page(
            "series/film.html",
            language=language,
            path=film.href,
            section="films",
            campaign=campaign,
            context={
                "film": film,
                "previous": shelf.films[position - 1] if position else None,
                "next": later,
                "share": share_links(campaign, absolute(film.href)),
            },
        )
    )


def _films() -> Iterator[dict[str, str]]:
    for slug in Film.objects.values_list("slug", flat=True):
        yield {"slug": slug}


def _feed(kind: str) -> Publication:
    def render(language: Language) -> Document:
        body = film_feed(kind, load_shelf(language), campaign_view(language), language)
        return Document(body, f"application/{kind}+xml; charset=utf-8")

    return Publication(
        f"series:feed-{kind}", f"films/feed.{kind}", render, follows=CALENDAR, turn=Turn.MACHINE
    )


def _file(slug: str, kind: str) -> Document:
    film = Film.objects.released(Campaign.today()).filter(slug=slug).first()
    if not film or not film.file or Path(film.file.name).suffix != f".{kind}":
        raise NotPublished
    with film.file.open("rb") as file:
        return Document(file.read(), f"video/{kind}")


def _files() -> Iterator[dict[str, Any]]:
    for film in Film.objects.released(Campaign.today()).exclude(file=""):
        yield {"slug": film.slug, "kind": Path(film.file.name).suffix[1:]}


publish(
    Publication(
        "series:film",
        "films/<slug:slug>/",
        _film,
        _films,
        follows=CALENDAR,
        turn=Turn.PAGE,
        part="film",
    )
)
publish(_feed("rss"))
publish(_feed("atom"))
publish(
    Publication(
        "series:file",
        "files/films/<slug:slug>.<slug:kind>",
        _file,
        _files,
        localised=False,
        follows=CALENDAR,
        turn=Turn.FILE,
        part="film",
    )
)
