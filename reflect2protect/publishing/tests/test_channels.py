"""The folder's other channels: after the sweeps they equal it."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from reflect2protect.core.claims import claim
from reflect2protect.publishing import channels
from reflect2protect.publishing.channels import redeliver
from reflect2protect.publishing.models import Channel, Copy, Delivery
from reflect2protect.publishing.tests.delivered import (
    TOKEN,
    digest,
    folder,
    objects,
    take_back,
    with_words,
    work,
)
from reflect2protect.publishing.tests.servers import Front, Seen
from reflect2protect.publishing.work import deliveries
from reflect2protect.publishing.work.channels import STORE, channel_names, open_outlet
from reflect2protect.publishing.work.deliveries import WAVE
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.headers import headers_for
from reflect2protect.publishing.work.ledger import report
from reflect2protect.publishing.work.store import Store, differences

pytestmark = pytest.mark.data


def test_the_store_becomes_the_folder(store: Front, bucket: str, shown: Callable[..., Any]) -> None:
    row = shown()
    work()
    assert objects() == folder()
    assert list(differences()) == []
    assert not Delivery.objects.exists()
    with closing(open_outlet(STORE)) as outlet:
        assert isinstance(outlet, Store)
        for file in ("en/index.html", next(f for f in folder() if f.endswith(".webp"))):
            found = outlet._client.head_object(Bucket=bucket, Key=f"site/{file}")
            told = dict(headers_for(file))
            assert found["ContentType"] == told["Content-Type"]
            assert found["CacheControl"] == told["Cache-Control"]
            assert "31536000" not in found["CacheControl"]
    ledger = Copy.objects.filter(ref=row.public_id)
    assert set(ledger.filter(channel=STORE).values_list("file")) == set(
        ledger.filter(channel="folder").values_list("file")
    )


def test_what_is_taken_back_leaves_store_and_cache(
    store: Front, cdn: Front, seen: Seen, shown: Callable[..., Any]
) -> None:
    row, stays = shown(words="I held the ladder."), shown(words="I held the door.")
    work()
    before, held = objects(), with_words(b"held the ladder")
    assert held & with_words(b"held the door")
    take_back(row)
    assert not report(row.public_id).done
    work()
    after = objects()
    assert after == folder()
    assert with_words(b"held the ladder") == set()
    assert not [file for file in held if before[file] == after.get(file)]
    assert held - after.keys()
    found = report(row.public_id)
    assert found.done
    assert {channel for channel, _ in found.gone} == {"folder", "store", "cdn"}
    assert set(Copy.objects.filter(ref=stays.public_id).values_list("state", flat=True)) == {"live"}


def test_a_purge_comes_after_the_store(
    store: Front, cdn: Front, seen: Seen, shown: Callable[..., Any]
) -> None:
    work()
    seen.clear()
    row = shown()
    work()
    take_back(row)
    work()
    stored: dict[str, int] = {}
    purged: dict[str, int] = {}
    for moment, (method, path) in enumerate(seen):
        if method == "PURGE":
            purged[path] = moment
        elif method in {"PUT", "DELETE"}:
            stored["/" + path.split("/site/")[1]] = moment
    assert stored
    for path, moment in stored.items():
        assert purged[path] > moment
        # A page is forgotten under both of its names.
        assert path in purged
        assert purged[path.removesuffix("index.html")] > moment
    assert {told["Authorization"] for told in cdn.told} == {f"Bearer {TOKEN}"}


def test_what_is_taken_back_waits_behind_nothing(
    store: Front, seen: Seen, shown: Callable[..., Any]
) -> None:
    row = shown(words="I held the ladder.")
    for number in range(40):
        Folder().put(f"files/{number:03}.txt", b"a file")
    work()
    mine = {file for _, file in report(row.public_id).recalling}
    redeliver()
    waiting = Delivery.objects.count()
    assert waiting > 3 * len(mine)
    take_back(row)
    seen.clear()
    work()
    # Files are sent in waves, several at the same moment.
    waves = -(-len(mine) // WAVE) * WAVE
    assert mine <= {path.split("/site/")[1] for _, path in seen[:waves]}
    assert len(seen) == waiting


def test_what_changes_while_it_is_sent_is_sent_again(
    small: None, store: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    work()
    sent = deliveries.send

    def slowly(*told: Any) -> Any:
        answer = sent(*told)
        monkeypatch.setattr(channels, "send", sent)
        Folder().put("robots.txt", b"newer")
        channels.tell_channels(["robots.txt"])
        return answer

    monkeypatch.setattr(channels, "send", slowly)
    Folder().put("robots.txt", b"new")
    channels.tell_channels(["robots.txt"])
    work()
    assert objects()["robots.txt"] == digest(b"newer")


def test_a_channel_that_a_worker_is_telling_is_left_to_it(small: None, store: Front) -> None:
    channels.tell_channels(["robots.txt"])
    row = Channel.objects.get()
    held = claim(Channel.objects.all(), "a worker", row.pk)
    assert held is not None
    channels.deliver_now()
    assert objects() == {}
    held.put_back()
    channels.deliver_now()
    assert objects() == folder()


def test_a_new_channel_is_told_of_the_whole_folder(small: None, store: Front) -> None:
    channels.tell_channels([])
    work()
    assert objects() == folder()
    assert len(objects()) > 1


def test_an_emptied_store_is_filled_and_strays_go(small: None, store: Front) -> None:
    channels.tell_channels([])
    work()
    with closing(open_outlet(STORE)) as outlet:
        outlet.remove("en/index.html")
        outlet.put("stray.html", b"left here", headers_for("stray.html"))
        outlet.put("robots.txt", b"else", headers_for("robots.txt"))
    assert sorted(differences()) == [
        "store: en/index.html is missing",
        "store: robots.txt is not what the folder holds",
        "store: stray.html should not be there",
    ]
    redeliver()
    work()
    assert objects() == folder()


def test_without_a_channel_nothing_is_kept_for_one(shown: Callable[..., Any]) -> None:
    shown()
    assert channel_names() == []
    assert not Delivery.objects.exists()
    assert not Channel.objects.exists()
    assert set(Copy.objects.values_list("state", flat=True)) == {"live"}
