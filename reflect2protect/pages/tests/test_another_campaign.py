"""Nothing knows the first campaign's name: a second, tiny one loads and fills every page."""

import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

import reflect2protect
from reflect2protect.pages.actions import load_campaign
from reflect2protect.pages.work.build import release_dates
from reflect2protect.pages.work.bundle import PAGES, read_bundle
from reflect2protect.series.models import Film

PACKAGE = Path(reflect2protect.__file__).parent
SMALL = PACKAGE.parent / "tests" / "bundles" / "small"
FIRST = ("reflect2protect", "Beijing", "Pékin", "بيجين", "بكين", "OHCHR")
DAY = "2031-03-16T10:00:00Z"


@pytest.fixture
def small(empty_database: object) -> Any:
    with time_machine.travel(DAY):
        report = load_campaign(read_bundle(SMALL), season="bundle", today=_day(), examples=True)
        yield report


def _day() -> Any:
    from django.utils import timezone

    return timezone.localdate()


def addresses() -> list[str]:
    rests = ["", *(f"{page}/" for page in PAGES), "participate/", "my-reflection/"]
    rests += [f"films/{slug}/" for slug in Film.objects.values_list("slug", flat=True)]
    rests += [f"areas/{slug}/" for slug in ("springs", "rivers", "wells")]
    rests += ["films/feed.rss", "films/feed.atom", "wall/example-drop/", "wall/in/"]
    languages = [f"/{slug}/{rest}" for slug in ("fr", "ar") for rest in rests]
    return [
        *languages,
        "/",
        "/wall/feed.atom",
        "/wall/live.json",
        "/robots.txt",
        "/sitemap.xml",
        "/theme.css",
    ]


@pytest.mark.data
def test_it_fills_every_page_and_none_names_the_first_campaign(small: Any) -> None:
    assert set(small.counts) == {"created"}
    for path in addresses():
        answer = Client().get(path)
        assert answer.status_code == 200, path
        text = answer.content.decode()
        for name in FIRST:
            # The programme's own name may stand where its source is offered.
            assert name.lower() not in re.sub(r'href="[^"]*"', "", text).lower(), (path, name)
    home = Client().get("/fr/").content.decode()
    assert "#eauclaire" in home
    assert "<b>Rivières</b>" in home, "the film of the week"
    assert "#2277aa" in Client().get("/theme.css").content.decode()


def test_loading_it_again_changes_nothing(small: Any) -> None:
    again = load_campaign(read_bundle(SMALL), season="bundle", today=_day(), examples=True)
    assert set(again.counts) == {"same"}
    assert again.counts["same"] == small.counts["created"]


def test_a_language_that_it_does_not_have_leads_nowhere(small: Any) -> None:
    for rest in ("", "about/", "participate/", "my-reflection/", "films/first-drop/", "wall/",
                 "films/feed.rss", "areas/wells/", "wall/example-drop/", "nowhere/"):  # fmt: skip
        answer = Client().get(f"/en/{rest}")
        assert answer.status_code == 404, rest
        assert '<html lang="en"' in answer.content.decode()
    assert Client().post("/ru/participate/", {"words": "x"}).status_code == 404


def test_one_can_take_part_in_it(small: Any) -> None:
    fields = {
        "seen": "words",
        "words": "De l’eau claire.",
        "age_ok": "on",
        "consent_wall": "on",
        "area": "wells",
    }
    answer = Client().post("/ar/participate/", fields)
    assert answer.status_code == 200


def test_a_short_series_keeps_its_own_calendar_in_a_live_season() -> None:
    bundle = read_bundle(SMALL)
    assert release_dates(bundle, "live", _day()) == release_dates(bundle, "bundle", _day())


def test_no_source_file_names_the_first_campaign() -> None:
    written = {".py", ".html", ".js", ".css", ".svg", ".txt"}
    for path in PACKAGE.rglob("*"):
        if path.suffix in written and "tests" not in path.parts:
            text = path.read_text(encoding="utf-8")
            assert "#reflect2protect" not in text, path
            assert "Beijing+20" not in text, path
