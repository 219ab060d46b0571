"""`SEASON=live`: on any day the campaign is in its middle."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reflect2protect.pages.work.build import LIVE_FILMS, release_dates
from reflect2protect.pages.work.bundle import Bundle, read_bundle

FIRST_DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle(Path(settings.CAMPAIGN_DIR))


def mid_campaign(bundle: Bundle, today: date) -> None:
    dates = release_dates(bundle, "live", today)
    series = [film.slug for film in bundle.films if film.kind in {"profile", "message"}]
    out = sorted(dates[slug] for slug in series if dates[slug] <= today)
    assert len(out) == LIVE_FILMS == 9
    assert today - timedelta(days=7) < out[-1] <= today
    assert min(dates[slug] for slug in series if dates[slug] > today) <= today + timedelta(days=7)


def test_on_every_day_of_a_year_nine_are_out_and_one_of_them_this_week(bundle: Bundle) -> None:
    for days in range(366):
        mid_campaign(bundle, FIRST_DAY + timedelta(days=days))


@hypothesis_settings(max_examples=200, derandomize=True, deadline=None)
@given(today=st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_the_calendar_moves_by_whole_weeks_and_keeps_its_order(bundle: Bundle, today: date) -> None:
    mid_campaign(bundle, today)
    before, after = (release_dates(bundle, season, today) for season in ("bundle", "live"))
    moved = {after[slug] - before[slug] for slug in before}
    assert len(moved) == 1
    assert moved.pop().days % 7 == 0


def test_otherwise_the_calendar_is_the_bundles_own(bundle: Bundle) -> None:
    dates = release_dates(bundle, "bundle", date(2030, 1, 1))
    assert dates == {film.slug: film.release for film in bundle.films}
