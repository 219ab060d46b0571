"""Feeds of the films: Django's own generator, without a request."""

from datetime import UTC, datetime, time

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed

from reflect2protect.core.languages import Language
from reflect2protect.core.render import CampaignView, absolute
from reflect2protect.series.work.shelf import Shelf

KINDS = {"rss": Rss201rev2Feed, "atom": Atom1Feed}


def film_feed(kind: str, shelf: Shelf, campaign: CampaignView, language: Language) -> bytes:
    """The films that are out, newest first; `kind` is `rss` or `atom`, else KeyError."""
    path = f"/{language.slug}/films/"
    feed = KINDS[kind](
        title=f"{campaign.hashtag} — {campaign.title}",
        link=absolute(path),
        description=campaign.description,
        language=language.tag,
        feed_url=absolute(f"{path}feed.{kind}"),
    )
    out = [film for film in shelf.films if film.released]
    for film in sorted(out, key=lambda film: (film.release, film.number), reverse=True):
        title = f"{film.title} · {film.country}" if film.country else film.title
        moment = datetime.combine(film.release, time(), UTC)
        feed.add_item(
            title=title,
            link=absolute(film.href),
            description=film.summary,
            unique_id=absolute(film.href),
            pubdate=moment,
            updateddate=moment,
        )
    if not out:
        # Not the moment at which the feed was made: it would differ each time.
        beginning = datetime.combine(campaign.starts, time(), UTC)
        feed.latest_post_date = lambda: beginning  # type: ignore[method-assign]
    return feed.writeString("utf-8").encode()
