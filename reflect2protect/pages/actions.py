"""Loading a campaign bundle. Loading twice changes nothing; what staff changed since is kept."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polib
from django.contrib.auth.models import Group
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from reflect2protect.audit.actions import record
from reflect2protect.core.drawings import is_drawing
from reflect2protect.core.models import Area, Campaign, User
from reflect2protect.core.roles import MODERATOR
from reflect2protect.pages.models import CampaignPage, Loaded
from reflect2protect.pages.work.build import (
    digest,
    fill,
    page_type,
    page_values,
    release_dates,
    state_of,
)
from reflect2protect.pages.work.bundle import PAGES, Bundle, BundleError
from reflect2protect.pages.work.draw import drawn
from reflect2protect.pages.work.rows import Row, rows_of
from reflect2protect.pages.work.schema import ExampleShape
from reflect2protect.publishing.actions import mark
from reflect2protect.publishing.registry import EVERYTHING
from reflect2protect.submissions.actions import (
    Reflection,
    approve_submission,
    make_wall_set,
    receive_submission,
)
from reflect2protect.submissions.models import CONSENTS, Picture, Seen, State, Submission

Progress = Callable[[str], None]


@transaction.atomic
def archive_campaign(*, reopen: bool = False) -> date | None:
    """Freeze the campaign as it is today, or let it go on; the day of freezing, if it is frozen.

    Films and texts stay as they are and nothing new is taken in. What people allowed still holds:
    whoever withdraws is taken down as ever.
    """
    campaign = Campaign.objects.select_for_update().get()
    if bool(campaign.archived) != reopen:
        return campaign.archived
    campaign.archived = None if reopen else timezone.localdate()
    campaign.save(update_fields=["archived"])
    record(verb="reopen" if reopen else "archive", ref=campaign.name, by=None)
    mark(EVERYTHING.kind)
    return campaign.archived


@dataclass
class Report:
    """What a load did: how many things it created, updated or left, and what staff had changed."""

    counts: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)

    def note(self, what: str, key: str) -> None:
        """Count one thing; remember the key of what was kept."""
        self.counts[what] += 1
        if what == "kept":
            self.kept.append(key)


def steps(bundle: Bundle, examples: bool) -> int:
    """How many times `load_campaign` will call `progress`."""
    pages = (len(PAGES) + 1) * len(bundle.texts)
    return len(rows_of(bundle, {})) + pages + (len(bundle.examples) if examples else 0)


def load_campaign(
    bundle: Bundle,
    *,
    season: str,
    today: date,
    examples: bool,
    progress: Progress | None = None,
) -> Report:
    """Make the database hold the bundle: campaign, areas, films, shelves, pages, examples.

    `season` is "bundle" (the calendar as written) or "live" (moved to `today`). What staff
    changed or removed since the last load is kept and named in the report.
    """
    others = Campaign.objects.exclude(name=bundle.campaign.name).values_list("name", flat=True)
    if others:
        raise BundleError(
            [
                (
                    f"{bundle.folder / 'campaign.yaml'}:1: this database holds the campaign "
                    f"{others[0]}; {bundle.campaign.name} needs a DATA_DIR of its own."
                )
            ]
        )
    report = Report()
    tell = progress or (lambda key: None)
    dates = release_dates(bundle, season, today)
    with transaction.atomic():
        for row in rows_of(bundle, dates):
            report.note(_place_row(row), row.key)
            tell(row.key)
    for name, language in _pages(bundle):
        key = f"page:{name}:{language}"
        with transaction.atomic():
            report.note(_place_page(bundle, name, language, key), key)
        tell(key)
    for example in _interleaved(bundle.examples) if examples else ():
        report.note(_place_example(example), f"example:{example.key}")
        tell(f"example:{example.key}")
    return report


def _verdict(key: str, wanted: str, current: str | None) -> str:
    """What to do with one thing: create, update, same, or kept (staff changed or removed it)."""
    loaded = Loaded.objects.filter(key=key).first()
    if loaded is None:
        return "created" if current is None else "updated"
    if current != loaded.state:
        return "kept"
    return "same" if loaded.source == wanted else "updated"


def _remember(key: str, source: str, state: str) -> None:
    Loaded.objects.update_or_create(key=key, defaults={"source": source, "state": state})


def _place_row(row: Row) -> str:
    try:
        lookup = row.find()
    except ObjectDoesNotExist:
        return "kept"  # staff removed what it belongs to
    instance = row.model._default_manager.filter(**lookup).first()
    wanted = digest(row.values)
    current = state_of(instance, row.values) if instance else None
    verdict = _verdict(row.key, wanted, current)
    if verdict in {"created", "updated"}:
        instance = instance or row.model(**lookup)
        fill(instance, row.values | row.points())
        instance.save()
        instance.refresh_from_db()
        _remember(row.key, wanted, state_of(instance, row.values))
    return verdict


def _pages(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Home before what stands below it, the source language before its translations."""
    for language in bundle.texts:
        for name in ("home", *PAGES):
            if name == "home" or name in bundle.texts[language].pages:
                yield name, language


def _locale(language: str) -> Locale:
    return Locale.objects.get_or_create(language_code=language)[0]


def _find(name: str, language: str) -> CampaignPage | None:
    found = page_type(name).objects.filter(locale__language_code=language)
    if name != "home":
        found = found.filter(slug=name)
    page: CampaignPage | None = found.first()
    return page


def _place_page(bundle: Bundle, name: str, language: str, key: str) -> str:
    values = page_values(bundle, name, language)
    source = bundle.campaign.source_language
    wanted = digest(values)
    page = _find(name, language)
    verdict = _verdict(key, wanted, state_of(page, values) if page else None)
    if verdict not in {"created", "updated"}:
        return verdict
    if language == source:
        page = _write_source(name, language, values, page)
    else:
        page = _write_translation(name, source, language, values)
    _remember(key, wanted, state_of(page, values) if page else "")
    return verdict


def _write_source(
    name: str, language: str, values: dict[str, Any], page: CampaignPage | None
) -> CampaignPage:
    if page is None:
        page = page_type(name)(locale=_locale(language), slug=_slug(name, language))
        fill(page, values)
        parent = Page.get_first_root_node() if name == "home" else _find("home", language)
        if parent is None:
            raise Page.DoesNotExist("The home page was removed; there is nowhere to put pages.")
        parent.add_child(instance=page)
        if name == "home":
            _make_site(page)
    else:
        fill(page, values)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def _slug(name: str, language: str) -> str:
    return f"home-{language}" if name == "home" else name


def _make_site(home: CampaignPage) -> None:
    """Wagtail wants a site; ours is read at addresses of our own."""
    site = Site.objects.first()
    if site is None:
        Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
        return
    old = site.root_page
    site.root_page = home
    site.save()
    # The greeting page that a fresh Wagtail brings along.
    if old and old.specific_class is Page and old.depth == 2 and not old.get_children().exists():
        old.delete()


def _write_translation(
    name: str, source: str, language: str, values: dict[str, Any]
) -> CampaignPage | None:
    """Through wagtail-localize's own interface, so that its editor knows every segment."""
    original = _find(name, source)
    if original is None:
        return None
    record, _ = TranslationSource.update_or_create_from_instance(original)
    translation, _ = Translation.objects.get_or_create(
        source=record, target_locale=_locale(language)
    )
    # The same page with the translated texts; its segments lie where the source's lie.
    twin = page_type(name)(slug=_slug(name, language))
    fill(twin, values)
    entries = polib.POFile(wrapwidth=0)
    theirs = _strings(twin)
    for place, text in _strings(original).items():
        if place in theirs:
            entries.append(polib.POEntry(msgctxt=place[0], msgid=text, msgstr=theirs[place]))
    translation.import_po(entries, tool_name="campaign bundle")
    translation.save_target(publish=True)
    # save_target publishes when the transaction ends, which is too late to read the page.
    page = _find(name, language)
    if page is not None and (revision := page.latest_revision):
        revision.publish()
        page.refresh_from_db()
    return page


def _strings(page: CampaignPage) -> dict[tuple[str, int], str]:
    """Each translatable string by its path and its number within the path."""
    found: dict[tuple[str, int], str] = {}
    numbers: Counter[str] = Counter()
    for segment in extract_segments(page):
        if isinstance(segment, StringSegmentValue):
            found[segment.path, numbers[segment.path]] = segment.string.data
            numbers[segment.path] += 1
    return found


def _interleaved(examples: list[ExampleShape]) -> list[ExampleShape]:
    """One of each language in turn, so that neighbours on the wall differ."""
    languages = list(dict.fromkeys(example.language for example in examples))
    turn: Counter[str] = Counter()
    placed = []
    for example in examples:
        placed.append((turn[example.language], languages.index(example.language), example))
        turn[example.language] += 1
    return [example for _, _, example in sorted(placed, key=lambda item: item[:2])]


def _place_example(example: ExampleShape) -> str:
    """Through the same door as everybody's; an example that was withdrawn stays withdrawn."""
    key = f"example:{example.key}"
    if Loaded.objects.filter(key=key).exists():
        return "same"
    ref = f"example-{example.key}"[:24]
    row = Submission.including_what_may_not_be_shown.filter(public_id=ref).first()
    if row is None:
        row = _receive_example(example, ref)
    # The worker would make the sizes too; here it is done before the first visitor comes.
    for picture in Picture.including_what_may_not_be_shown.filter(submission=row):
        make_wall_set(picture=picture)
    if row.state == State.WAITING:
        approve_submission(submission=row, by=_bundle_user())
    _remember(key, digest(example.model_dump()), "")
    return "created"


def _receive_example(example: ExampleShape, ref: str) -> Submission:
    picture = drawn(example.picture) if example.picture != "none" else None
    received = receive_submission(
        reflection=Reflection(
            words=example.words,
            seen=_seen(example),
            drawing=example.drawing,
            colour=example.colour,
            picture=picture,
            alt=example.alt,
            name=example.name,
            country=example.country,
            area=Area.objects.filter(code=example.area).first() if example.area else None,
            language=example.language,
            page_language=example.language,
            allows=frozenset(CONSENTS),
            ref=ref,
            is_example=True,
        )
    )
    return received.submission


def _seen(example: ExampleShape) -> Seen:
    if example.drawing:
        return Seen.SILHOUETTE if is_drawing("silhouette", example.drawing) else Seen.MIRROR
    if example.picture == "none":
        return Seen.WORDS
    return Seen.COVERED if example.picture.covered else Seen.FACE


def _bundle_user() -> User:
    """In whose name the bundle's examples are approved; nobody can sign in as it."""
    user, created = User.objects.get_or_create(username="campaign-bundle")
    if created:
        user.set_unusable_password()
        user.save()
        user.groups.add(Group.objects.get_or_create(name=MODERATOR)[0])
    return user
