"""What the public may read, as declared by each room in its `publications.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.utils.module_loading import autodiscover_modules

from reflect2protect.core.languages import Language

HTML = "text/html; charset=utf-8"

Keys = dict[str, Any]


class NotPublished(Exception):
    """There is nothing to read at this address (now, or in this language)."""


class Turn(IntEnum):
    """When a file is written: what is linked to comes before what links to it.

    `LIST` is a further part of a list, `FRONT` the page that it begins on.
    """

    FILE = 0
    PAGE = 1
    LIST = 2
    FRONT = 3
    MACHINE = 4


@dataclass(frozen=True)
class Topic:
    """What a change is about: a kind of thing, and which one (or all of them)."""

    kind: str
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"

    @classmethod
    def parse(cls, text: str) -> "Topic":
        """The topic that `str` made `text` of."""
        kind, _, ref = text.partition(":")
        return cls(kind, ref)


EVERYTHING = Topic("everything")
DAY = Topic("day")


@dataclass(frozen=True)
class Document:
    """One public file: its bytes, what they are, and whose content is in it.

    `holds`: the public ids of all reflections that can be seen in it, for the ledger.
    """

    body: bytes
    content_type: str = HTML
    holds: frozenset[str] = frozenset()


def _once() -> Iterable[Keys]:
    return [{}]


def _untouched(topic: Topic) -> Iterable[Keys]:
    return ()


@dataclass(frozen=True)
class Publication:
    """A kind of public file.

    `route` is a Django route; below `/<language>/` when `localised`. `render(language, **keys)`
    returns a Document or raises NotPublished; it depends on no request, cookie, host or token.
    `entries()` yields the keys of all that exist today. `follows` names the kinds of topic that
    every one of them depends on; `touched(topic)` yields the keys of those that depend on this
    very thing (a key `language`, a slug, narrows it to that language). `part` names what an
    emergency stop takes down with it ("wall", "film"), and all of it follows that kind of topic.
    """

    name: str
    route: str
    render: Callable[..., Document]
    entries: Callable[[], Iterable[Keys]] = field(default=_once)
    localised: bool = True
    follows: frozenset[str] = frozenset()
    touched: Callable[[Topic], Iterable[Keys]] = field(default=_untouched)
    turn: Turn = Turn.LIST
    part: str = ""
    # Holds one person's content and nothing else: in a recall it goes first.
    personal: bool = False
    # Has a place in copies that are given away (what is for machines never has).
    copied: bool = True

    def document(self, language: Language | None, **keys: Any) -> Document:
        """The file for these keys. Raises NotPublished."""
        return self.render(language, **keys) if self.localised else self.render(**keys)

    @property
    def is_page(self) -> bool:
        """A page that people read, and not a file or a feed."""
        return self.localised and "." not in self.route

    def affected(self, topic: Topic) -> Iterable[Keys]:
        """The keys of all that may have to be made again after a change."""
        if topic == EVERYTHING or topic.kind in self.follows or topic.kind == self.part:
            return self.entries()
        return self.touched(topic)


_publications: dict[str, Publication] = {}


def publish(publication: Publication) -> None:
    """Declare a kind of public file. Called when a room's `publications.py` is imported."""
    _publications[publication.name] = publication


def publications() -> list[Publication]:
    """All kinds, those with the most particular route first."""
    autodiscover_modules("publications")
    return sorted(_publications.values(), key=lambda p: (p.route.startswith("<"), p.name))


def page(html: str, holds: Iterable[str] = ()) -> Document:
    """A page of HTML as a public file."""
    return Document(html.encode(), holds=frozenset(holds))
