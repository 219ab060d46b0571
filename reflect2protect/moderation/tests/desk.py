"""What a person does at the desk, for its tests."""

import re
from typing import Any

from django.test import Client

from reflect2protect.core.models import User
from reflect2protect.submissions.models import Submission

DESK = "/staff/desk/"


def sign_in(user: User, **kwargs: Any) -> Client:
    """A browser of this member of staff."""
    client = Client(**kwargs)
    client.force_login(user)
    return client


def case_of(row: Submission) -> str:
    """The address of a case."""
    return f"{DESK}{row.public_id}/"


def version_of(client: Client, row: Submission) -> str:
    """What its page says was read."""
    html = client.get(case_of(row)).content.decode()
    found = re.search(r'name="version" value="(\w+)"', html)
    assert found
    return found[1]


def decide(client: Client, row: Submission, **fields: str) -> Any:
    """Read a case, and send a decision."""
    return client.post(case_of(row), {"version": version_of(client, row), **fields})


def cases_in(client: Client, path: str) -> list[str]:
    """The ids of the cases that a list links to, in its order."""
    html = client.get(path).content.decode()
    return re.findall(r'href="/staff/desk/([2-9a-z]{13})/"', html)
