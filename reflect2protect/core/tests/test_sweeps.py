"""What is tried at once, and done by a sweep when that fails."""

from functools import partial

import pytest
from django.db import transaction

from reflect2protect.core.sweeps import at_once


@pytest.mark.django_db(transaction=True)
def test_what_fails_at_once_is_left_to_the_sweep(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody who waits for an answer is told of it, and no words of hers reach a log."""

    def fails(words: str) -> None:
        raise OSError(words)

    done: list[str] = []
    with transaction.atomic():
        at_once(partial(fails, "her words"))
        at_once(partial(done.append, "the next"))
        assert done == []
    assert done == ["the next"]
    assert "OSError at" in caplog.text
    assert "her words" not in caplog.text
