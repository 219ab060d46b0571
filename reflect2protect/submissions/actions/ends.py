"""The end of a reflection: taken back by its sender, or erased because its time is over.

First the row is emptied and every public copy recalled, in one transaction. Then, at once or by
whoever finds it after a crash, its key is destroyed: from then on no backup can show it either.
"""

from functools import partial

from django.db import transaction

from reflect2protect.audit.actions import record
from reflect2protect.core import vault
from reflect2protect.core.sweeps import at_once
from reflect2protect.publishing.actions import forget, recall
from reflect2protect.publishing.work.ledger import report
from reflect2protect.submissions.actions.pictures import discard, erase_picture
from reflect2protect.submissions.actions.rows import WrongState, locked, take_down
from reflect2protect.submissions.models import CONSENTS, ENDED, Picture, State, Submission
from reflect2protect.submissions.work import gone


def withdraw_submission(*, submission: Submission, reason: str = "") -> None:
    """She takes it back: gone from every page at once, and its key destroyed right after.

    `reason` is a word out of work.gone.REASONS, or nothing. Doing it twice changes nothing.
    """
    _end(submission, State.WITHDRAWN, "withdraw", reason)


def erase_submission(*, submission: Submission) -> None:
    """Its time is over: declined, or never answered. Doing it twice changes nothing."""
    _end(submission, State.ERASED, "erase", "")


@transaction.atomic
def _end(submission: Submission, state: State, verb: str, reason: str) -> None:
    row = locked(submission)
    if row.state in ENDED:
        return
    take_down(row, state)
    row.decided = row.since
    row.empty()
    for consent in CONSENTS:
        setattr(row, consent, False)
    row.save()
    row.messages.all().delete()
    record(verb=verb, ref=row.public_id, by=None, reason=reason)
    recall(row.public_id)
    pictures = list(Picture.including_what_may_not_be_shown.filter(submission=row))
    for picture in pictures:
        discard(picture)
    # At once where it can be; the sweep finishes what a crash or a full disk interrupts.
    at_once(partial(finish_end, submission=row))
    for picture in pictures:
        at_once(partial(erase_picture, picture=picture))


def finish_end(*, submission: Submission) -> None:
    """Destroy the key of a reflection that has ended, noting it where no backup reaches. Twice
    changes nothing. Raises OSError or django.db.OperationalError: then the sweep does it again."""
    if submission.key:
        gone.note(submission.key)
        vault.destroy(submission.key)
        Submission.including_what_may_not_be_shown.filter(pk=submission.pk).update(key="")


@transaction.atomic
def forget_submission(*, submission: Submission) -> None:
    """The last trace: the empty row, and what the ledger knew of its copies. Raises WrongState
    while one of them is still to be called back."""
    if not report(submission.public_id).done:
        raise WrongState
    forget(submission.public_id)
    submission.delete()
