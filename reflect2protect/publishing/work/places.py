"""Addresses, files in the folder, and the publications behind them: each leads to the others.

An address begins with a slash (`/fr/wall/`); its file is relative to the folder
(`fr/wall/index.html`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver, path, reverse
from django.urls.resolvers import RegexPattern

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.publishing.registry import Keys, Publication, Topic, publications

INDEX = "index.html"


@dataclass(frozen=True)
class Place:
    """One public file, and what makes it."""

    publication: Publication
    language: Language | None
    keys: tuple[tuple[str, Any], ...]

    @property
    def address(self) -> str:
        """Where a reader finds it."""
        keys = dict(self.keys)
        if self.language is not None:
            keys["language"] = self.language
        return reverse(self.publication.name.replace(":", "-"), kwargs=keys)

    @property
    def file(self) -> str:
        """Where it lies in the folder."""
        return file_of(self.address)


def file_of(address: str) -> str:
    """`/fr/wall/` → `fr/wall/index.html`; `/theme.css` → `theme.css`."""
    return address[1:] + (INDEX if address.endswith("/") else "")


def address_of(file: str) -> str:
    """The reverse of `file_of`."""
    return "/" + (file.removesuffix(INDEX) if _is_index(file) else file)


def _is_index(file: str) -> bool:
    return file == INDEX or file.endswith(f"/{INDEX}")


def _nobody(request: HttpRequest, **keys: Any) -> HttpResponse:
    raise NotImplementedError  # the resolver wants a view; nobody asks this one


@cache
def _resolver() -> URLResolver:
    # With the addresses, which may not be loaded yet, the converters are registered.
    import_module(settings.ROOT_URLCONF)
    patterns = [
        path(f"<language:language>/{p.route}" if p.localised else p.route, _nobody, {"found": p})
        for p in publications()
    ]
    return URLResolver(RegexPattern(r"^/"), patterns)


def place_of(file: str) -> Place | None:
    """What makes a file of the folder, or None for one that nothing makes."""
    try:
        keys = dict(_resolver().resolve(address_of(file)).kwargs)
    except Resolver404:
        return None
    publication: Publication = keys.pop("found")
    language = keys.pop("language", None)
    return Place(publication, language, tuple(sorted(keys.items())))


def places(
    publication: Publication, found: Iterable[Keys], languages: list[str]
) -> Iterator[Place]:
    """A place for each of the keys, in every language that the campaign has, or in the one that
    they name."""
    for each in found:
        keys = dict(each)
        only = keys.pop("language", "")
        rest = tuple(sorted(keys.items()))
        if not publication.localised:
            yield Place(publication, None, rest)
            continue
        for slug in [only] if only else languages:
            yield Place(publication, LANGUAGES[slug], rest)


def affected(topic: Topic, languages: list[str], besides: str = "") -> Iterator[Place]:
    """Every place that a change may touch; `besides` names a part that is left out."""
    for publication in publications():
        if not besides or publication.part != besides:
            yield from places(publication, publication.affected(topic), languages)
