"""What an approval and a withdrawal cost when the wall is long: 1,000, 10,000, 100,000 reflections.

Verb and publisher run in one process, so what is measured is their work and no waiting. Two of
the six languages are published, which changes no ratio. The pages of single reflections are
stand-ins of the same names; every page of the wall is really made.

    python -m benchmarks.wall DATA_DIR COUNT      one length, as JSON
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
from datetime import date
from pathlib import Path
from typing import Any

from tests.browser.server import ROOT, prepared

LENGTHS = (1_000, 10_000, 100_000)
TIMES = 9
LANGUAGES = ["en", "ar"]
SPOKEN = ["en", "ar", "fr", "es", "ru", "zh-hans"]


def fill(count: int) -> None:
    """Hang `count` reflections, publish the wall, and let the ledger know of every copy."""
    from django.conf import settings

    from reflect2protect.core.models import Area, Campaign
    from reflect2protect.publishing.models import Copy
    from reflect2protect.submissions.models import Rail, Submission
    from reflect2protect.submissions.work import rails

    Campaign.objects.update(languages=LANGUAGES)
    areas = list(Area.objects.all())
    last = Counter(dict(Rail.objects.values_list("name", "last")))
    rows = []
    for number in range(count):
        area, spoken = areas[number % len(areas)], SPOKEN[number % len(SPOKEN)]
        names = (rails.ALL, rails.of_area(area.pk), rails.of_language(spoken))
        last.update(names)
        rows.append(
            Submission(
                state="approved",
                words=f"Reflection {number} of a wall that is only long.",
                language=spoken,
                area=area,
                age_ok=True,
                consent_wall=True,
                consent_language="en",
                consent_version="1",
                code_hash=secrets.token_hex(32),
                received=date(2026, 1, 1),
                decided=date(2026, 1, 2),
                place=last[names[0]],
                area_place=last[names[1]],
                language_place=last[names[2]],
            )
        )
    Submission.including_what_may_not_be_shown.bulk_create(rows, batch_size=2000)
    for name, place in last.items():
        Rail.objects.update_or_create(name=name, defaults={"last": place})
    copies = []
    for row in rows:
        for slug in LANGUAGES:
            file = f"{slug}/wall/{row.public_id}/index.html"
            copies.append(Copy(ref=row.public_id, channel="folder", file=file))
            stand_in = settings.PUBLIC_DIR / file
            stand_in.parent.mkdir(parents=True)
            stand_in.touch()
    Copy.objects.bulk_create(copies, batch_size=5000)


def publish_wall() -> None:
    """Really make every page that shows more than one reflection."""
    from reflect2protect.publishing.actions import Done, _try
    from reflect2protect.publishing.models import Change
    from reflect2protect.publishing.registry import EVERYTHING
    from reflect2protect.publishing.work.folder import Folder
    from reflect2protect.publishing.work.places import affected

    done, folder = Done(), Folder()
    for place in affected(EVERYTHING, LANGUAGES):
        if not place.publication.personal:
            _try(folder, place, done, set())
    Change.objects.all().delete()


def measure(count: int) -> dict[str, float]:
    """Medians in milliseconds, and how much was written."""
    from django.contrib.auth.models import Group

    from reflect2protect.core.models import Area, User
    from reflect2protect.publishing.actions import publish_changes
    from reflect2protect.publishing.work.ledger import report
    from reflect2protect.submissions.actions import (
        Reflection,
        approve_submission,
        receive_submission,
        withdraw_submission,
    )

    fill(count)
    publish_wall()
    by = User.objects.create_user(username=f"bench-{secrets.token_hex(4)}")
    by.groups.add(Group.objects.get_or_create(name="moderator")[0])
    area = Area.objects.first()
    shown, gone, files, written = [], [], [], []
    for number in range(TIMES):
        words = f"A new one, {number}."
        allows = frozenset({"consent_wall"})
        sent = Reflection(words=words, area=area, allows=allows, language="en")
        row = receive_submission(reflection=sent).submission
        start = time.perf_counter()
        approve_submission(submission=row, by=by)
        done = publish_changes()
        shown.append(time.perf_counter() - start)
        files.append(len(done.written))
        written.append(_bytes(done.written))
        start = time.perf_counter()
        withdraw_submission(submission=row)
        gone.append(time.perf_counter() - start)
        if not report(row.public_id).done:
            raise RuntimeError("a copy was left")
    return {
        "approve_to_visible_ms": round(statistics.median(shown) * 1000),
        "withdraw_to_gone_ms": round(statistics.median(gone) * 1000),
        "files_for_an_approval": statistics.median(files),
        "kilobytes_for_an_approval": round(statistics.median(written) / 1000),
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


def main(data: str, count: str) -> None:
    """See the module's head."""
    os.environ["DATA_DIR"] = data
    os.environ.setdefault("PUBLIC_URL", "http://127.0.0.1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
    import django

    django.setup()
    found = measure(int(count))
    found["page_published_times_rendered"] = round(page_against_rendering(), 2)
    print(json.dumps(found))


def wall() -> dict[str, Any]:
    """The figures for each length, and how they grow from the first to the last."""
    kept = prepared(ROOT / "build" / "prove" / "campaign")
    found: dict[str, dict[str, float]] = {}
    for count in LENGTHS:
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / "data"
            shutil.copytree(kept, copy)
            command = [sys.executable, "-m", "benchmarks.wall", str(copy), str(count)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[f"{count:,}"] = json.loads(done.stdout.splitlines()[-1])
    first, last = found[f"{LENGTHS[0]:,}"], found[f"{LENGTHS[-1]:,}"]
    growth = {
        f"growth_of_{key}": round(last[f"{key}_ms"] / first[f"{key}_ms"], 2)
        for key in ("approve_to_visible", "withdraw_to_gone")
    }
    return {"lengths": found, **growth}


if __name__ == "__main__":
    main(*sys.argv[1:3])
