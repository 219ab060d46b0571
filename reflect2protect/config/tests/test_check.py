"""What `check` says about the machine."""

import pytest

from reflect2protect.config import check
from reflect2protect.media.work import sandbox
from reflect2protect.media.work.sandbox import State


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
