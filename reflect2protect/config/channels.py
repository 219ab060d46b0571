"""The folder's other channels from the command line: telling them of everything, and looking."""

import os
import time
from contextlib import closing

from django.conf import settings
from rich.console import Console

from reflect2protect.config.prepare import progress_bar
from reflect2protect.core.sweeps import run_one
from reflect2protect.publishing.channels import DELIVERIES, SAID, redeliver
from reflect2protect.publishing.models import Channel, Delivery, Trouble
from reflect2protect.publishing.work import store
from reflect2protect.publishing.work.channels import STORE, Untaken, channel_names, open_outlet
from reflect2protect.publishing.work.deliveries import ready

STEP = 0.1  # seconds between two looks, while a worker is at it as well


def deliver_everything() -> list[str]:
    """Tell every channel of the whole folder and wait until they have taken it.

    Gives a sentence for each thing that did not work; the worker goes on trying.
    """
    if not channel_names():
        return ["There is no channel: set STORE_URL or CDN_URL."]
    try:
        redeliver()
    except Untaken as error:
        return [f"store: {SAID[error.trouble]}."]
    with progress_bar(Console(stderr=True), "Delivering") as tell:
        whole = left = Delivery.objects.count()
        while _round() or _going():
            before, left = left, Delivery.objects.count()
            for _ in range(before - left):
                tell("", whole)
    found = [f"{c.name}: {SAID[Trouble(c.trouble)]}." for c in Channel.objects.exclude(trouble="")]
    return [*found, f"Files that are still to be taken: {left}."] if left else found


def _round() -> bool:
    return run_one(DELIVERIES, f"command-{os.getpid()}")


def _going() -> bool:
    """Whether there is something to wait for: a channel rests for a moment after each round, and
    a worker may be at it too."""
    time.sleep(STEP)
    well = Channel.objects.filter(trouble=Trouble.NONE).values("name")
    return ready().filter(channel__in=well).exists()


def differences() -> list[str]:
    """Each way in which the store differs from the folder; nothing where there is none."""
    if not settings.STORE:
        return []
    try:
        return list(store.differences())
    except Untaken as error:
        return [f"store: {SAID[error.trouble]}."]


def problems() -> list[str]:
    """What keeps the store from being reached."""
    if not settings.STORE:
        return []
    try:
        with closing(open_outlet(STORE)) as outlet:
            outlet.reach()
    except Untaken as error:
        return [f"store: {SAID[error.trouble]}."]
    return []
