"""What a channel is to be told next, and telling it, several files at a time."""

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from reflect2protect.publishing.models import Copy, CopyState, Delivery, Trouble
from reflect2protect.publishing.work.channels import CDN, STORE, Outlet, Untaken, channel_names
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.headers import headers_for
from reflect2protect.publishing.work.ledger import FOLDER

WAVE = 16  # files that are read, sent and settled together
AT_ONCE = 8  # of them, as many at the same moment
LONGEST_REST = 60.0  # seconds: a channel that has come back is noticed within a minute


@dataclass(frozen=True)
class Parcel:
    """A file as it is sent; `body` is None when the folder has it no more.

    `news`: whose content may be in it, without the channel's ledger knowing; `left`: whose is no
    longer in it, though the ledger says so.
    """

    delivery: Delivery
    body: bytes | None
    news: frozenset[str]
    left: frozenset[str]


def rest(tries: int) -> timedelta:
    """How long something that failed so often in a row is left alone: 2, 4, 8 … seconds."""
    return timedelta(seconds=min(2.0 ** min(tries, 16), LONGEST_REST))


def rested() -> Q:
    """What may be tried now."""
    return Q(again__isnull=True) | Q(again__lte=timezone.now())


def ready() -> QuerySet[Delivery]:
    """Deliveries that may be made now, what is taken back first.

    A cache is told nothing of a file while its origin, the store, still has the old one.
    """
    names = channel_names()
    rows = Delivery.objects.filter(rested(), channel__in=names)
    if STORE in names:
        behind = Delivery.objects.filter(channel=STORE, file=OuterRef("file"))
        rows = rows.exclude(Q(channel=CDN) & Exists(behind))
    return rows.order_by("-urgent", "tries", "pk")


def next_wave(channel: str) -> list[Parcel]:
    """The files to tell a channel of now, as they are in the folder.

    Whose content a file holds is asked before and after reading it: whatever the publisher does
    meanwhile, everybody who is in the bytes is among them.
    """
    rows = list(ready().filter(channel=channel)[:WAVE])
    files = [row.file for row in rows]
    folder, before, known = Folder(), _whose(files, FOLDER), _whose(files, channel)
    bodies = {file: folder.get(file) for file in files}
    after = _whose(files, FOLDER)
    return [_parcel(row, bodies[row.file], before, after, known) for row in rows]


Ledger = dict[str, dict[str, str]]


def _parcel(
    row: Delivery, body: bytes | None, before: Ledger, after: Ledger, known: Ledger
) -> Parcel:
    holds = {} if body is None else before[row.file] | after[row.file]
    there = known[row.file]
    # A copy that was being recalled, of what may be shown again by now, is news as well.
    news = {ref for ref, state in holds.items() if there.get(ref) not in {CopyState.LIVE, state}}
    return Parcel(row, body, frozenset(news), frozenset(there.keys() - holds.keys()))


def _whose(files: Iterable[str], channel: str) -> Ledger:
    """By file: the state of each copy that is not gone, by the reflection's public id."""
    rows = Copy.objects.filter(channel=channel, file__in=files).exclude(state=CopyState.GONE)
    found: Ledger = defaultdict(dict)
    for file, ref, state in rows.values_list("file", "ref", "state"):
        found[file][ref] = state
    return found


def send(outlet: Outlet, wave: list[Parcel]) -> list[Trouble]:
    """Tell the channel; says for each file what went wrong, or nothing."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda parcel: _send(outlet, parcel), wave))


def _send(outlet: Outlet, parcel: Parcel) -> Trouble:
    file = parcel.delivery.file
    try:
        if parcel.body is None:
            outlet.remove(file)
        else:
            outlet.put(file, parcel.body, headers_for(file))
    except Untaken as error:
        return error.trouble
    return Trouble.NONE


def everything(outlet: Outlet, channel: str) -> set[str]:
    """Every file that the folder has, and every one that may lie in the channel. Raises Untaken."""
    known = Copy.objects.filter(channel=channel).exclude(state=CopyState.GONE)
    return {*Folder().files(), *outlet.files(), *known.values_list("file", flat=True)}
