"""Publications: declared once, found by particularity, compressed only where it helps."""

import pytest
from django.test import RequestFactory

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.publishing.registry import Document, NotPublished, Publication, publications
from reflect2protect.publishing.views import read

PICTURE = Publication(
    "x:picture", "x/<slug:name>", lambda name: Document(b"\xff\xd8" * 500, "image/jpeg"),
    localised=False,
)  # fmt: skip


def _page(language: Language) -> Document:
    return Document(f"{language.slug} ".encode() * 500)


PAGE = Publication("x:page", "x/", _page)


def ask(
    publication: Publication, accept: str, language: Language | None = None, **keys: str
) -> object:
    request = RequestFactory().get("/x/", headers={"accept-encoding": accept})
    return read(request, publication, language, **keys)


def test_names_and_routes_are_each_their_own() -> None:
    found = publications()
    assert len({publication.name for publication in found}) == len(found)
    places = {(publication.route, publication.localised) for publication in found}
    assert len(places) == len(found)
    assert all(publication.name.count(":") == 1 for publication in found)


def test_routes_that_take_any_word_come_last() -> None:
    general = [publication.route.startswith("<") for publication in publications()]
    assert general == sorted(general)


def test_a_picture_is_not_compressed_again() -> None:
    answer = ask(PICTURE, "br, gzip", name="a")
    assert "Content-Encoding" not in answer.headers  # type: ignore[attr-defined]


@pytest.mark.parametrize("slug", LANGUAGES)
def test_a_page_is_made_in_the_language_of_its_address(slug: str) -> None:
    answer = ask(PAGE, "", LANGUAGES[slug])
    assert answer.content == f"{slug} ".encode() * 500  # type: ignore[attr-defined]


def test_each_coding_has_a_mark_of_its_own() -> None:
    language = LANGUAGES["en"]
    marks = {ask(PAGE, accept, language).headers["ETag"] for accept in ("", "gzip", "br")}  # type: ignore[attr-defined]
    assert len(marks) == 3


@pytest.mark.django_db
def test_what_is_not_published_is_a_404_without_a_language() -> None:
    def nothing(name: str) -> Document:
        raise NotPublished

    missing = Publication("x:none", "x/<slug:name>", nothing, localised=False)
    assert ask(missing, "", name="a").status_code == 404  # type: ignore[attr-defined]
