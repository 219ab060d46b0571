"""The wall beyond its first page: older ones, by area, by language, one alone, and for machines."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from reflect2protect.core.languages import Language
from reflect2protect.core.models import Area
from reflect2protect.core.render import absolute, campaign_view, render_page
from reflect2protect.publishing.registry import (
    Document,
    Keys,
    NotPublished,
    Publication,
    Topic,
    Turn,
    page,
    publish,
)
from reflect2protect.publishing.work.make import languages
from reflect2protect.submissions.models import Submission
from reflect2protect.submissions.work import rails
from reflect2protect.submissions.work.cards import area_links, card
from reflect2protect.wall.work.choices import area_choices, language_choices
from reflect2protect.wall.work.feed import wall_feed
from reflect2protect.wall.work.hang import Line, everywhere, hung, in_area, in_its_words
from reflect2protect.wall.work.live import live
from reflect2protect.wall.work.touched import own_buckets, touches


def _wall(
    language: Language, line: Line, number: int | None, *, own: bool = False, area: str = ""
) -> Document:
    """A page of the wall: `own` shows the language of the page alone, `area` is an area's slug."""
    campaign, links = campaign_view(language), area_links(language).values()
    wall = hung(line, language, number)
    context: dict[str, Any] = {
        "wall": wall,
        "number": number,
        "own": own,
        "area": next((link for link in links if link.slug == area), None),
        "languages_with": language_choices(
            language, campaign.languages, everything=not own and not area, own=own
        ),
        "areas_with": [] if number else area_choices(links),
    }
    path = line.first if number is None else f"{line.older}{number}/"
    if own and number is not None:
        # Another language has other buckets: the way to it leads to its first page.
        context |= {"canonical": absolute(path), "alternates": []}
        path = line.first
    html = render_page(
        "wall/wall.html",
        language=language,
        path=path,
        section="wall",
        campaign=campaign,
        context=context,
    )
    return page(html, (shown.id for shown in wall.cards))


def _older(language: Language, number: int) -> Document:
    return _wall(language, everywhere(language), number)


def _area_older(language: Language, area: str, number: int) -> Document:
    found = Area.objects.filter(slug=area).first()
    if found is None:
        raise NotPublished
    return _wall(language, in_area(language, found.pk, area), number, area=area)


def _in(language: Language, number: int | None = None) -> Document:
    return _wall(language, in_its_words(language), number, own=True)


def _reflection(language: Language, id: str) -> Document:
    row = Submission.objects.select_related("picture").filter(public_id=id).first()
    if row is None:
        raise NotPublished
    shown = card(row, language, area_links(language))
    html = render_page(
        "wall/reflection.html",
        language=language,
        path=shown.href,
        section="wall",
        context={"card": shown},
    )
    return page(html, [id])


def _older_entries(kind: str, ref: str) -> Iterator[Keys]:
    for slug, number in own_buckets(kind):
        yield {ref: slug, "number": number} if ref else {"number": number}


def _older_touched(topic: Topic, kind: str, ref: str) -> Iterator[Keys]:
    for touch in touches(topic, kind):
        for number in touch.older:
            yield {ref: touch.ref, "number": number} if ref else {"number": number}


def _in_entries() -> Iterator[Keys]:
    yield from ({"language": slug} for slug in languages())


def _in_touched(topic: Topic) -> Iterator[Keys]:
    yield from ({"language": t.ref} for t in touches(topic, rails.LANGUAGE) if t.first)


def _reflections() -> Iterator[Keys]:
    names = Submission.objects.values_list("public_id", flat=True)
    yield from ({"id": name} for name in names.iterator())


def _reflection_touched(topic: Topic) -> Iterator[Keys]:
    if topic.kind == "submission" and Submission.objects.filter(public_id=topic.ref).exists():
        yield {"id": topic.ref}


def _newest_touched(topic: Topic) -> Iterator[Keys]:
    if topic.kind == "submission":
        yield {}


def _buckets(name: str, route: str, render: Any, kind: str, ref: str = "") -> None:
    """Pages of older buckets, along the rails of one kind; `ref` is the key of an area's or a
    language's slug."""
    publish(
        Publication(
            name,
            f"{route}older/<int:number>/",
            render,
            partial(_older_entries, kind, ref),
            touched=partial(_older_touched, kind=kind, ref=ref),
            part="wall",
        )
    )


_buckets("wall:older", "wall/", _older, rails.ALL)
_buckets("wall:area-older", "wall/area/<slug:area>/", _area_older, rails.AREA, "area")
_buckets("wall:in-older", "wall/in/", _in, rails.LANGUAGE, "language")
publish(
    Publication(
        "wall:in", "wall/in/", _in, _in_entries, touched=_in_touched, turn=Turn.FRONT, part="wall"
    )
)
publish(
    Publication(
        "wall:reflection",
        "wall/<slug:id>/",
        _reflection,
        _reflections,
        touched=_reflection_touched,
        turn=Turn.PAGE,
        part="wall",
        personal=True,
    )
)
publish(
    Publication(
        "wall:feed",
        "wall/feed.atom",
        wall_feed,
        localised=False,
        touched=_newest_touched,
        turn=Turn.MACHINE,
        part="wall",
    )
)
publish(
    Publication(
        "wall:live",
        "wall/live.json",
        live,
        localised=False,
        touched=_newest_touched,
        turn=Turn.MACHINE,
        part="wall",
    )
)
