"""A folder of those pages only that show reflections: whole ones take long to make and compare."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from reflect2protect.core.models import Campaign
from reflect2protect.publishing.models import Change, Day
from reflect2protect.publishing.registry import publications
from reflect2protect.publishing.work import places
from reflect2protect.submissions.work import rails

SHOWING = ("wall:", "submissions:picture", "pages:home", "pages:area", "pages:page")


def show_only(
    patch: pytest.MonkeyPatch,
    *,
    bucket: int,
    areas: tuple[str, ...],
    languages: tuple[str, ...],
    today: date,
) -> None:
    """Publish nothing but the wall, home and these areas, in these languages; small buckets."""
    only = {"pages:page": ("wall",), "pages:area": areas}
    showing = []
    for found in publications():
        if found.name in only:
            keys = [{"slug": slug} for slug in only[found.name]]
            showing.append(replace(found, entries=partial(list, keys)))
        elif found.name.startswith(SHOWING):
            showing.append(found)
    patch.setattr(places, "publications", lambda: showing)
    patch.setattr(rails, "BUCKET", bucket)
    patch.setattr("os.fsync", lambda handle: None)
    Change.objects.all().delete()
    Campaign.objects.update(languages=list(languages))
    Day.objects.update_or_create(pk=1, defaults={"shown": today})
