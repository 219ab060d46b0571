"""What tests of the channels do and look at: a worker's work, a withdrawal, both sides."""

import hashlib
from contextlib import closing
from datetime import timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone

from reflect2protect.core.sweeps import all_sweeps, find_sweeps, run_one
from reflect2protect.publishing.actions import recall
from reflect2protect.publishing.work.channels import STORE, open_outlet
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.store import Store

SECRET = "a-secret-that-nobody-may-read"
TOKEN = "a-token-that-nobody-may-read"


def store_at(place: str, bucket: str) -> dict[str, str]:
    return {
        "endpoint": f"http://{place}",
        "bucket": bucket,
        "prefix": "site/",
        "region": "us-east-1",
        "key": "KEY",
        "secret": SECRET,
    }


def work() -> None:
    """What a worker does until nothing is due."""
    find_sweeps()
    while sum(run_one(sweep, "tests") for sweep in all_sweeps()):
        pass


def later(seconds: float = 60.0) -> Any:
    """A moment at which everything that rests has rested."""
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def take_back(row: Any) -> None:
    with transaction.atomic():
        type(row).including_what_may_not_be_shown.filter(pk=row.pk).update(state="waiting")
        recall(row.public_id)


def objects() -> dict[str, str]:
    """The store's files and the digests of what they hold."""
    with closing(open_outlet(STORE)) as outlet:
        assert isinstance(outlet, Store)
        return {file: tag for file, (_, tag) in outlet.listed().items()}


def folder() -> dict[str, str]:
    """The folder's files and the digests of what they hold."""
    return {file: digest(Folder().path(file).read_bytes()) for file in Folder().files()}


def digest(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def with_words(words: bytes) -> set[str]:
    """The files of the folder that hold these words."""
    return {file for file in Folder().files() if words in Folder().path(file).read_bytes()}
