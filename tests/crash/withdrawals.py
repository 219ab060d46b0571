"""Many withdrawals, every second one killed at a random step, and then a restore of a backup from
before. A program of its own, because it forks::

    python -m tests.crash.withdrawals DATA_DIR PLACE COUNT SEED

DATA_DIR holds a prepared campaign, which is changed; the backup goes to PLACE. Prints the figures
as JSON.
"""

import json
import os
import random
import sys
import time
from argparse import Namespace
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.crash.kills import picture
from tests.crash.steps import Scene, forgetful_claims, in_child, sweep

PICTURED = 10  # every tenth has a picture


@dataclass
class Outcome:
    """Figures of a run: what is left must be nothing."""

    withdrawals: int = 0
    kills: int = 0
    slowest_seconds: float = 0.0
    copies_left: int = 0
    pages_left: int = 0
    files_with_key_bytes: int = 0
    readable_after_restore: int = 0
    pictures_left: int = 0
    shown_after_restore: int = 0


def sent(by: Any, count: int) -> list[Any]:
    """So many reflections on the wall."""
    from reflect2protect.submissions.actions import (
        Reflection,
        approve_submission,
        receive_submission,
    )
    from reflect2protect.submissions.models import Seen

    rows = []
    for number in range(count):
        pictured = number % PICTURED == 0
        reflection = Reflection(
            words=f"Reflection {number}",
            seen=Seen.FACE if pictured else Seen.WORDS,
            picture=picture(number) if pictured else None,
            allows=frozenset({"consent_wall"}),
        )
        row = receive_submission(reflection=reflection).submission
        approve_submission(submission=row, by=by)
        rows.append(row)
    sweep()
    return rows


def run(place: Path, count: int, seed: int) -> Outcome:
    """See the module's head."""
    from reflect2protect.config.backup import backup
    from reflect2protect.config.restore import restore
    from reflect2protect.core import vault
    from reflect2protect.submissions.actions import withdraw_submission

    dice, outcome = random.Random(seed), Outcome()
    rows = sent(Scene().by, count)
    wrapped = dict(vault.everything())
    pictures = [row.picture for row in rows if hasattr(row, "picture")]
    needles = [wrapped[one.key] for one in (*rows, *pictures)]
    assert backup(Namespace(dest=place / "disk", keys=place / "safe")) == 0
    (source,), (keys,) = (place / "disk").iterdir(), (place / "safe").iterdir()
    steps = in_child(partial(withdraw_submission, submission=rows[0]), 0)
    for number, row in enumerate(rows):
        start = time.perf_counter()
        if number % 2:
            act = partial(withdraw_submission, submission=row)
            outcome.kills += not in_child(act, dice.randint(1, steps))
        # A sender whose request died asks again; nothing changes where it had been done.
        withdraw_submission(submission=row)
        with forgetful_claims():
            sweep()
        outcome.slowest_seconds = max(outcome.slowest_seconds, time.perf_counter() - start)
        outcome.withdrawals += 1
    look(outcome, rows, needles)
    told = Namespace(src=source, keys=keys, without_gone_list=False, erase_unreadable=False)
    assert restore(told) == 0
    look(outcome, rows, needles)
    outcome.slowest_seconds = round(outcome.slowest_seconds, 2)
    return outcome


def look(outcome: Outcome, rows: list[Any], needles: list[bytes]) -> None:
    """Count what is left of them anywhere."""
    from django.conf import settings

    from reflect2protect.publishing.work.ledger import report
    from reflect2protect.submissions.models import Picture, Submission

    refs = [row.public_id for row in rows]
    outcome.copies_left += sum(not report(ref).done for ref in refs)
    outcome.shown_after_restore += Submission.objects.filter(public_id__in=refs).count()
    now = Submission.including_what_may_not_be_shown.filter(public_id__in=refs)
    outcome.readable_after_restore += now.exclude(sealed=None).count() + now.exclude(key="").count()
    outcome.pictures_left += Picture.including_what_may_not_be_shown.filter(
        submission__public_id__in=refs
    ).count()
    wanted = set(refs)
    for path in settings.PUBLIC_DIR.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        outcome.pages_left += any(ref in page for ref in wanted)
    for path in settings.DATA_DIR.rglob("*"):
        if path.is_file() and settings.PUBLIC_DIR not in path.parents:
            held = path.read_bytes()
            outcome.files_with_key_bytes += any(needle in held for needle in needles)


def main(data: str, place: str, count: str, seed: str) -> None:
    """See the module's head."""
    os.environ["DATA_DIR"] = data
    os.environ.pop("SECRET_KEY", None)  # what lies there is sealed with its own
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
    import django

    django.setup()
    from reflect2protect.core.models import Campaign

    Campaign.objects.update(languages=["en", "ar"])  # two of six, to be quick
    print(json.dumps(asdict(run(Path(place), int(count), int(seed)))))


if __name__ == "__main__":
    main(*sys.argv[1:5])
