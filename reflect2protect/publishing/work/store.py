"""An object store that speaks S3: the folder's files under the same names."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings

from reflect2protect.publishing.models import Trouble
from reflect2protect.publishing.work.channels import STORE, Untaken, open_outlet
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.headers import Headers

if TYPE_CHECKING:
    from boto3.session import Session
    from mypy_boto3_s3 import S3Client

# As many as are sent at once (see `deliveries`).
CONNECTIONS = 8
# What the store answers when our key, or the bucket's name, is wrong.
REFUSING = frozenset({301, 400, 401, 403, 404})

Answer = TypeVar("Answer")


class Store:
    """One bucket, or the part of it below a prefix. It has to be ours alone: see `files`."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    @classmethod
    def at(cls, told: Mapping[str, str]) -> "Store":
        """The store that the settings name."""
        return cls(_client(told), told["bucket"], told["prefix"])

    def put(self, file: str, body: bytes, headers: Headers) -> None:
        """Store a file: the whole of it or nothing. Raises Untaken."""
        sent = dict(headers)
        _asked(
            lambda: self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + file,
                Body=body,
                ContentType=sent["Content-Type"],
                CacheControl=sent["Cache-Control"],
            )
        )

    def remove(self, file: str) -> None:
        """Remove a file. Raises Untaken."""
        _asked(lambda: self._client.delete_object(Bucket=self._bucket, Key=self._prefix + file))

    def files(self) -> Iterator[str]:
        """Every object. What the folder does not have is removed some day. Raises Untaken."""
        yield from self.listed()

    def listed(self) -> dict[str, tuple[int, str]]:
        """Every object's size and ETag, which is its MD5 in most stores. Raises Untaken."""
        return dict(_asked(lambda: list(self._listed())))

    def _listed(self) -> Iterator[tuple[str, tuple[int, str]]]:
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
            for found in page.get("Contents", []):
                file = found["Key"].removeprefix(self._prefix)
                yield file, (found["Size"], found["ETag"].strip('"'))

    def get(self, file: str) -> bytes:
        """What an object holds. Raises Untaken."""
        key = self._prefix + file
        return _asked(lambda: self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def reach(self) -> None:
        """Ask for one name only, to see whether the store lets us. Raises Untaken."""
        _asked(
            lambda: self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1
            )
        )

    def close(self) -> None:
        """Give up its connections."""
        self._client.close()


@cache
def _session() -> "Session":
    # It reads large files that describe S3: once is enough.
    import boto3

    return boto3.session.Session()


def _client(told: Mapping[str, str]) -> "S3Client":
    from botocore.config import Config

    client = _session().client(
        "s3",
        endpoint_url=told["endpoint"],
        region_name=told["region"],
        aws_access_key_id=told["key"],
        aws_secret_access_key=told["secret"],
        config=Config(
            connect_timeout=settings.CHANNEL_CONNECT_SECONDS,
            read_timeout=settings.CHANNEL_READ_SECONDS,
            retries={"total_max_attempts": 1},  # the sweep comes back by itself
            max_pool_connections=CONNECTIONS,
            proxies={},
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            # Checksums in a trailer are more than many stores understand.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    client.meta.events.register("before-call.s3", _follow_nothing)
    return client


def _follow_nothing(params: dict[str, Any], **told: object) -> None:
    """Otherwise boto looks for the bucket's region after each redirect, with a request that may
    be redirected, and so on for ever."""
    params["context"].setdefault("s3_redirect", {})["redirected"] = True


def _asked(question: Callable[[], Answer]) -> Answer:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return question()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        raise Untaken(Trouble.REFUSED if status in REFUSING else Trouble.AWAY) from error
    except (BotoCoreError, OSError) as error:
        raise Untaken(Trouble.AWAY) from error


def differences(folder: Folder | None = None) -> Iterator[str]:
    """Each way in which the store differs from the folder, as a sentence. Raises Untaken."""
    folder = folder or Folder()
    with closing(open_outlet(STORE)) as store:
        assert isinstance(store, Store)  # noqa: S101  (for the type checker)
        listed = store.listed()
        wanted = set(folder.files())
        for file in sorted(wanted | set(listed)):
            body = folder.get(file)
            if body is None:
                yield f"store: {file} should not be there"
            elif file not in listed:
                yield f"store: {file} is missing"
            elif not _same(store, file, body, *listed[file]):
                yield f"store: {file} is not what the folder holds"


def _same(store: Store, file: str, body: bytes, size: int, tag: str) -> bool:
    if hashlib.md5(body, usedforsecurity=False).hexdigest() == tag:
        return True
    # A store that encrypts has other tags: only the bytes themselves tell.
    return size == len(body) and store.get(file) == body
