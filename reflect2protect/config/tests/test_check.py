"""What `check` says about the machine."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from reflect2protect.config import check
from reflect2protect.core import vault
from reflect2protect.media.work import sandbox
from reflect2protect.media.work.sandbox import State
from reflect2protect.submissions.actions import withdraw_submission
from reflect2protect.submissions.models import Submission


@pytest.mark.parametrize(
    ("state", "says"),
    [(State.MISSING, "install the package `bubblewrap`"), (State.FORBIDDEN, "user namespaces")],
)
def test_a_launderer_that_is_not_shut_in_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, state: State, says: str
) -> None:
    monkeypatch.setattr(sandbox, "state", lambda: state)
    (line,) = check._launderer()
    assert line.startswith("pictures: bubblewrap")
    assert says in line
    monkeypatch.setattr(sandbox, "state", lambda: State.SHUT_IN)
    assert check._launderer() == []


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_key_that_is_missing_is_a_problem(hang: Callable[..., Submission]) -> None:
    row, _ = hang(words="one"), hang(words="two")
    assert check._keys() == []
    vault.destroy(row.key)
    (line,) = check._keys()
    assert line.startswith("keys: 1 of the reflections cannot be read")


@pytest.mark.django_db(databases=["default", "keys"])
def test_a_key_that_could_not_be_destroyed_is_a_problem(
    hang: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "GONE_LIST", tmp_path / "another-disk" / "keys.txt")
    withdraw_submission(submission=hang(words="one"))
    unwritable, left = check._keys()
    assert unwritable.startswith(f"keys: {settings.GONE_LIST} cannot be written")
    assert left.startswith("keys: still in the vault are those of 1 ")
