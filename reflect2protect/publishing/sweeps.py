"""Work that the public folder's own rows ask for."""

from django.db.models import QuerySet

from reflect2protect.core.models import Campaign
from reflect2protect.core.sweeps import Sweep, register
from reflect2protect.publishing.actions import publish_changes, turn_day
from reflect2protect.publishing.channels import DELIVERIES
from reflect2protect.publishing.models import Change, Day


def _changes() -> QuerySet[Change]:
    return Change.objects.all()


def _days() -> QuerySet[Day]:
    return Day.objects.filter(shown__lt=Campaign.today())


def _publish(change: Change) -> None:
    # All that is pending at once: two changes often touch the same pages.
    publish_changes()


register(Sweep(name="publishing.changes", due=_changes, act=_publish))
register(Sweep(name="publishing.days", due=_days, act=lambda day: turn_day(day=day)))
register(DELIVERIES)
