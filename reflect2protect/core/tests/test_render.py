"""A page is made without a request: addresses come from the settings alone."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import CampaignText
from reflect2protect.core.render import absolute, campaign_view, campaign_views, render_page

pytestmark = pytest.mark.django_db

PROBE = """{% load i18n %}{{ language.tag }}|{{ path }}|{{ rest }}|{{ root }}|{{ canonical }}|
{% for one in languages %}{{ one.slug }} {{ one.dir }} {{ one.href }} {{ one.current }}
{% endfor %}{% for one in alternates %}{{ one.tag }} {{ one.url }}
{% endfor %}{{ section }} {{ extra }} {{ request|default:"nobody" }} {{ user|default:"nobody" }}"""


@pytest.fixture
def probe(tmp_path: Path, settings: LazySettings) -> str:
    (tmp_path / "probe.html").write_text(PROBE, encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]
    return "probe.html"


def test_a_page_knows_where_it_stands_and_nobody_who_reads_it(
    probe: str, settings: LazySettings
) -> None:
    settings.PUBLIC_URL = "https://campaign.example"
    made = render_page(
        probe,
        language=LANGUAGES["zh-hans"],
        path="/zh-hans/films/health/",
        section="films",
        context={"extra": "<b>"},
    )
    rest = "films/health/"
    expected = [
        f"zh-Hans|/zh-hans/{rest}|{rest}|/zh-hans/|https://campaign.example/zh-hans/{rest}|",
        *(
            f"{one.slug} {one.dir} /{one.slug}/{rest} {one.slug == 'zh-hans'}"
            for one in LANGUAGES.values()
        ),
        *(f"{one.tag} https://campaign.example/{one.slug}/{rest}" for one in LANGUAGES.values()),
        "films &lt;b&gt; nobody nobody",
    ]
    assert made.splitlines() == expected


def test_the_campaign_speaks_each_of_its_languages() -> None:
    views = campaign_views()
    assert list(views) == list(LANGUAGES.values())
    assert {view.hashtag for view in views.values()} == {campaign_view(LANGUAGES["en"]).hashtag}
    assert len({view.title for view in views.values()}) == 6


def test_before_the_first_load_there_is_no_campaign() -> None:
    CampaignText.objects.all().delete()
    assert campaign_views() == {}
    with pytest.raises(CampaignText.DoesNotExist):
        campaign_view(LANGUAGES["en"])


def test_addresses_are_the_settings_own(settings: LazySettings) -> None:
    settings.PUBLIC_URL = "https://campaign.example"
    assert absolute("/en/") == "https://campaign.example/en/"
