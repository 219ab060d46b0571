"""Whatever happens in whatever order: only what may be shown is shown, and what is gone is gone."""

import os
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from reflect2protect.audit.actions import verify_record
from reflect2protect.audit.models import Entry
from reflect2protect.core import fleeting, vault
from reflect2protect.core.models import User
from reflect2protect.core.sweeps import find_sweeps, run_one, sweep_named
from reflect2protect.media.work.launder import Laundered, Rendition
from reflect2protect.submissions import actions
from reflect2protect.submissions.actions import Reflection, WrongState, pictures, receive
from reflect2protect.submissions.models import (
    CONSENTS,
    PICTURED,
    Message,
    Picture,
    Reason,
    Seen,
    Submission,
)
from reflect2protect.submissions.tests.known import START, Known
from reflect2protect.submissions.work import shelf
from reflect2protect.submissions.work.lasting import PAUSES, PERIODS, pause_until, shown_until

SIZES = [f"{width}.{kind}" for width in (320, 640, 1280) for kind in ("webp", "jpg")]
TOLD = ("pk", "key", "state", "place", "since", "asked")
DATABASES = ("default", vault.KEYS)
MAY_NOT = ("editor", "nobody", "left")  # the last was a moderator once


class Lives(RuleBasedStateMachine):
    """Many reflections, all that can happen to them, and what must hold in between."""

    known = Bundle("known")
    staff: dict[str, User]

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        for database in DATABASES:
            self.undo.enter_context(transaction.atomic(using=database))
        self.all: dict[int, Known] = {}
        self.orphans = 0  # pictures that wait to be erased and belong to nobody any more
        self.recorded = 0
        self.today = START
        self._travel()
        find_sweeps()

    def _travel(self) -> None:
        noon = datetime.combine(self.today, time(12), tzinfo=UTC)
        self.clock = time_machine.travel(noon)
        self.clock.start()
        self.questions = _questions()

    @rule(days=st.sampled_from([1, 3, 30, 366, 366]))
    def days_pass(self, days: int) -> None:
        self.clock.stop()
        self.today += timedelta(days=days)
        self._travel()
        fleeting.forget()  # a double click is of the same minutes

    def teardown(self) -> None:
        self.clock.stop()
        rows = list(Submission.including_what_may_not_be_shown.all())
        readable = all(bool(row.words) != self.all[row.pk].ended for row in rows)
        intact = verify_record() is None
        for database in DATABASES:
            transaction.set_rollback(True, using=database)
        self.undo.close()
        for name in shelf.names():
            shelf.remove(name)
        assert readable
        assert intact

    @initialize(target=known)
    def one(self) -> Known:
        return self._received("first", frozenset({"consent_wall"}), picture=False, until="1y")

    @rule(
        target=known,
        words=st.sampled_from(["", "one", "two", "three"]),
        allows=st.frozensets(st.sampled_from(CONSENTS), min_size=1),
        picture=st.booleans(),
        wait=st.sampled_from(PAUSES),
        until=st.sampled_from(["1y", *PERIODS]),
    )
    def receive(
        self, words: str, allows: frozenset[str], picture: bool, wait: str, until: str
    ) -> Known:
        return self._received(words or "none", allows, picture=picture, wait=wait, until=until)

    def _received(
        self, words: str, allows: frozenset[str], *, picture: bool, wait: str = "0", until: str = ""
    ) -> Known:
        return self._post(
            Reflection(
                words=words,
                allows=allows,
                picture=b"bytes" if picture else None,
                seen=Seen.FACE if picture else Seen.WORDS,
                wait=wait,
                until=until or "open",
            )
        )

    def _post(self, reflection: Reflection) -> Known:
        received = actions.receive_submission(reflection=reflection)
        same = self.all.get(received.submission.pk)
        if same is not None:
            # The same post again, while the first one waits.
            assert same.state == "waiting"
            assert same.code == received.code
            return same
        self.recorded += 1
        new = Known(reflection, received.code, received.submission.pk)
        new.allows = reflection.allows
        new.picture = "wanted" if reflection.picture else ""
        new.since = self.today
        new.show_from = pause_until(reflection.wait, self.today)
        new.show_until = shown_until(reflection.until, self.today)
        self.all[new.pk] = new
        return new

    @rule(target=known, one=known)
    def post_again(self, one: Known) -> Known:
        return self._post(one.reflection)

    def _row(self, one: Known) -> Submission:
        assume(one.pk in self.all)  # not forgotten yet
        row = actions.submission_of(one.code)
        assert row is not None
        assert row.pk == one.pk
        return row

    @rule(
        one=known,
        words=st.sampled_from(["changed", "again"]),
        allows=st.frozensets(st.sampled_from(CONSENTS)),
    )
    def change(self, one: Known, words: str, allows: frozenset[str]) -> None:
        changes = {"words": words} | {consent: consent in allows for consent in CONSENTS}
        try:
            actions.change_submission(submission=self._row(one), changes=changes)
        except WrongState:
            assert one.ended
            return
        assert not one.ended
        self._waits(one)
        one.allows = allows

    def _waits(self, one: Known) -> None:
        one.state, one.place, one.since, one.asked = "waiting", None, self.today, False
        self.recorded += 1

    @rule(one=known, seen=st.sampled_from(Seen), new=st.booleans())
    def be_seen_anew(self, one: Known, seen: Seen, new: bool) -> None:
        pictured = seen in PICTURED
        picture = Laundered(b"another", 160, 120) if pictured and new else None
        try:
            actions.change_seen(submission=self._row(one), seen=seen, picture=picture)
        except (WrongState, vault.Unreadable):
            assert one.ended or (pictured and not new and not one.picture)
            return
        assert not one.ended
        if picture or not pictured:
            self.orphans += bool(one.picture)
            one.picture = "wanted" if picture else ""
        self._waits(one)

    @rule(one=known)
    def ask(self, one: Known) -> None:
        by = self.staff["moderator"]
        try:
            actions.ask_sender(submission=self._row(one), text="Who?", by=by)
        except WrongState:
            assert one.state != "waiting" or one.letters >= 40
            return
        assert one.state == "waiting"
        one.asked, one.since = True, self.today
        one.letters += 1
        self.recorded += 1

    @rule(one=known)
    def answer(self, one: Known) -> None:
        try:
            actions.answer_desk(submission=self._row(one), text="I.")
        except WrongState:
            assert one.state != "waiting" or one.letters in {0, 40}
            return
        assert one.letters
        one.asked, one.since = False, self.today
        one.letters += 1
        self.recorded += 1

    @rule(one=known, who=st.sampled_from(["moderator", "protection officer", "administrator"]))
    def approve(self, one: Known, who: str) -> None:
        try:
            row = actions.approve_submission(submission=self._row(one), by=self.staff[who])
        except WrongState:
            assert one.state != "waiting" or not one.allowed(self.today)
            return
        assert one.state == "waiting"
        assert one.allowed(self.today)
        assert row.place is not None
        assert all(row.place > other.place for other in self.all.values() if other.place)
        one.state, one.place, one.since, one.asked = "approved", row.place, self.today, False
        one.show_from = one.paused(self.today)
        self.recorded += 1

    @rule(one=known, who=st.sampled_from(["moderator", "protection officer"]))
    def decline(self, one: Known, who: str) -> None:
        try:
            actions.decline_submission(
                submission=self._row(one), by=self.staff[who], reason=Reason.HATE, note="kindly"
            )
        except WrongState:
            assert one.state == "declined" or one.ended
            return
        assert one.state in {"waiting", "approved"}
        one.state, one.place, one.since, one.asked = "declined", None, self.today, False
        self.recorded += 1

    @rule(one=known, who=st.sampled_from(MAY_NOT))
    def decide_without_the_role(self, one: Known, who: str) -> None:
        by = self.staff[who]
        with pytest.raises(PermissionDenied):
            actions.approve_submission(submission=self._row(one), by=by)
        with pytest.raises(PermissionDenied):
            actions.decline_submission(submission=self._row(one), by=by, reason=Reason.OTHER)

    @rule(one=known)
    def withdraw(self, one: Known) -> None:
        actions.withdraw_submission(submission=self._row(one))
        if not one.ended:
            self._ends(one, "withdrawn")

    def _ends(self, one: Known, state: str) -> None:
        one.state, one.place, one.allows = state, None, frozenset()
        one.since, one.asked, one.letters = self.today, False, 0
        self.orphans += bool(one.picture)
        one.picture = ""
        self.recorded += 1

    @rule()
    def the_worker_minds_the_calendar(self) -> None:
        for name in ("consents", "pauses", "over"):
            self._sweep(f"submissions.{name}")
        for one in self.all.values():
            if one.state == "approved" and not one.allowed(self.today):
                self._waits(one)
                one.allows = frozenset()
            if one.state == "approved":
                one.show_from = one.paused(self.today)
            kept = {"declined": 30, "waiting": 180}.get(one.state)
            if kept and one.since <= self.today - timedelta(days=kept):
                self._ends(one, "erased")

    @rule()
    def the_worker_forgets(self) -> None:
        for name in ("keys", "memories"):
            self._sweep(f"submissions.{name}")
        for one in self.all.values():
            one.key = one.key and not one.ended
        long_ago = self.today - timedelta(days=30)
        for one in list(self.all.values()):
            if one.ended and not one.key and one.since <= long_ago:
                del self.all[one.pk]

    @rule()
    def the_worker_makes_pictures(self) -> None:
        self._sweep("submissions.pictures")
        for one in self.all.values():
            one.picture = "made" if one.picture == "wanted" else one.picture

    @rule()
    def the_worker_erases(self) -> None:
        self._sweep("submissions.erasures")
        self.orphans = 0

    def _sweep(self, name: str) -> None:
        sweep = sweep_named(name)
        assert sweep is not None
        while run_one(sweep, "a worker"):
            pass

    def _ask(self, name: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(*self.questions[name])
            rows: list[Any] = cursor.fetchall()
        return rows

    @invariant()
    def only_what_may_be_shown_is_public(self) -> None:
        public = {one.pk for one in self.all.values() if one.public(self.today)}
        assert {pk for (pk,) in self._ask("shown")} == public
        pictures = {pk for (pk,) in self._ask("shown pictures")}
        assert pictures == {pk for pk in public if self.all[pk].picture == "made"}

    @invariant()
    def each_is_as_expected_and_what_has_ended_is_empty(self) -> None:
        keys = {name for name, _ in vault.everything()}
        letters = Counter(pk for (pk,) in self._ask("letters"))
        found = {}
        for pk, key, state, place, since, asked, *left in self._ask("all"):
            found[pk] = (state, place, str(since), bool(asked), letters[pk])
            one = self.all[pk]
            assert (key in keys) == one.key
            assert any(left) != one.ended
        assert found == {
            one.pk: (one.state, one.place, str(one.since), one.asked, one.letters)
            for one in self.all.values()
        }

    @invariant()
    def files_are_those_of_pictures_that_live(self) -> None:
        living = {one.pk for one in self.all.values() if one.picture}
        rows = self._ask("pictures")
        assert {pk for pk, _ in rows if pk} == living
        assert len(rows) <= len(living) + self.orphans
        assert sorted(shelf.names()) == sorted(name for _, name in rows)

    @invariant()
    def every_decision_has_one_entry(self) -> None:
        assert len(self._ask("entries")) == self.recorded


def _questions() -> dict[str, tuple[str, tuple[Any, ...]]]:
    """What is asked after every event, as SQL that holds for this day: to write it takes Django
    longer than to have it answered."""
    all_of_it = Submission.including_what_may_not_be_shown
    asked: dict[str, QuerySet[Any, Any]] = {
        "shown": Submission.objects.values_list("pk"),
        "shown pictures": Picture.objects.values_list("submission_id"),
        "all": all_of_it.values_list(*TOLD, "sealed", "country", "area", *CONSENTS),
        "letters": Message.objects.values_list("submission_id"),
        "pictures": Picture.including_what_may_not_be_shown.values_list("submission_id", "name"),
        "entries": Entry.objects.order_by().values_list("pk"),
    }
    return {name: queries.query.sql_with_params() for name, queries in asked.items()}


@pytest.mark.django_db
@pytest.mark.data
@pytest.mark.usefixtures("mid_campaign")
def test_lives_of_reflections(monkeypatch: pytest.MonkeyPatch, staff: Any) -> None:
    def launder(data: bytes) -> Laundered:
        return Laundered(b"master", 160, 120)

    def wall_set(master: bytes) -> list[Rendition]:
        return [Rendition(name, master, 160, 120, "image/webp") for name in SIZES]

    # The launderer has tests of its own; here it would only be slow.
    monkeypatch.setattr(receive, "launder", launder)
    monkeypatch.setattr(pictures, "wall_set", wall_set)
    monkeypatch.setattr("os.fsync", lambda handle: None)
    Lives.staff = {
        "moderator": staff("moderator"),
        "protection officer": staff("protection officer"),
        "administrator": staff(is_superuser=True),
        "editor": staff("editor"),
        "nobody": staff(),
        "left": staff("moderator", is_active=False),
    }
    run_state_machine_as_test(
        Lives,
        settings=settings(
            # `make prove` tries more, long ones and short ones, each time with another seed.
            max_examples=int(os.environ.get("LIVES", "40")),
            derandomize="LIVES" not in os.environ,
            stateful_step_count=int(os.environ.get("EVENTS", "30")),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
