"""What an approval and a withdrawal cost when the wall is long: 1,000, 10,000, 100,000 reflections.

Verb and publisher run in one process, so what is measured is their work and no waiting. Two of
the six languages are published, which changes no ratio. Pages of single reflections and of older
buckets are empty stand-ins of the same names, all of them in the ledger; every other page is
really made. Once all lengths are filled and the disk is at rest, they take turns: what else the
machine does meets them alike. Each is rounded up to whole buckets on every rail, or one would
have fuller first pages than another.

    python -m benchmarks.wall fill DATA_DIR COUNT
    python -m benchmarks.wall answer DATA_DIR       measures as often as it is asked to
"""

import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.browser.server import ROOT, prepared

if TYPE_CHECKING:
    from reflect2protect.core.models import Area, User
    from reflect2protect.submissions.models import Submission

LENGTHS = (1_000, 10_000, 100_000)
TIMES = 15
LANGUAGES = ["en", "ar"]
SPOKEN = ["en", "ar", "fr", "es", "ru", "zh-hans"]
VERBS = ("approve_to_visible", "withdraw_to_gone")


def fill(count: int) -> None:
    """Hang `count` reflections or a few more, with all their pages and what the ledger says."""
    from django.db import transaction

    from reflect2protect.core import vault
    from reflect2protect.core.models import Area, Campaign
    from reflect2protect.submissions.models import Rail, Submission
    from reflect2protect.submissions.work import rails

    Campaign.objects.update(languages=LANGUAGES)
    areas = list(Area.objects.all())
    # Each area's number is a multiple of a bucket then, and, six dividing twelve, each language's.
    count += -count % (rails.BUCKET * len(areas))
    last = Counter(dict(Rail.objects.values_list("name", "last")))
    with transaction.atomic(using=vault.KEYS):
        rows = [_row(n, areas[n % len(areas)], SPOKEN[n % len(SPOKEN)], last) for n in range(count)]
    Submission.including_what_may_not_be_shown.bulk_create(rows, batch_size=2000)
    for name, place in last.items():
        Rail.objects.update_or_create(name=name, defaults={"last": place})
    _stand_in(rows)
    publish_wall()


def _row(number: int, area: "Area", spoken: str, last: Counter[str]) -> "Submission":
    """One that hangs, with a key of its own, on the next places of its rails."""
    from reflect2protect.core import vault
    from reflect2protect.submissions.models import CONSENT_VERSIONS, State, Submission
    from reflect2protect.submissions.work import rails

    names = (rails.ALL, rails.of_area(area.pk), rails.of_language(spoken))
    last.update(names)
    row = Submission(
        state=State.APPROVED,
        key=vault.new(),
        language=spoken,
        area=area,
        age_ok=True,
        consent_wall=True,
        consent_language="en",
        consent_version=CONSENT_VERSIONS[-1],
        code_hash=secrets.token_hex(32),
        since=date(2026, 1, 2),
        received=date(2026, 1, 1),
        decided=date(2026, 1, 2),
        place=last[names[0]],
        area_place=last[names[1]],
        language_place=last[names[2]],
    )
    # bulk_create asks no row to seal itself.
    words = f"Reflection {number} of a wall that is only long."
    row.sealed = row.seal(json.dumps({"words": words}).encode())
    return row


def _stand_in(rows: "list[Submission]") -> None:
    """Empty files for the pages that only get more as the wall gets longer, and the ledger's rows
    about them."""
    from django.conf import settings

    from reflect2protect.publishing.models import Copy
    from reflect2protect.wall.work.touched import own_buckets

    own = {kind: set(own_buckets(kind)) for kind in ("all", "area", "language")}
    held = [(file, row.public_id) for row in rows for file in _files(row, own)]
    for file in {file for file, _ in held}:
        path = settings.PUBLIC_DIR / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    copies = [Copy(ref=ref, channel="folder", file=file) for file, ref in held]
    Copy.objects.bulk_create(copies, batch_size=5000)


def _files(row: "Submission", own: dict[str, set[tuple[str, int]]]) -> Iterator[str]:
    """Its own page, and those of the older buckets that it hangs in, in each language; `own` are
    the buckets with such pages by kind of rail."""
    from reflect2protect.submissions.work.rails import bucket_of

    area = row.area.slug if row.area else ""
    at = {"all": bucket_of(row.place or 0), "area": bucket_of(row.area_place or 0)}
    for slug in LANGUAGES:
        yield f"{slug}/wall/{row.public_id}/index.html"
        if ("", at["all"]) in own["all"]:
            yield f"{slug}/wall/older/{at['all']}/index.html"
        if (area, at["area"]) in own["area"]:
            yield f"{slug}/wall/area/{area}/older/{at['area']}/index.html"
        bucket = bucket_of(row.language_place or 0)
        if slug == row.language and (slug, bucket) in own["language"]:
            yield f"{slug}/wall/in/older/{bucket}/index.html"


def publish_wall() -> None:
    """Really make every page for which nothing stands in."""
    from reflect2protect.publishing.actions import Done, _try
    from reflect2protect.publishing.models import Change
    from reflect2protect.publishing.registry import EVERYTHING
    from reflect2protect.publishing.work.folder import Folder
    from reflect2protect.publishing.work.places import affected

    done, folder = Done(), Folder()
    for place in affected(EVERYTHING, LANGUAGES):
        if not place.publication.personal and "number" not in dict(place.keys):
            _try(folder, place, done, set())
    Change.objects.all().delete()


def answer() -> None:
    """Measure whenever a line comes, what it names, and print a line of JSON."""
    from django.contrib.auth.models import Group

    from reflect2protect.core.models import User

    by = User.objects.create_user(username=f"bench-{secrets.token_hex(4)}")
    by.groups.add(Group.objects.get_or_create(name="moderator")[0])
    for line in sys.stdin:
        if line.strip() == "page":
            found = {"page_published_times_rendered": page_against_rendering()}
        else:
            found = approve_and_withdraw(by)
        print(json.dumps(found), flush=True)


def approve_and_withdraw(by: "User") -> dict[str, float]:
    """Both once, in milliseconds, and how much was written."""
    from reflect2protect.core.models import Area
    from reflect2protect.publishing.actions import publish_changes
    from reflect2protect.publishing.work.ledger import report
    from reflect2protect.submissions.actions import (
        Reflection,
        approve_submission,
        receive_submission,
        withdraw_submission,
    )

    words, allows = f"A new one, {secrets.token_hex(4)}.", frozenset({"consent_wall"})
    sent = Reflection(words=words, area=Area.objects.first(), allows=allows, language="en")
    row = receive_submission(reflection=sent).submission
    start = time.perf_counter()
    approve_submission(submission=row, by=by)
    done = publish_changes()
    shown = time.perf_counter() - start
    written = _bytes(done.written)
    start = time.perf_counter()
    withdraw_submission(submission=row)
    gone = time.perf_counter() - start
    if not report(row.public_id).done:
        raise RuntimeError("a copy was left")
    return {
        "approve_to_visible_ms": shown * 1000,
        "withdraw_to_gone_ms": gone * 1000,
        "files_for_an_approval": len(done.written),
        "kilobytes_for_an_approval": written / 1000,
    }


def _bytes(files: list[str]) -> int:
    """With the compressed copies."""
    from django.conf import settings

    return sum(
        path.stat().st_size
        for file in files
        for path in (settings.PUBLIC_DIR / file).parent.glob(f"{Path(file).name}*")
    )


def page_against_rendering() -> float:
    """Publishing a page (made, compressed, synced, entered) as a multiple of rendering it."""
    from wagtail.models import Page

    from reflect2protect.publishing.actions import publish_changes
    from reflect2protect.publishing.work.make import document_at
    from reflect2protect.publishing.work.places import place_of

    place = place_of("en/about/index.html")
    page = Page.objects.get(slug="about", locale__language_code="en").specific
    rendering, publishing = [], []
    for number in range(TIMES):
        page.title = f"About, edition {number}"
        page.save_revision().publish()
        if place is None:
            raise LookupError
        start = time.perf_counter()
        for _ in range(len(LANGUAGES)):  # a page is looked at in each of its languages
            document_at(place)
        rendering.append(time.perf_counter() - start)
        start = time.perf_counter()
        publish_changes()
        publishing.append(time.perf_counter() - start)
    return statistics.median(publishing) / statistics.median(rendering)


def main(what: str, data: str, count: str = "") -> None:
    """See the module's head."""
    os.environ["DATA_DIR"] = data
    os.environ.setdefault("PUBLIC_URL", "http://127.0.0.1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
    import django

    django.setup()
    if what == "fill":
        fill(int(count))
    else:
        answer()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.wall", *arguments]


def _ask(process: "subprocess.Popen[str]", what: str) -> dict[str, float]:
    assert process.stdin and process.stdout
    print(what, file=process.stdin, flush=True)
    found: dict[str, float] = json.loads(process.stdout.readline())
    return found


def _fill_all(place: Path) -> list[Path]:
    """A data folder for each of the lengths."""
    kept, found = prepared(ROOT / "build" / "prove" / "campaign"), []
    for count in LENGTHS:
        found.append(place / str(count))
        shutil.copytree(kept, found[-1])
        subprocess.run(_command("fill", str(found[-1]), str(count)), check=True)
    os.sync()  # what was filled is not to be written while something is measured
    return found


def _measured(folders: list[Path]) -> tuple[list[list[dict[str, float]]], list[dict[str, float]]]:
    """What each length took, time after time, and what publishing a page took in each."""
    with ExitStack() as stack:
        asked = [
            stack.enter_context(
                subprocess.Popen(
                    _command("answer", str(folder)),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for folder in folders
        ]
        pages = [_ask(process, "page") for process in asked]
        # The first time templates are read: it does not count.
        rounds = [[_ask(process, "wall") for process in asked] for _ in range(TIMES + 1)][1:]
        return rounds, pages


def wall() -> dict[str, Any]:
    """Medians for each length, and how they grow from the first to the last, in the same round."""
    with tempfile.TemporaryDirectory() as place:
        rounds, pages = _measured(_fill_all(Path(place)))
    lengths = {
        f"{count:,}": {
            key: round(statistics.median(each[at][key] for each in rounds)) for key in rounds[0][at]
        }
        | {key: round(value, 2) for key, value in pages[at].items()}
        for at, count in enumerate(LENGTHS)
    }
    growth = {
        f"growth_of_{verb}": round(
            statistics.median(each[-1][f"{verb}_ms"] / each[0][f"{verb}_ms"] for each in rounds), 2
        )
        for verb in VERBS
    }
    return {"lengths": lengths, **growth}


if __name__ == "__main__":
    main(*sys.argv[1:])
