"""The feed of the wall: one for all languages, each entry in that of its words."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext, override

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import Campaign
from reflect2protect.core.render import absolute
from reflect2protect.publishing.registry import Document
from reflect2protect.submissions.models import Submission

ADDRESS = "/wall/feed.atom"
NEWEST = 24


class Feed(Atom1Feed):
    """Atom in which each entry says its language; the same whenever it is written."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        """The attributes of an entry."""
        return {"xml:lang": item["language"]}

    def latest_post_date(self) -> datetime:
        """When the newest entry came, and the campaign's first day before there is one."""
        newest: datetime = self.feed["begins"]
        for item in self.items:
            newest = max(newest, item["updateddate"])
        return newest


def wall_feed() -> Document:
    """The newest reflections, in whatever language."""
    campaign = Campaign.current()
    languages = [LANGUAGES[slug] for slug in campaign.languages]
    feed = Feed(
        title=campaign.hashtag,
        link=absolute("/"),
        description="",
        language=None,
        author_name=campaign.hashtag,
        feed_url=absolute(ADDRESS),
        feed_copyright="\n".join(_rights(language) for language in languages),
        begins=_moment(campaign.starts),
    )
    rows = list(Submission.objects.order_by("-place")[:NEWEST])
    for row in rows:
        _add(feed, row, languages, campaign.hashtag)
    body = feed.writeString("utf-8").encode()
    return Document(body, Feed.content_type, frozenset(row.public_id for row in rows))


def _rights(language: Language) -> str:
    with override(language.slug):
        return gettext(
            "Each reflection belongs to the person who sent it and may be taken back at any time. "
            "Not to be used for machine learning."
        )


def _add(feed: Feed, row: Submission, languages: list[Language], hashtag: str) -> None:
    """An entry leads to the reflection's page in the language of its words, if the site has it."""
    spoken = LANGUAGES[row.language]
    page = spoken if spoken in languages else languages[0]
    with override(page.slug):
        mark = f"[{gettext('Example')}] " if row.is_example else ""
    address = absolute(f"/{page.slug}/wall/{row.public_id}/")
    moment = _moment(row.decided or row.received)
    feed.add_item(
        title=mark + (row.name or row.words[:80] or hashtag),
        link=address,
        description=escape(row.words or row.alt),  # a summary is HTML
        unique_id=address,
        pubdate=moment,
        updateddate=moment,
        language=spoken.tag,
    )


def _moment(day: date) -> datetime:
    """Days are all that is known, and told, of when something came."""
    return datetime.combine(day, time(), UTC)
