"""The verbs of the public folder. The database says what it should hold; these make it so."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, Model
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from nacl.signing import SigningKey

from reflect2protect.core.models import Campaign
from reflect2protect.core.nudge import nudge
from reflect2protect.core.sweeps import at_once, describe
from reflect2protect.publishing.channels import (
    deliver_now,
    expect,
    keep,
    release,
    tell_channels,
)
from reflect2protect.publishing.models import Change, Copy, CopyState, Day, Exported
from reflect2protect.publishing.registry import DAY, EVERYTHING, Topic
from reflect2protect.publishing.work.aside import drop, files_in, let_go, trees
from reflect2protect.publishing.work.channels import caches
from reflect2protect.publishing.work.copies import COPIES, campaign_key, key_path
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.ledger import FOLDER, files_with, held
from reflect2protect.publishing.work.lock import Busy, only_publisher
from reflect2protect.publishing.work.make import document_at, languages
from reflect2protect.publishing.work.places import Place, affected, place_of
from reflect2protect.publishing.work.signing import make_key
from reflect2protect.publishing.work.stops import in_force, showing, touched

logger = logging.getLogger(__name__)

RECALL = "recall"
# The kind of topic that one person's reflection is.
PERSON = "submission"
# Topics of these kinds name what an emergency stop took down: for what shows it as yet, and for
# whatever else it may touch.
STOP, STOPPED = "stop", "stopped"
# What waits for nothing but what stands before it here.
URGENT = (RECALL, STOP)
# How long a publisher waits for another one: longer than any but a whole rebuild takes.
PATIENCE = 20.0  # seconds
# What the person who withdraws waits for at most, if another publisher is at work.
RECALL_PATIENCE = 3.0  # seconds
# As long as a publisher that is alive takes to see that a stop comes first.
STOP_PATIENCE = 2.0  # seconds
BATCH = 500  # files


class Unmade(Exception):
    """Some files could not be made; they are tried again."""


Progress = Callable[[str, int], None]


def _quiet(file: str, of: int) -> None:
    pass


@dataclass
class Done:
    """What a run did, file by file; `failed` ones are tried again."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    same: int = 0
    failed: list[str] = field(default_factory=list)


def mark(kind: str, ref: str = "") -> None:
    """Say that something changed: what shows it is made again, soon after the transaction ends."""
    change = _note(Topic(kind, ref))
    nudge("publishing.changes", change.pk)


def _note(topic: Topic) -> Change:
    change, created = Change.objects.get_or_create(topic=str(topic))
    if not created:
        Change.objects.filter(pk=change.pk).update(version=F("version") + 1)
    return change


def watch(*models: type[Model], kind: str) -> None:
    """Mark `kind` whenever a row of these is written. For what staff edit through Wagtail."""

    def tell(**kwargs: Any) -> None:
        if not kwargs.get("raw"):
            mark(kind)

    for model in models:
        for signal in (post_save, post_delete):
            signal.connect(tell, sender=model, weak=False, dispatch_uid=f"{kind}:{model.__name__}")


def recall(ref: str) -> None:
    """Make every public copy of a reflection go. Call it in the transaction that takes away what
    allowed them; when that commits, the copies go at once, waiting for nobody."""
    Copy.objects.filter(ref=ref, state=CopyState.LIVE).update(state=CopyState.RECALLING)
    elsewhere = Copy.objects.filter(ref=ref, state=CopyState.RECALLING).exclude(channel=FOLDER)
    tell_channels(sorted(set(elsewhere.values_list("file", flat=True))), urgent=True, soon=True)
    _remove_from_copies(ref)
    change = _note(Topic(RECALL, ref))
    nudge("publishing.changes", change.pk)
    at_once(partial(_recall_now, ref))


def forget(ref: str) -> None:
    """Strike what the ledger knew of copies that are gone."""
    Copy.objects.filter(ref=ref, state=CopyState.GONE).delete()


def _remove_from_copies(ref: str) -> None:
    """Those that were given away are told by a signed list that whoever keeps one can apply."""
    marks = Exported.objects.filter(ref=ref, removed=None)
    if marks.update(removed=timezone.localdate()):
        mark(COPIES)


def mark_of(ref: str) -> str:
    """The name under which somebody is in copies from today on: written before the copy is."""
    row, _ = Exported.objects.get_or_create(
        ref=ref, removed=None, defaults={"day": timezone.localdate()}
    )
    return row.mark


def ensure_key() -> SigningKey:
    """The campaign's signing key; made when it is first asked for. Raises BadKey and OSError."""
    if key := campaign_key():
        return key
    key = make_key(key_path())
    mark(COPIES)
    return key


def _recall_now(ref: str) -> None:
    """What is hers alone goes without waiting for the publisher, then the rest with it.

    Whatever fails here is done by the sweep.
    """
    folder = Folder()
    try:
        for place in _recalled({ref}):
            if place.publication.personal:
                folder.remove(place.file)
        publish_changes(seconds=RECALL_PATIENCE, only=RECALL)
    except (Busy, Unmade, OSError, DatabaseError) as error:
        logger.warning("a recall is left to the worker: %s", describe(error))


def take_down(scope: str) -> None:
    """Make the pages that show something of a scope (work.stops) anew, after `hold` took it down
    itself; when the transaction commits, that is done at once, waiting for nobody."""
    _note(Topic(STOP, scope))
    at_once(_take_down_now)
    mark(STOPPED, scope)


def _take_down_now() -> None:
    try:
        try:
            publish_changes(seconds=STOP_PATIENCE, only=f"{STOP}:")
        except Busy:
            # A living publisher does stops first. One that hangs would hold us for ever; should
            # it wake up, it sees that something went down meanwhile (`_make`).
            while changes := _urgent():
                _carry_out(changes, Done(), _quiet)
        deliver_now()
    except (Unmade, OSError, DatabaseError) as error:
        logger.warning("a stop's other pages are left to the worker: %s", describe(error))


def clear_aside() -> None:
    """Delete what stops moved aside, tell the other channels, and have the ledger say so.

    Interrupted, it is simply done again. Raises Busy, OSError and DatabaseError.
    """
    for tree in trees():
        for files in _in_batches(files_in(tree)):
            tell_channels(files)
        drop(tree)
    folder = Folder()
    for files in _in_batches(_lost(folder)):
        with only_publisher(PATIENCE), transaction.atomic():
            for file in files:
                if not folder.path(file).exists():
                    release(FOLDER, file, held(file), set())


def _in_batches(files: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(files)
    while batch := list(islice(rest, BATCH)):
        yield batch


def publish_changes(
    *, seconds: float = PATIENCE, only: str = "", progress: Progress = _quiet
) -> Done:
    """Make again what changed, recalls first, until nothing more is pending.

    `only`: changes of one kind. `progress` is called with each file and how many there are.
    Raises Busy when another publisher is at work for longer than `seconds`, Unmade when some
    files could not be made, and OSError or DatabaseError as they come: then what is left stays
    pending.
    """
    done = Done()
    with only_publisher(seconds):
        while changes := _pending(only):
            _carry_out(changes, done, progress)
    return done


def rebuild(*, progress: Progress = _quiet) -> Done:
    """Make the whole folder again: writes what differs, removes what nothing declares.

    Raises as `publish_changes`.
    """
    with transaction.atomic():
        mark(EVERYTHING.kind)
        tell_channels([])
        Day.objects.update_or_create(pk=1, defaults={"shown": Campaign.today()})
    return publish_changes(progress=progress)


@transaction.atomic
def turn_day(*, day: Day) -> None:
    """A new day has begun: what follows the calendar is made again."""
    day.shown = Campaign.today()
    day.save()
    mark(DAY.kind)


def _pending(only: str = "") -> list[Change]:
    """What is to be done next: what is urgent, or all the rest."""
    return _urgent() or list(Change.objects.order_by("pk").filter(topic__startswith=only))


def _urgent(before: str = "") -> list[Change]:
    """Recalls, else stops: they never wait behind anything else. Only what is `before` a kind."""
    for kind in URGENT:
        if kind == before:
            break
        if found := list(Change.objects.order_by("pk").filter(topic__startswith=f"{kind}:")):
            return found
    return []


def _carry_out(changes: list[Change], done: Done, progress: Progress) -> None:
    folder = Folder()
    topics = [Topic.parse(change.topic) for change in changes]
    refs = {topic.ref for topic in topics if topic.kind == RECALL}
    found = _recalled(refs) if refs else _stale(topics)
    failed = len(done.failed)
    for place in found:
        if urgent := _urgent(before=topics[0].kind):
            _carry_out(urgent, done, _quiet)
        _try(folder, place, done, refs)
        progress(place.file, len(found))
    if topics[0].kind == STOP:
        tell_channels([place.file for place in found], urgent=True)
    if EVERYTHING in topics:
        _remove_strays(folder, {place.file for place in found}, done)
    folder.settle()
    if len(done.failed) > failed:
        raise Unmade(f"{len(done.failed)} files")
    for change in changes:
        Change.objects.filter(pk=change.pk, version=change.version).delete()


def _recalled(refs: set[str]) -> list[Place]:
    """What holds them, or held them: first what is theirs alone, then the pages around it."""
    found = [place for file in files_with(refs) if (place := place_of(file))]
    return sorted(found, key=lambda place: (not place.publication.personal, place.file))


def _stale(topics: Iterable[Topic]) -> list[Place]:
    """Every place that these topics touch, once, in the order of writing."""
    slugs = languages()
    found = {place for topic in topics for place in _touched(topic, slugs)}
    return sorted(found, key=lambda place: (place.publication.turn, place.file))


def _touched(topic: Topic, slugs: list[str]) -> Iterator[Place]:
    if topic.kind == STOP:
        return showing(topic.ref, slugs)
    return touched(topic.ref, slugs) if topic.kind == STOPPED else affected(topic, slugs)


def _try(folder: Folder, place: Place, done: Done, recalled: set[str]) -> None:
    try:
        _make(folder, place, done, recalled)
    except DatabaseError:
        raise
    except OSError:
        if not recalled:
            raise
        # The disk is full: a page that is missing for a while is better than one that shows
        # what was taken back.
        folder.remove(place.file)
        done.failed.append(place.file)
    except Exception as error:  # one broken page must not keep the others from being made
        logger.error("%s cannot be made: %s", place.file, describe(error))
        done.failed.append(place.file)


def _make(folder: Folder, place: Place, done: Done, recalled: set[str]) -> None:
    """Make one file, again if something was stopped or reopened meanwhile: what has been taken
    down since the file was rendered is taken back before anything else."""
    while True:
        stopped = in_force()
        try:
            _make_now(folder, place, done, recalled)
        except FileNotFoundError:  # its folder was moved aside
            if in_force() == stopped:
                raise
        if in_force() == stopped:
            return


def _make_now(folder: Folder, place: Place, done: Done, recalled: set[str]) -> None:
    """Make one file as the database wants it. The ledger knows of a copy before it exists."""
    document, file = document_at(place), place.file
    body = document.body if document else None
    before = held(file)
    holds = document.holds if document else frozenset()
    if not place.publication.personal:
        _own_first(folder, holds - before, done)
    # A cache may fetch the file as soon as it is there.
    expect([FOLDER, *caches()], file, holds - before)
    tell = bool(recalled) or before != holds or folder.get(file) != body
    if tell:
        # Said before as well, for a publisher that is killed between writing and saying.
        tell_channels([file], soon=True)
    if body is None:
        changed = folder.remove(file)
        (done.removed if changed else []).append(file)
    else:
        changed = folder.put(file, body)
        (done.written if changed else []).append(file)
    done.same += not changed
    if tell:
        keep(FOLDER, file, holds & recalled)
        _say(file, before - holds, recalled)


def _own_first(folder: Folder, refs: frozenset[str], done: Done) -> None:
    """Their own pages and pictures come before a page that leads there: also of those who may be
    shown only since this run began, and were not among what it was to make."""
    shown = Copy.objects.filter(channel=FOLDER, ref__in=refs).exclude(state=CopyState.GONE)
    for ref in refs - set(shown.values_list("ref", flat=True)):
        for place in _stale([Topic(PERSON, ref)]):
            if place.publication.personal:
                _make_now(folder, place, done, set())


def _say(file: str, left: frozenset[str], recalled: set[str]) -> None:
    """Write down who is no longer in a file of the folder, and tell the channels: both at once,
    or one that looks between the two would take the old for the new. What a stop moved aside of
    the file goes first."""
    let_go(file)
    with transaction.atomic():
        if left:
            release(FOLDER, file, left, recalled)
        tell_channels([file], urgent=bool(recalled))


def _remove_strays(folder: Folder, wanted: set[str], done: Done) -> None:
    """Files that nothing declares any more, and what the ledger says of files that are gone."""
    folder.tidy()
    strays = {file for file in folder.files() if file not in wanted}
    for file in strays:
        tell_channels([file], soon=True)
        folder.remove(file)
        done.removed.append(file)
    for file in strays | set(_lost(folder)):
        _say(file, held(file), set())


def _lost(folder: Folder) -> Iterator[str]:
    known = Copy.objects.filter(channel=FOLDER).exclude(state=CopyState.GONE)
    for file in known.values_list("file", flat=True).distinct():
        if not folder.path(file).exists():
            yield file
