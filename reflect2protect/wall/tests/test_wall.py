"""The wall: only what may be shown, newest first, each exactly once, whatever leaves meanwhile."""

import json
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
    found = re.search(r'href="([^"]*older/\d+/)" rel="next"', html)
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
    for path in ("/en/", "/en/wall/", "/en/areas/health/", "/en/wall/in/", "/en/films/health/",
                 "/wall/feed.atom", "/wall/live.json"):  # fmt: skip
        html = read(path)
        assert words not in html, path
        assert hidden.public_id not in html, path
    assert hung(read("/en/wall/")) == [shown.public_id]
    assert Client().get(f"/en/wall/{hidden.public_id}/").status_code == 404
    if hasattr(hidden, "picture"):
        assert Client().get(f"/pictures/{hidden.picture.name}/640.webp").status_code == 404


def test_sixty_reflections_hang_on_two_pages_newest_first(hang: Hang) -> None:
    ids = [hang().public_id for _ in range(61)]
    pages = walk("/en/wall/")
    assert [len(page) for page in pages] == [24 + 13, 24]
    assert [one for page in pages for one in page] == ids[::-1]


def test_no_reflection_is_missed_or_shown_twice_while_others_leave_and_come(hang: Hang) -> None:
    rows = [hang() for _ in range(90)]
    leaving = iter([rows[85], rows[60], rows[59], rows[20], rows[3]])
    new: list[Submission] = []

    def meanwhile() -> None:
        withdraw_submission(submission=next(leaving))
        new.append(hang())

    seen = [one for page in walk("/en/wall/", meanwhile) for one in page]
    assert len(seen) == len(set(seen))
    left = set(Submission.objects.values_list("public_id", flat=True))
    assert left - {row.public_id for row in new} <= set(seen)


def test_a_bucket_has_its_own_page_once_two_newer_ones_are_begun(hang: Hang) -> None:
    for _ in range(48):
        hang()
    assert [len(page) for page in walk("/en/wall/")] == [48]
    assert Client().get("/en/wall/older/1/").status_code == 404
    hang()
    assert [len(page) for page in walk("/en/wall/")] == [25, 24]
    for number in ("0", "2", "3"):
        assert Client().get(f"/en/wall/older/{number}/").status_code == 404


def test_one_walks_back_as_one_came(hang: Hang) -> None:
    for _ in range(24 * 4 + 1):
        hang()
    path, way = "/en/wall/", ["/en/wall/"]
    while path := older(read(path)):
        way.append(path)
    assert way[1:] == [f"/en/wall/older/{number}/" for number in (3, 2, 1)]
    back = [way[-1]]
    while found := re.search(r'href="([^"]*)" rel="prev"', read(back[-1])):
        back.append(found[1])
    assert back == way[::-1]


def test_a_bucket_whose_mirrors_are_all_taken_down_says_so_and_leads_on(hang: Hang) -> None:
    rows = [hang() for _ in range(24 * 4)]
    for row in rows[24:48]:
        withdraw_submission(submission=row)
    html = read("/en/wall/older/2/")
    assert hung(html) == []
    assert "The mirrors here have been taken down." in html
    assert older(html) == "/en/wall/older/1/"
    assert 'href="/en/wall/" rel="prev"' in html
    assert [len(page) for page in walk("/en/wall/")] == [48, 0, 24]


def test_places_are_never_given_twice(hang: Hang) -> None:
    health = Area.objects.get(slug="health")
    rows = [hang(area=health) for _ in range(49)]
    for row in rows[24:]:
        withdraw_submission(submission=row)
    assert older(read("/en/wall/")) == "/en/wall/older/1/"
    assert older(read("/en/areas/health/")) == "/en/wall/area/health/older/1/"
    assert older(read("/en/wall/in/")) == "/en/wall/in/older/1/"
    new = hang(area=health)
    assert (new.place, new.area_place, new.language_place) == (50, 50, 50)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_words_in_a_language_hang_together_in_that_language(hang: Hang, spoken: str) -> None:
    rows = [hang(language=slug) for _ in range(30) for slug in (spoken, "en")]
    wanted = [row.public_id for row in rows[::-1] if row.language == spoken]
    pages = walk(f"/{spoken}/wall/in/")
    assert [one for page in pages for one in page] == wanted


def test_the_area_page_begins_its_wall(hang: Hang) -> None:
    health, poverty = (Area.objects.get(slug=slug) for slug in ("health", "poverty"))
    rows = [hang(area=area) for _ in range(54) for area in (health, poverty)]
    pages = walk("/es/areas/health/")
    assert [len(page) for page in pages] == [30, 24]
    assert [one for page in pages for one in page] == [row.public_id for row in rows[-2::-2]]
    html = read("/es/wall/area/health/older/1/")
    assert 'href="/es/areas/health/#reflections" rel="prev"' in html


def test_the_ways_along_the_wall_lead_to_pages_in_the_language_of_the_words(hang: Hang) -> None:
    hang()
    html = read("/en/wall/in/").split('class="sieve"')[1]
    ways = html.split("</nav>")[0]
    assert re.findall(r'<a[^>]*href="([^"]*)"[^>]*aria-current="true"', ways) == ["/en/wall/in/"]
    assert '<a href="/ar/wall/in/" lang="ar" dir="rtl" hreflang="ar">العربية</a>' in html
    assert 'href="/en/areas/health/#reflections"' in html


def test_the_home_page_shows_words_in_its_own_language_and_one_empty_mirror(hang: Hang) -> None:
    french = [hang(language="fr").public_id for _ in range(3)]
    hang(language="ru")
    assert hung(read("/fr/")) == french[::-1]
    assert 'class="ref open"' in read("/fr/")
    french += [hang(language="fr").public_id for _ in range(3)]
    assert hung(read("/fr/")) == french[:0:-1]
    assert 'class="ref open"' not in read("/fr/")


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
    assert row.public_id not in read("/wall/feed.atom")


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


ATOM = "{http://www.w3.org/2005/Atom}"


def feed() -> ElementTree.Element:
    answer = Client().get("/wall/feed.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own


def test_the_feed_has_the_newest_and_marks_examples(hang: Hang) -> None:
    rows = [hang(words=f"Words {n}") for n in range(30)]
    example = hang(words="An example", is_example=True)
    entries = feed().findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id", "").rstrip("/").rsplit("/")[-1] for entry in entries]
    assert ids == [row.public_id for row in [example, *rows[:6:-1]]]
    titles = [entry.findtext(f"{ATOM}title", "") for entry in entries]
    assert titles[0] == "[Example] An example"
    assert titles[1] == "Words 29"


def test_each_entry_of_the_feed_is_in_its_own_language(hang: Hang) -> None:
    for slug in LANGUAGES:
        hang(language=slug, words="<b>&amp;</b>", is_example=True)
    entries = feed().findall(f"{ATOM}entry")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for entry, language in zip(entries, reversed(LANGUAGES.values()), strict=True):
        assert entry.attrib[lang] == language.tag
        assert f"/{language.slug}/wall/" in entry.findtext(f"{ATOM}id", "")
        assert entry.findtext(f"{ATOM}summary") == "&lt;b&gt;&amp;amp;&lt;/b&gt;"
    assert len({entry.findtext(f"{ATOM}title") for entry in entries}) == 6


def test_the_feed_says_no_to_machine_learning_and_does_not_tell_the_time() -> None:
    first = Client().get("/wall/feed.atom").content
    assert "Not to be used for machine learning." in first.decode()
    assert Client().get("/wall/feed.atom").content == first


def test_open_pages_are_told_what_still_hangs_and_not_who_took_something_back(hang: Hang) -> None:
    rows = [hang() for _ in range(80)]
    live = json.loads(read("/wall/live.json"))
    assert live == {"bucket": 4, "hanging": [row.public_id for row in rows[:23:-1]]}
    withdraw_submission(submission=rows[70])
    live = json.loads(read("/wall/live.json"))
    assert live["hanging"] == [row.public_id for row in rows[:23:-1] if row != rows[70]]


def test_what_open_pages_are_told_is_small(hang: Hang) -> None:
    for number in range(72):
        hang(public_id=f"example-with-a-name-{number:04}")
    text = read("/wall/live.json")
    assert len(json.loads(text)["hanging"]) == 72
    assert len(text) <= 2048


def test_examples_are_marked_wherever_they_are_seen(hang: Hang) -> None:
    row = hang(is_example=True, area=Area.objects.get(slug="health"))
    for path in ("", "wall/", f"wall/{row.public_id}/", "areas/health/"):
        assert "Example" in read(f"/en/{path}"), path
