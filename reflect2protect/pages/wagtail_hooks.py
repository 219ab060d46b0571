"""The library and the organisations in the studio; and translations that notice a change."""

from typing import Any, ClassVar

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup
from wagtail_localize.models import TranslationSource

from reflect2protect.core.models import Campaign
from reflect2protect.pages.models import Organisation, Resource


class ResourceViewSet(SnippetViewSet):
    """What stands in the library."""

    model = Resource
    icon = "doc-full-inverse"
    list_display: ClassVar = ["slug", "kind", "publisher", "year"]
    panels: ClassVar = [
        FieldRowPanel([FieldPanel("slug"), FieldPanel("kind"), FieldPanel("order")]),
        FieldRowPanel([FieldPanel("publisher"), FieldPanel("year"), FieldPanel("symbol")]),
        InlinePanel("links", label="Link", heading="Links, one a language"),
        InlinePanel("texts", label="Text", heading="Texts, one a language"),
    ]


class OrganisationViewSet(SnippetViewSet):
    """Who can help."""

    model = Organisation
    icon = "group"
    list_display: ClassVar = ["name", "checked"]
    panels: ClassVar = [
        FieldRowPanel([FieldPanel("slug"), FieldPanel("order"), FieldPanel("checked")]),
        FieldPanel("name"),
        FieldPanel("href"),
        FieldPanel("languages"),
        FieldPanel("source"),
        InlinePanel("texts", label="Text", heading="Texts, one a language"),
    ]


class CampaignViewSet(SnippetViewSet):
    """The campaign itself: one row."""

    model = Campaign
    icon = "cog"
    list_display: ClassVar = ["hashtag", "starts", "ends"]
    panels: ClassVar = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("hashtag")]),
        FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
        FieldRowPanel([FieldPanel("keep_declined_days"), FieldPanel("keep_unanswered_days")]),
        FieldPanel("contact_email"),
        FieldRowPanel([FieldPanel("youtube_url"), FieldPanel("source_url")]),
        InlinePanel("texts", label="Text", heading="Texts, one a language"),
    ]


class ShelvesGroup(SnippetViewSetGroup):
    """Campaign, library and organisations in the studio's menu."""

    menu_label = "Campaign"
    menu_icon = "group"
    menu_order = 160
    items = (CampaignViewSet, ResourceViewSet, OrganisationViewSet)


register_snippet(ShelvesGroup)


@hooks.register("after_publish_page")
def tell_translations(request: HttpRequest, page: Page, **kwargs: Any) -> None:
    """When a source page is published its changed segments show as stale in every language.

    Without this an officer has to remember to press “sync” on each page.
    """
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source is not None and page.alias_of_id is None:
        source.update_from_db()
