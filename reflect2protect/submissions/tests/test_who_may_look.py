"""The default manager shows only what may be shown; the other way in has few users, listed here."""

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import reflect2protect
from reflect2protect.submissions.models import Picture, Submission

PACKAGE = Path(reflect2protect.__file__).parent
THE_LONG_NAME = "including_what_may_not_be_shown"
# Each for a reason: its owner's verbs, the worker, the desk, the loader of examples, and what ends
# again after a restored backup what had ended.
MAY_USE_IT = {
    "config/replay.py",
    "submissions/models.py",
    "submissions/actions/change.py",
    "submissions/actions/ends.py",
    "submissions/actions/pictures.py",
    "submissions/actions/receive.py",
    "submissions/actions/rows.py",
    "submissions/sweeps.py",
    "moderation/work/queue.py",
    "pages/actions.py",
}


def test_only_these_files_reach_what_may_not_be_shown() -> None:
    users = set()
    for path in PACKAGE.rglob("*.py"):
        if not {"tests", "migrations"} & set(path.parts):
            names = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if any(THE_LONG_NAME in (getattr(n, "attr", ""), getattr(n, "id", "")) for n in names):
                users.add(str(path.relative_to(PACKAGE)))
    assert users == MAY_USE_IT


def test_nobody_takes_the_way_round_by_the_base_manager() -> None:
    for path in PACKAGE.rglob("*.py"):
        allowed = path.name in {"claims.py"} or "tests" in path.parts
        assert allowed or "_base_manager" not in path.read_text(encoding="utf-8"), path


NOT_SHOWN: dict[str, dict[str, Any]] = {
    "waiting": {"state": "waiting", "place": None},
    "declined": {"state": "declined", "place": None},
    "withdrawn": {"state": "withdrawn", "place": None, "words": ""},
    "erased": {"state": "erased", "place": None, "words": ""},
    "not allowed on the wall": {"consent_wall": False},
    "under 18": {"age_ok": False},
    "in its pause": {"show_from": date(2015, 2, 6)},
    "its time over": {"show_until": date(2015, 2, 4)},
    "a wording that holds no more": {"consent_version": "1"},
    "picture not ready": {"picture": "wanted"},
    "picture going": {"picture": "erasing"},
}


@pytest.mark.django_db
@pytest.mark.data
@pytest.mark.usefixtures("mid_campaign")
@pytest.mark.parametrize("fields", NOT_SHOWN.values(), ids=NOT_SHOWN.keys())
def test_what_may_not_be_shown_is_not_found(
    hang: Callable[..., Submission], fields: dict[str, Any]
) -> None:
    hang(**fields)
    shown = hang(picture="made")
    assert list(Submission.objects.all()) == [shown]
    assert Submission.including_what_may_not_be_shown.count() == 2


@pytest.mark.django_db
@pytest.mark.data
@pytest.mark.usefixtures("mid_campaign")
@pytest.mark.parametrize("fields", NOT_SHOWN.values(), ids=NOT_SHOWN.keys())
def test_a_picture_is_not_found_where_its_reflection_is_not(
    hang: Callable[..., Submission], fields: dict[str, Any]
) -> None:
    hang(**{"picture": "made"} | fields)
    shown = hang(picture="made")
    assert [picture.submission for picture in Picture.objects.all()] == [shown]


@pytest.mark.django_db
@pytest.mark.data
def test_the_database_itself_refuses_a_withdrawn_row_with_words(
    hang: Callable[..., Submission],
) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        hang(state="withdrawn", place=None, words="still here")


@pytest.mark.django_db
@pytest.mark.data
def test_the_database_itself_refuses_an_approved_row_without_a_place(
    hang: Callable[..., Submission],
) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        hang(place=None)
