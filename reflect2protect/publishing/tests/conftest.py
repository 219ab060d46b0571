"""A disk that is nearly full; a store and a cache, and a small folder to deliver to them."""

import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

if TYPE_CHECKING:
    from reflect2protect.publishing.tests.servers import Front, Seen


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte. Needs the right to mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small file system here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A server that speaks S3."""
    from reflect2protect.publishing.tests.servers import s3_server

    with s3_server() as place:
        yield place


@pytest.fixture
def seen() -> "Seen":
    """What store and cache did, in order."""
    return []


@pytest.fixture
def bucket(s3: str) -> str:
    """An empty one."""
    import boto3

    name = f"b{secrets.token_hex(8)}"
    at = {"endpoint_url": f"http://{s3}", "region_name": "us-east-1"}
    keys = {"aws_access_key_id": "KEY", "aws_secret_access_key": "any"}
    with closing(boto3.client("s3", **at, **keys)) as client:  # type: ignore[call-overload]
        client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def store(s3: str, seen: "Seen", bucket: str) -> "Iterator[Front]":
    """The store, with something in front of it that can fail."""
    from reflect2protect.publishing.tests.delivered import store_at
    from reflect2protect.publishing.tests.servers import front

    with (
        front(s3, seen) as made,
        override_settings(STORE=store_at(made.place, bucket), CHANNEL_READ_SECONDS=5.0),
    ):
        yield made


@pytest.fixture
def cdn(seen: "Seen") -> "Iterator[Front]":
    """A cache that can fail."""
    from reflect2protect.publishing.tests.delivered import TOKEN
    from reflect2protect.publishing.tests.servers import front

    with front("", seen) as made:
        told = {"url": f"http://{made.place}", "method": "PURGE", "token": TOKEN}
        with override_settings(CDN=told):
            yield made


@pytest.fixture
def small(own_database: object, mid_campaign: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of few files, in one language."""
    from reflect2protect.core.models import Campaign
    from reflect2protect.publishing import channels
    from reflect2protect.publishing.models import Change, Day
    from reflect2protect.publishing.work.folder import Folder

    # A slow machine must not end a round earlier than a quick one.
    monkeypatch.setattr(channels, "ROUND", 600.0)
    Campaign.objects.update(languages=["en"])
    Day.objects.update_or_create(pk=1, defaults={"shown": Campaign.today()})
    Change.objects.all().delete()
    Folder().put("en/index.html", b"the first page")
    Folder().put("robots.txt", b"welcome")


@pytest.fixture
def shown(small: None, hang: Callable[..., Any]) -> Callable[..., Any]:
    """Hangs a reflection with a picture, and publishes it."""
    from reflect2protect.publishing.actions import mark, publish_changes

    def make(**fields: Any) -> Any:
        row = hang(picture="made", **fields)
        mark("submission", row.public_id)
        publish_changes()
        return row

    return make
