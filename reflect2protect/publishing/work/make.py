"""What a public file should hold now, in the database's view."""

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import Campaign
from reflect2protect.core.render import CampaignView, campaign_view, render_page
from reflect2protect.publishing.registry import Document, NotPublished, page
from reflect2protect.publishing.work import stops
from reflect2protect.publishing.work.places import Place


def languages() -> list[str]:
    """The campaign's languages; none before it is loaded."""
    found = Campaign.objects.first()
    return list(found.languages) if found else []


def document_at(place: Place) -> Document | None:
    """The document for a place, or None when nothing is to be read there.

    A page that exists in other languages only is one that says so and leads to them. While a stop
    takes the place down, it is the calm page or nothing.
    """
    if stops.in_force() and stops.shuts(place.file):
        return _paused(place) if stops.rests(place.file) else None
    try:
        return place.publication.document(place.language, **dict(place.keys))
    except NotPublished:
        if place.language is None or not place.publication.is_page or place.publication.personal:
            return None
        return _missing(place, place.language)


def _paused(place: Place) -> Document:
    language = place.language or LANGUAGES["en"]
    everything = stops.ALL in stops.in_force()
    path = f"/{language.slug}/" if everything else place.address
    context = {"everything": everything}
    template = "publishing/paused.html"
    return page(render_page(template, language=language, path=path, context=context))


def _missing(place: Place, language: Language) -> Document | None:
    campaign: CampaignView = campaign_view(language)
    existing = [other for other in campaign.languages if _exists(place, other)]
    if not existing:
        return None
    rest = place.address.split("/", 2)[2]
    links = [
        {"tag": o.tag, "dir": o.dir, "name": o.name, "href": f"/{o.slug}/{rest}"} for o in existing
    ]
    return page(
        render_page(
            "publishing/missing.html",
            language=language,
            path=place.address,
            campaign=campaign,
            context={"existing": links},
        )
    )


def _exists(place: Place, language: Language) -> bool:
    if language == place.language:
        return False
    try:
        place.publication.document(language, **dict(place.keys))
    except NotPublished:
        return False
    return True
