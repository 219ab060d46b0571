"""The verbs of a reflection: nothing else writes one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from reflect2protect.audit.actions import record
from reflect2protect.core.models import Area, Campaign, User
from reflect2protect.core.nudge import nudge
from reflect2protect.core.roles import MODERATOR, PROTECTION_OFFICER
from reflect2protect.media.work.launder import Laundered, launder, wall_set
from reflect2protect.publishing.actions import mark, recall
from reflect2protect.submissions.models import (
    Picture,
    PictureState,
    Rail,
    Reason,
    State,
    Submission,
    new_file_name,
)
from reflect2protect.submissions.work import rails, receipt, shelf

CONSENTS = ("consent_wall", "consent_screens", "consent_press", "consent_social")
# Which wording of the consents a person saw; goes up whenever the wording changes.
CONSENT_VERSION = "2026-11-22"
# A picture that no reflection has claimed by then was left behind by a process that was killed.
UNCLAIMED = timedelta(minutes=10)
# Within this time the same post sent twice is one reflection.
SAME_POST = timedelta(minutes=10)
# What a moderator reads before she approves.
READ_BEFORE = ("words", "alt", "name", "country", "area_id", "consent_wall")


class WrongState(Exception):
    """The reflection has come to a state in which this cannot be done."""


class CampaignEnded(Exception):
    """The campaign is archived: nothing new is taken in."""


@dataclass(frozen=True)
class Reflection:
    """What a person sends. Texts are clean already; `allows` holds names out of CONSENTS."""

    words: str = ""
    picture: bytes | None = None
    alt: str = ""
    name: str = ""
    country: str = ""
    area: Area | None = None
    language: str = "en"
    page_language: str = "en"
    allows: frozenset[str] = frozenset()
    once: str = ""
    # A name for its address; random unless it is an example of the bundle.
    ref: str = ""
    is_example: bool = False

    def digest(self) -> str:
        """A keyed digest of all of it, the same for the same form sent twice."""
        fields = [self.words, self.alt, self.name, self.country, self.page_language, self.once]
        fields += [self.area.code if self.area else "", *sorted(self.allows)]
        picture = hashlib.sha256(self.picture or b"").digest()
        return receipt.digest_of(*(text.encode() for text in fields), picture)


@dataclass(frozen=True)
class Received:
    """The row, and the code that is shown once and kept nowhere."""

    submission: Submission
    code: str = field(repr=False)


def receive_submission(*, reflection: Reflection) -> Received:
    """Take in a reflection; the same one sent again within ten minutes gives the same receipt.

    Raises CampaignEnded, media's Refused for a picture that cannot be laundered, and OSError or
    django.db.OperationalError when disk or database are full: then nothing is kept.
    """
    if Campaign.objects.exclude(archived=None).exists():
        raise CampaignEnded
    code = _code_for(reflection)
    if again := _already(code):
        return again
    laundered = launder(reflection.picture) if reflection.picture else None
    picture = _put_aside(laundered) if laundered else None
    try:
        received = _keep(reflection, code, picture)
    except IntegrityError:
        # The same form arrived twice at once; the other one was first.
        _drop(picture)
        if again := _already(code):
            return again
        raise
    except BaseException:
        _drop(picture)
        raise
    if picture:
        nudge("submissions.pictures", picture.pk)
    return received


def _code_for(reflection: Reflection) -> str:
    """A new code, or the one that the same post got a moment ago. Codes are remembered in memory
    alone and for ten minutes: long enough for a second click, and nothing to find on a disk."""
    key = f"post:{reflection.digest()}"
    code = str(cache.get_or_set(key, receipt.new_code, SAME_POST.total_seconds()))
    found = submission_of(code)
    if found is not None and found.state != State.WAITING:
        # It was decided or taken back meanwhile: the same words again are a new reflection.
        code = receipt.new_code()
        cache.set(key, code, SAME_POST.total_seconds())
    return code


def _already(code: str) -> Received | None:
    row = submission_of(code)
    return Received(row, code) if row else None


def _put_aside(laundered: Laundered) -> Picture:
    """Files before the row that shows them: until then the row says that it waits to be erased."""
    picture: Picture = Picture.including_what_may_not_be_shown.create(
        name=new_file_name(),
        state=PictureState.ERASING,
        not_before=timezone.now() + UNCLAIMED,
        width=laundered.width,
        height=laundered.height,
    )
    try:
        shelf.put(picture.name, shelf.MASTER, laundered.data)
    except OSError:
        _drop(picture)
        raise
    return picture


def _drop(picture: Picture | None) -> None:
    if picture:
        shelf.remove(picture.name)
        picture.delete()


@transaction.atomic
def _keep(reflection: Reflection, code: str, picture: Picture | None) -> Received:
    row = Submission(
        words=reflection.words,
        alt=reflection.alt if picture else "",
        name=reflection.name,
        country=reflection.country,
        area=reflection.area,
        language=reflection.language,
        age_ok=True,
        consent_language=reflection.page_language,
        consent_version=CONSENT_VERSION,
        code_hash=receipt.code_hash(code),
        received=timezone.localdate(),
        is_example=reflection.is_example,
        **{consent: consent in reflection.allows for consent in CONSENTS},
    )
    if reflection.ref:
        row.public_id = reflection.ref
    row.save()
    if picture:
        picture.submission = row
        picture.state = PictureState.WANTED
        picture.not_before = None
        # Named, because a plain save() leaves `not_before` to the worker (core.claimable).
        picture.save(update_fields=["submission", "state", "not_before"])
    record(verb="receive", ref=row.public_id, by=None)
    return Received(row, code)


def submission_of(code: str) -> Submission | None:
    """The reflection that a code (30 ASCII digits) opens, withdrawn ones included."""
    return Submission.including_what_may_not_be_shown.filter(
        code_hash=receipt.code_hash(code)
    ).first()


def _locked(submission: Submission) -> Submission:
    return Submission.including_what_may_not_be_shown.select_for_update().get(pk=submission.pk)


@transaction.atomic
def change_submission(*, submission: Submission, changes: Mapping[str, object]) -> Submission:
    """Her own change of words, alt, name, country, area or consents; it is read again before it
    is shown again. Raises WrongState when it is withdrawn."""
    row = _locked(submission)
    if row.state == State.WITHDRAWN:
        raise WrongState
    for name, value in changes.items():
        setattr(row, name, value)
    row.state = State.WAITING
    row.place = row.area_place = row.language_place = None
    row.reason = row.note = ""
    row.decided = None
    row.consent_version = CONSENT_VERSION
    row.save()
    record(verb="change", ref=row.public_id, by=None)
    recall(row.public_id)
    return row


@transaction.atomic
def withdraw_submission(*, submission: Submission) -> None:
    """Take it back: gone from every page at once, words erased now, files right after.

    Doing it twice changes nothing.
    """
    row = _locked(submission)
    if row.state == State.WITHDRAWN:
        return
    row.state = State.WITHDRAWN
    row.words = row.alt = row.name = row.country = row.note = ""
    row.area = None
    row.place = row.area_place = row.language_place = None
    row.decided = timezone.localdate()
    for consent in CONSENTS:
        setattr(row, consent, False)
    row.save()
    record(verb="withdraw", ref=row.public_id, by=None)
    recall(row.public_id)
    for picture in Picture.including_what_may_not_be_shown.filter(submission=row):
        picture.state = PictureState.ERASING
        picture.not_before, picture.attempts = None, 0
        picture.save(update_fields=["state", "not_before", "attempts"])
        # At once where it can be; the sweep finishes what a crash interrupts.
        transaction.on_commit(partial(erase_picture, picture=picture))


def _check(by: User) -> None:
    if not by.in_role(MODERATOR, PROTECTION_OFFICER):
        raise PermissionDenied


@transaction.atomic
def approve_submission(*, submission: Submission, by: User, language: str = "") -> Submission:
    """Put it on the wall, at the newest places; `language` corrects what its words are in.

    Raises PermissionDenied, and WrongState unless it is waiting, allowed on the wall, and still
    as `submission` was when it was read.
    """
    _check(by)
    row = _locked(submission)
    # The sender may change it until now: nothing is approved that its moderator has not read.
    unread = any(getattr(row, name) != getattr(submission, name) for name in READ_BEFORE)
    if row.state != State.WAITING or not row.consent_wall or unread:
        raise WrongState
    Campaign.objects.select_for_update().get()  # one place at a time
    row.state = State.APPROVED
    row.language = language or row.language
    hang(row)
    row.decided = timezone.localdate()
    row.reason = row.note = ""
    row.save()
    record(verb="approve", ref=row.public_id, by=by)
    mark("submission", row.public_id)
    return row


def hang(row: Submission) -> None:
    """Give a reflection the next place on each of its rails. One caller at a time."""
    row.place = _next_place(rails.ALL)
    row.language_place = _next_place(rails.of_language(row.language))
    row.area_place = _next_place(rails.of_area(row.area_id)) if row.area_id else None


def _next_place(name: str) -> int:
    rail, _ = Rail.objects.get_or_create(name=name)
    rail.last += 1
    rail.save()
    if rails.opens_bucket(rail.last):
        mark("bucket", f"{name}:{rails.bucket_of(rail.last)}")
    return rail.last


@transaction.atomic
def decline_submission(
    *, submission: Submission, by: User, reason: Reason, note: str = ""
) -> Submission:
    """Decline with a reason that the sender can read with her code.

    Raises PermissionDenied, and WrongState for one that is withdrawn or declined already.
    """
    _check(by)
    row = _locked(submission)
    if row.state not in {State.WAITING, State.APPROVED}:
        raise WrongState
    row.state = State.DECLINED
    row.place = row.area_place = row.language_place = None
    row.reason = reason
    row.note = note
    row.decided = timezone.localdate()
    row.save()
    record(verb="decline", ref=row.public_id, by=by, reason=reason)
    recall(row.public_id)
    return row


def make_wall_set(*, picture: Picture) -> None:
    """Make all sizes of a picture. Twice gives the same files.

    A picture whose reflection was withdrawn meanwhile is left for the erasing sweep.
    """
    made = wall_set(shelf.get(picture.name, shelf.MASTER))
    for rendition in made:
        shelf.put(picture.name, rendition.name, rendition.data)
    wanted = Picture.including_what_may_not_be_shown.filter(
        pk=picture.pk, state=PictureState.WANTED
    )
    with transaction.atomic():
        if wanted.update(state=PictureState.MADE) and picture.submission:
            mark("submission", picture.submission.public_id)


def erase_picture(*, picture: Picture) -> None:
    """Remove a picture's files, then its row."""
    shelf.remove(picture.name)
    Picture.including_what_may_not_be_shown.filter(pk=picture.pk).delete()
