from typing import Any

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "reflect2protect.pages"
    label = "pages"

    def ready(self) -> None:
        """What staff write here is published."""
        from reflect2protect.core.models import Area, AreaText, Campaign, CampaignText
        from reflect2protect.pages.models import (
            Organisation,
            OrganisationText,
            Resource,
            ResourceLink,
            ResourceText,
        )
        from reflect2protect.publishing.actions import watch

        # These are on every page, or on every card of the wall.
        watch(Area, AreaText, Campaign, CampaignText, kind="everything")
        watch(Organisation, OrganisationText, kind="organisations")
        watch(Resource, ResourceLink, ResourceText, kind="library")
        _watch_pages()


def _watch_pages() -> None:
    from wagtail.models import Page
    from wagtail.signals import page_published, page_slug_changed, page_unpublished

    from reflect2protect.pages.models import CampaignPage, HomePage
    from reflect2protect.publishing.actions import mark

    def tell(instance: Page, **kwargs: Any) -> None:
        if isinstance(instance, HomePage):
            mark("home")
        elif isinstance(instance, CampaignPage):
            mark("page", instance.slug)

    def tell_old(instance_before: Page, **kwargs: Any) -> None:
        tell(instance_before)

    # Deleting a live page unpublishes it first.
    page_published.connect(tell, weak=False)
    page_unpublished.connect(tell, weak=False)
    page_slug_changed.connect(tell_old, weak=False)
