"""What the public folder still has to be told, and where everybody's content is."""

import secrets
from typing import ClassVar

from django.db import models

from reflect2protect.core.claimable import Claimable


class Change(Claimable):
    """Something changed that public files show: they are made again, and then this row goes.

    `topic` is a `registry.Topic` as text. `version` grows when it changes once more meanwhile.
    """

    topic = models.CharField(max_length=200, unique=True)
    version = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return self.topic


class Day(Claimable):
    """The day that the folder shows: films come out with the calendar. One row."""

    shown = models.DateField()

    def __str__(self) -> str:
        return str(self.shown)


class CopyState(models.TextChoices):
    """`recalling` until this very copy is known to be gone."""

    LIVE = "live"
    RECALLING = "recalling"
    GONE = "gone"


class Copy(models.Model):
    """The ledger: one public copy of what one person sent. References only, no content.

    `ref` is a reflection's public id; `channel` is where the copy lies ("folder", and the names
    of `channels`); `file` is its path there. Several people's content may lie in one file.
    """

    ref = models.CharField(max_length=24)
    channel = models.CharField(max_length=16)
    file = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.LIVE)
    # When it went: a day, for the 30 days in which the sender can read the report.
    gone = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ref", "channel", "file"], name="one_row_a_copy")
        ]
        indexes: ClassVar = [
            models.Index(fields=["channel", "file"], name="copies_in_a_file"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} in {self.channel}:{self.file} {self.state}"


class Trouble(models.TextChoices):
    """Why a channel takes nothing just now."""

    NONE = ""
    # It wants another key or address: somebody has to look at the settings.
    REFUSED = "refused"
    AWAY = "away"


class Waiting(models.Model):
    """Something that has not worked so often in a row, and is not tried before `again`."""

    tries = models.PositiveSmallIntegerField(default=0)
    again = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Channel(Claimable, Waiting):
    """Where files are kept besides the folder. One worker at a time brings it up to date.

    The row is made when the channel is first used. Its claim keeps two workers from putting an
    old and a new version of the same file in the wrong order; `tries` counts rounds in which it
    took nothing.
    """

    name = models.CharField(max_length=16, unique=True)
    trouble = models.CharField(
        max_length=8, choices=Trouble.choices, default=Trouble.NONE, blank=True
    )

    def __str__(self) -> str:
        return self.name


class Delivery(Waiting):
    """A file that a channel still has to be brought up to date with.

    Whether it is to be put there or removed is seen in the folder, when it is done. `version`
    grows when it changes once more meanwhile; `urgent` when somebody's content is taken back.
    """

    channel = models.CharField(max_length=16)
    file = models.CharField(max_length=300)
    version = models.PositiveBigIntegerField(default=1)
    urgent = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "file"], name="one_delivery_a_file")
        ]
        indexes: ClassVar = [
            models.Index(fields=["channel", "-urgent", "tries", "id"], name="deliveries_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.file} to {self.channel}"


def new_mark() -> str:
    """A random name in copies: 128 bits."""
    return secrets.token_hex(16)


class Exported(models.Model):
    """Somebody who is in copies that were given away, under a mark that is used nowhere else.

    `removed`: the day from which those copies must no longer show her. If she allows copies once
    more, later ones know her by another mark.
    """

    ref = models.CharField(max_length=24, db_index=True)
    mark = models.CharField(max_length=32, unique=True, default=new_mark)
    day = models.DateField()
    removed = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ref"], condition=models.Q(removed=None), name="one_mark_in_use"
            )
        ]

    def __str__(self) -> str:
        return self.mark
