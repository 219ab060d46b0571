"""A campaign that is over: frozen as it was, with every consent still in force."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Campaign
from reflect2protect.submissions.actions import (
    CampaignEnded,
    Reflection,
    receive_submission,
    withdraw_submission,
)
from reflect2protect.submissions.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]
SENT = {"seen": "words", "words": "We hold the door open.", "age_ok": "on", "consent_wall": "on"}


@pytest.fixture
def archived() -> None:
    """Frozen on 4 February 2015."""
    Campaign.objects.update(archived=date(2015, 2, 4))


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_new_is_taken_in_and_the_page_says_so(language: str) -> None:
    path = f"/{language}/participate/"
    asked = Client().get(path)
    assert asked.status_code == 200
    assert b"<form" not in asked.content
    answer = Client().post(path, SENT)
    assert answer.status_code == 410
    assert b"<form" not in answer.content
    assert f'lang="{LANGUAGES[language].tag}"' in answer.content.decode()
    assert f'href="/{language}/my-reflection/"' in answer.content.decode()
    assert not Submission.including_what_may_not_be_shown.exists()


@pytest.mark.usefixtures("archived")
def test_the_verb_refuses_by_itself() -> None:
    with pytest.raises(CampaignEnded):
        receive_submission(reflection=Reflection(words="Too late."))


@pytest.mark.usefixtures("archived")
def test_a_person_can_still_withdraw(hang: Callable[..., Any]) -> None:
    row = hang()
    assert Client().get(f"/en/wall/{row.public_id}/").status_code == 200
    withdraw_submission(submission=row)
    assert Client().get(f"/en/wall/{row.public_id}/").status_code == 404
