"""The folder equals the database: after every change, only what it touches is written."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from wagtail.models import Page

from reflect2protect.core.sweeps import all_sweeps, find_sweeps, run_one
from reflect2protect.publishing import actions
from reflect2protect.publishing.actions import Unmade, mark, publish_changes, rebuild
from reflect2protect.publishing.models import Change, Copy, Day
from reflect2protect.publishing.registry import Document
from reflect2protect.publishing.work import make
from reflect2protect.publishing.work.check import differences
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.ledger import report
from reflect2protect.publishing.work.lock import Busy, only_publisher
from reflect2protect.publishing.work.places import Place, place_of
from reflect2protect.series.models import Film, FilmText
from reflect2protect.submissions.actions import (
    approve_submission,
    change_submission,
    withdraw_submission,
)
from reflect2protect.submissions.models import Submission

Hang = Callable[..., Submission]


def work() -> None:
    """What a worker would do until nothing is due."""
    find_sweeps()
    while sum(run_one(sweep, "tests") for sweep in all_sweeps()):
        pass


def elsewhere(act: Callable[[], object]) -> None:
    """Do it as another process would: with a connection of its own, and without our lock."""

    def run() -> None:
        act()
        connection.close()

    other = threading.Thread(target=run)
    other.start()
    other.join()


@pytest.fixture
def shown(published: Path, hang: Hang) -> Submission:
    """One reflection with a picture, published."""
    row = hang(picture="made", words="I held the ladder.")
    mark("submission", row.public_id)
    publish_changes()
    return row


def test_a_whole_folder_is_what_the_database_says(published: Path) -> None:
    assert list(differences()) == []
    for file in ("index.html", "ar/index.html", "en/films/index.html", "404.html", "ar/404.html"):
        assert (published / file).stat().st_size > 500
    again = rebuild()
    assert (again.written, again.removed, again.failed) == ([], [], [])


def test_every_difference_is_found(published: Path) -> None:
    Folder().remove("en/about/index.html")
    (published / "ar/index.html").write_text("changed")
    (published / "robots.txt.gz").write_bytes(b"broken")
    (published / "campaign.sqlite3").write_bytes(b"left here by mistake")
    Copy.objects.create(ref="b7", channel="folder", file="en/index.html")
    assert sorted(differences()) == [
        "ar/index.html is not what the database says",
        "campaign.sqlite3 should not be there",
        "en/about/index.html is missing",
        "en/index.html: the ledger does not say whose content is in it",
        "robots.txt and its compressed copies differ",
    ]
    Folder().remove("robots.txt")
    rebuild()
    assert list(differences()) == []


def test_publishing_a_page_writes_that_page_and_nothing_else(published: Path) -> None:
    page = Page.objects.get(slug="about", locale__language_code="en").specific
    page.title = "About this very campaign"
    page.save_revision().publish()
    done = publish_changes()
    assert done.written == ["en/about/index.html"]
    assert b"About this very campaign" in (published / "en/about/index.html").read_bytes()
    assert list(differences()) == []


def test_a_page_that_is_taken_down_goes_and_its_other_language_says_so(published: Path) -> None:
    Page.objects.get(slug="about", locale__language_code="ar").specific.unpublish()
    publish_changes()
    left = (published / "ar/about/index.html").read_text()
    assert 'href="/en/about/"' in left
    Page.objects.get(slug="about", locale__language_code="en").specific.unpublish()
    publish_changes()
    assert not (published / "ar/about").exists()
    assert not (published / "en/about").exists()
    assert list(differences()) == []


def test_a_film_that_is_changed_is_seen_wherever_it_is_named(published: Path) -> None:
    text = FilmText.objects.get(film__slug="poverty", language="en")
    text.title = "A film with another name"
    text.save()
    done = publish_changes()
    assert "en/films/poverty/index.html" in done.written
    assert not [file for file in done.written if file.startswith(("en/about", "static/"))]
    assert list(differences()) == []


def test_a_film_comes_out_with_its_day(published: Path, mid_campaign: date) -> None:
    coming = Film.objects.filter(release__gt=mid_campaign).earliest("release")
    page = published / "en/films" / coming.slug / "index.html"
    before = page.read_bytes()
    with time_machine.travel(datetime.combine(coming.release, datetime.min.time())):
        work()
        assert Day.objects.get().shown == coming.release
        assert page.read_bytes() != before
        assert list(differences()) == []


def test_approving_makes_the_picture_and_the_page_before_what_leads_to_them(
    published: Path, hang: Hang, staff: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = hang(picture="made", state="waiting", place=None)
    approve_submission(submission=row, by=staff("moderator"))
    done = publish_changes()
    turns = [place.publication.turn for file in done.written if (place := place_of(file))]
    assert turns == sorted(turns)
    assert f"en/wall/{row.public_id}/index.html" in done.written
    assert row.public_id in (published / "ar/wall/index.html").read_text()
    assert len([file for file in done.written if file.startswith("pictures/")]) == 6
    assert list(differences()) == []


def test_withdrawing_leaves_no_copy_and_says_so_for_each(
    published: Path, shown: Submission
) -> None:
    known = set(Copy.objects.filter(ref=shown.public_id).values_list("file", flat=True))
    assert f"ar/wall/{shown.public_id}/index.html" in known
    with transaction.atomic():
        withdraw_submission(submission=shown)
    told = report(shown.public_id)
    assert told.done
    assert {file for _, file in told.gone} == known
    for path in published.rglob("*"):
        if path.is_file():
            assert shown.public_id.encode() not in path.read_bytes()
    assert not (published / "pictures").exists()
    work()
    assert list(differences()) == []


def test_a_recall_goes_before_everything_else(
    published: Path, shown: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole rebuild is under way when somebody withdraws: she does not wait for its end."""
    order: list[str] = []
    put = Folder.put

    def slowly(self: Folder, file: str, body: bytes) -> bool:
        order.append(file)
        if len(order) == 5:
            elsewhere(lambda: withdraw_submission(submission=shown))
        return put(self, file, body)

    monkeypatch.setattr(Folder, "put", slowly)
    monkeypatch.setattr(actions, "RECALL_PATIENCE", 0.05)
    rebuild()
    assert order[5:].index("ar/wall/index.html") < 10
    assert report(shown.public_id).done
    assert list(differences()) == []


def test_one_broken_page_does_not_keep_the_others(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(place: Place) -> Document | None:
        if place.file == "en/about/index.html":
            raise ZeroDivisionError
        return make.document_at(place)

    (published / "en/act/index.html").write_text("old")
    monkeypatch.setattr(actions, "document_at", broken)
    with pytest.raises(Unmade):
        rebuild()
    assert (published / "en/act/index.html").read_text() != "old"
    monkeypatch.undo()
    publish_changes()
    assert list(differences()) == []


def test_on_a_full_disk_what_was_taken_back_goes_all_the_same(
    published: Path, shown: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Folder, file: str, body: bytes) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Folder, "put", full)
    with transaction.atomic():
        withdraw_submission(submission=shown)
    for path in published.rglob("*.html"):
        assert shown.public_id.encode() not in path.read_bytes()
    assert Change.objects.filter(topic=f"recall:{shown.public_id}").exists()
    monkeypatch.undo()
    publish_changes()
    assert list(differences()) == []


def test_two_publishers_take_turns(published: Path) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with only_publisher(5):
            inside.set()
            leave.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    inside.wait(20)
    mark("home")
    with pytest.raises(Busy):
        publish_changes(seconds=0.05)
    leave.set()
    other.join()
    assert publish_changes(seconds=5).failed == []
    assert not Change.objects.exists()


def test_a_change_that_comes_while_it_is_published_is_not_lost(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = Film.objects.get(slug="poverty")
    late = iter([True])
    put = Folder.put

    def meanwhile(self: Folder, file: str, body: bytes) -> bool:
        if next(late, False):
            film.release += timedelta(days=400)
            film.save()
        return put(self, file, body)

    monkeypatch.setattr(Folder, "put", meanwhile)
    mark("film")
    publish_changes()
    assert list(differences()) == []


def test_what_is_shown_again_before_its_recall_was_carried_out_stays_in_the_ledger(
    published: Path,
    shown: Submission,
    staff: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "_recall_now", lambda ref: None)
    changed = change_submission(submission=shown, changes={"words": "I held the door."})
    approve_submission(submission=changed, by=staff("moderator"))
    publish_changes()
    states = Copy.objects.filter(ref=shown.public_id).values_list("state", flat=True)
    assert set(states) == {"live"}
    monkeypatch.undo()
    withdraw_submission(submission=shown)
    assert report(shown.public_id).done
    assert list(differences()) == []
