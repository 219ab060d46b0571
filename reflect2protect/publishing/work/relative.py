"""Addresses inside a copy: relative, and with the file's own name, since a folder has no server."""

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from reflect2protect.publishing.work.places import file_of

_URL = re.compile(r"url\((['\"]?)(/[^'\")]*)\1\)")


@dataclass(frozen=True)
class Links:
    """Which files a copy has, and where the campaign's own site is."""

    files: frozenset[str]
    origin: str

    def link(self, value: str, at: str) -> str:
        """Where a link in the file `at` leads: into the copy, or to the campaign's own site."""
        if not _of_this_site(value):
            return value
        return self._inside(value, at) or f"{self.origin}{value}"

    def loaded(self, value: str, at: str) -> str | None:
        """What a page loads by itself; None for what is not in the copy, which asks nobody else."""
        if value.startswith(("data:", "#")):
            return value
        return self._inside(value, at) if _of_this_site(value) else None

    def file(self, value: str) -> str | None:
        """The file of the copy that an address means."""
        if not _of_this_site(value):
            return None
        found = file_of(unquote(urlsplit(value).path))
        return found if found in self.files else None

    def _inside(self, value: str, at: str) -> str | None:
        found = self.file(value)
        if found is None:
            return None
        rest = value[len(urlsplit(value).path) :]
        return posixpath.relpath(found, posixpath.dirname(at) or ".") + rest

    def style(self, css: str, at: str) -> str:
        """A style sheet; what it names relatively stays as it is."""

        def one(found: re.Match[str]) -> str:
            return f"url({self.loaded(found[2], at) or 'data:,'})"

        return _URL.sub(one, css)


def _of_this_site(value: str) -> bool:
    return value.startswith("/") and not value.startswith("//")
