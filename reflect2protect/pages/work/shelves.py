"""Resources and organisations in one language, as templates show them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.pages.models import Organisation, Resource, ResourceKind

KIND_LABELS = {
    ResourceKind.FACTSHEET: _("Fact sheet"),
    ResourceKind.ONEPAGER: _("One-pager"),
    ResourceKind.PUBLICATION: _("Publication"),
    ResourceKind.OPED: _("Op-ed"),
    ResourceKind.PRESS: _("Press releases"),
    ResourceKind.AUDIO: _("Audio"),
    ResourceKind.VIDEO: _("Video"),
    ResourceKind.WEBSITE: _("Websites"),
}


@dataclass(frozen=True)
class LinkView:
    """Where a resource is in one language."""

    language: Language
    href: str
    format: str
    size: str


@dataclass(frozen=True)
class ResourceView:
    """Something on the shelf; links in the page's own language come first."""

    slug: str
    kind: str
    title: str
    summary: str
    year: int | None
    publisher: str
    links: list[LinkView]


@dataclass(frozen=True)
class OrganisationView:
    """Somebody who can help; `languages` are names of languages in themselves."""

    name: str
    href: str
    offers: str
    languages: str
    source: str
    checked: date


def resources(language: Language) -> list[ResourceView]:
    """All that has a text in `language`, in the campaign's order (three queries)."""
    order = {slug: index for index, slug in enumerate(LANGUAGES)}
    views = []
    for row in Resource.objects.prefetch_related("texts", "links"):
        text = next((t for t in row.texts.all() if t.language == language.slug), None)
        if text is None:
            continue
        links = sorted(row.links.all(), key=lambda link: order[link.language])
        views.append(
            ResourceView(
                slug=row.slug,
                kind=row.kind,
                title=text.title,
                summary=text.summary,
                year=row.year,
                publisher=row.publisher,
                links=[
                    LinkView(LANGUAGES[link.language], link.href, link.format, link.size)
                    for link in links
                ],
            )
        )
    return views


def groups(language: Language) -> list[dict[str, object]]:
    """Resources by kind, in the order of kinds."""
    shelf = resources(language)
    with override(language.slug):
        return [
            {"kind_label": str(label), "resources": [r for r in shelf if r.kind == kind]}
            for kind, label in KIND_LABELS.items()
            if any(r.kind == kind for r in shelf)
        ]


def organisations(language: Language) -> list[OrganisationView]:
    """All with a text in `language`, in the campaign's order (two queries)."""
    views = []
    for row in Organisation.objects.prefetch_related("texts"):
        text = next((t for t in row.texts.all() if t.language == language.slug), None)
        if text is not None:
            names = [LANGUAGES[slug].name for slug in row.languages if slug in LANGUAGES]
            views.append(
                OrganisationView(
                    name=row.name,
                    href=row.href,
                    offers=text.offers,
                    languages=" · ".join(names),
                    source=row.source,
                    checked=row.checked,
                )
            )
    return views
