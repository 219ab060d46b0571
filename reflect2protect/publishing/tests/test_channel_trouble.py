"""A store or a cache that fails: the folder is right at once, the ledger true."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from reflect2protect.publishing import channels
from reflect2protect.publishing.channels import redeliver
from reflect2protect.publishing.models import Channel, Delivery
from reflect2protect.publishing.tests.delivered import (
    SECRET,
    TOKEN,
    folder,
    later,
    objects,
    take_back,
    with_words,
    work,
)
from reflect2protect.publishing.tests.servers import Front, Seen
from reflect2protect.publishing.work.channels import STORE, Untaken
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.ledger import report
from reflect2protect.publishing.work.store import differences

pytestmark = pytest.mark.data


@pytest.mark.parametrize("mood", ["500", "403", "hang", "cut", "302"])
def test_while_the_store_fails_the_folder_is_right_and_the_ledger_says_so(
    store: Front, seen: Seen, shown: Callable[..., Any], mood: str
) -> None:
    row = shown(words="I held the ladder.")
    work()
    before = objects()
    store.mood = mood
    with override_settings(CHANNEL_READ_SECONDS=0.2):
        take_back(row)
        assert with_words(b"held the ladder") == set()
        with later(3):
            work()
            asked = len(store.told)
            work()
            assert len(store.told) == asked  # it rests
            assert Channel.objects.get().tries == 1
    found = report(row.public_id)
    assert not found.done
    assert {channel for channel, _ in found.recalling} == {STORE}
    store.mood = "pass"
    assert objects() == before
    with later():
        work()
    assert objects() == folder()
    assert report(row.public_id).done
    assert (Channel.objects.get().tries, Channel.objects.get().trouble) == (0, "")


@pytest.mark.parametrize("mood", ["500", "403", "302", "hang"])
def test_a_cache_that_fails_is_told_again(cdn: Front, shown: Callable[..., Any], mood: str) -> None:
    row = shown()
    work()
    cdn.mood = mood
    with override_settings(CHANNEL_READ_SECONDS=0.2):
        take_back(row)
        with later(3):
            work()
    assert {channel for channel, _ in report(row.public_id).recalling} == {"cdn"}
    cdn.mood = "404"  # it has no such page
    with later():
        work()
    assert report(row.public_id).done


def test_half_an_upload_leaves_the_old_object(store: Front, shown: Callable[..., Any]) -> None:
    shown()
    work()
    before = objects()
    store.mood = "cut"
    Folder().put("en/index.html", b"<p>new</p>" * 50_000)
    channels.tell_channels(["en/index.html"])
    work()
    store.mood = "pass"
    assert objects() == before
    with later():
        work()
    assert objects() == folder()


def test_one_file_that_is_not_taken_holds_up_no_other(
    store: Front, shown: Callable[..., Any]
) -> None:
    store.only, store.mood = "robots.txt", "400"
    row = shown()
    work()
    with later():
        work()  # nothing else is left to do by now
        assert [name for name in folder() if name not in objects()] == ["robots.txt"]
        take_back(row)
        work()
    assert report(row.public_id).done
    store.mood = "pass"
    with later(130):
        work()
    assert objects() == folder()


def test_a_file_is_delivered_although_its_publisher_was_killed(
    store: Front, shown: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from reflect2protect.publishing import actions

    def killed(*told: Any) -> None:
        raise SystemExit

    work()
    with monkeypatch.context() as patch:
        patch.setattr(actions, "_say", killed)
        with pytest.raises(SystemExit):
            shown()
    with later(3):
        work()
    assert objects() == folder()
    assert list(differences()) == []


def test_no_secret_is_logged_and_trouble_only_once(
    store: Front, cdn: Front, shown: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    row = shown()
    store.mood = cdn.mood = "403"
    work()
    for _ in range(3):
        with later():
            work()
    ours = [r.getMessage() for r in caplog.records if r.name == channels.logger.name]
    assert ours == ["store: refuses us; look at its address and key in the settings"]
    store.mood = cdn.mood = "pass"
    with later(120):
        work()
    assert not Delivery.objects.exists()
    whole = "\n".join(f"{r.getMessage()} {r.exc_text}" for r in caplog.records)
    assert SECRET not in whole
    assert TOKEN not in whole
    said = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("reflect2protect"))
    assert row.public_id not in said


def test_a_store_that_is_away_says_so_when_asked(small: None, store: Front) -> None:
    store.mood = "403"
    with pytest.raises(Untaken):
        redeliver()
    with pytest.raises(Untaken):
        list(differences())
