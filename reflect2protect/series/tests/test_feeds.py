"""Feeds of the films, in each language: what is out, newest first, and nothing else."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.test import Client

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.series.work.shelf import load_shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

ATOM = "{http://www.w3.org/2005/Atom}"
HOST = "http://127.0.0.1:8000"


def read(language: str, kind: str) -> ElementTree.Element:
    answer = Client().get(f"/{language}/films/feed.{kind}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own


def expected(language: str) -> list[tuple[str, str]]:
    films = [f for f in load_shelf(LANGUAGES[language], date(2015, 2, 4)).films if f.released]
    films.sort(key=lambda film: (film.release, film.number), reverse=True)
    return [
        (f"{film.title} · {film.country}" if film.country else film.title, f"{HOST}{film.href}")
        for film in films
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_rss_lists_films_that_are_out(language: str) -> None:
    channel = read(language, "rss").find("channel")
    assert channel is not None
    items = [(item.findtext("title"), item.findtext("link")) for item in channel.findall("item")]
    assert items == expected(language)
    assert len(items) > 5
    assert channel.findtext("language") == LANGUAGES[language].tag
    assert channel.findtext("link") == f"{HOST}/{language}/films/"
    assert all(item.findtext("description") for item in channel.findall("item"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_atom_lists_films_that_are_out(language: str) -> None:
    feed = read(language, "atom")
    items = []
    for entry in feed.findall(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        items.append((entry.findtext(f"{ATOM}title"), link.get("href")))
        assert entry.findtext(f"{ATOM}published", "")[:4] in {"2014", "2015"}
    assert items == expected(language)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == LANGUAGES[language].tag


def test_a_feed_says_the_same_an_hour_later() -> None:
    import time_machine

    first = Client().get("/en/films/feed.rss").content
    with time_machine.travel("2015-02-04T18:00:00Z"):
        assert Client().get("/en/films/feed.rss").content == first
