"""Films and areas in the studio, each with its texts in every language."""

from typing import ClassVar

from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from reflect2protect.core.models import Area
from reflect2protect.series.models import Film


class FilmViewSet(SnippetViewSet):
    """Films, in the order of the series."""

    model = Film
    icon = "media"
    list_display: ClassVar = ["slug", "kind", "country", "release", "pinned"]
    list_filter: ClassVar = ["kind", "country"]
    ordering: ClassVar = ["release"]
    panels: ClassVar = [
        FieldRowPanel([FieldPanel("slug"), FieldPanel("order"), FieldPanel("kind")]),
        FieldRowPanel([FieldPanel("area"), FieldPanel("country")]),
        FieldRowPanel([FieldPanel("release"), FieldPanel("pinned"), FieldPanel("example")]),
        FieldRowPanel([FieldPanel("youtube"), FieldPanel("file")]),
        InlinePanel("texts", label="Text", heading="Texts, one a language"),
    ]


class AreaViewSet(SnippetViewSet):
    """Areas of concern."""

    model = Area
    icon = "tag"
    list_display: ClassVar = ["code", "slug"]
    ordering: ClassVar = ["order"]
    panels: ClassVar = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("slug"), FieldPanel("order")]),
        InlinePanel("texts", label="Text", heading="Texts, one a language"),
    ]


class SeriesGroup(SnippetViewSetGroup):
    """The series in the studio's menu."""

    menu_label = "The series"
    menu_icon = "media"
    menu_order = 150
    items = (FilmViewSet, AreaViewSet)


register_snippet(SeriesGroup)
