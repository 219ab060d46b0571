"""The sender's own changes, with her code. What is changed is read again before it is shown."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from django.db import transaction

from reflect2protect.audit.actions import record
from reflect2protect.core import vault
from reflect2protect.core.nudge import nudge
from reflect2protect.core.sweeps import at_once
from reflect2protect.media.work.launder import Laundered
from reflect2protect.publishing.actions import recall
from reflect2protect.submissions.actions.pictures import (
    attach,
    discard,
    drop,
    erase_picture,
    put_aside,
)
from reflect2protect.submissions.actions.rows import WrongState, locked, take_down
from reflect2protect.submissions.models import (
    CONSENT_VERSIONS,
    ENDED,
    PICTURED,
    Picture,
    Seen,
    State,
    Submission,
)
from reflect2protect.submissions.work import receipt, shelf


@transaction.atomic
def change_submission(*, submission: Submission, changes: Mapping[str, object]) -> Submission:
    """Change words, alt, name, country, area, drawing, consents, their wording or their end.
    Raises WrongState when it has ended."""
    row = locked(submission)
    if row.state in ENDED:
        raise WrongState
    row.consent_version = CONSENT_VERSIONS[-1]
    for name, value in changes.items():
        setattr(row, name, value)
    _read_again(row)
    record(verb="change", ref=row.public_id, by=None)
    return row


@transaction.atomic
def confirm_submission(
    *, submission: Submission, changes: Mapping[str, object], show_from: date | None
) -> tuple[Submission, str]:
    """What came in a letter becomes hers: she is of age, says what she allows, and gets a code of
    her own; the one that a mail provider could read opens nothing any more. Returns both.

    Raises WrongState when it has ended, or was confirmed already.
    """
    row = locked(submission)
    if row.state in ENDED or row.age_ok:
        raise WrongState
    code = receipt.new_code()
    row.age_ok = True
    row.code_hash = receipt.code_hash(code)
    row.show_from = show_from
    row.save()
    return change_submission(submission=row, changes=changes), code


def _read_again(row: Submission) -> None:
    take_down(row, State.WAITING)
    row.reason = row.note = ""
    row.asked = False
    row.decided = None
    row.save()
    recall(row.public_id)


def change_seen(
    *,
    submission: Submission,
    seen: Seen,
    picture: Laundered | None = None,
    alt: str = "",
    drawing: str = "",
    colour: str = "",
) -> Submission:
    """Another way to be seen, another picture, or covers on this one. A picture that is replaced,
    or not to be seen any more, is erased; without a new one, a pictured way keeps what there is.

    Raises OSError, and WrongState when it has ended: then all stays as it was.
    """
    kept = put_aside(picture) if picture else None
    try:
        row, old = _swap(submission, seen, kept, alt=alt, drawing=drawing, colour=colour)
    except BaseException:
        drop(kept)
        raise
    if old:
        at_once(partial(erase_picture, picture=old))
    if kept:
        nudge("submissions.pictures", kept.pk)
    return row


@transaction.atomic
def _swap(
    submission: Submission, seen: Seen, kept: Picture | None, **texts: str
) -> tuple[Submission, Picture | None]:
    row = locked(submission)
    if row.state in ENDED:
        raise WrongState
    old = Picture.including_what_may_not_be_shown.filter(submission=row).first()
    if seen in PICTURED and not kept:
        if old is None:
            raise WrongState
        old = None  # it stays
    if old:
        discard(old)
    if kept:
        attach(kept, row)
    row.seen = seen
    for name, text in texts.items():
        setattr(row, name, text)
    _read_again(row)
    record(verb="change-seen", ref=row.public_id, by=None)
    return row, old


def own_master(*, submission: Submission) -> Laundered | None:
    """The picture that she sent, as it is kept. Raises vault.Unreadable."""
    picture = Picture.including_what_may_not_be_shown.filter(submission=submission).first()
    if picture is None:
        return None
    data = shelf.get(picture.name, shelf.MASTER, vault.key(picture.key))
    return Laundered(data, picture.width, picture.height)
