"""The calendar of films: what is out on a day, which is the film of the week, what comes next."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Area
from reflect2protect.series.models import Film
from reflect2protect.series.work.shelf import Shelf, load_shelf

pytestmark = [pytest.mark.django_db, pytest.mark.data]

# The bundle's own calendar: a trailer, twelve films in weekly steps, highlights.
CALENDAR = {
    "trailer": date(2014, 12, 10),
    "education": date(2014, 12, 17),
    "mechanisms": date(2014, 12, 24),
    "health": date(2014, 12, 31),
    "violence": date(2015, 1, 7),
}
LAST_DAY = date(2015, 12, 31)


def shelf(on: date, language: str = "en") -> Shelf:
    return load_shelf(LANGUAGES[language], on)


def week(on: date) -> str:
    found = shelf(on).week
    return found.slug if found else ""


def states(on: date) -> list[str]:
    return [area.state for area in shelf(on).areas]


def test_before_the_first_day_nothing_is_out() -> None:
    day = date(2014, 12, 9)
    now = shelf(day)
    assert now.week is None
    assert now.lit == 0
    assert set(states(day)) == {"dim"}
    assert now.next_film is not None
    assert now.next_film.slug == "education"
    assert not any(film.released for film in now.films)


@pytest.mark.parametrize(("slug", "day"), CALENDAR.items())
def test_a_film_is_of_the_week_from_its_day_on(slug: str, day: date) -> None:
    assert week(day - timedelta(days=1)) != slug
    for days in range(7):
        assert week(day + timedelta(days=days)) == slug
    assert week(day + timedelta(days=7)) != slug


def test_when_all_are_out_the_newest_of_the_series_stays() -> None:
    series = Film.objects.filter(kind__in=["profile", "message"]).order_by("release", "order")
    newest = series.last()
    assert newest is not None
    assert week(LAST_DAY) == newest.slug
    assert shelf(LAST_DAY).next_film is None
    assert states(LAST_DAY).count("week") == 1
    assert states(LAST_DAY).count("lit") == 11


def test_each_film_lights_the_mirror_of_its_area() -> None:
    for lit, film in enumerate(
        Film.objects.filter(kind__in=["profile", "message"]).order_by("release", "order"), 1
    ):
        now = shelf(film.release)
        assert now.lit == lit
        assert film.area is not None
        area = now.area(film.area.slug)
        assert area is not None
        assert area.state == "week"


def test_a_pinned_film_is_the_film_of_the_week() -> None:
    Film.objects.filter(slug="education").update(pinned=True)
    day = date(2015, 1, 7)
    assert week(day) == "education"
    assert states(day).count("week") == 1


def test_a_film_that_is_pinned_too_early_waits_for_its_day() -> None:
    Film.objects.filter(slug="violence").update(pinned=True)
    assert week(date(2015, 1, 6)) == "health"
    assert week(date(2015, 1, 7)) == "violence"


def test_only_one_film_can_be_pinned() -> None:
    from django.db import IntegrityError, transaction

    Film.objects.filter(slug="education").update(pinned=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Film.objects.filter(slug="health").update(pinned=True)


def test_films_of_the_series_stand_newest_first_and_those_to_come_in_their_order() -> None:
    order = [film.slug for film in shelf(date(2014, 12, 31)).series]
    assert order[:4] == ["health", "mechanisms", "education", "violence"]
    assert len(order) == 12
    assert sorted(film.slug for film in shelf(LAST_DAY).extras) == ["highlights", "trailer"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_film_and_area_has_a_title_of_its_language(language: str) -> None:
    now = shelf(LAST_DAY, language)
    assert (len(now.films), len(now.areas)) == (14, 12)
    for film in now.films:
        assert film.title
        assert film.summary
        if film.area and film.in_series and not film.title:
            assert film.title == film.area.official
    assert [area.code for area in now.areas] == list("ABCDEFGHIJKL")
    assert [area.index for area in now.areas] == list(range(12))


def test_a_film_without_a_title_is_called_as_its_area_is_officially() -> None:
    film = Film.objects.get(slug="health")
    film.texts.update(title="")
    found = shelf(LAST_DAY, "fr").film("health")
    assert found is not None
    assert found.title == "Les femmes et la santé"


def test_countries_list_their_films() -> None:
    countries = dict(shelf(LAST_DAY, "fr").countries())
    assert [film.slug for film in countries["Tunisie"]] == ["mechanisms"]
    assert sum(len(films) for films in countries.values()) >= 11


def test_support_is_read_line_by_line_with_any_colon() -> None:
    film = Film.objects.get(slug="health")
    text = film.texts.get(language="zh-hans")
    text.support = "法律：及时的律师\n\nMoney: soon: and late\nwithout"
    assert text.support_list() == [
        {"term": "法律", "text": "及时的律师"},
        {"term": "Money", "text": "soon: and late"},
        {"term": "without", "text": ""},
    ]


@hypothesis_settings(max_examples=60, derandomize=True, deadline=None)
@given(days=st.integers(min_value=-30, max_value=400))
def test_on_every_day_the_shelf_is_of_one_piece(days: int) -> None:
    day = date(2014, 12, 10) + timedelta(days=days)
    now = shelf(day)
    out = [film for film in now.films if film.released]
    assert out == [film for film in now.films if film.release <= day]
    assert sum(film.this_week for film in now.films) == (1 if out else 0)
    assert now.lit == sum(film.in_series for film in out)
    coming = [film for film in now.series if not film.released]
    assert now.next_film == (coming[0] if coming else None)
    assert len(now.areas) == Area.objects.count()


@pytest.fixture
def film_file(settings: LazySettings) -> Iterator[str]:
    from django.core.files.base import ContentFile

    film = Film.objects.get(slug="violence")
    film.file.save("anything.mp4", ContentFile(b"moving pictures"))
    yield "/files/films/violence.mp4"
    film.file.delete()


def test_a_films_file_can_be_had_from_its_day_on(film_file: str) -> None:
    import time_machine
    from django.test import Client

    with time_machine.travel("2015-01-06T23:59:00Z"):
        assert Client().get(film_file).status_code == 404
    with time_machine.travel("2015-01-07T00:00:00Z"):
        answer = Client().get(film_file)
        assert answer.content == b"moving pictures"
        assert answer.headers["Content-Type"] == "video/mp4"
        assert Client().get("/files/films/violence.webm").status_code == 404
