"""Every public page, in every language: the same bytes for everybody, under a strict policy."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from reflect2protect.config.tests.public import (
    ALL,
    FOR_ALL,
    LOCALISED,
    SLUGS,
    addresses,
    everything,
    fill_wall,
    get,
)
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.submissions.work import rails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "https://www.youtube-nocookie.com",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
KINDS = [(name, language) for name in LOCALISED for language in SLUGS]
# There are none of these before films are uploaded, assets collected, and copies made.
NONE_YET = ("series:file", "publishing:asset", "publishing:signing-key", "publishing:removed")
KINDS += [(name, "") for name in FOR_ALL if not name.startswith(NONE_YET)]


@pytest.fixture
def wall(hang: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rails, "BUCKET", 8)
    fill_wall(hang)


def policy(response: Any) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.usefixtures("wall")
@pytest.mark.parametrize(("name", "language"), KINDS)
def test_everybody_reads_the_same_bytes(name: str, language: str) -> None:
    found = addresses(ALL[name], language)
    if not found and name.endswith("-older"):
        # So many are in English alone.
        pytest.skip("one page holds them all")
    assert found
    for path in found:
        one = Client(headers={"host": "one.example", "user-agent": "A"}).get(path)
        two = Client(headers={"host": "[::1]:9", "user-agent": "B", "accept-language": "ar"})
        two.cookies.load({"sessionid": "x" * 32, "csrftoken": "y" * 32, "django_language": "ru"})
        other = two.get(path)
        assert one.status_code == other.status_code == 200, path
        assert one.content == other.content, path
        assert dict(one.headers) == dict(other.headers), path
        assert not one.cookies, path
        assert not other.cookies, path
        assert policy(one) == POLICY, path
        is_page = one.headers["Content-Type"].startswith("text/html")
        kept = "no-cache" if is_page else "max-age=30, must-revalidate"
        assert one.headers["Cache-Control"] == kept, path
        assert "one.example" not in one.content.decode("utf-8", "replace"), path


@pytest.mark.usefixtures("wall")
@pytest.mark.parametrize("language", SLUGS)
def test_every_page_says_which_language_it_is_in_and_links_the_others(language: str) -> None:
    here = LANGUAGES[language]
    for name in (name for name in LOCALISED if ALL[name].is_page):
        for path in addresses(ALL[name], language, 1):
            page = get(path)
            html = page.content.decode()
            assert f'<html lang="{here.tag}" dir="{here.dir}"' in html, path
            assert re.search(r"<title>[^<]+</title>", html), path
            assert html.count("<h1") == 1, path
            assert f'<link rel="canonical" href="http://127.0.0.1:8000{path}">' in html, path
            if name == "wall:in-older":  # each language has its own
                continue
            rest = path.removeprefix(f"/{language}/")
            for other in LANGUAGES.values():
                url = f"http://127.0.0.1:8000/{other.slug}/{rest}"
                assert f'<link rel="alternate" hreflang="{other.tag}" href="{url}">' in html, path


@pytest.mark.usefixtures("wall")
def test_no_link_within_the_site_leads_nowhere() -> None:
    checked: set[str] = set()
    for path in everything():
        page = get(path)
        if not page.headers["Content-Type"].startswith("text/html"):
            continue
        for link in re.findall(r'(?:href|action|src|srcset)="(/[^"#? ]*)', page.content.decode()):
            if link in checked or link.startswith(("/static/", "/staff/", "/leave")):
                continue
            checked.add(link)
            assert get(link).status_code == 200, f"{path} -> {link}"
    assert len(checked) > 300


@pytest.mark.parametrize("path", ["/", "/es/about/", "/robots.txt", "/ru/nowhere/"])
def test_head_is_get_without_a_body(path: str) -> None:
    whole, head = get(path), Client().head(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("language", SLUGS)
def test_a_page_can_only_be_read(language: str, method: str) -> None:
    answer = getattr(Client(), method)(f"/{language}/about/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert f'<html lang="{LANGUAGES[language].tag}"' in answer.content.decode()
    assert policy(answer) == POLICY


NOWHERE = (
    "nowhere/",
    "films/nowhere/",
    "areas/nowhere/",
    "wall/nowhere/",
    "wall/older/0/",
    "wall/older/900/",
    "wall/area/health/",
    "wall/area/nowhere/older/1/",
    "wall/in/older/900/",
    "a/b/c/",
    "films/feed.json",
)


@pytest.mark.parametrize("rest", NOWHERE)
@pytest.mark.parametrize("language", SLUGS)
def test_an_address_that_leads_nowhere_says_so_in_its_language(language: str, rest: str) -> None:
    answer = get(f"/{language}/{rest}")
    assert answer.status_code == 404
    assert f'<html lang="{LANGUAGES[language].tag}"' in answer.content.decode()
    assert policy(answer) == POLICY
    assert not answer.cookies


@pytest.mark.parametrize("path", ["/nowhere/", "/xx/films/", "/pictures/none/640.webp", "/%00"])
def test_an_address_without_a_language_is_answered_in_english(path: str) -> None:
    answer = get(path)
    assert answer.status_code == 404
    assert '<html lang="en"' in answer.content.decode()


def test_an_address_without_its_last_stroke_leads_to_the_page() -> None:
    answer = get("/en/about")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/en/about/")


def test_a_page_without_a_translation_offers_the_languages_that_have_one() -> None:
    from reflect2protect.pages.models import TextPage

    for slug in ("fr", "ru"):
        TextPage.objects.get(slug="about", locale__language_code=slug).unpublish()
    answer = get("/fr/about/")
    html = answer.content.decode()
    # A web server that only knows files answers 200; search engines are told not to keep it.
    assert answer.status_code == 200
    assert '<meta name="robots" content="noindex">' in html
    assert '<html lang="fr"' in html
    offered = re.findall(r'<li><a href="(/[a-z-]+/about/)" lang="([^"]+)" dir="([^"]+)"', html)
    assert offered == [
        ("/ar/about/", "ar", "rtl"),
        ("/zh-hans/about/", "zh-Hans", "ltr"),
        ("/en/about/", "en", "ltr"),
        ("/es/about/", "es", "ltr"),
    ]
    assert not answer.cookies


@pytest.mark.usefixtures("wall")
def test_the_sitemap_lists_pages_that_exist_with_their_languages() -> None:
    tree = ElementTree.fromstring(get("/sitemap.xml").content)  # noqa: S314 - our own
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    places = [place.text or "" for place in tree.findall("s:url/s:loc", space)]
    assert len(places) == len(set(places)) > 200
    assert all(place.startswith("http://127.0.0.1:8000/") for place in places)
    for place in places[:: len(places) // 40]:
        assert get(place.removeprefix("http://127.0.0.1:8000")).status_code == 200, place
    listed = {place.removeprefix("http://127.0.0.1:8000") for place in places}
    assert {f"/{slug}/{rest}" for slug in SLUGS for rest in ("", "films/", "wall/")} <= listed
    assert not any("my-reflection" in place or "/staff" in place for place in places)


def test_robots_are_told_where_not_to_go() -> None:
    told = get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /staff/" in told
    assert "Disallow: /pictures/" in told
    assert {f"Disallow: /{slug}/my-reflection/" for slug in SLUGS} <= set(told)
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in told
