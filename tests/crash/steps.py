"""Killing a publisher at any step of a publish or a recall, then looking at what the next one
makes of it. A program of its own, because it forks::

    python -m tests.crash.steps DATA_DIR KILLS SEED

DATA_DIR holds a prepared campaign, which is changed. Prints the figures as JSON.
"""

import json
import os
import random
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.utime"}
Act = Callable[[], None]


@dataclass
class Outcome:
    """Figures of a run: everything but `kills` and `steps` must be nothing."""

    kills: dict[str, int] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    shown_after_recall: int = 0
    not_reported_gone: int = 0


class Fuse:
    """Counts what touches disk or database, and kills this process -9 before step `at`."""

    def __init__(self, at: int) -> None:
        self.at, self.seen, self.lit = at, 0, True
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and "x" in arguments[1]
        if self.lit and (event in STEPS or writes):
            self.step()

    def step(self) -> None:
        """One more."""
        self.seen += 1
        if self.seen == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def asked(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Django's wrapper around a statement."""
        self.step()
        return execute(sql, params, many, context)


def in_child(act: Act, at: int) -> int:
    """Do `act` in a child that dies at step `at`. How many steps it took, or 0 when it died."""
    from django.db import connection, connections

    connections.close_all()
    reader, writer = os.pipe()
    if child := os.fork():
        os.close(writer)
        with os.fdopen(reader) as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        return int(said or 0)
    try:
        fuse = Fuse(at)
        keys = connections["keys"]
        with connection.execute_wrapper(fuse.asked), keys.execute_wrapper(fuse.asked):
            act()
        fuse.lit = False
        os.write(writer, str(fuse.seen).encode())
    finally:
        os._exit(0)


class Scene:
    """One reflection at a time, approved and withdrawn, and the staff's work beside it."""

    def __init__(self) -> None:
        from django.contrib.auth.models import Group

        from reflect2protect.core.models import User

        self.by = User.objects.create_user(username=f"kills-{secrets.token_hex(4)}")
        self.by.groups.add(Group.objects.get_or_create(name="moderator")[0])
        self.row: Any = None

    def send(self) -> None:
        """A new reflection with a picture waits for the desk."""
        from reflect2protect.submissions.actions import Reflection, receive_submission
        from reflect2protect.submissions.models import Seen
        from tests.crash.kills import picture

        seed = secrets.randbelow(10**6)
        reflection = Reflection(
            words=f"a reflection {secrets.token_hex(8)}",
            seen=Seen.FACE,
            picture=picture(seed),
            alt="a mirror",
            allows=frozenset({"consent_wall"}),
            language="en",
        )
        self.row = receive_submission(reflection=reflection).submission

    def approve(self) -> None:
        """Put it on the wall and publish."""
        from reflect2protect.submissions.actions import approve_submission

        approve_submission(submission=self.row, by=self.by)
        sweep()

    def withdraw(self) -> None:
        """What the web process does when its sender withdraws."""
        from reflect2protect.submissions.actions import withdraw_submission

        withdraw_submission(submission=self.row)

    def edit(self) -> None:
        """An editor changes a page and a film, each in one transaction, as the studio does it."""
        from django.db import transaction
        from wagtail.models import Page

        from reflect2protect.series.models import Film

        with transaction.atomic():
            page = Page.objects.get(slug="about", locale__language_code="en").specific
            page.title = f"About {secrets.token_hex(3)}"
            page.save_revision().publish()
        film = Film.objects.order_by("?").first()
        if film:
            with transaction.atomic():
                film.release = date(2015, 1, 1) + timedelta(days=secrets.randbelow(60))
                film.save()
        sweep()


def sweep() -> None:
    """What a worker does until nothing is due."""
    from reflect2protect.core.sweeps import all_sweeps, find_sweeps, run_one

    find_sweeps()
    while sum(run_one(each, f"steps-{os.getpid()}") for each in all_sweeps()):
        pass


@contextmanager
def forgetful_claims() -> Iterator[None]:
    """A dead worker's claim ends at once, so that nobody has to wait six seconds for it."""
    from django.apps import apps

    from reflect2protect.core.claimable import Claimable

    for model in apps.get_models():
        if issubclass(model, Claimable):
            model._base_manager.update(claimed_by="", claimed_until=None, not_before=None)
    yield


def run(kills: int, seed: int) -> Outcome:
    """So many kills, each at a random step of a random act; then the sweep, then a look."""
    from reflect2protect.publishing.actions import rebuild
    from reflect2protect.publishing.work.check import differences

    dice, outcome, scene = random.Random(seed), Outcome(), Scene()
    rebuild()
    sweep()
    acts: list[tuple[str, Act]] = [
        ("publish", scene.approve),
        ("recall", scene.withdraw),
        ("edit", scene.edit),
    ]
    while sum(outcome.kills.values()) < kills:
        scene.send()
        for name, act in acts:
            known = outcome.steps.get(name, 0)
            taken = in_child(act, dice.randint(1, known) if known else 0)
            outcome.steps[name] = max(known, taken)
            outcome.kills[name] = outcome.kills.get(name, 0) + (not taken)
            with forgetful_claims():
                if not taken and name in {"publish", "recall"}:
                    _again(scene, name)
                sweep()
            outcome.differences += list(differences())
            if name == "recall":
                _count(scene, outcome)
    return outcome


def _again(scene: Scene, name: str) -> None:
    """Killed before it was committed, the act is simply done again, as its person would."""
    from reflect2protect.submissions.models import State

    scene.row.refresh_from_db(from_queryset=type(scene.row).including_what_may_not_be_shown.all())
    if name == "publish" and scene.row.state == State.WAITING:
        scene.approve()
    if name == "recall" and scene.row.state != State.WITHDRAWN:
        scene.withdraw()


def _count(scene: Scene, outcome: Outcome) -> None:
    from django.conf import settings

    from reflect2protect.publishing.work.ledger import report

    ref = scene.row.public_id
    outcome.not_reported_gone += not report(ref).done
    for path in settings.PUBLIC_DIR.rglob("*.html"):
        outcome.shown_after_recall += ref.encode() in path.read_bytes()


def main(data: str, kills: str, seed: str) -> None:
    """See the module's head."""
    os.environ["DATA_DIR"] = data
    os.environ.pop("SECRET_KEY", None)  # what lies there is sealed with its own
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
    import django

    django.setup()
    from reflect2protect.core.models import Campaign

    Campaign.objects.update(languages=["en", "ar"])  # two of six, to be quick
    print(json.dumps(asdict(run(int(kills), int(seed)))))


if __name__ == "__main__":
    main(*sys.argv[1:4])
