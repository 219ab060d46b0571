"""Publications: declared once, each with an address and a file that lead to each other."""

import pytest
from django.test import RequestFactory

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.publishing.registry import (
    EVERYTHING,
    Document,
    NotPublished,
    Publication,
    Topic,
    publications,
)
from reflect2protect.publishing.views import read
from reflect2protect.publishing.work.places import address_of, affected, file_of, place_of


def _page(language: Language) -> Document:
    return Document(f"{language.slug} ".encode() * 500)


PAGE = Publication("x:page", "x/", _page)


def test_names_and_routes_are_each_their_own() -> None:
    found = publications()
    assert len({publication.name for publication in found}) == len(found)
    places = {(publication.route, publication.localised) for publication in found}
    assert len(places) == len(found)
    assert all(publication.name.count(":") == 1 for publication in found)


def test_routes_that_take_any_word_come_last() -> None:
    general = [publication.route.startswith("<") for publication in publications()]
    assert general == sorted(general)


@pytest.mark.parametrize("slug", LANGUAGES)
def test_a_page_is_made_in_the_language_of_its_address(slug: str) -> None:
    answer = read(RequestFactory().get("/x/"), PAGE, LANGUAGES[slug])
    assert answer.content == f"{slug} ".encode() * 500


@pytest.mark.django_db
def test_what_is_not_published_is_a_404_without_a_language() -> None:
    def nothing(name: str) -> Document:
        raise NotPublished

    missing = Publication("x:none", "x/<slug:name>", nothing, localised=False)
    assert read(RequestFactory().get("/x/a"), missing, name="a").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_what_is_published_is_only_read(method: str) -> None:
    answer = read(getattr(RequestFactory(), method)("/en/x/"), PAGE, LANGUAGES["en"])
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("address", "file"),
    [("/", "index.html"), ("/fr/wall/", "fr/wall/index.html"), ("/theme.css", "theme.css")],
)
def test_an_address_and_its_file_lead_to_each_other(address: str, file: str) -> None:
    assert file_of(address) == file
    assert address_of(file) == address


@pytest.mark.django_db
def test_every_file_leads_back_to_what_makes_it() -> None:
    found = list(affected(EVERYTHING, ["en", "ar"]))
    assert len(found) > 100
    assert len({place.file for place in found}) == len(found)
    for place in found:
        assert place_of(place.file) == place


def test_a_topic_survives_being_written_down() -> None:
    for topic in (EVERYTHING, Topic("page", "about"), Topic("recall", "b7")):
        assert Topic.parse(str(topic)) == topic
