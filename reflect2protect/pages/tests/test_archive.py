"""Freezing a campaign, and letting it go on."""

from datetime import date

import pytest

from reflect2protect.audit.models import Entry
from reflect2protect.core.models import Campaign
from reflect2protect.pages.actions import archive_campaign
from reflect2protect.publishing.models import Change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]


def test_it_is_frozen_on_the_day_and_recorded_once() -> None:
    assert archive_campaign() == archive_campaign() == date(2015, 2, 4) == Campaign.today()
    assert [entry.verb for entry in Entry.objects.all()] == ["archive"]
    assert Change.objects.filter(topic="everything:").exists()
    assert archive_campaign(reopen=True) is archive_campaign(reopen=True) is None
    assert [entry.verb for entry in Entry.objects.order_by("number")] == ["archive", "reopen"]
