"""Work that the desk's own rows ask for."""

from django.db.models import QuerySet

from reflect2protect.core.sweeps import Sweep, register
from reflect2protect.moderation.actions import follow_stops, settle_stop
from reflect2protect.moderation.models import Stop


def _stops() -> QuerySet[Stop]:
    # A stop may have been pressed without a database, or on another machine.
    follow_stops()
    return Stop.objects.filter(settled=False)


register(Sweep(name="moderation.stops", due=_stops, act=lambda stop: settle_stop(stop=stop)))
