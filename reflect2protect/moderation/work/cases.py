"""A reflection as the desk reads it."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from reflect2protect.core.languages import Language
from reflect2protect.submissions.actions.decide import READ_BEFORE, allowed_now
from reflect2protect.submissions.models import Picture, State, Submission
from reflect2protect.submissions.work.cards import AreaLink, Card, Pictures, card, pictures_of

PICTURES = "/staff/desk/pictures/"


@dataclass(frozen=True)
class Case:
    """One row at the desk: as a card in the desk's language, and what only the desk sees.

    `picture` also before the public may see it; a drawing stands in the card. `version` is a
    digest of what is read here, so that nobody decides about what she has not seen.
    """

    row: Submission
    card: Card
    picture: Pictures | None
    letters: list[tuple[bool, str, date]]
    version: str

    @property
    def may_be_approved(self) -> bool:
        """Whether it waits, and its sender allows the wall today."""
        return self.row.state == State.WAITING and allowed_now(self.row)

    @property
    def paused(self) -> bool:
        """Whether its sender wants it to be shown later than today."""
        return bool(self.row.show_from and self.row.show_from > timezone.localdate())


def case_of(row: Submission, language: Language, areas: dict[int, AreaLink]) -> Case:
    """One row (selected with its picture). Raises vault.Unreadable."""
    picture: Picture | None = getattr(row, "picture", None)
    letters = [
        (letter.from_desk, row.unseal(bytes(letter.sealed)).decode(), letter.day)
        for letter in row.messages.all()
    ]
    return Case(
        row=row,
        card=card(row, language, areas),
        picture=pictures_of(picture, PICTURES) if picture else None,
        letters=letters,
        version=_version(row, picture, len(letters)),
    )


def _version(row: Submission, picture: Picture | None, letters: int) -> str:
    read = [*(getattr(row, name) for name in READ_BEFORE), picture and picture.name, letters]
    return hashlib.sha256(repr(read).encode()).hexdigest()[:32]
