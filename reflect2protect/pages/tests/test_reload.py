"""Loading again: nothing changes; what staff changed is kept; what the bundle changed is taken."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Revision

from reflect2protect.core.models import AreaText
from reflect2protect.pages.actions import Report, load_campaign
from reflect2protect.pages.models import Resource, TextPage
from reflect2protect.pages.work.bundle import read_bundle
from reflect2protect.series.models import Film, FilmText

pytestmark = [pytest.mark.data, pytest.mark.usefixtures("mid_campaign")]

WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the campaign's bundle, to change."""
    return Path(shutil.copytree(settings.CAMPAIGN_DIR, tmp_path / "bundle"))


def load(folder: Path | str = "") -> Report:
    bundle = read_bundle(Path(folder or settings.CAMPAIGN_DIR))
    return load_campaign(bundle, season="bundle", today=date(2015, 2, 4), examples=False)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def page(slug: str, language: str) -> TextPage:
    found: TextPage = TextPage.objects.get(slug=slug, locale__language_code=language)
    return found


def revisions() -> dict[int, int | None]:
    return dict(Page.objects.values_list("pk", "latest_revision"))


def edit(slug: str, language: str) -> None:
    """As an editor does in the studio."""
    found = page(slug, language)
    found.lead = f"Changed by staff in {language}."
    found.save_revision().publish()


@pytest.mark.django_db
def test_loading_again_writes_nothing_at_all() -> None:
    before = Revision.objects.count(), revisions()
    with CaptureQueriesContext(connection) as asked:
        report = load()
    assert set(report.counts) == {"same"}
    assert report.kept == []
    assert (Revision.objects.count(), revisions()) == before
    written = [q["sql"] for q in asked if q["sql"].lstrip().upper().startswith(WRITES)]
    assert written == []


def test_what_staff_changed_is_kept_and_named(own_database: object) -> None:
    Film.objects.filter(slug="health").update(release=date(2015, 3, 1))
    FilmText.objects.filter(film__slug="health", language="ru").update(summary="По-своему.")
    AreaText.objects.filter(area__code="C", language="fr").update(label="À leur façon")
    edit("about", "en")
    edit("privacy", "es")
    Resource.objects.get(slug="op-ed").delete()
    before = revisions()
    report = load()
    assert Film.objects.get(slug="health").release == date(2015, 3, 1)
    assert FilmText.objects.get(film__slug="health", language="ru").summary == "По-своему."
    assert AreaText.objects.get(area__code="C", language="fr").label == "À leur façon"
    assert page("about", "en").lead == "Changed by staff in en."
    assert page("privacy", "es").lead == "Changed by staff in es."
    assert revisions() == before
    assert {
        "film:health", "film:health:ru", "area:C:fr", "page:about:en", "page:privacy:es",
        "resource:op-ed",
    } <= set(report.kept)  # fmt: skip
    others = {
        key for key in report.kept if not key.startswith(("resource", "page", "film", "area"))
    }
    assert others == set()
    assert set(report.counts) == {"same", "kept"}


def test_a_text_that_changes_in_the_bundle_changes_its_own_page_alone(
    own_database: object, folder: Path
) -> None:
    before = revisions()
    replace(folder / "texts/es/pages/about.yaml", "title: ", "title: Nuevo — ")
    report = load(folder)
    changed = {pk for pk, revision in revisions().items() if before[pk] != revision}
    assert report.counts["updated"] == 1
    assert set(report.counts) == {"same", "updated"}
    assert changed == {page("about", "es").pk}
    assert page("about", "es").title.startswith("Nuevo — ")


def test_a_text_of_the_source_that_changes_leaves_the_translations_as_they_are(
    own_database: object, folder: Path
) -> None:
    others = {slug: page("about", slug).title for slug in ("ar", "fr", "ru", "es", "zh-hans")}
    replace(folder / "texts/en/pages/about.yaml", "title: About", "title: All about")
    report = load(folder)
    assert report.counts["updated"] == 1
    assert page("about", "en").title == "All about the campaign"
    assert {slug: page("about", slug).title for slug in others} == others


def test_a_film_that_changes_in_the_bundle_changes_its_row_alone(
    own_database: object, folder: Path
) -> None:
    replace(folder / "films.yaml", "release: 2014-12-17", "release: 2014-12-18")
    report = load(folder)
    assert (report.counts["updated"], set(report.counts)) == (1, {"same", "updated"})
    assert Film.objects.get(slug="education").release == date(2014, 12, 18)


def test_after_staff_and_bundle_changed_the_same_staff_wins(
    own_database: object, folder: Path
) -> None:
    edit("about", "fr")
    replace(folder / "texts/fr/pages/about.yaml", "title: ", "title: Nouveau — ")
    report = load(folder)
    assert report.kept == ["page:about:fr"]
    assert page("about", "fr").lead == "Changed by staff in fr."


@pytest.mark.django_db
def test_every_page_stands_in_six_languages_and_is_a_translation_of_its_source() -> None:
    source = {
        p.slug: p.translation_key for p in TextPage.objects.filter(locale__language_code="en")
    }
    assert len(source) >= 5
    for language in ("ar", "fr", "ru", "es", "zh-hans"):
        found = TextPage.objects.filter(locale__language_code=language, live=True)
        assert {p.slug: p.translation_key for p in found} == source


@pytest.mark.django_db
def test_the_ids_of_blocks_follow_from_their_places() -> None:
    first = [block.id for block in page("about", "en").body]
    assert len(set(first)) == len(first) > 2
    assert [block.id for block in page("about", "en").body] == first


def test_examples_hang_on_the_wall_once_and_stay_withdrawn(empty_database: Any) -> None:
    from reflect2protect.submissions.actions import withdraw_submission
    from reflect2protect.submissions.models import Submission

    small = Path(settings.CAMPAIGN_DIR).parent.parent / "tests" / "bundles" / "small"

    def load_small() -> Report:
        return load_campaign(
            read_bundle(small), season="bundle", today=date(2031, 3, 16), examples=True
        )

    load_small()
    row = Submission.objects.get()
    assert row.is_example
    assert str(row) == "example-drop"
    withdraw_submission(submission=row)
    assert load_small().counts["created"] == 0
    assert not Submission.objects.exists()
