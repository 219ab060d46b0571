"""The pages that staff write, each in every language; and the two shelves they show."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.pages.blocks import BodyBlock, EntriesBlock, LinesBlock, TimesBlock

LANGUAGE_CHOICES = [(slug, language.name) for slug, language in LANGUAGES.items()]


class CampaignPage(Page):
    """What all our pages have. A page is read as a publication, never served by Wagtail."""

    menu = models.CharField(max_length=60, blank=True, help_text="A short name for menus.")
    lead = models.TextField(blank=True)
    body = StreamField(BodyBlock(required=False), blank=True)

    template_name: ClassVar = "pages/text.html"
    section: ClassVar = ""
    content_fields: ClassVar[tuple[str, ...]] = (
        "title",
        "menu",
        "search_description",
        "lead",
        "body",
    )
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("menu"),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    # One address in every language: the language switch leads to the same page.
    override_translatable_fields: ClassVar = [SynchronizedField("slug")]
    parent_page_types: ClassVar[list[str]] = ["pages.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    @property
    def path_below_language(self) -> str:
        """`about/`; empty for the home page."""
        return f"{self.slug}/"

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Where the page is read, for Wagtail's own links."""
        address = f"/{self.locale.language_code}/{self.path_below_language}"
        return (0, "", address)

    def view(self) -> dict[str, Any]:
        """What templates show of it."""
        return {
            "title": self.title,
            "menu": self.menu or self.title,
            "description": self.search_description,
            "lead": self.lead,
            "body": self.body,
        }

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """A draft as readers would see it."""
        from reflect2protect.pages.publications import render_draft

        return HttpResponse(render_draft(self))


class HomePage(CampaignPage):
    """The first page of a language."""

    hero_first = models.CharField(max_length=60)
    hero_second = models.CharField(max_length=60)
    hero_lead = models.TextField()
    hero_invite = models.CharField(max_length=80)
    twelve_title = models.CharField(max_length=120)
    twelve_lead = models.TextField()
    thirteen_title = models.CharField(max_length=120)
    thirteen_echo = models.CharField(max_length=40)
    thirteen_lead = models.TextField()
    wall_title = models.CharField(max_length=120)
    who_title = models.CharField(max_length=200)
    roll = StreamField(LinesBlock(required=False), blank=True)
    who_lead = models.TextField()
    who_text = models.TextField()
    needs_title = models.CharField(max_length=120)
    needs_lead = models.TextField()
    needs = StreamField(EntriesBlock(required=False), blank=True)
    act_title = models.CharField(max_length=120)
    times = StreamField(TimesBlock(required=False), blank=True)
    library_title = models.CharField(max_length=120)

    template_name = "pages/home.html"
    section = "home"
    content_fields = (
        "title",
        "search_description",
        *("hero_first", "hero_second", "hero_lead", "hero_invite"),
        *("twelve_title", "twelve_lead", "thirteen_title", "thirteen_echo", "thirteen_lead"),
        *("wall_title", "who_title", "roll", "who_lead", "who_text"),
        *("needs_title", "needs_lead", "needs", "act_title", "times", "library_title"),
    )
    content_panels: ClassVar = [
        *Page.content_panels,
        *(
            MultiFieldPanel([FieldPanel(name) for name in names], heading=heading)
            for heading, names in (
                ("First view", content_fields[2:6]),
                ("Mirrors", content_fields[6:11]),
                ("Wall and defenders", content_fields[11:16]),
                ("Support and action", content_fields[16:22]),
            )
        ),
    ]
    # Two home pages cannot have one slug below the root; readers never see it.
    override_translatable_fields: ClassVar = []
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = [
        "pages.TextPage",
        "pages.FilmsPage",
        "pages.WallPage",
        "pages.SupportPage",
        "pages.ActPage",
        "pages.LibraryPage",
        "pages.SafetyPage",
    ]

    @property
    def path_below_language(self) -> str:
        """The language's own root."""
        return ""

    def view(self) -> dict[str, Any]:
        """Texts as they are, streams as plain lists."""
        view = {name: getattr(self, name) for name in self.content_fields}
        for stream in ("roll", "needs", "times"):
            view[stream] = [block.value for block in getattr(self, stream)]
        view["description"] = self.search_description
        return view


class TextPage(CampaignPage):
    """A page of text: about, defenders, privacy, rules, accessibility, contact."""


class FilmsPage(CampaignPage):
    """The series."""

    template_name = "pages/films.html"
    section = "films"


class WallPage(CampaignPage):
    """The wall's first page."""

    template_name = "wall/wall.html"
    section = "wall"


class SupportPage(CampaignPage):
    """What defenders need and who can help."""

    template_name = "pages/support.html"
    section = "support"


class ActPage(CampaignPage):
    """Take action."""

    template_name = "pages/act.html"
    section = "act"


class LibraryPage(CampaignPage):
    """The library."""

    template_name = "pages/library.html"
    section = "library"


class SafetyPage(CampaignPage):
    """How to stay safe: text, a way to leave quickly, and the onion address if there is one."""

    template_name = "pages/stay_safe.html"
    section = "stay-safe"


class ResourceKind(models.TextChoices):
    """What stands on the shelf."""

    FACTSHEET = "factsheet"
    ONEPAGER = "onepager"
    PUBLICATION = "publication"
    OPED = "oped"
    PRESS = "press"
    AUDIO = "audio"
    VIDEO = "video"
    WEBSITE = "website"


class Resource(ClusterableModel):
    """Something to read, hear or see, on somebody's site."""

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=12, choices=ResourceKind.choices)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    publisher = models.CharField(max_length=120, blank=True)
    symbol = models.CharField(max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return self.slug


class ResourceText(models.Model):
    """What it is called and what it is, in one language."""

    resource = ParentalKey(Resource, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10, choices=LANGUAGE_CHOICES)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "language"], name="one_resource_text")
        ]

    def __str__(self) -> str:
        return self.title


class ResourceLink(models.Model):
    """Where it is in one language."""

    resource = ParentalKey(Resource, on_delete=models.CASCADE, related_name="links")
    language = models.CharField(max_length=10, choices=LANGUAGE_CHOICES)
    href = models.URLField(max_length=500)
    format = models.CharField(max_length=20, default="HTML")
    size = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "language"], name="one_resource_link")
        ]

    def __str__(self) -> str:
        return self.href


class Organisation(ClusterableModel):
    """Somebody who can help a defender, with the source of what we say and when we checked it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    href = models.URLField(max_length=500)
    languages = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=300)
    checked = models.DateField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return self.name


class OrganisationText(models.Model):
    """What it offers, in one language."""

    organisation = ParentalKey(Organisation, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10, choices=LANGUAGE_CHOICES)
    offers = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "language"], name="one_offer_text")
        ]

    def __str__(self) -> str:
        return self.offers


class Loaded(models.Model):
    """What a load of the bundle left behind, so that the next one can tell who changed it since.

    `source` is the digest of what the bundle said, `state` of the row right after the load.
    """

    key = models.CharField(max_length=120, unique=True)
    source = models.CharField(max_length=64)
    state = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.key
