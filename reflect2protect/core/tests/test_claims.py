"""One worker at a time has a row, and no row is left behind by a worker that dies."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from reflect2protect.core import claims, nudge
from reflect2protect.core.claims import claim
from reflect2protect.core.heartbeat import Heartbeat
from reflect2protect.core.sweeps import Sweep, run_one
from reflect2protect.core.tests.errands import LEASE_SECONDS, Errand, Run, due
from reflect2protect.core.tests.errands_database import (
    ALIAS,
    Processes,
    known_as_errands,
    new_database,
    until,
)


@pytest.fixture
def database(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    with django_db_blocker.unblock(), new_database(tmp_path) as found:
        yield found


@pytest.fixture
def here(database: dict[str, Any], settings: LazySettings) -> Iterator[str]:
    """The database, used from this process."""
    settings.WORKER_LEASE_SECONDS = LEASE_SECONDS
    with known_as_errands(database) as alias:
        yield alias


@pytest.fixture
def processes(database: dict[str, Any], tmp_path: Path) -> Iterator[Processes]:
    """The database with its tables, used from processes of their own, seen from here."""
    found = Processes(database, tmp_path)
    with known_as_errands(database):
        yield found
        found.end()


def errand(seconds: float = 0) -> Errand:
    return Errand.objects.using(ALIAS).create(seconds=seconds)


def again(row: Errand) -> Errand:
    return Errand.objects.using(ALIAS).get(pk=row.pk)


def do_it(row: Errand) -> None:
    Errand.objects.using(ALIAS).filter(pk=row.pk).update(done=True)


def fail(row: Errand) -> None:
    raise ZeroDivisionError("what somebody wrote")


def sweep(act: Any = do_it) -> Sweep[Errand]:
    return Sweep("here", due=lambda: due(ALIAS), act=act)


def open_runs() -> int:
    return Run.objects.using(ALIAS).filter(ended=False).count()


# -- one row ------------------------------------------------------------------------------------


def test_a_row_is_done_once_and_given_back(here: str) -> None:
    row = errand()
    assert run_one(sweep(), "one")
    assert not run_one(sweep(), "one")
    row = again(row)
    assert (row.done, row.claimed_by, row.claimed_until) == (True, "", None)


def test_the_row_asked_for_is_the_one_done(here: str) -> None:
    first, second = errand(), errand()
    assert run_one(sweep(), "one", pk=second.pk)
    assert again(second).done
    assert not again(first).done
    assert not run_one(sweep(), "one", pk=second.pk)


def test_a_claimed_row_is_passed_over(here: str) -> None:
    first, second = errand(), errand()
    held = claim(due(ALIAS), "one")
    other = claim(due(ALIAS), "two")
    assert held is not None
    assert other is not None
    assert (held.pk, other.pk) == (first.pk, second.pk)
    assert claim(due(ALIAS), "three") is None


def test_a_row_seen_before_another_worker_did_it_is_not_done_again(here: str) -> None:
    seen = errand()
    assert run_one(sweep(), "one")
    assert claims._take(seen, due(ALIAS), "two") is None


def test_an_exception_puts_the_row_to_rest(here: str, caplog: pytest.LogCaptureFixture) -> None:
    row = errand()
    for attempts in (1, 2, 3):
        before = timezone.now()
        assert run_one(sweep(fail), "one")
        row = again(row)
        assert (row.attempts, row.claimed_by) == (attempts, "")
        assert row.not_before is not None
        assert row.not_before >= before + timedelta(seconds=2**attempts)
        assert not run_one(sweep(), "one")
        Errand.objects.using(ALIAS).update(not_before=before)
    assert "ZeroDivisionError" in caplog.text
    assert "what somebody wrote" not in caplog.text


def test_the_rest_is_an_hour_at_most() -> None:
    assert claims.rest(1) == timedelta(seconds=2)
    assert claims.rest(32767) == timedelta(hours=1)


def test_success_forgets_the_failures(here: str) -> None:
    row = errand()
    run_one(sweep(fail), "one")
    Errand.objects.using(ALIAS).update(not_before=timezone.now())
    run_one(sweep(), "one")
    row = again(row)
    assert (row.attempts, row.not_before) == (0, None)


def test_an_act_that_changes_nothing_does_not_spin(here: str) -> None:
    errand()
    assert run_one(sweep(lambda row: None), "one")
    assert not run_one(sweep(), "one")
    time.sleep(claims.REST_WHEN_STILL_DUE)
    assert run_one(sweep(), "one")


def test_an_act_may_delete_its_row(here: str) -> None:
    errand()
    assert run_one(sweep(lambda row: row.delete()), "one")
    assert not Errand.objects.using(ALIAS).exists()


# -- the lease ----------------------------------------------------------------------------------


def test_a_heartbeat_keeps_a_slow_row(here: str) -> None:
    row = errand()
    found: list[object] = []

    def slow(row: Errand) -> None:
        until(lambda: again(row).claimed_until != row.claimed_until)
        found.extend([again(row).claimed_by, claim(due(ALIAS), "two")])
        do_it(row)

    assert run_one(sweep(slow), "one")
    assert found == ["one", None]
    assert again(row).claimed_by == ""


def test_a_heartbeat_stops_when_the_claim_is_lost(here: str) -> None:
    errand()
    held = claim(due(ALIAS), "one")
    assert held is not None
    with Heartbeat(held) as heartbeat:
        Errand.objects.using(ALIAS).update(claimed_by="two")
        until(lambda: heartbeat.lost)


def test_a_lapsed_claim_is_taken_over_and_counted(here: str) -> None:
    row = errand()
    assert claim(due(ALIAS), "one") is not None
    Errand.objects.using(ALIAS).update(claimed_until=timezone.now() - timedelta(seconds=1))
    taken = claim(due(ALIAS), "two")
    assert taken is not None
    assert taken.attempts == again(row).attempts == 1
    # Should the second worker die of it too, the third waits a little longer than the lease.
    assert again(row).not_before is not None


def test_a_worker_that_lost_its_claim_leaves_the_new_one_alone(here: str) -> None:
    row = errand()
    lost = claim(due(ALIAS), "one")
    assert lost is not None
    Errand.objects.using(ALIAS).update(claimed_until=timezone.now() - timedelta(seconds=1))
    claim(due(ALIAS), "two")
    assert not lost.extend()
    assert not lost.finish(still_due=False)
    assert not lost.fail()
    assert again(row).claimed_by == "two"


def test_saving_a_row_leaves_its_claim_alone(here: str) -> None:
    row = errand()
    claim(due(ALIAS), "one")
    row.note = "changed"
    row.save()
    assert (again(row).note, again(row).claimed_by) == ("changed", "one")


def test_saving_does_not_bring_an_erased_row_back(here: str) -> None:
    row = errand()
    Errand.objects.using(ALIAS).all().delete()
    with pytest.raises(DatabaseError):
        row.save()
    assert not Errand.objects.using(ALIAS).exists()


# -- real processes -----------------------------------------------------------------------------


def test_two_workers_do_fifty_rows_once_each(processes: Processes) -> None:
    workers = {worker.pid for worker in processes.workers(2)}
    # Two slow ones first, so that neither worker can have done everything before the other came.
    times = [0.6, 0.6, *[0.01] * 48]
    Errand.objects.using(ALIAS).bulk_create(Errand(seconds=each) for each in times)
    until(lambda: not due(ALIAS).exists() and open_runs() == 0)
    runs = list(Run.objects.using(ALIAS).all())
    assert sorted(run.errand for run in runs) == sorted({run.errand for run in runs})
    assert len(runs) == 50
    assert {run.worker for run in runs} == workers


def test_a_killed_workers_row_is_taken_over(processes: Processes) -> None:
    held = errand(60)
    (first,) = processes.workers()
    until(lambda: open_runs() == 1)
    (second,) = processes.workers()
    first.kill()
    killed = time.monotonic()
    until(lambda: not due(ALIAS).exists())
    assert time.monotonic() - killed < LEASE_SECONDS + 5
    until(lambda: not again(held).claimed_by)
    assert again(held).attempts == 0
    runs = Run.objects.using(ALIAS).order_by("pk").values_list("worker", "ended")
    assert list(runs) == [(first.pid, False), (second.pid, True)]


def test_a_worker_told_to_stop_finishes_its_row(processes: Processes) -> None:
    errand(0.8)
    errand()
    (worker,) = processes.workers()
    until(lambda: open_runs() == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert [run.ended for run in Run.objects.using(ALIAS).all()] == [True]
    assert due(ALIAS).count() == 1
    assert not os.path.exists(processes.socket)


def test_a_nudge_is_heard_at_once(processes: Processes, settings: LazySettings) -> None:
    processes.workers(poll=60)
    time.sleep(0.3)  # let its first look at the empty table pass
    settings.NUDGE_SOCKET = processes.socket
    assert os.stat(processes.socket).st_mode & 0o777 == 0o600
    row = errand()
    nudge._send(f"core_tests.errands {row.pk}".encode())
    until(lambda: again(row).done, seconds=10)


def test_a_worker_outlives_a_failing_database(processes: Processes) -> None:
    with connections[ALIAS].schema_editor() as editor:
        editor.alter_db_table(Errand, Errand._meta.db_table, "errands_away")
    (worker,) = processes.workers()
    time.sleep(0.3)
    with connections[ALIAS].schema_editor() as editor:
        editor.alter_db_table(Errand, "errands_away", Errand._meta.db_table)
    row = errand()
    until(lambda: again(row).done)
    assert worker.poll() is None
