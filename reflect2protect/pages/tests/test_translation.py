"""An officer changes one English paragraph: that alone is stale, in five languages, until done."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client
from wagtail.models import Locale
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)

from reflect2protect.pages.models import TextPage

OTHERS = ("ar", "zh-hans", "fr", "ru", "es")
NEW = "One paragraph that an officer wrote today."


def page(language: str) -> TextPage:
    found: TextPage = TextPage.objects.get(slug="about", locale__language_code=language)
    return found


def translation(language: str) -> Translation:
    source = TranslationSource.objects.get(object_id=page("en").translation_key)
    return Translation.objects.get(
        source=source, target_locale=Locale.objects.get(language_code=language)
    )


def missing(language: str) -> list[str]:
    """The English strings that have no translation yet."""
    done = translation(language)
    segments = StringSegment.objects.filter(source=done.source).select_related("string", "context")
    return [
        segment.string.data
        for segment in segments
        if not StringTranslation.objects.filter(
            translation_of=segment.string, context=segment.context, locale=done.target_locale
        ).exists()
    ]


@pytest.fixture
def changed(own_database: object, mid_campaign: object) -> Iterator[None]:
    """The first paragraph of "about" is another one, and the source is synchronised."""
    english = page("en")
    assert {slug: missing(slug) for slug in OTHERS} == {key: [] for key in OTHERS}
    body = json.loads(json.dumps(english.body.get_prep_value()))
    first = next(block for block in body if block["type"] == "text")
    first["value"] = f"<p>{NEW}</p>"
    english.body = english._meta.get_field("body").to_python(json.dumps(body))
    english.save_revision().publish()
    TranslationSource.update_or_create_from_instance(page("en"))
    yield


def test_exactly_that_segment_is_stale_in_five_languages(changed: None) -> None:
    assert {slug: missing(slug) for slug in OTHERS} == {slug: [NEW] for slug in OTHERS}


def test_translating_it_in_one_language_changes_that_language_alone(changed: None) -> None:
    before = {slug: Client().get(f"/{slug}/about/").content for slug in OTHERS}
    done = translation("fr")
    segment = StringSegment.objects.get(source=done.source, string__data=NEW)
    StringTranslation.objects.create(
        translation_of=segment.string,
        context=segment.context,
        locale=done.target_locale,
        data="Un paragraphe écrit aujourd’hui.",
    )
    done.save_target(publish=True)
    after = {slug: Client().get(f"/{slug}/about/").content for slug in OTHERS}
    assert "Un paragraphe écrit aujourd’hui." in after["fr"].decode()
    assert [slug for slug in OTHERS if before[slug] != after[slug]] == ["fr"]
    assert {slug: missing(slug) for slug in OTHERS} == {
        slug: [] if slug == "fr" else [NEW] for slug in OTHERS
    }


def test_the_source_shows_it_at_once_and_the_others_stay_as_they_were(changed: None) -> None:
    assert NEW in Client().get("/en/about/").content.decode()
    for slug in OTHERS:
        assert NEW not in Client().get(f"/{slug}/about/").content.decode()


def test_loading_the_bundle_again_keeps_what_she_wrote(changed: None) -> None:
    from datetime import date
    from pathlib import Path

    from django.conf import settings

    from reflect2protect.pages.actions import load_campaign
    from reflect2protect.pages.work.bundle import read_bundle

    bundle = read_bundle(Path(settings.CAMPAIGN_DIR))
    report = load_campaign(bundle, season="bundle", today=date(2015, 2, 4), examples=False)
    assert report.kept == ["page:about:en"]
    assert {slug: missing(slug) for slug in OTHERS} == {slug: [NEW] for slug in OTHERS}
