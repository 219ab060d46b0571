"""The verbs of the other channels, and the ledger's entries.

What writes the folder (`actions`) stands on this: it says which files changed, and a worker tells
the channels of them.
"""

import logging
import secrets
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from reflect2protect.core.nudge import nudge
from reflect2protect.core.sweeps import Sweep, run_one
from reflect2protect.publishing.models import Channel, Copy, CopyState, Delivery, Trouble
from reflect2protect.publishing.work.channels import channel_names, open_outlet
from reflect2protect.publishing.work.deliveries import (
    Parcel,
    everything,
    next_wave,
    ready,
    rest,
    rested,
    send,
)
from reflect2protect.publishing.work.folder import Folder

logger = logging.getLogger(__name__)

# A channel is told of files for so long at a time; then the worker looks at other work as well.
ROUND = 2.0  # seconds
# How long a delivery waits for the publisher that is about to write the file.
ABOUT_TO = timedelta(seconds=2)
SOME = 500  # rows of one statement
SAID = {
    Trouble.NONE: "takes files again",
    Trouble.AWAY: "does not answer as it should; it is tried again until it does",
    Trouble.REFUSED: "refuses us; look at its address and key in the settings",
}


def expect(channels: Iterable[str], file: str, refs: Iterable[str]) -> None:
    """Write down that these people's content may be in a file from now on."""
    rows = [Copy(ref=ref, channel=channel, file=file) for channel in channels for ref in refs]
    Copy.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["ref", "channel", "file"],
        update_fields=["state", "gone"],
    )


def release(
    channel: str, file: str, refs: Iterable[str], recalled: Iterable[str] = frozenset()
) -> None:
    """Write down that they are no longer in the file: that it is gone, of what was recalled;
    nothing at all of what only moved on."""
    rows = Copy.objects.filter(channel=channel, file=file, ref__in=refs)
    went = rows.filter(state=CopyState.RECALLING) | rows.filter(ref__in=recalled)
    went.update(state=CopyState.GONE, gone=timezone.localdate())
    rows.filter(state=CopyState.LIVE).delete()


def keep(channel: str, file: str, refs: Iterable[str]) -> None:
    """Write down that these were recalled and may be shown again since: their copy stays."""
    Copy.objects.filter(channel=channel, file=file, ref__in=refs, state=CopyState.RECALLING).update(
        state=CopyState.LIVE
    )


def tell_channels(files: Iterable[str], *, urgent: bool = False, soon: bool = False) -> None:
    """Have the channels brought up to date with files of the folder, what is urgent first.

    `soon`: the files are about to be written, so it is not yet time to look at them. A channel
    that is new here is told of the whole folder.
    """
    told = list(files)
    for name in channel_names():
        channel, new = Channel.objects.get_or_create(name=name)
        if new:
            _tell(name, sorted(set(Folder().files()).difference(told)))
        _tell(name, told, urgent, soon)
        if urgent and channel.again:
            # However often it has failed: now it is asked at once.
            Channel.objects.filter(pk=channel.pk).update(again=None)
        if not soon:
            nudge("publishing.deliveries", channel.pk)


def _tell(channel: str, files: list[str], urgent: bool = False, soon: bool = False) -> None:
    again = timezone.now() + ABOUT_TO if soon else None
    changes: dict[str, Any] = {"version": F("version") + 1}
    changes |= ({} if soon else {"again": None}) | ({"urgent": True} if urgent else {})
    for start in range(0, len(files), SOME):
        some = files[start : start + SOME]
        # Those that wait already come first: a row that a worker takes away between these two
        # statements was done with the folder as it is now.
        Delivery.objects.filter(channel=channel, file__in=some).update(**changes)
        rows = [Delivery(channel=channel, file=f, urgent=urgent, again=again) for f in some]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def redeliver() -> None:
    """Tell every channel of the whole folder, and of what lies there that the folder lacks.

    Raises Untaken when a channel cannot say what lies there.
    """
    tell_channels([])
    Channel.objects.update(again=None)
    for name in channel_names():
        with closing(open_outlet(name)) as outlet:
            _tell(name, sorted(everything(outlet, name)))


def deliver(*, channel: Channel) -> None:
    """Bring a channel up to date, recalls first, for a moment; what is left stays due.

    When nothing of a wave is taken the whole channel rests, otherwise what was not taken does.
    """
    until = time.monotonic() + ROUND
    with closing(open_outlet(channel.name)) as outlet:
        while wave := next_wave(channel.name):
            for parcel in wave:
                if parcel.news:
                    expect([channel.name], parcel.delivery.file, parcel.news)
            troubles = send(outlet, wave)
            _note_trouble(channel, Trouble.NONE if Trouble.NONE in troubles else troubles[0])
            if channel.trouble:
                break
            _settle(wave, troubles)
            if time.monotonic() > until:
                break


def _due() -> QuerySet[Channel]:
    return Channel.objects.filter(rested(), name__in=ready().order_by().values("channel"))


DELIVERIES = Sweep(
    name="publishing.deliveries", due=_due, act=lambda channel: deliver(channel=channel)
)


def deliver_now() -> None:
    """Tell every channel of what is most urgent, for a moment, without waiting for a worker.

    A channel that a worker is telling already is left to it: what is urgent is its next wave, and
    of two who tell a channel at once the older version might be the last to arrive.
    """
    me = f"now-{secrets.token_hex(6)}"
    for channel in Channel.objects.filter(name__in=channel_names()):
        run_one(DELIVERIES, me, channel.pk)


def _settle(wave: list[Parcel], troubles: list[Trouble]) -> None:
    """The files that a channel took are done, unless they changed meanwhile."""
    rows = Delivery.objects.filter(pk__in=[parcel.delivery.pk for parcel in wave])
    versions = dict(rows.values_list("pk", "version"))
    for parcel, trouble in zip(wave, troubles, strict=True):
        row = parcel.delivery
        if trouble:
            again = timezone.now() + rest(row.tries + 1)
            rows.filter(pk=row.pk).update(tries=F("tries") + 1, again=again)
        elif versions.get(row.pk) == row.version:
            if parcel.left:
                release(row.channel, row.file, parcel.left)
            rows.filter(pk=row.pk, version=row.version).delete()


def _note_trouble(channel: Channel, trouble: Trouble) -> None:
    """Remember whether a channel takes anything; say it once when that changes."""
    if trouble == channel.trouble == Trouble.NONE:
        return
    if trouble != channel.trouble:
        logger.warning("%s: %s", channel.name, SAID[trouble])
    channel.trouble = trouble
    channel.tries = channel.tries + 1 if trouble else 0
    channel.again = timezone.now() + rest(channel.tries) if trouble else None
    channel.save()
