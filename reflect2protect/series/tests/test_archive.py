"""The calendar of a campaign that is archived stands still."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Campaign
from reflect2protect.core.sweeps import find_sweeps, sweep_named
from reflect2protect.publishing.models import Day
from reflect2protect.series.work.shelf import load_shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]
LATER = datetime(2015, 3, 20, 12, tzinfo=UTC)


def test_no_film_comes_out_any_more_until_it_goes_on() -> None:
    find_sweeps()
    days = sweep_named("publishing.days")
    assert days
    Campaign.objects.update(archived=date(2015, 2, 4))
    Day.objects.update_or_create(pk=1, defaults={"shown": date(2015, 2, 4)})
    before = load_shelf(LANGUAGES["en"])
    with time_machine.travel(LATER):
        after = load_shelf(LANGUAGES["en"])
        assert after.lit == before.lit
        assert after.week and before.week and after.week.slug == before.week.slug
        assert not days.due().exists()
        Campaign.objects.update(archived=None)
        assert load_shelf(LANGUAGES["en"]).lit > before.lit
        assert days.due().exists()
