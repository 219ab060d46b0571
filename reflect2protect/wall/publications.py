"""The wall beyond its first page: filtered, older, one reflection alone, and as a feed."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import Area
from reflect2protect.core.render import absolute, campaign_view, render_page
from reflect2protect.publishing.registry import (
    Document,
    NotPublished,
    Publication,
    page,
    publish,
)
from reflect2protect.submissions.models import Submission
from reflect2protect.submissions.work.cards import area_links, card
from reflect2protect.wall.work.hang import PAGE, newest_cards, wall_page


def _wall(language: Language, rest: str, **chosen: Any) -> Document:
    wall = wall_page(language, **chosen)
    if not wall.cards and chosen.get("before") is not None:
        raise NotPublished
    return page(
        render_page(
            "wall/wall.html",
            language=language,
            path=f"/{language.slug}/wall/{rest}",
            section="wall",
            context={
                "cards": wall.cards,
                "older": wall.older,
                "languages_with": wall.languages_with,
                "areas_with": wall.areas_with,
            },
        )
    )


def _older(language: Language, before: int) -> Document:
    return _wall(language, f"before/{before}/", before=before)


def _spoken(language: Language, spoken: str, before: int | None = None) -> Document:
    if spoken not in LANGUAGES:
        raise NotPublished
    rest = f"language/{spoken}/" + (f"before/{before}/" if before is not None else "")
    return _wall(language, rest, spoken=spoken, before=before)


def _area(language: Language, area: str, before: int | None = None) -> Document:
    if not Area.objects.filter(slug=area).exists():
        raise NotPublished
    rest = f"area/{area}/" + (f"before/{before}/" if before is not None else "")
    return _wall(language, rest, area=area, before=before)


def _reflection(language: Language, id: str) -> Document:
    row = Submission.objects.select_related("picture").filter(public_id=id).first()
    if row is None:
        raise NotPublished
    shown = card(row, language, area_links(language))
    return page(
        render_page(
            "wall/reflection.html",
            language=language,
            path=shown.href,
            section="wall",
            context={"card": shown},
        )
    )


def _feed(language: Language) -> Document:
    campaign = campaign_view(language)
    with translation.override(language.slug):
        title = f"{gettext('The wall')} — {campaign.hashtag}"
        example = gettext("Example")
    root = f"/{language.slug}/wall/"
    feed = Atom1Feed(
        title=title,
        link=absolute(root),
        description=campaign.description,
        language=language.tag,
        feed_url=absolute(f"{root}feed.atom"),
    )
    for shown in newest_cards(language, limit=PAGE):
        mark = f"[{example}] " if shown.is_example else ""
        moment = datetime.combine(shown.day, time(), UTC) if shown.day else None
        feed.add_item(
            title=mark + (shown.name or shown.words[:80] or campaign.hashtag),
            link=absolute(shown.href),
            description=shown.words or shown.alt,
            unique_id=absolute(shown.href),
            pubdate=moment,
            updateddate=moment,
        )
    return Document(feed.writeString("utf-8").encode(), "application/atom+xml; charset=utf-8")


def _places(**chosen: Any) -> Iterator[int]:
    """The place before which each further page begins."""
    rows = Submission.objects.filter(**chosen).order_by("-place")
    before = list(rows.values_list("place", flat=True))
    yield from (before[at - 1] for at in range(PAGE, len(before), PAGE))


def _all_older() -> Iterator[dict[str, Any]]:
    yield from ({"before": before} for before in _places())


def _all_spoken() -> Iterator[dict[str, Any]]:
    yield from ({"spoken": slug} for slug in LANGUAGES)


def _all_spoken_older() -> Iterator[dict[str, Any]]:
    for slug in LANGUAGES:
        yield from ({"spoken": slug, "before": before} for before in _places(language=slug))


def _all_areas() -> Iterator[dict[str, Any]]:
    yield from ({"area": slug} for slug in Area.objects.values_list("slug", flat=True))


def _all_areas_older() -> Iterator[dict[str, Any]]:
    for slug in Area.objects.values_list("slug", flat=True):
        yield from ({"area": slug, "before": before} for before in _places(area__slug=slug))


def _all_reflections() -> Iterator[dict[str, Any]]:
    yield from ({"id": name} for name in Submission.objects.values_list("public_id", flat=True))


OLDER = "before/<int:before>/"
publish(Publication("wall:older", f"wall/{OLDER}", _older, _all_older))
publish(Publication("wall:language", "wall/language/<slug:spoken>/", _spoken, _all_spoken))
publish(
    Publication(
        "wall:language-older", f"wall/language/<slug:spoken>/{OLDER}", _spoken, _all_spoken_older
    )
)
publish(Publication("wall:area", "wall/area/<slug:area>/", _area, _all_areas))
publish(Publication("wall:area-older", f"wall/area/<slug:area>/{OLDER}", _area, _all_areas_older))
publish(Publication("wall:reflection", "wall/<slug:id>/", _reflection, _all_reflections))
publish(Publication("wall:feed", "wall/feed.atom", _feed))
