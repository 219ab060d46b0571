"""Making a page from a template without a request: what is published knows nobody who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import CampaignText


@dataclass(frozen=True)
class CampaignView:
    """The campaign as templates see it, in one language."""

    hashtag: str
    title: str
    tagline: str
    description: str
    organiser: str
    occasion: str
    share_text: str
    youtube_url: str
    source_url: str
    contact_email: str
    theme: dict[str, str]
    networks: tuple[str, ...]
    starts: date
    ends: date
    archived: object
    languages: tuple[Language, ...]


def campaign_view(language: Language) -> CampaignView:
    """The campaign with its text in `language` (one query).

    Raises CampaignText.DoesNotExist when the campaign has none, or was not loaded yet.
    """
    return _view(CampaignText.objects.select_related("campaign").get(language=language.slug))


def campaign_views() -> dict[Language, CampaignView]:
    """The campaign in each of its languages, in its own order (one query)."""
    texts = CampaignText.objects.select_related("campaign")
    views = {LANGUAGES[text.language]: _view(text) for text in texts}
    order = next(iter(views.values())).languages if views else ()
    return {language: views[language] for language in order if language in views}


def _view(text: CampaignText) -> CampaignView:
    campaign = text.campaign
    return CampaignView(
        hashtag=campaign.hashtag,
        title=text.title,
        tagline=text.tagline,
        description=text.description,
        organiser=text.organiser,
        occasion=text.occasion,
        share_text=text.share_text,
        youtube_url=campaign.youtube_url,
        source_url=campaign.source_url,
        contact_email=campaign.contact_email,
        theme=campaign.theme,
        networks=tuple(campaign.networks),
        starts=campaign.starts,
        ends=campaign.ends,
        archived=campaign.archived,
        languages=tuple(LANGUAGES[slug] for slug in campaign.languages),
    )


def absolute(path: str) -> str:
    """The public address of `path`, from the settings and never from a request's Host."""
    return f"{settings.PUBLIC_URL}{path}"


def render_page(
    template: str,
    *,
    language: Language,
    path: str,
    section: str = "",
    context: Mapping[str, Any] | None = None,
    campaign: CampaignView | None = None,
) -> str:
    """`template` as a whole page in `language`, at `path` (which begins with `/<language>/`)."""
    campaign = campaign or campaign_view(language)
    rest = path.removeprefix(f"/{language.slug}/")
    languages = [
        {
            "slug": other.slug,
            "tag": other.tag,
            "name": other.name,
            "dir": other.dir,
            "href": f"/{other.slug}/{rest}",
            "current": other == language,
        }
        for other in campaign.languages
    ]
    with translation.override(language.slug):
        return render_to_string(
            template,
            {
                "language": language,
                "languages": languages,
                "alternates": [
                    {"tag": item["tag"], "url": absolute(str(item["href"]))} for item in languages
                ],
                "campaign": campaign,
                "canonical": absolute(path),
                "source_code_url": settings.SOURCE_CODE_URL,
                "root": f"/{language.slug}/",
                "path": path,
                "rest": rest,
                "section": section,
                **(context or {}),
            },
        )
