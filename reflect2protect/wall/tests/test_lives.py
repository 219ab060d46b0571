"""Whatever is approved, changed and taken back in any order: the folder is what it should be."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test

from reflect2protect.core.models import Area, User
from reflect2protect.publishing.actions import publish_changes, rebuild
from reflect2protect.publishing.work.check import differences
from reflect2protect.submissions import actions
from reflect2protect.submissions.actions import pictures
from reflect2protect.submissions.models import Picture, Reason, Submission
from reflect2protect.submissions.work import shelf
from reflect2protect.wall.tests.showing import show_only


class Lives(RuleBasedStateMachine):
    """A wall with buckets of two, in two languages and two areas."""

    known = Bundle("known")
    hang: Callable[..., Submission]
    moderator: User

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        rebuild()

    def teardown(self) -> None:
        self.publish()
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)
        for name in shelf.names():
            shelf.remove(name)

    @rule(
        target=known,
        language=st.sampled_from(["en", "ar", "fr"]),
        area=st.sampled_from(["", "health", "poverty"]),
        picture=st.sampled_from(["", "wanted", "made"]),
    )
    def approve_new(self, language: str, area: str, picture: str) -> Submission:
        return self._approve(language, area, picture)

    def _approve(self, language: str, area: str, picture: str = "") -> Submission:
        at = Area.objects.filter(slug=area).first()
        row = type(self).hang(state="waiting", language=language, area=at, picture=picture)
        return actions.approve_submission(submission=row, by=self.moderator)

    @rule(target=known, language=st.sampled_from(["en", "ar"]))
    def approve_three(self, language: str) -> Submission:
        self._approve(language, "health")
        self._approve(language, "poverty")
        return self._approve(language, "health")

    def _now(self, one: Submission) -> Submission:
        row: Submission = Submission.including_what_may_not_be_shown.get(pk=one.pk)
        return row

    @rule(one=known, area=st.sampled_from(["health", "poverty"]))
    def change(self, one: Submission, area: str) -> None:
        row = self._now(one)
        if row.state != "withdrawn":
            at = Area.objects.get(slug=area)
            actions.change_submission(submission=row, changes={"area": at, "words": "Changed."})

    @rule(one=known, language=st.sampled_from(["", "en", "ar"]))
    def approve_again(self, one: Submission, language: str) -> None:
        row = self._now(one)
        if row.state == "waiting":
            actions.approve_submission(submission=row, by=self.moderator, language=language)

    @rule(one=known)
    def decline(self, one: Submission) -> None:
        row = self._now(one)
        if row.state in {"waiting", "approved"}:
            actions.decline_submission(submission=row, by=self.moderator, reason=Reason.OTHER)

    @rule(one=known)
    def withdraw(self, one: Submission) -> None:
        actions.withdraw_submission(submission=self._now(one))

    @rule()
    def make_pictures(self) -> None:
        for picture in Picture.including_what_may_not_be_shown.filter(state="wanted"):
            actions.make_wall_set(picture=picture)

    @rule()
    def publish(self) -> None:
        publish_changes()
        assert list(differences()) == []


@pytest.mark.data
def test_the_folder_is_true_after_anything(
    own_database: object,
    mid_campaign: date,
    hang: Callable[..., Submission],
    staff: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "wall_set", lambda master: [])
    show_only(
        monkeypatch,
        bucket=2,
        areas=("health", "poverty"),
        languages=("en", "ar"),
        today=mid_campaign,
    )
    Lives.hang, Lives.moderator = staticmethod(hang), staff("moderator")
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=6,
            stateful_step_count=16,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
