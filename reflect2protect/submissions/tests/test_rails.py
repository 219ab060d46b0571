"""Places: those that hang already keep their order, and none is given twice."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from reflect2protect.core.models import Area
from reflect2protect.submissions.actions import (
    approve_submission,
    decline_submission,
    withdraw_submission,
)
from reflect2protect.submissions.models import Rail, Reason, Submission
from reflect2protect.submissions.work import rails

pytestmark = pytest.mark.data
Hang = Callable[..., Submission]


@pytest.mark.django_db
def test_no_place_is_given_twice_whatever_became_of_who_had_it(
    hang: Hang, staff: Callable[..., Any]
) -> None:
    moderator, area = staff("moderator"), Area.objects.get(slug="health")
    given: set[tuple[str, int | None]] = set()
    for number in range(6):
        row = hang(state="waiting", area=area, language="fr")
        row = approve_submission(submission=row, by=moderator)
        places = {("all", row.place), ("area", row.area_place), ("language", row.language_place)}
        assert places.isdisjoint(given)
        given |= places
        if number % 2:
            withdraw_submission(submission=row)
        else:
            decline_submission(submission=row, by=moderator, reason=Reason.OTHER)
    assert ("area", 6) in given


@pytest.mark.django_db
def test_a_withdrawn_reflection_keeps_no_place(hang: Hang) -> None:
    row = hang(area=Area.objects.get(slug="health"))
    withdraw_submission(submission=row)
    left = Submission.including_what_may_not_be_shown.get(pk=row.pk)
    assert (left.place, left.area_place, left.language_place, left.area) == (None,) * 4


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["place", "area_place", "language_place"])
def test_the_database_itself_refuses_an_approved_row_without_its_places(
    hang: Hang, missing: str
) -> None:
    places = {"place": 1, "area_place": 1, "language_place": 1, missing: None}
    with pytest.raises(IntegrityError):
        hang(area=Area.objects.get(slug="health"), **places)


@pytest.mark.parametrize(
    ("place", "bucket", "opens"), [(1, 1, True), (24, 1, False), (25, 2, True), (49, 3, True)]
)
def test_buckets_are_of_twenty_four(place: int, bucket: int, opens: bool) -> None:
    assert (rails.bucket_of(place), rails.opens_bucket(place)) == (bucket, opens)


def test_what_hung_before_there_were_rails_keeps_its_order(own_database: object) -> None:
    before, after = [("submissions", "0001_initial")], [("submissions", "0002_rails")]
    executor = MigrationExecutor(connection)
    executor.migrate(before)
    old = executor.loader.project_state(before).apps.get_model("submissions", "Submission")
    areas = list(Area.objects.order_by("pk").values_list("pk", flat=True)[:2])
    for number in range(1, 8):
        old.objects.create(
            public_id=f"b{number}",
            state="approved" if number != 4 else "waiting",
            place=number * 3 if number != 4 else None,
            words="Words",
            language="fr" if number % 2 else "en",
            area_id=[None, *areas][number % 3],
            consent_language="en",
            consent_version="1",
            code_hash=f"{number:064}",
            received=date(2015, 2, 1),
        )
    again = MigrationExecutor(connection)
    again.migrate(after)
    rows = Submission.including_what_may_not_be_shown.order_by("public_id")
    places = rows.values_list("place", "language_place", "area_place")
    assert list(places) == [
        (3, 1, 1), (6, 1, 1), (9, 2, None), (None, None, None),
        (15, 3, 2), (18, 2, None), (21, 4, 2),
    ]  # fmt: skip
    last = dict(Rail.objects.values_list("name", "last"))
    assert last == {
        rails.ALL: 21,
        rails.of_language("fr"): 4,
        rails.of_language("en"): 2,
        rails.of_area(areas[0]): 2,
        rails.of_area(areas[1]): 2,
    }
