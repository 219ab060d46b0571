"""However large the wall is, a withdrawal rewrites few files, and the folder stays true."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from reflect2protect.core.models import Area
from reflect2protect.publishing.actions import publish_changes, rebuild
from reflect2protect.publishing.work.check import differences
from reflect2protect.publishing.work.folder import CODINGS
from reflect2protect.publishing.work.places import place_of
from reflect2protect.submissions.actions import approve_submission, withdraw_submission
from reflect2protect.submissions.models import Submission
from reflect2protect.wall.tests.showing import show_only

pytestmark = pytest.mark.data

Hang = Callable[..., Submission]
MOST = 20
SLUGS = ("ar", "zh-hans", "en", "fr", "ru", "es")


@pytest.fixture
def wall(
    own_database: object, mid_campaign: date, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> list[Submission]:
    """Twenty-two of one area and one language, in buckets of four, published in six languages."""
    show_only(monkeypatch, bucket=4, areas=("health",), languages=SLUGS, today=mid_campaign)
    health = Area.objects.get(slug="health")
    rows = [hang(area=health, language="fr") for _ in range(22)]
    rebuild()
    return rows


def files() -> dict[str, bytes]:
    """What the folder holds, compressed copies aside."""
    root: Path = settings.PUBLIC_DIR
    found = [path for path in root.rglob("*") if path.is_file()]
    kept = [path for path in found if path.suffix not in CODINGS.values()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in kept}


def rewritten(before: dict[str, bytes]) -> set[str]:
    now = files()
    return {file for file in now if now[file] != before.get(file)}


def in_six(rest: str) -> set[str]:
    return {f"{slug}/{rest}index.html" for slug in SLUGS}


FIRST = in_six("wall/") | in_six("areas/health/") | {"fr/wall/in/index.html"}
WITHDRAWN = {
    "one in the middle of the first page": (17, FIRST | {"wall/feed.atom", "wall/live.json"}),
    "the newest": (22, FIRST | {"fr/index.html", "wall/feed.atom", "wall/live.json"}),
    "the last of an older bucket": (
        12,
        in_six("wall/older/3/")
        | in_six("wall/area/health/older/3/")
        | {"fr/wall/in/older/3/index.html", "wall/feed.atom"},
    ),
    "the oldest": (
        1,
        in_six("wall/older/1/")
        | in_six("wall/area/health/older/1/")
        | {"fr/wall/in/older/1/index.html", "wall/feed.atom"},
    ),
}


def test_a_withdrawal_rewrites_at_most_twenty_files(wall: list[Submission]) -> None:
    for name, (place, expected) in WITHDRAWN.items():
        row, before = wall[place - 1], files()
        withdraw_submission(submission=row)
        assert rewritten(before) == expected, name
        assert len(expected) <= MOST
        assert before.keys() - files().keys() == in_six(f"wall/{row.public_id}/")
    publish_changes()
    assert list(differences()) == []


def test_an_approval_writes_what_shows_it_and_what_is_linked_to_first(
    wall: list[Submission], hang: Hang, staff: Callable[..., Any]
) -> None:
    moderator, health = staff("moderator"), Area.objects.get(slug="health")

    def approve() -> tuple[str, list[str]]:
        fields = {"state": "waiting", "area": health, "language": "fr"}
        row = approve_submission(submission=hang(**fields), by=moderator)
        return row.public_id, publish_changes().written

    always = FIRST | {"fr/index.html", "wall/feed.atom", "wall/live.json"}
    for number in (23, 24):
        ref, written = approve()
        assert set(written) == always | in_six(f"wall/{ref}/"), number
    # The next one opens a bucket: the fifth gets pages of its own, and the fourth leads there.
    ref, written = approve()
    opened = {
        file
        for bucket in (4, 5)
        for file in in_six(f"wall/older/{bucket}/")
        | in_six(f"wall/area/health/older/{bucket}/")
        | {f"fr/wall/in/older/{bucket}/index.html"}
    }
    assert set(written) == always | in_six(f"wall/{ref}/") | opened
    order = [written.index(file) for file in (
        f"fr/wall/{ref}/index.html", "fr/wall/older/5/index.html", "fr/wall/index.html",
        "wall/feed.atom",
    )]  # fmt: skip
    assert order == sorted(order)
    turns = [place.publication.turn for file in written if (place := place_of(file))]
    assert turns == sorted(turns)
    assert list(differences()) == []
