"""Between reading and deciding, the sender may change her words: then nothing is approved."""

from typing import Any

import pytest
from django.test import Client

from reflect2protect.moderation.tests.desk import case_of, version_of
from reflect2protect.moderation.views import cases
from reflect2protect.submissions import actions


@pytest.mark.data
def test_a_change_in_the_last_moment_is_not_approved_unseen(
    own_database: object, hang: Any, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = hang(state="waiting", place=None)
    client = Client()
    client.force_login(staff("moderator"))
    seen = version_of(client, row)
    approve = actions.approve_submission

    def changed_just_before(**told: Any) -> Any:
        actions.change_submission(submission=row, changes={"words": "Unseen"})
        return approve(**told)

    monkeypatch.setattr(cases, "approve_submission", changed_just_before)
    fields = {"decision": "approve", "language": "en", "version": seen}
    answer = client.post(case_of(row), fields)
    row.refresh_from_db()
    assert (row.words, row.state) == ("Unseen", "waiting")
    assert (answer.status_code, "Unseen" in answer.content.decode()) == (422, True)
