"""A full disk, a full database, a race, a crash: nothing half-written, and the words are kept."""

import os
import resource
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from reflect2protect.audit.models import Entry
from reflect2protect.core import vault
from reflect2protect.core.sweeps import find_sweeps, run_one, sweep_named
from reflect2protect.media.work.launder import launder, wall_set
from reflect2protect.submissions import actions
from reflect2protect.submissions.actions import ends, pictures, receive
from reflect2protect.submissions.models import Picture, PictureState, Seen
from reflect2protect.submissions.tests.forms import (
    WORDS,
    ask,
    in_language,
    picture,
    rows,
    says,
    send,
)
from reflect2protect.submissions.tests.test_receive import code_in
from reflect2protect.submissions.work import gone, shelf

NOT_NOW = (
    "We cannot take this in at the moment. Nothing was kept. Your words are still in the "
    "form: please send them again in a few minutes."
)


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", picture(), "image/jpeg")


def nothing_was_kept() -> bool:
    pictures = Picture.including_what_may_not_be_shown.exists()
    return not (rows().exists() or pictures or Entry.objects.exists() or shelf.names())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the kernel offers no full device")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_full_disk_keeps_nothing_but_the_words(
    own_database: object, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    # The next picture's file is a door to /dev/full: the kernel itself answers ENOSPC.
    monkeypatch.setattr(pictures, "new_file_name", lambda: "f" * 32)
    shelf.folder("f" * 32).mkdir(parents=True)
    (shelf.folder("f" * 32) / f".{shelf.MASTER}.{os.getpid()}").symlink_to("/dev/full")
    response = send(language, picture=file())
    assert response.status_code == 503
    assert says(response, in_language(language, NOT_NOW))
    assert says(response, WORDS)
    assert nothing_was_kept()


def test_a_full_database_keeps_whole_reflections_or_nothing(own_database: object) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite lets a test limit its size")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 3}")
    taken = 0
    for number in range(500):
        words = f"{number} " + "x" * 590
        response = send("fr", words=words)
        if response.status_code != 200:
            break
        taken += 1
    assert 0 < taken < 499
    assert response.status_code == 503
    assert says(response, in_language("fr", NOT_NOW))
    assert says(response, words)
    assert rows().count() == taken
    assert Entry.objects.count() == taken


def test_too_many_pictures_at_once_are_asked_to_wait(
    own_database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(data: bytes) -> None:
        raise actions_refused

    from reflect2protect.media.work.launder import Reason, Refused

    actions_refused = Refused(Reason.BUSY)
    monkeypatch.setattr(receive, "launder", busy)
    response = send(picture=file())
    assert response.status_code == 503
    assert says(response, NOT_NOW)
    assert nothing_was_kept()


def test_a_failure_after_the_picture_was_put_aside_takes_it_away_again(
    own_database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**told: object) -> None:
        raise OSError

    monkeypatch.setattr(receive, "record", fails)
    assert send(picture=file()).status_code == 503
    assert nothing_was_kept()


@pytest.mark.parametrize("with_picture", [False, True])
@pytest.mark.data
def test_the_same_form_sent_twice_at_once_is_one_reflection(
    own_database: object, with_picture: bool
) -> None:
    start = threading.Barrier(2)
    answers: list[Any] = []

    def post() -> None:
        try:
            start.wait()
            answers.append(send(picture=file() if with_picture else None))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert code_in(answers[0]) == code_in(answers[1])
    assert rows().count() == Entry.objects.count() == 1
    assert len(shelf.names()) == Picture.including_what_may_not_be_shown.count() == with_picture


@pytest.mark.data
def test_two_moderators_at_once_give_two_places(
    own_database: object, hang: Any, staff: Any
) -> None:
    waiting = [hang(state="waiting", place=None) for _ in range(4)]
    by = staff("moderator")
    start = threading.Barrier(4)
    failed: list[BaseException] = []

    def approve(row: Any) -> None:
        try:
            start.wait()
            actions.approve_submission(submission=row, by=by)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve, args=[row]) for row in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(rows().values_list("place", flat=True)) == [1, 2, 3, 4]


def sweep_all(name: str) -> None:
    find_sweeps()
    sweep = sweep_named(name)
    assert sweep is not None
    while run_one(sweep, "a worker"):
        pass


@pytest.mark.data
def test_a_withdrawal_that_is_killed_half_way_is_finished_by_the_worker(
    own_database: object, hang: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = hang(picture="made")
    kept = row.picture

    def killed(**told: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(ends, "finish_end", killed)
        with pytest.raises(SystemExit):
            actions.withdraw_submission(submission=row)
    assert Picture.including_what_may_not_be_shown.get().state == PictureState.ERASING
    assert len(shelf.names()) == 1
    assert vault.keys([row.key])
    sweep_all("submissions.erasures")
    sweep_all("submissions.keys")
    assert shelf.names() == []
    assert not Picture.including_what_may_not_be_shown.exists()
    assert vault.keys([row.key]) == {}
    assert set(gone.noted()) == {row.key, kept.key}


def test_without_the_disk_of_the_list_no_key_is_said_to_be_destroyed(
    own_database: object,
    mid_campaign: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And no new list is begun where that disk should be."""
    monkeypatch.setattr(settings, "GONE_LIST", tmp_path / "another-disk" / "keys.txt")
    code = code_in(send())
    key = rows().get().key
    page = ask(code, action="withdraw")
    assert says(page, "It is gone.")
    assert says(page, "Their key could not be destroyed yet")
    assert not says(page, "It is destroyed here")
    assert vault.keys([key])
    assert (actions.undestroyed(), gone.writable()) == (1, False)
    assert not settings.GONE_LIST.parent.exists()
    settings.GONE_LIST.parent.mkdir()
    sweep_all("submissions.keys")
    assert says(ask(code), "It is destroyed here")
    assert vault.keys([key]) == {}
    assert list(gone.noted()) == [key]
    assert not actions.undestroyed()


def test_a_name_of_which_a_full_disk_took_half_is_noted_again(own_database: object) -> None:
    """The kernel itself writes no more than a part of the line."""
    first, second = "1" * 32, "2" * 32
    gone.note(first)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (settings.GONE_LIST.stat().st_size + 9, hard))
    try:
        with pytest.raises(OSError, match="could not be written"):
            gone.note(second)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(gone.noted()) == [first]
    gone.note(second)
    assert list(gone.noted()) == [first, second]


@pytest.mark.data
def test_a_picture_left_behind_by_a_killed_process_is_erased_after_a_while(
    own_database: object, mid_campaign: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time_machine

    def killed(*told: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(receive, "_keep", killed)
        patch.setattr(receive, "drop", lambda picture: None)
        patch.setattr(vault, "destroy", lambda key: None)
        with pytest.raises(SystemExit):
            send(picture=file())
    sweep_all("submissions.erasures")
    assert len(shelf.names()) == 1, "it could still be claimed"
    with time_machine.travel("2015-02-04T13:00:00Z"):
        sweep_all("submissions.erasures")
    assert nothing_was_kept()


@pytest.mark.django_db
def test_a_withdrawal_during_the_making_of_sizes_wins(hang: Any) -> None:
    row = hang(picture="wanted")
    kept = row.picture
    shelf.put(kept.name, shelf.MASTER, launder(picture()).data, vault.key(kept.key))
    actions.withdraw_submission(submission=row)
    actions.make_wall_set(picture=kept)
    assert Picture.including_what_may_not_be_shown.get().state == PictureState.ERASING
    sweep_all("submissions.erasures")
    assert shelf.names() == []


def test_a_picture_that_is_replaced_during_the_making_of_its_sizes_leaves_nothing(
    own_database: object, hang: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does its key: no backup shows it any more, and the words stay readable."""
    row = hang(picture="wanted")
    first, laundered = row.picture, launder(picture())
    shelf.put(first.name, shelf.MASTER, laundered.data, vault.key(first.key))

    def replaced_meanwhile(master: bytes) -> Any:
        actions.change_seen(submission=row, seen=Seen.COVERED, picture=laundered)
        return wall_set(master)

    monkeypatch.setattr(pictures, "wall_set", replaced_meanwhile)
    actions.make_wall_set(picture=first)
    (second,) = Picture.including_what_may_not_be_shown.all()
    assert shelf.names() == [second.name]
    assert set(vault.keys([first.key, second.key, row.key])) == {second.key, row.key}
    assert list(gone.noted()) == [first.key]


@pytest.mark.skipif(sys.platform == "win32", reason="folders of POSIX")
@pytest.mark.django_db
def test_pictures_lie_in_folders_that_only_their_owner_may_open() -> None:
    send(picture=file())
    assert shelf.folder(shelf.names()[0]).stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_no_file_tells_the_hour_at_which_a_picture_was_sent() -> None:
    send(picture=file())
    folder = shelf.folder(shelf.names()[0])
    times = {path.stat().st_mtime for path in (*folder.iterdir(), folder, folder.parent)}
    assert {time % (24 * 60 * 60) for time in times} == {0}


@pytest.mark.django_db
def test_a_withdrawn_reflection_is_still_opened_by_its_code_and_shows_nothing() -> None:
    code = code_in(send(name="Nobody Knows"))
    ask(code, action="withdraw")
    page = ask(code)
    assert page.status_code == 200
    assert not says(page, WORDS)
    assert not says(page, "Nobody Knows")
