"""The lists of the desk: who stands in which, in which order, and how a long one goes on."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from reflect2protect.core import vault
from reflect2protect.moderation.tests.desk import DESK, case_of, cases_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

Make = Callable[..., Any]
ASKED = f"{DESK}asked/"
NO_CONSENT: dict[str, Any] = {"consent_wall": False}
UNCONFIRMED: dict[str, Any] = {"consent_wall": False, "age_ok": False}


@pytest.mark.data
def test_whoever_sent_one_is_read_before_whoever_sent_many(client: Client, wait: Make) -> None:
    flood = [wait(turn=turn) for turn in (1, 2, 3)]
    late = [wait(turn=1), wait(turn=1)]
    order = [flood[0], *late, flood[1], flood[2]]
    assert cases_in(client, DESK) == [row.public_id for row in order]


@pytest.mark.data
def test_each_list_has_its_own(client: Client, wait: Make, hang: Make) -> None:
    decidable = [wait(), wait(consent_wall=False, consent_press=True)]
    asked = wait(asked=True)
    shown = [hang(), hang()]
    wait(**NO_CONSENT)
    wait(**NO_CONSENT, asked=True)
    wait(**UNCONFIRMED)
    for state in ("declined", "withdrawn", "erased"):
        hang(state=state, place=None, words="")
    assert cases_in(client, DESK) == [row.public_id for row in decidable]
    assert cases_in(client, ASKED) == [asked.public_id]
    assert cases_in(client, f"{DESK}shown/") == [row.public_id for row in reversed(shown)]
    page = client.get(DESK).content.decode()
    assert "2 reflections" in page
    assert f'href="{ASKED}"' in page


@pytest.mark.parametrize("fields", [NO_CONSENT, UNCONFIRMED], ids=["ended", "unconfirmed"])
def test_what_nobody_allows_to_be_read_cannot_be_opened(
    client: Client, wait: Make, fields: dict[str, Any]
) -> None:
    row = wait(picture="wanted", **fields)
    name = row.picture.name
    assert client.get(case_of(row)).status_code == 302
    assert client.get(f"{DESK}pictures/{name}/640.jpg").status_code == 404


@pytest.mark.parametrize("path", [DESK, ASKED])
def test_a_long_list_goes_on_where_it_stopped(client: Client, wait: Make, path: str) -> None:
    rows = [wait(turn=1 + number % 3, asked=path == ASKED) for number in range(103)]
    order = sorted(rows, key=lambda row: (row.turn, row.pk))
    found, after = [], ""
    for wanted in (50, 50, 3):
        part = cases_in(client, path + after)
        assert len(part) == wanted
        found += part
        more = re.search(r'href="(\?after=[\d-]+)"', client.get(path + after).content.decode())
        after = more[1] if more else ""
    assert found == [row.public_id for row in order]
    assert after == ""


def test_the_wall_goes_on_where_it_stopped(client: Client, hang: Make) -> None:
    rows = [hang() for _ in range(52)]
    path = f"{DESK}shown/"
    first = client.get(path).content.decode()
    more = re.search(r'href="(\?after=\d+)"', first)
    assert more
    found = cases_in(client, path) + cases_in(client, path + more[1])
    assert found == [row.public_id for row in reversed(rows)]


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "1-2-3", "9" * 30, "1-" + "9" * 18, "٣-٣"])
def test_a_place_that_makes_no_sense_is_no_failure(client: Client, wait: Make, after: str) -> None:
    wait()
    for path in (DESK, ASKED, f"{DESK}shown/"):
        assert client.get(path, {"after": after}).status_code == 200


def test_what_was_erased_a_moment_ago_is_said_kindly(client: Client, wait: Make) -> None:
    gone, here = wait(words="Gone words"), wait(words="Words that are here")
    vault.destroy(gone.key)
    page = client.get(DESK).content.decode()
    assert ("Erased a moment ago" in page, "Words that are here" in page) == (True, True)
    assert cases_in(client, DESK) == [gone.public_id, here.public_id]
    answer = client.get(case_of(gone), follow=True)
    assert answer.redirect_chain == [(DESK, 302)]
    assert "was erased a moment ago" in answer.content.decode()
    refused = client.post(case_of(gone), {"decision": "approve", "version": "0"}, follow=True)
    assert "was erased a moment ago" in refused.content.decode()
    gone.refresh_from_db()
    assert gone.state == "waiting"


def test_an_empty_desk_says_so(client: Client) -> None:
    assert "Nothing waits." in client.get(DESK).content.decode()
    assert client.get(ASKED).status_code == 200
