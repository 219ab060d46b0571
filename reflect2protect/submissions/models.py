"""What the public sends: words and pictures, what each person allows, and how far it has come."""

import secrets
from typing import Any, ClassVar, Self

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

from reflect2protect.core.claimable import Claimable
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Area
from reflect2protect.publishing.work.edition import making_copies
from reflect2protect.publishing.work.stops import is_stopped

MAX_WORDS = 600
LANGUAGE_CHOICES = [(slug, language.name) for slug, language in LANGUAGES.items()]


class State(models.TextChoices):
    """How far a reflection has come."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Reason(models.TextChoices):
    """Why a moderator declined; the published rules of moderation explain each."""

    IDENTIFIES = "identifies"
    HATE = "hate"
    THREAT = "threat"
    OFF_TOPIC = "off_topic"
    ADVERTISING = "advertising"
    UNDER_18 = "under_18"
    UNCLEAR_PICTURE = "unclear_picture"
    OTHER = "other"


class PictureState(models.TextChoices):
    """`made` when all sizes exist; `erasing` until every file is gone."""

    WANTED = "wanted"
    MADE = "made"
    ERASING = "erasing"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def public(self) -> Self:
        """What may be shown on the wall now: approved, allowed by its sender, its picture ready;
        in copies to give away, only what may be passed to the press and to partners. Nothing while
        an emergency stop has the wall down."""
        if is_stopped("wall"):
            return self.none()
        found = self.filter(
            Q(picture__isnull=True) | Q(picture__state=PictureState.MADE),
            state=State.APPROVED,
            consent_wall=True,
            age_ok=True,
        )
        return found.filter(consent_press=True) if making_copies() else found

    def in_state(self, state: State) -> Self:
        """Those that have come this far."""
        return self.filter(state=state)


class PublicManager(models.Manager.from_queryset(SubmissionQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> SubmissionQuerySet:
        """Nothing that may not be shown can be reached by this name."""
        return SubmissionQuerySet(self.model, using=self._db).public()


def new_public_id() -> str:
    """A random name for a reflection's address: 60 bits, no vowels that could spell a word."""
    return "".join(secrets.choice("23456789bcdfghjkmnpqrstvwxz") for _ in range(13))


class Submission(models.Model):
    """One reflection, with what its sender allows. No address, no browser, a day and no time."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    words = models.TextField(blank=True, validators=[MaxLengthValidator(MAX_WORDS)])
    language = models.CharField(max_length=10, choices=LANGUAGE_CHOICES)
    alt = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL)

    age_ok = models.BooleanField(default=False)
    consent_wall = models.BooleanField(default=False)
    consent_screens = models.BooleanField(default=False)
    consent_press = models.BooleanField(default=False)
    consent_social = models.BooleanField(default=False)
    consent_language = models.CharField(max_length=10, choices=LANGUAGE_CHOICES)
    consent_version = models.CharField(max_length=20)

    code_hash = models.CharField(max_length=64, unique=True)

    received = models.DateField()
    decided = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    # Its places on three rails, given at approval: among all, in its area, in its language.
    # The newest has the highest.
    place = models.PositiveBigIntegerField(null=True, unique=True)
    area_place = models.PositiveBigIntegerField(null=True)
    language_place = models.PositiveBigIntegerField(null=True)
    is_example = models.BooleanField(default=False)

    objects = PublicManager()
    including_what_may_not_be_shown = models.Manager.from_queryset(SubmissionQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="approved_has_its_places",
                condition=~Q(state="approved")
                | Q(place__isnull=False, language_place__isnull=False)
                & (Q(area__isnull=True) | Q(area_place__isnull=False)),
            ),
            models.UniqueConstraint(fields=["area", "area_place"], name="one_on_an_area_place"),
            models.UniqueConstraint(
                fields=["language", "language_place"], name="one_on_a_language_place"
            ),
            models.CheckConstraint(
                name="withdrawn_is_empty",
                condition=~Q(state="withdrawn") | Q(words="", name="", alt="", country=""),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-place"])]

    def __str__(self) -> str:
        return self.public_id


class Rail(models.Model):
    """Where reflections hang side by side (`work.rails` names them); `last` is the highest place
    that was ever given. It outlives what hung there, so that no place is given twice."""

    name = models.CharField(max_length=40, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} to {self.last}"


def new_file_name() -> str:
    """A random name for a picture's files: 128 bits."""
    return secrets.token_hex(16)


class PictureManager(models.Manager["Picture"]):
    def get_queryset(self) -> models.QuerySet["Picture"]:
        """Only finished pictures of reflections that may be shown, as in SubmissionQuerySet."""
        if is_stopped("wall"):
            return super().get_queryset().none()
        found = (
            super()
            .get_queryset()
            .filter(
                state=PictureState.MADE,
                submission__state=State.APPROVED,
                submission__consent_wall=True,
                submission__age_ok=True,
            )
        )
        return found.filter(submission__consent_press=True) if making_copies() else found


class Picture(Claimable):
    """A laundered picture: a folder of files with a random name. Width and height in pixels."""

    submission = models.OneToOneField(
        Submission, null=True, on_delete=models.SET_NULL, related_name="picture"
    )
    name = models.CharField(max_length=32, unique=True, default=new_file_name)
    state = models.CharField(
        max_length=10, choices=PictureState.choices, default=PictureState.WANTED
    )
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects = PictureManager()
    including_what_may_not_be_shown: models.Manager[Any] = models.Manager()

    def __str__(self) -> str:
        return self.name
