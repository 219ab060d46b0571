"""Killing a restore at any step, several times in a row, then looking at what one that is left
alone makes of it. A program of its own, because it forks::

    python -m tests.crash.restores DATA_DIR PLACE KILLS SEED

DATA_DIR holds a prepared campaign, which is changed; backups go to PLACE. Prints the figures as
JSON.
"""

import json
import os
import random
import sys
from argparse import Namespace
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.crash.steps import Scene, in_child, sweep


@dataclass
class Outcome:
    """Figures of a run: everything but `kills` and `steps` must be nothing."""

    kills: int = 0
    steps: int = 0
    not_finished: int = 0
    not_withdrawn: int = 0
    found_of_the_withdrawn: list[str] = field(default_factory=list)
    others_unreadable: int = 0


def sent(by: Any, words: str) -> Any:
    """Somebody's words and picture, on the wall."""
    from reflect2protect.submissions.actions import (
        Reflection,
        approve_submission,
        receive_submission,
    )
    from reflect2protect.submissions.models import Seen
    from tests.crash.kills import picture

    reflection = Reflection(
        words=words,
        seen=Seen.FACE,
        picture=picture(len(words)),
        allows=frozenset({"consent_wall"}),
    )
    row = receive_submission(reflection=reflection).submission
    approve_submission(submission=row, by=by)
    sweep()
    return row


def run(place: Path, kills: int, seed: int) -> Outcome:
    """One is withdrawn after a backup, one stays; a restore is killed so often, then finished."""
    from reflect2protect.config.backup import backup
    from reflect2protect.config.env import BadSetting
    from reflect2protect.config.restore import restore
    from reflect2protect.config.running import at_work
    from reflect2protect.core import vault
    from reflect2protect.submissions.actions import own_master, withdraw_submission

    dice, outcome, by = random.Random(seed), Outcome(), Scene().by
    stays, goes = sent(by, "She stays"), sent(by, "She takes it back")
    keys, picture = dict(vault.everything()), goes.picture.name
    wrapped = [keys[goes.key], keys[goes.picture.key]]
    assert backup(Namespace(dest=place / "disk", keys=place / "safe")) == 0
    (source,), (safe,) = (place / "disk").iterdir(), (place / "safe").iterdir()
    withdraw_submission(submission=goes)
    told = Namespace(src=source, keys=safe, without_gone_list=False, erase_unreadable=False)

    def act() -> None:
        assert restore(told) == 0  # it compares the folder with the database itself

    while outcome.kills < kills:
        # Early ones more often: putting in place takes few steps, publishing many.
        taken = in_child(act, int(10 ** dice.uniform(0, 3.5)))
        outcome.kills += not taken
        with suppress(BadSetting), at_work():  # whenever something may start, she is gone
            look(outcome, goes, wrapped, picture)
    outcome.steps = in_child(act, 0)
    outcome.not_finished = int(not outcome.steps)
    look(outcome, goes, wrapped, picture)
    now = type(stays).including_what_may_not_be_shown.get(pk=stays.pk)
    whole = now.words == stays.words and own_master(submission=now)
    outcome.others_unreadable = int(not whole)
    return outcome


def look(outcome: Outcome, goes: Any, wrapped: list[bytes], picture: str) -> None:
    """Count what is there of the one who took hers back."""
    row = type(goes).including_what_may_not_be_shown.get(pk=goes.pk)
    outcome.not_withdrawn += (row.state, row.sealed, row.key) != ("withdrawn", None, "")
    outcome.found_of_the_withdrawn += found(wrapped, picture)


def found(wrapped: list[bytes], picture: str) -> list[str]:
    """Files that are left of somebody who took hers back: with her keys, or of her picture."""
    from django.conf import settings

    files = [path for path in settings.DATA_DIR.rglob("*") if path.is_file()]
    return [
        str(path)
        for path in files
        if picture in str(path)
        or any(key in path.read_bytes() for one in wrapped for key in (one, one.hex().encode()))
    ]


def main(data: str, place: str, kills: str, seed: str) -> None:
    """See the module's head."""
    os.environ["DATA_DIR"] = data
    os.environ.pop("SECRET_KEY", None)  # what lies there is sealed with its own
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
    import django

    django.setup()
    from reflect2protect.core.models import Campaign

    Campaign.objects.update(languages=["en", "ar"])  # two of six, to be quick
    print(json.dumps(asdict(run(Path(place), int(kills), int(seed)))))


if __name__ == "__main__":
    main(*sys.argv[1:5])
