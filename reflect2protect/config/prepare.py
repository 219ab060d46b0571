"""Making ready what the processes need: messages, tables, assets, the campaign. Quick when done."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped,unused-ignore]
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from reflect2protect.config.staff import ensure_roles
from reflect2protect.pages.actions import Report, load_campaign, steps
from reflect2protect.pages.work.build import release_dates
from reflect2protect.pages.work.bundle import read_bundle

COMPRESSED = {".css", ".js", ".svg"}


def _watched() -> Iterator[str]:
    """What a prepared data folder was made from: files by size and time, and the settings."""
    for folder in (settings.PACKAGE, settings.CAMPAIGN_DIR, *settings.LOCALE_PATHS):
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and path.suffix not in {".pyc", ".mo"}:
                stat = path.stat()
                yield f"{path}:{stat.st_size}:{stat.st_mtime_ns}"
    yield f"{settings.SEASON}:{settings.EXAMPLES}:{settings.DATABASES['default']['NAME']}"
    if settings.SEASON == "live":
        # The moved calendar moves on with the weeks.
        dates = release_dates(read_bundle(settings.CAMPAIGN_DIR), "live", timezone.localdate())
        yield str(sorted(dates.items()))


def prepare(*, force: bool = False) -> Report | None:
    """Do what is needed before serving; nothing (and None) when nothing changed since last time.

    Raises BundleError when the campaign's bundle is broken.
    """
    stamp = settings.DATA_DIR / "prepared"
    now = hashlib.sha256("\n".join(_watched()).encode()).hexdigest()
    if not force and stamp.exists() and stamp.read_text() == now and settings.STATIC_ROOT.exists():
        return None
    console = Console(stderr=True)
    console.print("Preparing the database and the assets …")
    call_command("migrate", verbosity=0, interactive=False)
    collect_assets()
    report = load(settings.CAMPAIGN_DIR)
    stamp.write_text(now)
    return report


def collect_assets() -> None:
    """Gather the assets under hashed names, and put a compressed copy beside our own."""
    call_command("collectstatic", verbosity=0, interactive=False)
    for path in (settings.STATIC_ROOT / "r2p").rglob("*"):
        if path.suffix in COMPRESSED:
            packed = path.with_name(f"{path.name}.br")
            if not packed.exists():
                packed.write_bytes(brotli.compress(path.read_bytes()))


def load(folder: Path) -> Report:
    """Load a campaign with a progress bar. Raises BundleError."""
    bundle = read_bundle(folder)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Loading the campaign", total=steps(bundle, settings.EXAMPLES))
        report = load_campaign(
            bundle,
            season=settings.SEASON,
            today=timezone.localdate(),
            examples=settings.EXAMPLES,
            progress=lambda _: bar.advance(task),
        )
    ensure_roles()
    counts = ", ".join(f"{number} {what}" for what, number in sorted(report.counts.items()))
    console.print(f"Campaign {bundle.campaign.hashtag}: {counts}.")
    for key in report.kept:
        console.print(f"  kept as staff left it: {key}")
    sys.stderr.flush()
    return report
