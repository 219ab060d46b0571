"""The page that tells people how to stay safe: whole in six languages, and true to what it says."""

import re
from html import unescape

import pytest
from django.conf import LazySettings
from django.test import Client

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.pages.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

ONION = "http://abcdefgh.onion"
TOR = "https://www.torproject.org/"
# Where it sends readers on this site, below the language.
WITHIN = [
    "support",
    "my-reflection",
    "participate",
    "privacy",
    "my-reflection",
    "contact",
    "support",
]


def read(language: str) -> str:
    """The page as it is served."""
    answer = Client().get(f"/{language}/stay-safe/")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def article(language: str) -> str:
    """What its writers wrote."""
    found = re.search(r"<article.*</article>", read(language), re.DOTALL)
    assert found
    return found[0]


def links(html: str) -> list[str]:
    return re.findall(r'<a [^>]*?href="([^"]+)"', html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_as_much_and_leads_to_its_own_pages(language: str) -> None:
    text = article(language)
    assert re.findall(r"<(\w+)", text) == re.findall(r"<(\w+)", article("en"))
    assert [link for link in links(text) if link.startswith("/")] == [
        f"/{language}/{page}/" for page in WITHIN
    ]
    # Nothing of the bundle's own signs is left for readers to see.
    assert re.findall(r"\*\*|\]\(|&lt;", text) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_sends_people_only_to_who_is_known_to_the_campaign(language: str) -> None:
    known = set(Organisation.objects.values_list("href", flat=True))
    outside = [link for link in links(article(language)) if not link.startswith("/")]
    assert outside[0] == TOR
    assert len(outside[1:]) == 5
    assert set(outside[1:]) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_leads_to_it_and_it_can_be_left_quickly(language: str) -> None:
    home = Client().get(f"/{language}/").content.decode()
    assert f"/{language}/stay-safe/" in links(home)
    assert "data-leave" in read(language)


def test_it_names_the_onion_address_when_there_is_one(settings: LazySettings) -> None:
    settings.ONION_URL = ""
    assert ".onion" not in article("fr")
    settings.ONION_URL = ONION
    assert links(article("fr"))[-1] == f"{ONION}/fr/stay-safe/"
