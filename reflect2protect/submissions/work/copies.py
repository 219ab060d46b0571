"""What the ledger knows of a reflection that was taken back, as its sender reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reflect2protect.publishing.work.ledger import Report


@dataclass(frozen=True)
class Told:
    """One public copy: `channel` as the ledger names it, the file's address, whether it is gone."""

    channel: str
    file: str
    gone: bool


def told_copies(found: Report) -> list[Told]:
    """Every copy, what is not yet gone first."""
    return [*_told(found.recalling, gone=False), *_told(found.gone, gone=True)]


def _told(rows: tuple[tuple[str, str], ...], *, gone: bool) -> Iterator[Told]:
    for channel, file in rows:
        yield Told(channel, file.removesuffix("index.html"), gone)
