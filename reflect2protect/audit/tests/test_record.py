"""The record of decisions cannot be rewritten without anybody noticing."""

from datetime import date

import pytest
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflect2protect.audit.actions import record, verify_record
from reflect2protect.audit.models import Entry
from reflect2protect.core.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.data, pytest.mark.usefixtures("mid_campaign")]

LENGTH = 6
# What somebody with the database open could write into each column of an entry.
FORGERIES = {
    "verb": "decline",
    "ref": "another",
    "actor_id": None,
    "reason": "hate",
    "day": date(2015, 1, 1),
    "previous": "f" * 64,
    "digest": "f" * 64,
}


def write(length: int = LENGTH) -> User:
    user = User.objects.create_user(username="keeper")
    for number in range(length):
        record(verb="approve", ref=f"ref-{number}", by=user, reason="")
    return user


def entries() -> models.QuerySet[Entry]:
    return Entry.objects.order_by("number")


def test_an_empty_record_is_intact() -> None:
    assert verify_record() is None


def test_a_record_says_what_was_decided_on_which_day_by_whom() -> None:
    user = write(1)
    entry = Entry.objects.get()
    told = (entry.number, entry.verb, entry.ref, entry.actor, entry.reason, entry.day)
    assert told == (1, "approve", "ref-0", user, "", date(2015, 2, 4))
    assert entry.previous == "0" * 64
    assert str(entry) == "1 approve ref-0"


def test_each_entry_is_sealed_with_the_one_before() -> None:
    write()
    rows = list(entries())
    assert [row.number for row in rows] == list(range(1, LENGTH + 1))
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:-1]]
    assert verify_record() is None


@pytest.mark.parametrize("number", range(1, LENGTH + 1))
@pytest.mark.parametrize("column", FORGERIES)
def test_an_edit_is_found_at_its_number(column: str, number: int) -> None:
    write()
    Entry.objects.filter(number=number).update(**{column: FORGERIES[column]})
    assert verify_record() == number


@pytest.mark.parametrize("number", range(1, LENGTH))
def test_a_removed_entry_is_found_at_its_number(number: int) -> None:
    write()
    entries().filter(number=number)._raw_delete("default")
    assert verify_record() == number


@pytest.mark.parametrize("number", range(1, LENGTH))
def test_a_removed_entry_is_found_even_when_the_rest_is_renumbered(number: int) -> None:
    write()
    entries().filter(number=number)._raw_delete("default")
    for row in list(entries().filter(number__gt=number)):
        Entry.objects.filter(pk=row.pk).update(number=row.number - 1)
    assert verify_record() == number


@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(order=st.permutations(range(1, LENGTH + 1)))
def test_another_order_is_found_at_the_first_that_moved(order: list[int]) -> None:
    with transaction.atomic():
        write()
        for row in list(entries()):
            Entry.objects.filter(pk=row.pk).update(number=row.number + 100)
        for old, new in zip(range(1, LENGTH + 1), order, strict=True):
            Entry.objects.filter(number=old + 100).update(number=new)
        # The place that holds an entry that stood elsewhere before.
        holds = {new: old for old, new in zip(range(1, LENGTH + 1), order, strict=True)}
        moved = [place for place in range(1, LENGTH + 1) if holds[place] != place]
        assert verify_record() == (moved[0] if moved else None)
        transaction.set_rollback(True)


def test_an_entry_is_written_once_and_never_saved_again() -> None:
    write(1)
    with pytest.raises(TypeError, match="append-only"):
        Entry.objects.get().save()


def test_an_entry_is_never_deleted() -> None:
    write(1)
    with pytest.raises(TypeError, match="append-only"):
        Entry.objects.get().delete()


def test_who_decided_cannot_be_deleted_from_under_the_record() -> None:
    user = write(1)
    with pytest.raises(models.ProtectedError):
        user.delete()


def test_a_decision_that_is_rolled_back_leaves_no_entry() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(verb="approve", ref="x", by=None)
        raise ZeroDivisionError
    assert not Entry.objects.exists()
