"""Taking in what somebody sends."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from reflect2protect.audit.actions import record
from reflect2protect.core import vault
from reflect2protect.core.fleeting import Fleeting
from reflect2protect.core.models import Area, Campaign, User
from reflect2protect.core.nudge import nudge
from reflect2protect.media.work.launder import Laundered, launder
from reflect2protect.submissions.actions.pictures import attach, drop, put_aside
from reflect2protect.submissions.actions.rows import check
from reflect2protect.submissions.models import (
    CONSENT_VERSIONS,
    CONSENTS,
    DRAWN,
    PICTURED,
    Picture,
    Seen,
    State,
    Submission,
)
from reflect2protect.submissions.work import receipt
from reflect2protect.submissions.work.lasting import pause_until, shown_until

# Within this time the same post sent twice is one reflection.
SAME_POST = timedelta(minutes=10)
# The codes of such posts: long enough for a second click, and nothing to find on a disk.
_codes = Fleeting[str](SAME_POST.total_seconds())


class CampaignEnded(Exception):
    """The campaign is archived: nothing new is taken in."""


@dataclass(frozen=True)
class Reflection:
    """What a person sends. Texts are clean already; `allows` holds names out of CONSENTS. The
    picture is as it came, or laundered where its covers were painted on the server."""

    words: str = ""
    seen: Seen = Seen.WORDS
    picture: bytes | Laundered | None = None
    drawing: str = ""
    colour: str = ""
    alt: str = ""
    name: str = ""
    country: str = ""
    area: Area | None = None
    language: str = "en"
    page_language: str = "en"
    allows: frozenset[str] = frozenset()
    # The wording in which she was asked for that, out of CONSENT_VERSIONS.
    wording: str = CONSENT_VERSIONS[-1]
    # Hours to wait before it may be shown, and for how long it may be (work.lasting).
    wait: str = "0"
    until: str = "open"
    # Whether she has said that she is 18 or over and what she allows; a letter says neither.
    confirmed: bool = True
    turn: int = 1
    once: str = ""
    # A name for its address; random unless it is an example of the bundle.
    ref: str = ""
    is_example: bool = False

    def digest(self) -> str:
        """A keyed digest of all of it, the same for the same form sent twice."""
        fields = [self.words, self.alt, self.name, self.country, self.page_language, self.once]
        fields += [self.area.code if self.area else "", *sorted(self.allows)]
        fields += [self.seen, self.drawing, self.colour, self.wait, self.until]
        sent = self.picture.data if isinstance(self.picture, Laundered) else self.picture
        picture = hashlib.sha256(sent or b"").digest()
        return receipt.digest_of(*(text.encode() for text in fields), picture)


@dataclass(frozen=True)
class Received:
    """The row, and the code that is shown once and kept nowhere."""

    submission: Submission
    code: str = field(repr=False)


def receive_submission(*, reflection: Reflection, by: User | None = None) -> Received:
    """Take in a reflection; the same one sent again within ten minutes gives the same receipt.
    `by`: the member of staff who enters a sheet of paper.

    Raises PermissionDenied, CampaignEnded, media's Refused for a picture that cannot be laundered,
    and OSError or django.db.OperationalError when disk or database are full: then nothing is kept.
    """
    if by is not None:
        check(by)
    if Campaign.objects.exclude(archived=None).exists():
        raise CampaignEnded
    code = _code_for(reflection)
    if again := _already(code):
        return again
    picture = reflection.picture if reflection.seen in PICTURED else None
    laundered = launder(picture) if isinstance(picture, bytes) else picture
    key = vault.new()
    kept = None
    try:
        kept = put_aside(laundered) if laundered else None
        received = _keep(reflection, code, key, kept, by)
    except BaseException as error:
        drop(kept)
        vault.destroy(key)
        # The same form arrived twice at once; the other one was first.
        if isinstance(error, IntegrityError) and (again := _already(code)):
            return again
        raise
    if kept:
        nudge("submissions.pictures", kept.pk)
    return received


def _code_for(reflection: Reflection) -> str:
    """A new code, or the one that the same post got a moment ago."""
    post = reflection.digest()
    code = _codes.get_or_keep(post, receipt.new_code)
    found = submission_of(code)
    if found is not None and found.state != State.WAITING:
        # It was decided or taken back meanwhile: the same words again are a new reflection.
        code = receipt.new_code()
        _codes.keep(post, code)
    return code


def _already(code: str) -> Received | None:
    row = submission_of(code)
    return Received(row, code) if row else None


@transaction.atomic
def _keep(
    reflection: Reflection, code: str, key: str, picture: Picture | None, by: User | None
) -> Received:
    today = timezone.localdate()
    drawn = reflection.seen in DRAWN
    row = Submission(
        key=key,
        seen=reflection.seen,
        drawing=reflection.drawing if drawn else "",
        colour=reflection.colour if drawn else "",
        turn=reflection.turn,
        country=reflection.country,
        area=reflection.area,
        language=reflection.language,
        age_ok=reflection.confirmed,
        consent_language=reflection.page_language,
        consent_version=reflection.wording,
        code_hash=receipt.code_hash(code),
        received=today,
        since=today,
        show_from=pause_until(reflection.wait, today),
        show_until=shown_until(reflection.until, today),
        is_example=reflection.is_example,
        **{consent: consent in reflection.allows for consent in CONSENTS},
    )
    row.words, row.name = reflection.words, reflection.name
    row.alt = reflection.alt if picture else ""
    if reflection.ref:
        row.public_id = reflection.ref
    row.save()
    if picture:
        attach(picture, row)
    record(verb="receive", ref=row.public_id, by=by)
    return Received(row, code)


def submission_of(code: str) -> Submission | None:
    """The reflection that a code (30 ASCII digits) opens, withdrawn ones included."""
    return Submission.including_what_may_not_be_shown.filter(
        code_hash=receipt.code_hash(code)
    ).first()
