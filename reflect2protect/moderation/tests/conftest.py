"""Who sits at the desk in its tests, and what waits there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from reflect2protect.core.models import User
from reflect2protect.moderation.tests.desk import sign_in
from reflect2protect.submissions.models import Submission

Make = Callable[..., Any]


@pytest.fixture
def moderator(staff: Make) -> User:
    user: User = staff("moderator")
    return user


@pytest.fixture
def client(moderator: User) -> Client:
    return sign_in(moderator)


@pytest.fixture
def wait(hang: Make) -> Make:
    """Makes a reflection that waits for the desk."""

    def make(**fields: Any) -> Submission:
        row: Submission = hang(**{"state": "waiting", "place": None, "decided": None} | fields)
        return row

    return make
