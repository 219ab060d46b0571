"""A decision and its entry stand or fall together."""

import pytest
from django.db import connection

from reflect2protect.audit.actions import record
from reflect2protect.audit.models import Entry


@pytest.mark.data
def test_no_decision_is_recorded_outside_its_transaction(own_database: object) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="transaction"):
        record(verb="approve", ref="x", by=None)
    assert not Entry.objects.exists()
