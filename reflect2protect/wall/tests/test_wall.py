"""The wall: only what may be shown, newest first, each exactly once, whatever leaves meanwhile."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Area
from reflect2protect.submissions.actions import withdraw_submission
from reflect2protect.submissions.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.data, pytest.mark.usefixtures("mid_campaign")]

HIDDEN: dict[str, dict[str, Any]] = {
    "waiting": {"state": "waiting", "place": None},
    "declined": {"state": "declined", "place": None},
    "not allowed": {"consent_wall": False},
    "under 18": {"age_ok": False},
    "picture not ready": {"picture": "wanted"},
}
Hang = Callable[..., Any]


def read(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def hung(html: str) -> list[str]:
    """The ids of reflections on a page, in its order."""
    return list(dict.fromkeys(re.findall(r'href="/[a-z-]+/wall/([23456789b-z]{13})/"', html)))


def older(html: str) -> str:
    found = re.search(r'href="([^"]*before/\d+/)" rel="next"', html)
    return found[1] if found else ""


def walk(path: str, between: Callable[[], None] = lambda: None) -> list[list[str]]:
    """Every page from `path` on."""
    pages = []
    while path:
        html = read(path)
        pages.append(hung(html))
        path = older(html)
        between()
    return pages


@pytest.mark.parametrize("fields", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_may_not_be_shown_is_nowhere(hang: Hang, fields: dict[str, Any]) -> None:
    words = "Words that nobody may read"
    hidden = hang(words=words, area=Area.objects.get(slug="health"), **fields)
    shown = hang()
    for path in ("", "wall/", "wall/feed.atom", "areas/health/", "wall/area/health/",
                 "wall/language/en/", "films/health/"):  # fmt: skip
        assert words not in read(f"/en/{path}"), path
    assert hung(read("/en/wall/")) == [shown.public_id]
    assert Client().get(f"/en/wall/{hidden.public_id}/").status_code == 404
    if hasattr(hidden, "picture"):
        assert Client().get(f"/pictures/{hidden.picture.name}/640.webp").status_code == 404


def test_sixty_reflections_hang_on_three_pages_newest_first(hang: Hang) -> None:
    ids = [hang().public_id for _ in range(61)]
    pages = walk("/en/wall/")
    assert [len(page) for page in pages] == [24, 24, 13]
    assert [one for page in pages for one in page] == ids[::-1]


def test_no_reflection_is_missed_or_shown_twice_while_others_leave_and_come(hang: Hang) -> None:
    rows = [hang() for _ in range(90)]
    leaving = iter([rows[85], rows[60], rows[59], rows[20], rows[3]])
    new: list[Submission] = []

    def meanwhile() -> None:
        withdraw_submission(submission=next(leaving))
        new.append(hang(place=1000 + len(new)))

    seen = [one for page in walk("/en/wall/", meanwhile) for one in page]
    assert len(seen) == len(set(seen))
    left = set(Submission.objects.values_list("public_id", flat=True))
    assert left - {row.public_id for row in new} <= set(seen)


def test_an_exact_page_has_no_empty_one_after_it(hang: Hang) -> None:
    for _ in range(24):
        hang()
    assert [len(page) for page in walk("/en/wall/")] == [24]
    last = Submission.objects.order_by("place")[0].place
    assert Client().get(f"/en/wall/before/{last}/").status_code == 404


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_filter_by_language_shows_words_of_that_language(hang: Hang, spoken: str) -> None:
    rows = [hang(language=slug) for _ in range(30) for slug in (spoken, "en")]
    wanted = [row.public_id for row in rows[::-1] if row.language == spoken]
    pages = walk(f"/fr/wall/language/{spoken}/")
    assert [one for page in pages for one in page] == wanted


def test_the_filter_by_area_shows_that_area_in_pages(hang: Hang) -> None:
    health, poverty = (Area.objects.get(slug=slug) for slug in ("health", "poverty"))
    rows = [hang(area=area) for _ in range(30) for area in (health, poverty)]
    pages = walk("/es/wall/area/health/")
    assert [len(page) for page in pages] == [24, 6]
    assert [one for page in pages for one in page] == [row.public_id for row in rows[-2::-2]]


def test_the_chosen_filter_is_marked(hang: Hang) -> None:
    hang()
    html = read("/en/wall/language/ru/")
    marked = re.findall(r'<a[^>]*href="([^"]*)"[^>]*aria-current="(?:page|true)"', html)
    assert "/en/wall/language/ru/" in marked
    assert "/en/wall/language/en/" not in marked


def test_an_empty_wall_is_a_page_that_invites() -> None:
    for slug in LANGUAGES:
        html = read(f"/{slug}/wall/")
        assert hung(html) == []
        assert f'href="/{slug}/participate/"' in html


@pytest.mark.parametrize("slug", LANGUAGES)
def test_words_stand_in_their_own_language_and_direction(hang: Hang, slug: str) -> None:
    row = hang(language="ar", words="ظلّي يكفي.", name="<b>نور</b>", country="MA")
    for path in (f"/{slug}/wall/", f"/{slug}/wall/{row.public_id}/"):
        html = read(path)
        before = html[: html.index("ظلّي يكفي.")]
        assert re.search(r'lang="ar"[^>]*dir="(rtl|auto)"[^>]*>[^<]*(<[^>]*>\W*)*$', before[-400:])
        assert "<b>نور" not in html
        assert "&lt;b&gt;نور" in html


def test_a_permalink_is_gone_at_once_with_its_reflection(hang: Hang) -> None:
    row = hang(picture="made")
    place = f"/en/wall/{row.public_id}/"
    picture = f"/pictures/{row.picture.name}/640.webp"
    assert picture in read(place)
    assert Client().get(picture).content == b"webp of 640"
    withdraw_submission(submission=row)
    assert Client().get(place).status_code == 404
    assert Client().get(picture).status_code == 404
    assert row.public_id not in read("/en/wall/")
    assert row.public_id not in read("/en/wall/feed.atom")


@pytest.mark.parametrize("file", ["320.webp", "320.jpg", "640.jpg", "1280.webp", "1280.jpg"])
def test_each_size_of_a_public_picture_is_a_file_of_its_kind(hang: Hang, file: str) -> None:
    answer = Client().get(f"/pictures/{hang(picture='made').picture.name}/{file}")
    width, kind = file.split(".")
    assert answer.content == f"{kind} of {width}".encode()
    assert answer.headers["Content-Type"] == {"webp": "image/webp", "jpg": "image/jpeg"}[kind]
    assert answer.headers["Cache-Control"] == "max-age=30, must-revalidate"


@pytest.mark.parametrize("file", ["master.webp", "640.png", "..%2Fmaster.webp", "640.webp%00"])
def test_nothing_but_the_sizes_can_be_read(hang: Hang, file: str) -> None:
    name = hang(picture="made").picture.name
    assert Client().get(f"/pictures/{name}/{file}").status_code == 404


@pytest.mark.parametrize("slug", LANGUAGES)
def test_the_feed_has_the_newest_and_marks_examples(hang: Hang, slug: str) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    rows = [hang(words=f"Words {n}") for n in range(30)]
    example = hang(words="An example", is_example=True)
    answer = Client().get(f"/{slug}/wall/feed.atom")
    feed = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    entries = feed.findall(f"{atom}entry")
    ids = [entry.findtext(f"{atom}id", "").rstrip("/").rsplit("/")[-1] for entry in entries]
    assert ids == [row.public_id for row in [example, *rows[:6:-1]]]
    titles = [entry.findtext(f"{atom}title", "") for entry in entries]
    assert titles[0].startswith("[")
    assert titles[0].endswith("] An example")
    assert titles[1] == "Words 29"


def test_examples_are_marked_wherever_they_are_seen(hang: Hang) -> None:
    row = hang(is_example=True, area=Area.objects.get(slug="health"))
    for path in ("", "wall/", f"wall/{row.public_id}/", "areas/health/"):
        assert "Example" in read(f"/en/{path}"), path
