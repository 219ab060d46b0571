"""The rows of a bundle that are no pages: campaign, areas, films, resources, organisations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from reflect2protect.core.models import Area, AreaText, Campaign, CampaignText
from reflect2protect.pages.models import (
    Organisation,
    OrganisationText,
    Resource,
    ResourceLink,
    ResourceText,
)
from reflect2protect.pages.work.bundle import Bundle
from reflect2protect.pages.work.schema import EntryShape
from reflect2protect.series.models import Film, FilmText


@dataclass(frozen=True)
class Row:
    """What one row should hold, and how to find it once its parents are there."""

    key: str
    model: type[models.Model]
    find: Callable[[], dict[str, Any]]
    values: dict[str, Any]
    # What it points at, looked up when it is written.
    points: Callable[[], dict[str, Any]] = dict


def rows_of(bundle: Bundle, dates: dict[str, date]) -> list[Row]:
    """Every row, parents first. `dates` are release dates by film (else the bundle's own)."""
    return [
        *_campaign(bundle),
        *_areas(bundle),
        *_films(bundle, dates),
        *_resources(bundle),
        *_organisations(bundle),
    ]


def _finder(model: type[models.Model], **lookup: Any) -> Callable[[], Any]:
    return lambda: model._default_manager.get(**lookup)


def _child(name: str, parent: Callable[[], Any], language: str) -> Callable[[], dict[str, Any]]:
    return lambda: {name: parent(), "language": language}


def _campaign(bundle: Bundle) -> list[Row]:
    shape = bundle.campaign
    values = shape.model_dump(mode="json", exclude={"name", "source_language", "starts", "ends"})
    values |= {"starts": shape.starts, "ends": shape.ends}
    rows = [Row("campaign", Campaign, lambda: {"name": shape.name}, values)]
    parent = _finder(Campaign, name=shape.name)
    for slug, texts in bundle.texts.items():
        text = texts.campaign.model_dump()
        rows.append(Row(f"campaign:{slug}", CampaignText, _child("campaign", parent, slug), text))
    return rows


def _areas(bundle: Bundle) -> list[Row]:
    rows = []
    for order, area in enumerate(bundle.areas):
        code = area.code
        lookup = {"code": code}
        rows.append(
            Row(
                f"area:{code}",
                Area,
                lambda lookup=lookup: lookup,  # type: ignore[misc]
                {"slug": area.slug, "order": order},
            )
        )
        parent = _finder(Area, code=code)
        for slug, texts in bundle.texts.items():
            text = texts.areas[code]
            objectives = [
                f"{item} {text.objectives[item]}"
                for item in area.objectives
                if item in text.objectives
            ]
            values = {
                "official": area.names[slug],  # type: ignore[index]
                "label": text.label,
                "line": text.line,
                "objectives": "\n".join(objectives),
            }
            rows.append(Row(f"area:{code}:{slug}", AreaText, _child("area", parent, slug), values))
    return rows


def _support(entries: list[EntryShape]) -> str:
    return "\n".join(f"{entry.term}: {' '.join(entry.text.split())}" for entry in entries)


def _films(bundle: Bundle, dates: dict[str, date]) -> list[Row]:
    rows = []
    for film in bundle.films:
        values: dict[str, Any] = film.model_dump(include={"order", "kind", "country", "youtube"})
        values["release"] = dates.get(film.slug, film.release)
        # The texts of a film that we have not seen are illustrations.
        values["example"] = bool(
            bundle.texts[bundle.campaign.source_language].films[film.slug].story
        )
        lookup = {"slug": film.slug}
        rows.append(
            Row(
                f"film:{film.slug}",
                Film,
                lambda lookup=lookup: lookup,  # type: ignore[misc]
                values,
                lambda area=film.area: (  # type: ignore[misc]
                    {"area": Area.objects.get(code=area)} if area else {}
                ),
            )
        )
        parent = _finder(Film, slug=film.slug)
        for slug, texts in bundle.texts.items():
            text = texts.films[film.slug]
            held = text.model_dump(exclude={"support"}) | {"support": _support(text.support)}
            rows.append(
                Row(f"film:{film.slug}:{slug}", FilmText, _child("film", parent, slug), held)
            )
    return rows


def _resources(bundle: Bundle) -> list[Row]:
    rows = []
    for order, resource in enumerate(bundle.resources):
        lookup = {"slug": resource.slug}
        values = resource.model_dump(include={"kind", "year", "publisher", "symbol"})
        rows.append(
            Row(
                f"resource:{resource.slug}",
                Resource,
                lambda lookup=lookup: lookup,  # type: ignore[misc]
                values | {"order": order},
            )
        )
        parent = _finder(Resource, slug=resource.slug)
        for slug, texts in bundle.texts.items():
            text = texts.resources[resource.slug].model_dump()
            key = f"resource:{resource.slug}:{slug}"
            rows.append(Row(key, ResourceText, _child("resource", parent, slug), text))
        for link in resource.links:
            key = f"resource-link:{resource.slug}:{link.language}"
            held = link.model_dump(mode="json", include={"href", "format", "size"})
            rows.append(Row(key, ResourceLink, _child("resource", parent, link.language), held))
    return rows


def _organisations(bundle: Bundle) -> list[Row]:
    rows = []
    for order, organisation in enumerate(bundle.organisations):
        lookup = {"slug": organisation.slug}
        values = organisation.model_dump(
            mode="json", include={"name", "href", "languages", "source"}
        )
        values |= {"checked": organisation.checked, "order": order}
        rows.append(
            Row(
                f"organisation:{organisation.slug}",
                Organisation,
                lambda lookup=lookup: lookup,  # type: ignore[misc]
                values,
            )
        )
        parent = _finder(Organisation, slug=organisation.slug)
        for slug, texts in bundle.texts.items():
            text = texts.organisations[organisation.slug].model_dump()
            key = f"organisation:{organisation.slug}:{slug}"
            rows.append(Row(key, OrganisationText, _child("organisation", parent, slug), text))
    return rows
