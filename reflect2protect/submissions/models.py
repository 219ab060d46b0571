"""What the public sends: words and pictures, what each person allows, and how far it has come."""

import json
import secrets
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from reflect2protect.core import vault
from reflect2protect.core.claimable import Claimable
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Area
from reflect2protect.publishing.work.edition import making_copies
from reflect2protect.publishing.work.stops import is_stopped

MAX_WORDS = 600
LANGUAGE_CHOICES = [(slug, language.name) for slug, language in LANGUAGES.items()]
CONSENTS = ("consent_wall", "consent_screens", "consent_press", "consent_social")
# Wordings of the consents that hold; the last one is asked today. A wording that means something
# else replaces all others: then what stood under them comes down, until its sender is asked again.
CONSENT_VERSIONS = ("2026-11-23",)
# The wording of pages and sheets that do not say theirs.
UNSAID_VERSION = "2026-11-23"


class State(models.TextChoices):
    """How far a reflection has come. The last two are empty: taken back by its sender, or erased
    because its time was over."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


ENDED = (State.WITHDRAWN, State.ERASED)


class Seen(models.TextChoices):
    """The five ways to be seen."""

    FACE = "face"
    COVERED = "covered"
    SILHOUETTE = "silhouette"
    MIRROR = "mirror"
    WORDS = "words"


PICTURED = (Seen.FACE, Seen.COVERED)
DRAWN = (Seen.SILHOUETTE, Seen.MIRROR)


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


def may_be_shown(at: str = "") -> Q:
    """What may be shown on the wall now, of reflections that the path `at` leads to: approved,
    and allowed by its sender at this moment, in a wording that holds; in copies to give away,
    only what may be passed to the press and to partners."""
    wanted: dict[str, Any] = {
        "state": State.APPROVED,
        "age_ok": True,
        "consent_wall": True,
        "consent_version__in": CONSENT_VERSIONS,
        "show_from": None,
    }
    if making_copies():
        wanted["consent_press"] = True
    lasting = Q(**{f"{at}show_until": None}) | Q(**{f"{at}show_until__gt": timezone.localdate()})
    return Q(**{f"{at}{name}": value for name, value in wanted.items()}) & lasting


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def public(self) -> Self:
        """What may be shown on the wall now, its picture ready. Nothing while an emergency stop
        has the wall down."""
        if is_stopped("wall"):
            return self.none()
        ready = Q(picture__isnull=True) | Q(picture__state=PictureState.MADE)
        return self.filter(ready, may_be_shown())

    def in_state(self, *states: State) -> Self:
        """Those that have come this far."""
        return self.filter(state__in=states)

    def _fetch_all(self) -> None:
        """Rows come with their keys: one question to the vault for all of them."""
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh:
            _lend_keys(row for row in self._result_cache or () if isinstance(row, Submission))


def _lend_keys(rows: Iterable["Submission"]) -> None:
    sealed = [row for row in rows if row.__dict__.get("sealed") and row.__dict__.get("key")]
    found = vault.keys(row.key for row in sealed)
    for row in sealed:
        row.lend_key(found.get(row.key))


class PublicManager(models.Manager.from_queryset(SubmissionQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> SubmissionQuerySet:
        """Nothing that may not be shown can be reached by this name."""
        return SubmissionQuerySet(self.model, using=self._db).public()


def new_public_id() -> str:
    """A random name for a reflection's address: 60 bits, no vowels that could spell a word."""
    return "".join(secrets.choice("23456789bcdfghjkmnpqrstvwxz") for _ in range(13))


def _said(name: str) -> Any:
    """A text that lies sealed in the row, as an attribute to read and to set."""

    def read(row: "Submission") -> str:
        return row.said.get(name, "")

    def write(row: "Submission", text: str) -> None:
        row.said[name] = text
        row.unsealed = True

    return property(read, write, doc=f"Its {name}, sealed with its own key in the database.")


class Submission(Claimable):
    """One reflection, with what its sender allows. No address, no browser, a day and no time.

    What she wrote is sealed with a key of its own, named `key`, in the vault; "" once destroyed.
    Reading it raises vault.Unreadable when that key is gone and the row not yet empty.
    """

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # The day it came into this state, or was last changed, asked about or answered in it.
    since = models.DateField(default=timezone.localdate)
    received = models.DateField()
    decided = models.DateField(null=True, blank=True)
    # How many had come from the same place within the hour, this one included (core.rates):
    # the desk reads first those who sent one.
    turn = models.PositiveSmallIntegerField(default=1)

    key = models.CharField(max_length=32, blank=True)
    sealed = models.BinaryField(null=True)
    words = _said("words")
    alt = _said("alt")
    name = _said("name")
    note = _said("note")
    language = models.CharField(max_length=10, choices=LANGUAGE_CHOICES)
    country = models.CharField(max_length=2, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL)
    seen = models.CharField(max_length=10, choices=Seen.choices, default=Seen.WORDS)
    drawing = models.CharField(max_length=8, blank=True)
    colour = models.CharField(max_length=10, blank=True)

    age_ok = models.BooleanField(default=False)
    consent_wall = models.BooleanField(default=False)
    consent_screens = models.BooleanField(default=False)
    consent_press = models.BooleanField(default=False)
    consent_social = models.BooleanField(default=False)
    consent_language = models.CharField(max_length=10, choices=LANGUAGE_CHOICES)
    consent_version = models.CharField(max_length=20)
    # Not before that day (None: now, or since then), and no longer from that day on.
    show_from = models.DateField(null=True, blank=True)
    show_until = models.DateField(null=True, blank=True)

    code_hash = models.CharField(max_length=64, unique=True)

    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    # The desk has asked, and waits for her answer.
    asked = models.BooleanField(default=False)
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
                name="ended_is_empty",
                condition=~Q(state__in=["withdrawn", "erased"])
                | Q(sealed__isnull=True, country="", drawing="", area__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-place"]),
            models.Index(fields=["state", "turn"]),
            models.Index(fields=["state", "since"]),
        ]

    def __str__(self) -> str:
        return self.public_id

    # Whether what was said has to be sealed anew.
    unsealed = False

    @property
    def said(self) -> dict[str, str]:
        """All texts by name, opened once. Raises vault.Unreadable."""
        if "_opened" not in self.__dict__:
            sealed = bytes(self.sealed or b"")
            self._opened: dict[str, str] = json.loads(self.unseal(sealed)) if sealed else {}
        return self._opened

    def lend_key(self, key: bytes | None) -> None:
        """Its key, where somebody has just asked for many; None: it has none any more."""
        if key:
            self.__dict__["_key"] = key

    def seal(self, data: bytes) -> bytes:
        """Something of hers, sealed with her key. Raises vault.Unreadable."""
        return vault.seal(self._own_key(), data)

    def unseal(self, data: bytes) -> bytes:
        """What `seal` made. Raises vault.Unreadable."""
        return vault.unseal(self._own_key(), data)

    def _own_key(self) -> bytes:
        if "_key" not in self.__dict__:
            self.lend_key(vault.key(self.key))
        own: bytes = self.__dict__["_key"]
        return own

    def empty(self) -> None:
        """Forget what she said and how she was seen, in this object; `save` writes it."""
        self._opened, self.unsealed, self.sealed = {}, False, None
        self.country = self.drawing = self.colour = self.reason = ""
        self.area = None
        self.asked = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Seals what was said before it is written. Raises vault.Unreadable without a key."""
        self.seal_said()
        super().save(*args, **kwargs)

    def seal_said(self) -> None:
        """Put what was said into the column; `save` does it, and `bulk_create` does not."""
        if self.unsealed:
            said = {name: text for name, text in self.said.items() if text}
            self.sealed = self.seal(json.dumps(said).encode()) if said else None
            self.unsealed = False

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Also forgets what was opened."""
        for opened in ("_opened", "_key", "unsealed"):
            self.__dict__.pop(opened, None)
        super().refresh_from_db(*args, **kwargs)


class Message(models.Model):
    """One line of the private conversation between the desk and a sender; sealed with her key."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="messages")
    from_desk = models.BooleanField()
    sealed = models.BinaryField()
    day = models.DateField(default=timezone.localdate)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.submission} {self.day}"


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
        return super().get_queryset().filter(may_be_shown("submission__"), state=PictureState.MADE)


class Picture(Claimable):
    """A laundered picture: a folder of sealed files with a random name. Width and height in
    pixels. `key` names the key of its files, which is theirs alone; "" for one that waits for its
    covers under a key that only its sender holds."""

    submission = models.OneToOneField(
        Submission, null=True, on_delete=models.SET_NULL, related_name="picture"
    )
    name = models.CharField(max_length=32, unique=True, default=new_file_name)
    key = models.CharField(max_length=32, blank=True)
    state = models.CharField(
        max_length=10, choices=PictureState.choices, default=PictureState.WANTED
    )
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects = PictureManager()
    including_what_may_not_be_shown: models.Manager[Any] = models.Manager()

    def __str__(self) -> str:
        return self.name


class Mailbox(Claimable):
    """The campaign's mailbox, where one is set: one row, made by a migration. It knows when to
    look into it again, and nothing of what lay there."""

    again = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "the mailbox"
