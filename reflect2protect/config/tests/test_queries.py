"""At most twelve questions to the database for any page, for ten reflections as for a thousand."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reflect2protect.config.tests.public import (
    ALL,
    FOR_ALL,
    LOCALISED,
    addresses,
    fill_wall,
    fill_wall_at_once,
    get,
)
from reflect2protect.submissions.work import rails

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.data,
    pytest.mark.usefixtures("mid_campaign"),
]
MOST = 12
PAGES = [name for name in LOCALISED if "feed" not in name]


def questions(path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert get(path).status_code == 200, path
    return len(asked)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_asks_more_than_twelve_questions(
    hang: Callable[..., Any], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rails, "BUCKET", 8)
    fill_wall(hang, 60)
    counts = {}
    for name in [*LOCALISED, *FOR_ALL]:
        for path in addresses(ALL[name], language if name in LOCALISED else "")[:12]:
            counts[path] = questions(path)
    counts = {path: count for path, count in counts.items() if path != "/sitemap.xml"}
    assert len(counts) > 50
    assert {path: count for path, count in counts.items() if count > MOST} == {}


def test_a_thousand_reflections_ask_as_many_questions_as_ten(hang: Callable[..., Any]) -> None:
    fill_wall(hang, 10)
    paths = [path for name in PAGES for path in addresses(ALL[name], "fr", 1)]
    few = {path: questions(path) for path in paths}
    fill_wall_at_once(990)
    assert {path: questions(path) for path in paths} == few


def test_the_forms_ask_as_few(hang: Callable[..., Any]) -> None:
    from django.test import Client

    with CaptureQueriesContext(connection) as asked:
        answer = Client().post("/en/participate/", {"words": ""})
    assert answer.status_code == 422
    assert len(asked) <= MOST
