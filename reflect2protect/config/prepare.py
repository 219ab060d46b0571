"""Making ready what the processes need: messages, tables, assets, the campaign. Quick when done."""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from reflect2protect.config.staff import ensure_roles
from reflect2protect.core.models import Campaign
from reflect2protect.moderation.actions import settle_stops
from reflect2protect.pages.actions import Report, load_campaign, steps
from reflect2protect.pages.work.build import release_dates
from reflect2protect.pages.work.bundle import read_bundle
from reflect2protect.publishing.actions import Done, rebuild
from reflect2protect.publishing.work.channels import channel_names
from reflect2protect.publishing.work.check import differences


def _code() -> Iterator[str]:
    """The program, the campaign and the translations: files by size and time."""
    for folder in (settings.PACKAGE, settings.CAMPAIGN_DIR, *settings.LOCALE_PATHS):
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and path.suffix not in {".pyc", ".mo"}:
                stat = path.stat()
                yield f"{path}:{stat.st_size}:{stat.st_mtime_ns}"


def _shown() -> Iterator[str]:
    """What is on every page beside what the database holds."""
    yield from _code()
    yield " ".join(
        [settings.PUBLIC_URL, settings.ONION_URL, settings.SOURCE_CODE_URL, *channel_names()]
    )


def _watched() -> Iterator[str]:
    """What a prepared data folder was made from."""
    yield from _code()
    yield f"{settings.SEASON}:{settings.EXAMPLES}:{settings.DATABASES['default']['NAME']}"
    if settings.SEASON == "live":
        # The moved calendar moves on with the weeks.
        dates = release_dates(read_bundle(settings.CAMPAIGN_DIR), "live", timezone.localdate())
        yield str(sorted(dates.items()))


def prepare(*, force: bool = False) -> Report | None:
    """Do what is needed before serving; nothing (and None) when nothing changed since last time.

    Raises BundleError when the campaign's bundle is broken.
    """
    stamp, now = settings.DATA_DIR / "prepared", _digest(_watched())
    if not force and settings.STATIC_ROOT.exists() and _read(stamp) == now:
        ensure_published()
        return None
    Console(stderr=True).print("Preparing the database and the assets …")
    call_command("migrate", verbosity=0, interactive=False)
    report = load(settings.CAMPAIGN_DIR)
    publish()
    stamp.write_text(now)
    return report


def ensure_published() -> None:
    """Make the public folder if it is missing, or was made with other settings or other code."""
    if not settings.PUBLIC_DIR.exists() or _read(_folder_stamp()) != _digest(_shown()):
        publish()


def publish() -> Done:
    """Make the whole public folder, with a progress bar. Raises as `publishing.actions.rebuild`."""
    console = Console(stderr=True)
    # First: pages name assets by what is in them.
    call_command("collectstatic", verbosity=0, interactive=False)
    settle_stops()
    with progress_bar(console, "Publishing") as tell:
        done = rebuild(progress=tell)
    console.print(
        f"Published in {settings.PUBLIC_DIR}: {len(done.written)} files written, "
        f"{len(done.removed)} removed, {done.same} as they should be."
    )
    _folder_stamp().write_text(_digest(_shown()))
    return done


def _folder_stamp() -> Path:
    return Path(settings.ASIDE_DIR) / "published"


def _read(stamp: Path) -> str:
    return stamp.read_text() if stamp.exists() else ""


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def check_folder() -> list[str]:
    """Each way in which the public folder differs from the database, with a progress bar."""
    with progress_bar(Console(stderr=True), "Comparing") as tell:
        return list(differences(tell))


@contextmanager
def progress_bar(console: Console, title: str) -> Iterator[Callable[[str, int], None]]:
    """A bar; call what it gives with each file and how many there are."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=None)

        def tell(file: str, of: int) -> None:
            bar.update(task, total=of, advance=1)

        yield tell


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
            today=Campaign.today(),
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
