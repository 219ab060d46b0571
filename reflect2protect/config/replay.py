"""After a restore: what was taken back since the backup was made is taken back again."""

from dataclasses import dataclass

from django.db import transaction

from reflect2protect.config.kept import Refused
from reflect2protect.core import vault
from reflect2protect.submissions.actions import (
    change_seen,
    erase_picture,
    erase_submission,
    finish_end,
    withdraw_submission,
)
from reflect2protect.submissions.models import ENDED, Picture, PictureState, Seen, Submission
from reflect2protect.submissions.work import gone, shelf


@dataclass(frozen=True)
class Replayed:
    """How many reflections were taken back again, erased as unreadable, and are whole."""

    withdrawn: int
    unreadable: int
    whole: int


def replay(kept: list[tuple[str, bytes]], *, erase_unreadable: bool) -> Replayed:
    """Bring back the keys (`kept`, wrapped) of what may come back, and end all the rest. Twice
    changes nothing.

    Raises Refused when there are reflections that no key opens, unless they are to be erased.
    """
    destroyed = set(gone.noted())
    for name, _ in vault.everything():
        if name in destroyed:
            vault.destroy(name)
    alive = _alive()
    wanted = {key for row in alive for key in _keys_of(row)} - destroyed
    _bring_back(kept, wanted)
    lacking = wanted - set(vault.keys(wanted))
    taken = [row for row in alive if row.key in destroyed]
    lost = [row for row in alive if row not in taken and not lacking.isdisjoint(_keys_of(row))]
    if lost and not erase_unreadable:
        raise Refused(
            f"No key opens {len(lost)} of {len(alive)} reflections. If there is a key backup, of "
            "the same day as the backup or younger, name it with --keys. If there is none, they "
            "are lost, and --erase-unreadable erases them for good. Until then nothing runs here."
        )
    with transaction.atomic():  # one recall for all of them, when it commits
        for row in taken:
            withdraw_submission(submission=row)
        for row in lost:
            erase_submission(submission=row)
    for row in alive:
        if row not in taken and row not in lost and not destroyed.isdisjoint(_keys_of(row)):
            _without_its_picture(row)
    _finish()
    return Replayed(len(taken), len(lost), len(alive) - len(taken) - len(lost))


def _alive() -> list[Submission]:
    living = Submission.including_what_may_not_be_shown.exclude(state__in=ENDED)
    return list(living.select_related("picture"))


def _keys_of(row: Submission) -> set[str]:
    """Its own, and that of its picture."""
    return {row.key, row.picture.key} if hasattr(row, "picture") else {row.key}


def _without_its_picture(row: Submission) -> None:
    """She has replaced or removed this picture since: it stays gone, and the desk reads again
    what is left. Words alone are another way to be seen; without words nothing is left."""
    if row.words:
        change_seen(submission=row, seen=Seen.WORDS)
    else:
        erase_submission(submission=row)


def _bring_back(kept: list[tuple[str, bytes]], wanted: set[str]) -> None:
    with transaction.atomic(using=vault.KEYS):
        for name, wrapped in kept:
            if name in wanted:
                vault.keep(name, wrapped)


def _finish() -> None:
    """What the worker would do about ends, at once; and what the backup holds beside the rows."""
    for row in Submission.including_what_may_not_be_shown.in_state(*ENDED).exclude(key=""):
        finish_end(submission=row)
    pictures = Picture.including_what_may_not_be_shown.all()
    for picture in pictures.filter(state=PictureState.ERASING):
        erase_picture(picture=picture)
    known = set(pictures.values_list("name", flat=True))
    for name in shelf.names():
        if name not in known:
            shelf.remove(name)
