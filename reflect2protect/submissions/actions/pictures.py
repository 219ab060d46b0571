"""Pictures: put aside, joined to a reflection, made in all sizes, erased.

Files come before the row that shows them: until then the row says that it waits to be erased, so
that a crash leaves nothing for ever.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from nacl.secret import SecretBox

from reflect2protect.core import vault
from reflect2protect.media.work.launder import Laundered, wall_set
from reflect2protect.publishing.actions import mark
from reflect2protect.submissions.models import Picture, PictureState, Submission, new_file_name
from reflect2protect.submissions.work import gone, shelf

# A picture that no reflection has claimed by then was left behind by a process that was killed.
UNCLAIMED = timedelta(minutes=10)
# How long a picture waits for its covers, sealed with a key that only its sender's form holds.
PENDING = timedelta(minutes=15)


def put_aside(laundered: Laundered) -> Picture:
    """Keep a master, sealed with a key of its own: one that is replaced later is then unreadable
    in every backup, while the rest of what she sent stays. Raises OSError and OperationalError."""
    name = vault.new()
    try:
        return _put_aside(laundered, name, vault.key(name), UNCLAIMED)
    except BaseException:
        vault.destroy(name)
        raise


def _put_aside(laundered: Laundered, name: str, key: bytes, wait: timedelta) -> Picture:
    picture: Picture = Picture.including_what_may_not_be_shown.create(
        name=new_file_name(),
        key=name,
        state=PictureState.ERASING,
        not_before=timezone.now() + wait,
        width=laundered.width,
        height=laundered.height,
    )
    try:
        shelf.put(picture.name, shelf.MASTER, laundered.data, key)
    except OSError:
        drop(picture)
        raise
    return picture


def drop(picture: Picture | None) -> None:
    """Undo `put_aside`."""
    if picture:
        shelf.remove(picture.name)
        picture.delete()
        if picture.key:
            vault.destroy(picture.key)


def attach(picture: Picture, row: Submission) -> None:
    """It is this reflection's now, and wants its sizes."""
    picture.submission = row
    picture.state = PictureState.WANTED
    picture.not_before = None
    # Named, because a plain save() leaves `not_before` to the worker (core.claimable).
    picture.save(update_fields=["submission", "state", "not_before"])


def discard(picture: Picture) -> None:
    """It belongs to no reflection any more, and is to be erased."""
    picture.submission = None
    picture.state = PictureState.ERASING
    picture.not_before, picture.attempts = None, 0
    picture.save(update_fields=["submission", "state", "not_before", "attempts"])


def make_wall_set(*, picture: Picture) -> None:
    """Make all sizes of a picture. Twice gives the same pictures.

    Of a picture that was replaced or taken back meanwhile nothing is left by it.
    """
    key = vault.key(picture.key)
    made = wall_set(shelf.get(picture.name, shelf.MASTER, key))
    for rendition in made:
        shelf.put(picture.name, rendition.name, rendition.data, key)
    wanted = Picture.including_what_may_not_be_shown.filter(
        pk=picture.pk, state=PictureState.WANTED
    )
    with transaction.atomic():
        if wanted.update(state=PictureState.MADE) and picture.submission:
            mark("submission", picture.submission.public_id)
    if not Picture.including_what_may_not_be_shown.filter(
        pk=picture.pk, state=PictureState.MADE
    ).exists():
        shelf.remove(picture.name)


def erase_picture(*, picture: Picture) -> None:
    """Remove a picture's files and its key, which is noted where no backup reaches; then its row.
    Raises OSError or django.db.OperationalError: then the sweep does it again."""
    shelf.remove(picture.name)
    # Older pictures have the key of their reflection.
    rows = Submission.including_what_may_not_be_shown.filter(key=picture.key)
    if picture.key and not rows.exists():
        gone.note(picture.key)
        vault.destroy(picture.key)
    Picture.including_what_may_not_be_shown.filter(pk=picture.pk).delete()


@dataclass(frozen=True)
class Pending:
    """A picture that waits for its covers: where it is, and what opens it."""

    picture: Picture
    token: str
    master: Laundered


def keep_pending(*, laundered: Laundered) -> Pending:
    """Keep an uncovered picture for a quarter of an hour, sealed with a key that is returned and
    kept nowhere. Raises OSError: then nothing is kept."""
    key = secrets.token_bytes(SecretBox.KEY_SIZE)
    picture = _put_aside(laundered, "", key, PENDING)
    return Pending(picture, f"{picture.name}.{key.hex()}", laundered)


def open_pending(*, token: str) -> Pending | None:
    """What a form's token leads to; nothing when its time is over or the token is wrong."""
    name, _, key = token.partition(".")
    rows = Picture.including_what_may_not_be_shown.filter(name=name, key="", submission=None)
    if (picture := rows.filter(not_before__gt=timezone.now()).first()) is None:
        return None
    try:
        data = shelf.get(picture.name, shelf.MASTER, bytes.fromhex(key))
    except (vault.Unreadable, FileNotFoundError, ValueError):
        return None
    return Pending(picture, token, Laundered(data, picture.width, picture.height))
