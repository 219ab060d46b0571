"""From a bundle to values of fields: what a page or a row should hold in one language."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import models
from wagtail.fields import StreamField

from reflect2protect.pages.models import (
    ActPage,
    CampaignPage,
    FilmsPage,
    HomePage,
    LibraryPage,
    SafetyPage,
    SupportPage,
    TextPage,
    WallPage,
)
from reflect2protect.pages.work import schema
from reflect2protect.pages.work.bundle import Bundle
from reflect2protect.pages.work.prose import rich_text
from reflect2protect.series.models import SERIES

PAGE_TYPES: dict[str, type[CampaignPage]] = {
    "films": FilmsPage,
    "wall": WallPage,
    "support": SupportPage,
    "act": ActPage,
    "library": LibraryPage,
    "stay-safe": SafetyPage,
}
# Mid-campaign: this many films of the series are out.
LIVE_FILMS = 9


def page_type(name: str) -> type[CampaignPage]:
    """The page type for one of the bundle's pages."""
    return HomePage if name == "home" else PAGE_TYPES.get(name, TextPage)


def _block(kind: str, value: Any, *where: object) -> dict[str, Any]:
    """A block with an id that follows from its place, so that a second load gives the same."""
    place = "/".join(str(step) for step in where)
    return {"type": kind, "value": value, "id": str(uuid5(NAMESPACE_URL, f"bundle:{place}"))}


def _entries(kind: str, items: list[Any], *where: object) -> list[dict[str, Any]]:
    return [_block(kind, item.model_dump(), *where, index) for index, item in enumerate(items)]


def _body(page: str, blocks: list[schema.BlockShape]) -> list[dict[str, Any]]:
    body = []
    for index, block in enumerate(blocks):
        at = (page, "body", index)
        if block.heading is not None:
            body.append(_block("heading", block.heading, *at))
        elif block.text is not None:
            body.append(_block("text", rich_text(block.text), *at))
        elif block.ledger is not None:
            body.append(_block("ledger", _entries("item", block.ledger, *at), *at))
        else:
            body.append(_block("note", block.note, *at))
    return body


def page_values(bundle: Bundle, name: str, language: str) -> dict[str, Any]:
    """The content fields of a page in a language; streams in Wagtail's raw form."""
    texts = bundle.texts[language]
    if name != "home":
        page = texts.pages[name]
        return {
            "title": page.title,
            "menu": page.menu,
            "search_description": page.description,
            "lead": page.lead,
            "body": _body(name, page.body),
        }
    home = texts.home
    values = home.model_dump(exclude={"description", "roll", "needs", "times"})
    values["search_description"] = home.description
    values["roll"] = [_block("line", line, "roll", at) for at, line in enumerate(home.roll)]
    values["needs"] = _entries("entry", home.needs, "needs")
    values["times"] = _entries("time", home.times, "times")
    return values


def fill(instance: models.Model, values: dict[str, Any]) -> None:
    """Set fields; streams are read from their raw form."""
    for name, value in values.items():
        field = instance._meta.get_field(name)
        if isinstance(field, StreamField):
            value = field.to_python(json.dumps(value))
        setattr(instance, name, value)


def state_of(instance: models.Model, names: Any) -> str:
    """A digest of the named fields of a row as they are now."""
    values = {}
    for name in names:
        field = instance._meta.get_field(name)
        value = getattr(instance, name)
        values[name] = field.get_prep_value(value) if isinstance(field, StreamField) else value
    return digest(values)


def digest(values: Any) -> str:
    """SHA-256 of any values, as 64 hexadecimal digits."""
    return hashlib.sha256(
        json.dumps(values, sort_keys=True, default=str, ensure_ascii=False).encode()
    ).hexdigest()


def release_dates(bundle: Bundle, season: str, today: date) -> dict[str, date]:
    """The calendar by film. For `season` "live" it is moved by whole weeks so that nine films of
    the series are out and the ninth came out within the last seven days."""
    dates = {film.slug: film.release for film in bundle.films}
    series = sorted(film.release for film in bundle.films if film.kind in SERIES)
    if season != "live" or len(series) < LIVE_FILMS:
        return dates
    moved = timedelta(weeks=(today - series[LIVE_FILMS - 1]).days // 7)
    return {slug: day + moved for slug, day in dates.items()}
