"""Whatever happens in whatever order: only what may be shown is shown, and what is gone is gone."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
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
from reflect2protect.core.models import User
from reflect2protect.core.sweeps import find_sweeps, run_one, sweep_named
from reflect2protect.media.work.launder import Laundered, Rendition
from reflect2protect.submissions import actions
from reflect2protect.submissions.actions import CONSENTS, Reflection, WrongState
from reflect2protect.submissions.models import Picture, Reason, Submission
from reflect2protect.submissions.work import shelf

SIZES = [f"{width}.{kind}" for width in (320, 640, 1280) for kind in ("webp", "jpg")]
MAY_NOT = ("editor", "nobody", "left")  # of whom the last was a moderator once


@dataclass
class Known:
    """What the test knows of one reflection."""

    reflection: Reflection
    code: str
    pk: int
    state: str = "waiting"
    allows: frozenset[str] = field(default_factory=frozenset)
    picture: str = ""
    place: int | None = None

    @property
    def public(self) -> bool:
        ready = self.picture in {"", "made"}
        return self.state == "approved" and "consent_wall" in self.allows and ready


class Lives(RuleBasedStateMachine):
    """Many reflections, all that can happen to them, and what must hold in between."""

    known = Bundle("known")
    staff: dict[str, User]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.all: dict[int, Known] = {}
        self.recorded = 0
        find_sweeps()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        for name in shelf.names():
            shelf.remove(name)

    @initialize(target=known)
    def one_is_there(self) -> Known:
        return self._received("first", frozenset({"consent_wall"}), picture=True)

    @rule(
        target=known,
        words=st.sampled_from(["", "one", "two", "three"]),
        allows=st.frozensets(st.sampled_from(CONSENTS), min_size=1),
        picture=st.booleans(),
    )
    def receive(self, words: str, allows: frozenset[str], picture: bool) -> Known:
        return self._received(words or "none", allows, picture=picture)

    def _received(self, words: str, allows: frozenset[str], *, picture: bool) -> Known:
        data = b"bytes" if picture else None
        return self._post(Reflection(words=words, allows=allows, picture=data))

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
        self.all[new.pk] = new
        return new

    @rule(target=known, one=known)
    def post_again(self, one: Known) -> Known:
        return self._post(one.reflection)

    def _row(self, one: Known) -> Submission:
        row = actions.submission_of(one.code)
        assert row is not None
        assert row.pk == one.pk
        return row

    @rule(
        one=known,
        words=st.sampled_from(["changed", "again"]),
        allows=st.frozensets(st.sampled_from(CONSENTS), min_size=1),
    )
    def change(self, one: Known, words: str, allows: frozenset[str]) -> None:
        changes = {"words": words} | {consent: consent in allows for consent in CONSENTS}
        try:
            actions.change_submission(submission=self._row(one), changes=changes)
        except WrongState:
            assert one.state == "withdrawn"
            return
        assert one.state != "withdrawn"
        one.state, one.place, one.allows = "waiting", None, allows
        self.recorded += 1

    @rule(one=known, who=st.sampled_from(["moderator", "protection officer", "administrator"]))
    def approve(self, one: Known, who: str) -> None:
        try:
            row = actions.approve_submission(submission=self._row(one), by=self.staff[who])
        except WrongState:
            assert one.state != "waiting" or "consent_wall" not in one.allows
            return
        assert one.state == "waiting"
        assert "consent_wall" in one.allows
        assert row.place is not None
        assert all(row.place > other.place for other in self.all.values() if other.place)
        one.state, one.place = "approved", row.place
        self.recorded += 1

    @rule(one=known, who=st.sampled_from(["moderator", "protection officer"]))
    def decline(self, one: Known, who: str) -> None:
        try:
            actions.decline_submission(
                submission=self._row(one), by=self.staff[who], reason=Reason.HATE, note="kindly"
            )
        except WrongState:
            assert one.state in {"declined", "withdrawn"}
            return
        assert one.state in {"waiting", "approved"}
        one.state, one.place = "declined", None
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
        self.recorded += one.state != "withdrawn"
        one.state, one.place, one.allows = "withdrawn", None, frozenset()
        one.picture = "erasing" if one.picture else ""

    @rule()
    def the_worker_makes_pictures(self) -> None:
        self._sweep("submissions.pictures")
        for one in self.all.values():
            one.picture = "made" if one.picture == "wanted" else one.picture

    @rule()
    def the_worker_erases(self) -> None:
        self._sweep("submissions.erasures")
        for one in self.all.values():
            one.picture = "" if one.picture == "erasing" else one.picture

    def _sweep(self, name: str) -> None:
        sweep = sweep_named(name)
        assert sweep is not None
        while run_one(sweep, "a worker"):
            pass

    @invariant()
    def only_what_may_be_shown_is_public(self) -> None:
        public = set(Submission.objects.values_list("pk", flat=True))
        assert public == {one.pk for one in self.all.values() if one.public}
        pictures = set(Picture.objects.values_list("submission_id", flat=True))
        assert pictures == {
            one.pk for one in self.all.values() if one.public and one.picture == "made"
        }

    @invariant()
    def states_are_as_expected(self) -> None:
        rows = Submission.including_what_may_not_be_shown.values_list("pk", "state", "place")
        assert {pk: (state, place) for pk, state, place in rows} == {
            one.pk: (one.state, one.place) for one in self.all.values()
        }

    @invariant()
    def withdrawn_rows_are_empty(self) -> None:
        rows = Submission.including_what_may_not_be_shown.filter(state="withdrawn")
        texts = rows.values_list("words", "name", "alt", "country", "note", "area", *CONSENTS)
        assert all(not any(row) for row in texts)

    @invariant()
    def files_are_those_of_pictures_that_live(self) -> None:
        living = {one.pk for one in self.all.values() if one.picture}
        rows = Picture.including_what_may_not_be_shown.values_list("submission_id", "name")
        names = dict(rows)
        assert set(names) == living
        assert sorted(shelf.names()) == sorted(names.values())

    @invariant()
    def every_decision_has_one_entry(self) -> None:
        assert Entry.objects.count() == self.recorded
        assert verify_record() is None


@pytest.mark.django_db
@pytest.mark.data
@pytest.mark.usefixtures("mid_campaign")
def test_lives_of_reflections(monkeypatch: pytest.MonkeyPatch, staff: Any) -> None:
    def launder(data: bytes) -> Laundered:
        return Laundered(b"master", 160, 120)

    def wall_set(master: bytes) -> list[Rendition]:
        return [Rendition(name, master, 160, 120, "image/webp") for name in SIZES]

    # The launderer has tests of its own; here it would only be slow.
    monkeypatch.setattr(actions, "launder", launder)
    monkeypatch.setattr(actions, "wall_set", wall_set)
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
            max_examples=40,
            stateful_step_count=30,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
