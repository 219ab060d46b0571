"""The emergency stop: down at once by one, whatever else is broken; back only by two."""

import os
import threading
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from reflect2protect.audit.actions import verify_record
from reflect2protect.audit.models import Entry
from reflect2protect.core.models import User
from reflect2protect.core.sweeps import all_sweeps, find_sweeps, run_one
from reflect2protect.moderation import actions
from reflect2protect.moderation.actions import (
    WrongState,
    ask_to_reopen,
    follow_stops,
    reopen,
    settle_stops,
    stop,
)
from reflect2protect.moderation.models import Stop
from reflect2protect.publishing.actions import mark, publish_changes, rebuild
from reflect2protect.publishing.models import Copy
from reflect2protect.publishing.registry import EVERYTHING, publications
from reflect2protect.publishing.work import aside, stops
from reflect2protect.publishing.work.check import differences
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.ledger import report
from reflect2protect.publishing.work.lock import only_publisher
from reflect2protect.publishing.work.make import languages
from reflect2protect.publishing.work.places import affected
from reflect2protect.submissions.actions import withdraw_submission
from reflect2protect.submissions.models import Submission

pytestmark = pytest.mark.data

Make = Callable[..., Any]
SCOPES = ("wall", "film:poverty", "everything")
ROLES = ("editor", "moderator", "protection officer", "administrator")
# The words of the calm page, in the two languages that these tests publish.
CALM = "Closed for now"


def work() -> None:
    """What a worker would do until nothing is due."""
    find_sweeps()
    while sum(run_one(sweep, "tests") for sweep in all_sweeps()):
        pass


@pytest.fixture
def shown(published: Path, hang: Make) -> Submission:
    """One reflection with a picture, published."""
    row: Submission = hang(picture="made", words="I held the ladder.")
    mark("submission", row.public_id)
    publish_changes()
    return row


@pytest.fixture
def officer(own_database: object, staff: Make) -> User:
    user: User = staff("protection officer")
    return user


@pytest.fixture
def moderator(own_database: object, staff: Make) -> User:
    user: User = staff("moderator")
    return user


def member(staff: Make, role: str) -> User:
    user: User = staff(is_superuser=True) if role == "administrator" else staff(role)
    return user


def names(root: Path) -> set[str]:
    return set(Folder(root=root).files())


def reopened(row: Stop, asks: User, agrees: User) -> None:
    ask_to_reopen(stop=row, by=asks)
    reopen(stop=row, by=agrees)
    work()


@pytest.mark.parametrize("scope", SCOPES)
def test_nothing_of_it_is_left_and_no_worker_is_needed(
    scope: str, published: Path, shown: Submission, moderator: User
) -> None:
    before = {file for file in names(published) if stops.covers(scope, file)}
    assert before
    stop(scope=scope, by=moderator)
    left = {file for file in names(published) if stops.covers(scope, file)}
    calm = set(stops.calm_files(scope, ["en", "ar"]))
    assert left == calm
    for file in calm:
        assert (published / file).read_bytes() not in {b""}
        assert CALM in (published / file).read_text() or file.startswith("ar/")
    for file in names(published) - calm:
        body = (published / file).read_bytes()
        assert shown.public_id.encode() not in body or scope == "film:poverty"
        assert b"/films/poverty/" not in body or scope == "wall" or file == "sitemap.xml"
    # A worker makes the pages that name nothing of it, but would be made differently now.
    assert list(differences()) == [] or scope == "film:poverty"
    work()
    assert list(differences()) == []
    assert aside.trees() == []
    assert not Copy.objects.filter(state="live", file__in=before - calm).exists()


@pytest.mark.parametrize("scope", SCOPES)
def test_reopened_it_is_as_it_was(
    scope: str, published: Path, shown: Submission, moderator: User, officer: User
) -> None:
    before = {path: path.read_bytes() for path in published.rglob("*.html")}
    reopened(stop(scope=scope, by=moderator), moderator, officer)
    assert {path: path.read_bytes() for path in published.rglob("*.html")} == before
    assert stops.in_force() == frozenset()
    assert list(differences()) == []


@pytest.mark.usefixtures("shown")
def test_what_a_part_publishes_lies_where_its_stop_looks() -> None:
    for place in affected(EVERYTHING, languages()):
        part, of_a_film = place.publication.part, dict(place.keys).get("slug") == "poverty"
        if place.publication.name != "pages:page":
            assert stops.covers("wall", place.file) == (part == "wall")
        assert stops.covers("film:poverty", place.file) == (part == "film" and of_a_film)
        assert stops.covers("film", place.file) or part != "film"
    for scope in ("wall", "film", "film:poverty"):
        assert "" not in stops.prefixes(scope, True) + stops.prefixes(scope, False)
    assert {p.part for p in publications()} == {"", "wall", "film"}


def test_when_everything_is_down_people_can_still_take_back(
    published: Path, shown: Submission, moderator: User, client: Any
) -> None:
    stop(scope="everything", by=moderator)
    assert CALM not in (published / "en/my-reflection/index.html").read_text()
    assert client.get("/en/my-reflection/").status_code == 200
    assert CALM in client.get("/en/").content.decode()
    assert client.get("/en/participate/").status_code == 404
    sent = client.post("/en/participate/", {"words": "I was here.", "age_ok": "on"})
    assert sent.status_code == 503
    assert "I was here." in sent.content.decode()
    assert Submission.including_what_may_not_be_shown.count() == 1
    withdraw_submission(submission=shown)
    assert report(shown.public_id).done


def test_who_withdraws_while_it_is_down_leaves_nothing_aside_either(
    published: Path, shown: Submission, moderator: User, officer: User
) -> None:
    """The ledger says "gone" only when it is: what lies aside is deleted first."""
    row = stop(scope="wall", by=moderator)
    held = {p for tree in aside.trees() for p in tree.rglob("*") if shown.public_id in str(p)}
    assert held
    withdraw_submission(submission=shown)
    assert report(shown.public_id).done
    for tree in aside.trees():
        for path in tree.rglob("*"):
            assert not path.is_file() or shown.public_id.encode() not in path.read_bytes()
    reopened(row, moderator, officer)
    assert list(differences()) == []
    assert shown.public_id not in (published / "en/wall/index.html").read_text()


def test_a_publisher_at_work_brings_nothing_back(
    published: Path, shown: Submission, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stop comes between rendering a file and writing it, again and again."""
    put, pressed = Folder.put, iter([True])

    def meanwhile(self: Folder, file: str, body: bytes) -> bool:
        if stops.covers("wall", file) and self.root == published and next(pressed, False):
            aside.hold("wall")
        return put(self, file, body)

    (published / f"en/wall/{shown.public_id}/index.html").write_text("old")
    monkeypatch.setattr(Folder, "put", meanwhile)
    rebuild()
    monkeypatch.undo()
    left = {file for file in names(published) if stops.covers("wall", file)}
    assert left == set(stops.calm_files("wall", ["en", "ar"]))
    assert list(differences()) == []


def test_a_publisher_that_hangs_keeps_nobody_waiting(
    published: Path, shown: Submission, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hang_on() -> None:
        with only_publisher(5):
            inside.set()
            leave.wait(30)
        connection.close()

    other = threading.Thread(target=hang_on)
    other.start()
    inside.wait(20)
    monkeypatch.setattr("reflect2protect.publishing.actions.STOP_PATIENCE", 0.1)
    stop(scope="wall", by=moderator)
    assert shown.public_id not in (published / "en/index.html").read_text()
    leave.set()
    other.join()
    assert list(differences()) == []


def test_everyone_of_the_staff_may_stop(own_database: object, staff: Make) -> None:
    for number, role in enumerate(ROLES):
        user = member(staff, role)
        stop(scope=f"film:number-{number}", by=user)
        entry = Entry.objects.get(ref=f"film:number-{number}")
        assert (entry.verb, entry.actor) == ("stop", user)
    assert verify_record() is None


def test_nobody_else_may(own_database: object, staff: Make) -> None:
    for user in (staff(), staff("editor", is_active=False)):
        with pytest.raises(PermissionDenied):
            stop(scope="wall", by=user)
    assert stops.in_force() == frozenset()
    with pytest.raises(ValueError, match="nothing belongs"):
        stop(scope="../..", by=staff("editor"))


def test_two_people_reopen_and_the_second_answers_for_it(own_database: object, staff: Make) -> None:
    for asks, agrees in product(ROLES, ROLES):
        row, first, second = stop(scope="film:one", by=None), member(staff, asks), staff()
        with pytest.raises(PermissionDenied):
            ask_to_reopen(stop=row, by=second)
        second = member(staff, agrees)
        ask_to_reopen(stop=row, by=first)
        with pytest.raises(PermissionDenied):
            reopen(stop=row, by=first)
        if agrees in {"editor", "moderator"}:
            with pytest.raises(PermissionDenied):
                reopen(stop=row, by=second)
            continue
        reopen(stop=row, by=second)
        row.refresh_from_db()
        assert (row.reopen_asked_by, row.reopened_by) == (first, second)
        for verb in (ask_to_reopen, reopen):
            with pytest.raises(WrongState):
                verb(stop=row, by=second)
        last = Entry.objects.order_by("-number")
        assert [e.verb for e in last[:2]] == ["reopen", "ask-to-reopen"]


def test_nobody_reopens_what_nobody_asked_for(officer: User) -> None:
    with pytest.raises(WrongState):
        reopen(stop=stop(scope="wall", by=None), by=officer)


def test_who_asks_last_counts_so_that_a_lone_officer_is_not_locked_out(
    officer: User, moderator: User
) -> None:
    row = stop(scope="wall", by=officer)
    ask_to_reopen(stop=row, by=officer)
    ask_to_reopen(stop=row, by=moderator)
    reopen(stop=row, by=officer)
    assert not Stop.objects.filter(reopened=None).exists()


def test_no_sql_gets_round_two_people(officer: User, moderator: User) -> None:
    row, today = stop(scope="wall", by=officer), timezone.localdate()
    wrong: list[dict[str, Any]] = [
        {"reopen_asked_by": officer, "reopened_by": officer, "reopened": today},
        {"reopened": today},
        {"reopened_by": officer, "reopened": today},
        {"reopen_asked_by": moderator, "reopened": today},
        {"reopen_asked_by": moderator, "reopened_by": officer},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Stop.objects.filter(pk=row.pk).update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stop.objects.create(scope="wall", since=today)


def test_a_second_press_changes_nothing(published: Path, moderator: User, officer: User) -> None:
    assert stop(scope="wall", by=moderator) == stop(scope="wall", by=officer)
    assert Stop.objects.get().by == moderator
    assert Entry.objects.filter(verb="stop").count() == 1
    work()
    assert list(differences()) == []


def test_stops_lie_over_one_another(
    published: Path, shown: Submission, moderator: User, officer: User
) -> None:
    wall, everything = stop(scope="wall", by=moderator), stop(scope="everything", by=moderator)
    assert list(differences()) == []
    reopened(everything, moderator, officer)
    assert CALM in (published / "en/wall/index.html").read_text()
    assert CALM not in (published / "en/films/index.html").read_text()
    assert list(differences()) == []
    reopened(wall, moderator, officer)
    assert shown.public_id in (published / "en/wall/index.html").read_text()


def test_without_a_database_it_is_down_and_the_row_comes_later(
    published: Path, shown: Submission, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(scope: str, by: User | None) -> Stop:
        raise DatabaseError

    monkeypatch.setattr(actions, "_write", away)
    with pytest.raises(DatabaseError):
        stop(scope="wall", by=moderator)
    monkeypatch.undo()
    assert not (published / f"en/wall/{shown.public_id}").exists()
    assert CALM in (published / "en/wall/index.html").read_text()
    for file in names(published):
        body = (published / file).read_bytes()
        assert shown.public_id.encode() not in body
        assert b"I held the ladder." not in body
    follow_stops()
    assert not Stop.objects.exists()  # whoever pressed may be about to write it
    os.utime(settings.ASIDE_DIR / "stops" / "wall", (0, 0))
    work()
    assert Stop.objects.get(scope="wall").by is None
    assert shown.public_id not in (published / "en/index.html").read_text()
    assert list(differences()) == []


def test_a_lost_marker_is_set_again_and_a_left_one_lifted(
    published: Path, shown: Submission, moderator: User, officer: User
) -> None:
    row = stop(scope="wall", by=moderator)
    work()
    stops.lift("wall")  # another machine, or a folder that was put back from a backup
    rebuild()
    assert (published / f"en/wall/{shown.public_id}").exists()
    settle_stops()
    assert not (published / f"en/wall/{shown.public_id}").exists()
    assert list(differences()) == []
    reopened(row, moderator, officer)
    stops.set_marker("wall", row.pk)
    work()
    assert stops.in_force() == frozenset()
    assert list(differences()) == []


@pytest.mark.parametrize("scope", SCOPES)
def test_it_takes_as_many_steps_for_a_large_wall_as_for_a_small_one(
    scope: str, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(300):
        folder = published / f"en/wall/w{number}"
        folder.mkdir(parents=True)
        (folder / "index.html").write_text("somebody")
    assert 0 < aside.hold(scope) < 120
    assert not list(published.glob("en/wall/w*")) or scope.startswith("film")


def test_on_a_full_disk_it_goes_for_good(
    published: Path, shown: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Folder, *args: object) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Folder, "set_aside", full)
    monkeypatch.setattr(Folder, "put", full)
    aside.hold("wall")
    assert not [file for file in names(published) if stops.covers("wall", file)]


def test_a_day_and_no_time_is_kept(moderator: User, mid_campaign: date) -> None:
    assert stop(scope="wall", by=moderator).since == mid_campaign
