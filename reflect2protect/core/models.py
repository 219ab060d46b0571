"""Staff, and the one campaign that this installation runs."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from reflect2protect.core.languages import LANGUAGES


class User(AbstractUser):
    """A member of staff; the public has no accounts. Roles are Django groups (core/roles.py)."""

    def in_role(self, *roles: str) -> bool:
        """True for an administrator, and for anyone in one of the named groups."""
        return self.is_active and (self.is_superuser or self.groups.filter(name__in=roles).exists())


class Campaign(ClusterableModel):
    """The campaign: what its hashtag is, when it runs, in which languages. One row."""

    name = models.SlugField(unique=True)
    hashtag = models.CharField(max_length=80)
    languages = models.JSONField(default=list)
    networks = models.JSONField(default=list, blank=True)
    theme = models.JSONField(default=dict, blank=True)
    starts = models.DateField()
    ends = models.DateField()
    # The day on which it was frozen: from then on nothing new is taken in, and no film comes out.
    archived = models.DateField(null=True, blank=True, editable=False)
    # Days after which what was declined, and what was never answered, is erased.
    keep_declined_days = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    keep_unanswered_days = models.PositiveSmallIntegerField(
        default=180, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    contact_email = models.EmailField(blank=True)
    youtube_url = models.URLField(blank=True)
    source_url = models.URLField(blank=True)

    def __str__(self) -> str:
        return self.hashtag

    @classmethod
    def current(cls) -> Self:
        """The campaign that runs here. Raises Campaign.DoesNotExist before the first load."""
        return cls._default_manager.get()  # type: ignore[no-any-return,unused-ignore]

    @classmethod
    def today(cls) -> date:
        """The day at which its calendar stands: today, or the day on which it was archived."""
        archived = cls._default_manager.values_list("archived", flat=True).first()
        return archived or timezone.localdate()


class CampaignText(models.Model):
    """What the campaign calls itself in one language."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10, choices=[(s, x.name) for s, x in LANGUAGES.items()])
    title = models.CharField(max_length=200)
    tagline = models.CharField(max_length=200)
    description = models.CharField(max_length=300)
    organiser = models.CharField(max_length=200)
    occasion = models.CharField(max_length=300)
    share_text = models.CharField(max_length=300, help_text="May hold {hashtag} and {url}.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "language"], name="one_text_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Area(ClusterableModel):
    """A topic of the campaign: for this one, an area of concern of the Beijing Platform (A to L).

    It stands in core because films and submissions both point at it and neither may know the
    other (docs/decisions/0002).
    """

    code = models.CharField(max_length=4, unique=True)
    slug = models.SlugField(unique=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.slug}"


class AreaText(models.Model):
    """What an area is called, and what it is about, in one language."""

    area = ParentalKey(Area, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10, choices=[(s, x.name) for s, x in LANGUAGES.items()])
    official = models.CharField(max_length=200, help_text="The official name.")
    label = models.CharField(max_length=80, help_text="A short name, for under a mirror.")
    line = models.CharField(max_length=300, help_text="One line in the campaign's own words.")
    objectives = models.TextField(
        blank=True, help_text="Strategic objectives, one a line: “A.1 Title”."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "language"], name="one_area_text_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.language})"

    def objective_list(self) -> list[dict[str, str]]:
        """The objectives as `{"code": "A.1", "title": …}`."""
        rows = (line.partition(" ") for line in self.objectives.splitlines() if line.strip())
        return [{"code": code, "title": title.strip()} for code, _, title in rows]
