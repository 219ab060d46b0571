"""Store and cache: their settings, and what the command line does with them."""

import argparse
import secrets
from collections.abc import Iterator

import pytest
from django.test import override_settings

from reflect2protect.config import channels, env
from reflect2protect.config.commands import parser
from reflect2protect.config.env import BadSetting
from reflect2protect.publishing.models import Delivery
from reflect2protect.publishing.tests.servers import Front, front, s3_server
from reflect2protect.publishing.work.folder import Folder

SECRET = "p/w@rd"


def test_a_store_is_one_address() -> None:
    found = env.store("s3://KEY:p%2Fw%40rd@s3.example:9000/bucket/some/site/?region=eu&scheme=http")
    assert found == {
        "endpoint": "http://s3.example:9000",
        "bucket": "bucket",
        "prefix": "some/site/",
        "region": "eu",
        "key": "KEY",
        "secret": SECRET,
    }
    short = env.store("s3://s3.example/bucket", "KEY", SECRET)
    assert (short["endpoint"], short["prefix"]) == ("https://s3.example", "")
    assert (short["key"], short["secret"]) == ("KEY", SECRET)
    assert env.store("", "KEY", SECRET) == {}


def test_a_cache_is_one_address_too() -> None:
    assert env.cdn("https://cache.example/site/", "", "token") == {
        "url": "https://cache.example/site",
        "method": "PURGE",
        "token": "token",
    }
    assert env.cdn("https://cache.example", "DELETE")["method"] == "DELETE"
    assert env.cdn("") == {}


BAD_STORES = {
    "https://KEY:secret@s3.example/bucket": "expected s3://",
    "s3://KEY:secret@s3.example": "expected s3://",
    "s3://KEY:secret@s3.example:port/bucket": "no address",
    "s3://s3.example/bucket": "set STORE_KEY and STORE_SECRET",
    "s3://KEY:secret@s3.example/bucket?scheme=ftp": "scheme must be",
    "s3://KEY:secret@s3.example/bucket?acl=public": "acl is not known",
}
BAD_CACHES = {
    ("cache.example", "", ""): "expected https://",
    ("https://me:secret@cache.example", "", ""): "CDN_TOKEN",
    ("https://cache.example/?key=secret", "", ""): "CDN_TOKEN",
    ("https://cache.example", "PURGE /", ""): "CDN_METHOD",
    ("https://cache.example", "", "a secret\r\nX: y"): "CDN_TOKEN",
}


@pytest.mark.parametrize("url", BAD_STORES)
def test_a_store_that_cannot_be_meant_is_refused_without_telling_its_secret(url: str) -> None:
    with pytest.raises(BadSetting, match=BAD_STORES[url]) as refused:
        env.store(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("told", BAD_CACHES)
def test_a_cache_that_cannot_be_meant_is_refused(told: tuple[str, str, str]) -> None:
    with pytest.raises(BadSetting, match=BAD_CACHES[told]) as refused:
        env.cdn(*told)
    assert "secret@" not in str(refused.value)


def test_a_store_without_its_library_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "find_spec", lambda name: None)
    with pytest.raises(BadSetting, match="uv sync --extra store"):
        env.store("s3://KEY:secret@s3.example/bucket")


@pytest.fixture
def store() -> Iterator[Front]:
    import boto3

    bucket = f"b{secrets.token_hex(8)}"
    with s3_server() as s3, front(s3, []) as made:
        keys = {"aws_access_key_id": "KEY", "aws_secret_access_key": SECRET}
        at = {"endpoint_url": f"http://{s3}", "region_name": "us-east-1"}
        boto3.client("s3", **at, **keys).create_bucket(Bucket=bucket)  # type: ignore[call-overload]
        with override_settings(
            STORE=env.store(f"s3://{made.place}/{bucket}?scheme=http", "K", "s")
        ):
            yield made


def test_one_command_brings_a_store_up_to_date(own_database: object, store: Front) -> None:
    Folder().put("en/index.html", b"a page")
    Folder().put("robots.txt", b"welcome")
    assert sorted(channels.differences()) == [
        "store: en/index.html is missing",
        "store: robots.txt is missing",
    ]
    assert channels.problems() == []
    assert channels.deliver_everything() == []
    assert channels.differences() == []
    assert not Delivery.objects.exists()


def test_a_store_that_refuses_is_a_sentence(own_database: object, store: Front) -> None:
    Folder().put("robots.txt", b"welcome")
    sentence = "store: refuses us; look at its address and key in the settings."
    store.mood = "403"
    assert channels.problems() == channels.differences() == [sentence]
    assert channels.deliver_everything() == [sentence]
    store.only = "robots.txt"  # the list of all names may be read
    assert channels.deliver_everything() == [sentence, "Files that are still to be taken: 1."]


def test_without_a_channel_the_commands_say_so(own_database: object) -> None:
    assert channels.problems() == channels.differences() == []
    assert channels.deliver_everything() == ["There is no channel: set STORE_URL or CDN_URL."]


def test_publish_knows_the_option() -> None:
    arguments: argparse.Namespace = parser().parse_args(["publish", "--deliver"])
    assert arguments.deliver
    assert not arguments.check
