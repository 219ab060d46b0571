"""The pages that staff write, the areas, the first door, and what machines read."""

from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.template.loader import render_to_string
from wagtail.models import Page

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import Area, Campaign
from reflect2protect.core.render import (
    CampaignView,
    absolute,
    campaign_view,
    campaign_views,
    render_page,
)
from reflect2protect.core.share import share_links, share_text
from reflect2protect.pages.models import CampaignPage, HomePage
from reflect2protect.pages.work.shelves import groups, organisations, resources
from reflect2protect.publishing.registry import (
    Document,
    Keys,
    NotPublished,
    Publication,
    Topic,
    Turn,
    page,
    publications,
    publish,
)
from reflect2protect.publishing.work.places import Place, places
from reflect2protect.series.work.shelf import load_shelf
from reflect2protect.submissions.work import rails
from reflect2protect.submissions.work.cards import area_links
from reflect2protect.wall.work.choices import area_choices, language_choices
from reflect2protect.wall.work.hang import everywhere, hung, in_area, newest_in_its_words
from reflect2protect.wall.work.touched import touches

HOME_CARDS = 5


def _home_context(language: Language, campaign: CampaignView) -> dict[str, Any]:
    shelf, things = load_shelf(language), resources(language)
    return {
        "week": shelf.week,
        "next_film": shelf.next_film,
        "areas": shelf.areas,
        "lit": shelf.lit,
        "cards": newest_in_its_words(language, limit=HOME_CARDS),
        "fact_sheet": next((r for r in things if r.kind == "factsheet"), None),
        "shelf": [r for r in things if r.kind != "factsheet" and r.links][:5],
    }


def _films_context(language: Language, campaign: CampaignView) -> dict[str, Any]:
    shelf = load_shelf(language)
    return {
        "films": shelf.series,
        "extras": shelf.extras,
        "areas": shelf.areas,
        "countries": shelf.countries(),
        "week": shelf.week,
        "next_film": shelf.next_film,
    }


def _wall_context(language: Language, campaign: CampaignView) -> dict[str, Any]:
    wall = hung(everywhere(language), language)
    return {
        "wall": wall,
        "cards": wall.cards,
        "languages_with": language_choices(
            language, campaign.languages, everything=True, own=False
        ),
        "areas_with": area_choices(area_links(language).values()),
    }


def _act_context(language: Language, campaign: CampaignView) -> dict[str, Any]:
    url = absolute(f"/{language.slug}/")
    return {"share": share_links(campaign, url), "share_text": share_text(campaign, url)}


def _no_context(language: Language, campaign: CampaignView) -> dict[str, Any]:
    return {}


_CONTEXTS: dict[str, Callable[[Language, CampaignView], dict[str, Any]]] = {
    "home": _home_context,
    "films": _films_context,
    "wall": _wall_context,
    "act": _act_context,
    "support": lambda language, campaign: {"organisations": organisations(language)},
    "library": lambda language, campaign: {"groups": groups(language)},
    "stay-safe": lambda language, campaign: {"onion": settings.ONION_URL},
}


def render_draft(found: CampaignPage) -> str:
    """A page as it stands in the object at hand, published or not."""
    return _document(found).body.decode()


def _document(found: CampaignPage) -> Document:
    language = LANGUAGES[found.locale.language_code]
    campaign = campaign_view(language)
    context = _CONTEXTS.get(found.section, _no_context)(language, campaign)
    html = render_page(
        found.template_name,
        language=language,
        path=f"/{language.slug}/{found.path_below_language}",
        section=found.section or found.slug,
        campaign=campaign,
        context={"page": found.view(), **context},
    )
    return page(html, (card.id for card in context.get("cards", [])))


def _live(language: Language, slug: str) -> CampaignPage:
    """The live page of this language below its home. Raises NotPublished."""
    rows = Page.objects.type(CampaignPage).live().filter(locale__language_code=language.slug)
    row = rows.filter(slug=slug, depth=3).select_related("locale").first()
    if row is None:
        raise NotPublished
    found: CampaignPage = row.specific
    return found


def _home(language: Language) -> Document:
    rows = HomePage.objects.live().filter(locale__language_code=language.slug)
    home = rows.select_related("locale").first()
    if home is None:
        raise NotPublished
    return _document(home)


def _page(language: Language, slug: str) -> Document:
    return _document(_live(language, slug))


def _area(language: Language, slug: str) -> Document:
    area, row = load_shelf(language).area(slug), Area.objects.filter(slug=slug).first()
    if area is None or row is None:
        raise NotPublished
    wall = hung(in_area(language, row.pk, slug), language)
    html = render_page(
        "series/area.html",
        language=language,
        path=area.href,
        section="films",
        context={"area": area, "film": area.film, "wall": wall},
    )
    return page(html, (card.id for card in wall.cards))


def _areas() -> Iterator[dict[str, str]]:
    yield from ({"slug": slug} for slug in Area.objects.values_list("slug", flat=True))


def _pages() -> Iterator[dict[str, str]]:
    found = Page.objects.type(CampaignPage).live().filter(depth=3)
    yield from ({"slug": slug} for slug in sorted(set(found.values_list("slug", flat=True))))


def _welcome() -> Document:
    views = list(campaign_views().items())
    if not views:
        raise NotPublished
    default = next((v for v in views if v[0].slug == "en"), views[0])
    context = {
        "language": default[0],
        "campaign": default[1],
        "canonical": absolute("/"),
        "alternates": [
            {"tag": language.tag, "url": absolute(f"/{language.slug}/")} for language, _ in views
        ],
        "welcomes": [
            {
                "language": language,
                "title": view.title,
                "tagline": view.tagline,
                "href": f"/{language.slug}/",
            }
            for language, view in views
        ],
    }
    return page(render_to_string("pages/welcome.html", context))


def _robots() -> Document:
    # Nothing here is given for the training of machines; who asks first is told so.
    lines = [
        "User-agent: *",
        "Disallow: /staff/",
        "Disallow: /pictures/",
        "Content-Signal: ai-train=no",
    ]
    lines += [f"Disallow: /{slug}/my-reflection/" for slug in Campaign.current().languages]
    lines += ["", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return Document("\n".join(lines).encode(), "text/plain; charset=utf-8")


# Left out: what belongs to one person, and the wall's older pages, which its first ones lead to.
UNLISTED = {
    "submissions:my-reflection",
    "wall:reflection",
    "wall:older",
    "wall:area-older",
    "wall:in-older",
}


def _sitemap() -> Document:
    """Every page in every language, each with its alternates."""
    slugs = list(Campaign.current().languages)
    urls = []
    for publication in publications():
        if not publication.is_page or publication.name in UNLISTED:
            continue
        for keys in publication.entries():
            urls += _urls(list(places(publication, [keys], slugs)))
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">' + "\n".join(urls) + "</urlset>\n"
    )
    return Document(body.encode(), "application/xml; charset=utf-8")


def _urls(found: list[Place]) -> list[str]:
    """The same page in each language that it has, each leading to all."""
    pages = [(place.language, escape(absolute(place.address))) for place in found]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language.tag}" href="{url}"/>'
        for language, url in pages
        if language
    )
    return [f"<url><loc>{url}</loc>{links}</url>" for _, url in pages]


def _theme() -> Document:
    """The colours that this campaign changes, as tokens over the look's own."""
    tokens = "".join(f"--{name}:{value};" for name, value in Campaign.current().theme.items())
    return Document(f":root{{{tokens}}}\n".encode(), "text/css; charset=utf-8")


# Which of the staff's pages show something that is not in the page itself.
SHOWS = {
    "film": ("films",),
    "day": ("films",),
    "library": ("library",),
    "organisations": ("support",),
    "wall": ("wall",),
}


def _touched_pages(topic: Topic) -> Iterator[Keys]:
    if topic.kind == "page":
        yield {"slug": topic.ref}
    sections = SHOWS.get(topic.kind, ())
    if any(touch.first for touch in touches(topic, rails.ALL)):
        sections = ("wall",)
    if not sections:
        return
    for found in Page.objects.type(CampaignPage).live().filter(depth=3).specific():
        if found.section in sections:
            yield {"slug": found.slug}


def _touched_areas(topic: Topic) -> Iterator[Keys]:
    yield from ({"slug": touch.ref} for touch in touches(topic, rails.AREA) if touch.first)


def _touched_home(topic: Topic) -> Iterator[Keys]:
    """A home page shows reflections in its own language alone."""
    if topic.kind == "submission":
        yield from ({"language": touch.ref} for touch in touches(topic, rails.LANGUAGE))


publish(
    Publication(
        "pages:home",
        "",
        _home,
        follows=frozenset({"home", "film", "day", "library", "wall"}),
        touched=_touched_home,
        turn=Turn.FRONT,
    )
)
publish(
    Publication(
        "pages:area",
        "areas/<slug:slug>/",
        _area,
        _areas,
        follows=frozenset({"film", "day", "wall"}),
        touched=_touched_areas,
        turn=Turn.FRONT,
    )
)
publish(
    Publication(
        "pages:page", "<slug:slug>/", _page, _pages, touched=_touched_pages, turn=Turn.FRONT
    )
)
publish(Publication("pages:welcome", "", _welcome, localised=False))
publish(Publication("pages:robots", "robots.txt", _robots, localised=False, turn=Turn.MACHINE))
publish(
    Publication(
        "pages:sitemap",
        "sitemap.xml",
        _sitemap,
        localised=False,
        follows=frozenset({"page", "home", "film"}),
        turn=Turn.MACHINE,
    )
)
publish(Publication("pages:theme", "theme.css", _theme, localised=False, turn=Turn.FILE))
