"""What the public may read, as declared by each room in its `publications.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import autodiscover_modules

from reflect2protect.core.languages import Language

HTML = "text/html; charset=utf-8"


class NotPublished(Exception):
    """There is nothing to read at this address (now, or in this language)."""


@dataclass(frozen=True)
class Document:
    """One public file: its bytes, what they are, and the status a server answers with."""

    body: bytes
    content_type: str = HTML
    status: int = 200


@dataclass(frozen=True)
class Publication:
    """A kind of public file.

    `route` is a Django route; below `/<language>/` when `localised`. `render(language, **keys)`
    returns a Document or raises NotPublished; it depends on no request, cookie, host or token.
    `entries()` yields the keys of all that exist today, for whoever keeps the public folder.
    """

    name: str
    route: str
    render: Callable[..., Document]
    entries: Callable[[], Iterable[dict[str, Any]]] = field(default=lambda: [{}])
    localised: bool = True

    def document(self, language: Language | None, **keys: Any) -> Document:
        """The file for these keys. Raises NotPublished."""
        return self.render(language, **keys) if self.localised else self.render(**keys)


_publications: dict[str, Publication] = {}


def publish(publication: Publication) -> None:
    """Declare a kind of public file. Called when a room's `publications.py` is imported."""
    _publications[publication.name] = publication


def publications() -> list[Publication]:
    """All kinds, those with the most particular route first."""
    autodiscover_modules("publications")
    return sorted(_publications.values(), key=lambda p: (p.route.startswith("<"), p.name))


def page(html: str) -> Document:
    """A page of HTML as a public file."""
    return Document(html.encode())
