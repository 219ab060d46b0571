"""The films: one row a film, one text row a language, and a calendar of releases."""

from datetime import date
from typing import ClassVar, Self

from django.core.validators import FileExtensionValidator, RegexValidator
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Area
from reflect2protect.publishing.registry import EVERYTHING, Topic
from reflect2protect.publishing.work.stops import in_force


class Kind(models.TextChoices):
    """What sort of film it is."""

    PROFILE = "profile"
    MESSAGE = "message"
    HIGHLIGHTS = "highlights"
    TRAILER = "trailer"


# The kinds that make the series: each lights the mirror of its area.
SERIES = (Kind.PROFILE, Kind.MESSAGE)


class FilmQuerySet(models.QuerySet["Film"]):
    def shown(self) -> Self:
        """Those that no emergency stop has taken down."""
        stopped = {Topic.parse(scope) for scope in in_force()}
        if not stopped.isdisjoint({Topic("film"), EVERYTHING}):
            return self.none()
        return self.exclude(slug__in=[topic.ref for topic in stopped if topic.kind == "film"])

    def released(self, on: date) -> Self:
        """Those that are out on that day."""
        return self.shown().filter(release__lte=on)


class Film(ClusterableModel):
    """A film. `release` is a day without a time zone; `pinned` makes it the video of the week."""

    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PROFILE)
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="films"
    )
    country = models.CharField(
        max_length=2, blank=True, help_text="ISO 3166-1 alpha-2; empty where naming it is not safe."
    )
    release = models.DateField()
    pinned = models.BooleanField(
        default=False, help_text="Video of the week, whatever the calendar says."
    )
    youtube = models.CharField(
        max_length=11, blank=True, validators=[RegexValidator(r"^[A-Za-z0-9_-]{11}$")]
    )
    file = models.FileField(
        upload_to="films", blank=True, validators=[FileExtensionValidator(["mp4", "webm"])]
    )
    example = models.BooleanField(
        default=False, help_text="Its texts are illustrations, not what the film says."
    )

    objects = FilmQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pinned"],
                condition=models.Q(pinned=True),
                name="one_pinned_film",
                violation_error_message="Another film is pinned already: unpin it first.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.slug}"


class FilmText(models.Model):
    """What a film's page says in one language."""

    film = ParentalKey(Film, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10, choices=[(s, x.name) for s, x in LANGUAGES.items()])
    title = models.CharField(
        max_length=200, blank=True, help_text="Empty: the area's name is the title."
    )
    summary = models.TextField(blank=True)
    story = models.TextField(blank=True)
    struggle = models.TextField(blank=True)
    dreams = models.TextField(blank=True)
    support = models.TextField(
        blank=True, help_text="The support she seeks, one a line: “Legal aid: a lawyer in time”."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["film", "language"], name="one_film_text_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.film} ({self.language})"

    def support_list(self) -> list[dict[str, str]]:
        """The support she seeks as `{"term": …, "text": …}`; Chinese colons work too."""
        rows = []
        for line in self.support.replace("：", ":").splitlines():
            term, _, text = line.partition(":")
            if term.strip():
                rows.append({"term": term.strip(), "text": text.strip()})
        return rows
