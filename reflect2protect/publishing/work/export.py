"""Rendering the whole campaign anew as a copy to give away. Writes files, and no row."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from nacl.signing import SigningKey

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.publishing.registry import EVERYTHING, Publication, Turn
from reflect2protect.publishing.work import manifest, sealed
from reflect2protect.publishing.work.edition import for_copies
from reflect2protect.publishing.work.make import document_at, languages
from reflect2protect.publishing.work.parcel import FolderParcel
from reflect2protect.publishing.work.places import Place, affected
from reflect2protect.publishing.work.relative import Links
from reflect2protect.publishing.work.rewrite import Words, rewrite
from reflect2protect.publishing.work.signing import fingerprint, public_of, salt_for

READ_ME = "READ-ME.txt"
# 'self' means the folder's own files in Chromium and Firefox, from a server as from a folder.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self' data:; form-action 'none'; base-uri 'none'"
)
_TAG = re.compile(r'<html lang="([\w-]+)"')

Progress = Callable[[str, int], None]
MarkOf = Callable[[str], str]


class Restless(Exception):
    """Somebody took hers back while the copy was made: it has to be made again."""


class Uncuttable(Exception):
    """A page shows somebody outside of the part that could be cut out: a mistake in a template."""


@dataclass(frozen=True)
class Edition:
    """What a copy is like. `onion` may be empty; `films` says whether film files are in it."""

    campaign: str
    day: date
    origin: str
    onion: str = ""
    films: bool = False


@dataclass
class _Copy:
    root: Path
    edition: Edition
    key: SigningKey
    mark_of: MarkOf
    holds: dict[str, frozenset[str]] = field(default_factory=dict)
    personal: set[str] = field(default_factory=set)
    pages: dict[str, Place] = field(default_factory=dict)


def make_copy(
    root: Path, edition: Edition, key: SigningKey, mark_of: MarkOf, progress: Progress
) -> None:
    """Write a whole signed copy below `root`, which is empty. `mark_of` gives a person's mark.

    Raises Restless and Uncuttable.
    """
    copy = _Copy(root, edition, key, mark_of)
    found = _places(edition)
    for place in found:
        _render(copy, place)
        progress(place.file, len(found))
    links = Links(frozenset(copy.holds), edition.origin)
    for file in sorted(copy.holds):
        _finish(copy, links, file)
    (root / READ_ME).write_text(_read_me(edition, key), encoding="utf-8")
    _sign(copy)
    # Whoever took hers back until now is missing here; from now on the list of removed marks,
    # on which every mark above can be put, takes care of her.
    if not set(found) <= set(_places(edition)):
        raise Restless


def _places(edition: Edition) -> list[Place]:
    with for_copies():
        found = {p for p in affected(EVERYTHING, languages()) if _belongs(p.publication, edition)}
    return sorted(found, key=lambda place: place.file)


def _belongs(publication: Publication, edition: Edition) -> bool:
    if not publication.copied or publication.turn is Turn.MACHINE:
        return False
    is_film = publication.part == "film" and publication.turn is Turn.FILE
    return edition.films or not is_film


def _render(copy: _Copy, place: Place) -> None:
    with for_copies():
        document = document_at(place)
    is_page = place.file.endswith(".html")
    if document is None or (document.holds and not is_page and not place.publication.personal):
        return  # a list for machines, out of which nobody could be cut
    path = copy.root / place.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document.body)
    copy.holds[place.file] = document.holds
    if place.publication.personal:
        copy.personal.add(place.file)
    if is_page:
        copy.pages[place.file] = place


def _finish(copy: _Copy, links: Links, file: str) -> None:
    path = copy.root / file
    if file.endswith(".css"):
        path.write_text(links.style(path.read_text(encoding="utf-8"), file), encoding="utf-8")
    if file not in copy.pages:
        return
    page = path.read_bytes().decode()
    words = _words(copy.edition, copy.pages[file].address, page)
    read = lambda name: (copy.root / name).read_bytes()  # noqa: E731
    body = rewrite(page, file, links, words, read).encode()
    path.write_bytes(_sealed(copy, file, body))


def _sealed(copy: _Copy, file: str, body: bytes) -> bytes:
    """The page with each person's part sealed, or as it is when all of it is one person's."""
    if file in copy.personal:
        return body
    people = sealed.people_in(body)
    count = iter(range(body.count(b"<!--r:")))

    def seal_of(ref: str, part: bytes) -> tuple[str, str]:
        mark = copy.mark_of(ref)
        return mark, salt_for(copy.key, file.encode(), b"%d" % next(count), mark.encode(), part)

    page = sealed.seal(body, seal_of)
    rest = sealed.cut(page)
    links = (re.search(rb"[\"/]%s/index\.html" % re.escape(ref.encode()), rest) for ref in people)
    if any(links) or not copy.holds[file] <= people:
        raise Uncuttable(file)
    return page


def _sign(copy: _Copy) -> None:
    parcel = FolderParcel(copy.root)
    people = []
    for file in sorted(copy.personal):
        if len(copy.holds[file]) != 1:
            raise Uncuttable(file)
        mark = copy.mark_of(next(iter(copy.holds[file])))
        sha256, size = parcel.digest(file)
        salt = salt_for(copy.key, file.encode(), sha256.encode(), mark.encode())
        people.append(manifest.opening(mark, salt, file, sha256, size))
    nobodys = (name for name in parcel.names() if name not in copy.personal)
    files = {name: manifest.entry(name, parcel) for name in nobodys}
    edition = copy.edition
    about = {
        "campaign": edition.campaign,
        "day": edition.day.isoformat(),
        "films": edition.films,
        "key": public_of(copy.key),
        "origin": edition.origin,
    }
    for name, body in manifest.about_files(about, files, people, copy.key).items():
        (copy.root / name).write_bytes(body)


def _words(edition: Edition, address: str, page: str) -> Words:
    """What is said on a copy's page, in its language."""
    found = _TAG.search(page)
    language = next((x for x in LANGUAGES.values() if found and x.tag == found[1]), LANGUAGES["en"])
    context = {
        "day": edition.day,
        "home": f"{edition.origin}/{language.slug}/",
        "there": f"{edition.origin}{address}",
        "onion_there": f"{edition.onion}{address}" if edition.onion else "",
        "policy": POLICY,
    }

    def say(part: str) -> str:
        return render_to_string(f"publishing/copy/{part}.html", context).strip()

    with translation.override(language.slug):
        return Words(say("head"), say("form"), say("film"), say("foot"))


def _read_me(edition: Edition, key: SigningKey) -> str:
    """What a person reads first who finds the copy on a stick, in every language."""
    return "\n\n".join(_read_me_in(language, edition, key) for language in _tongues()) + "\n"


def _tongues() -> Iterator[Language]:
    return (LANGUAGES[slug] for slug in languages())


def _read_me_in(language: Language, edition: Edition, key: SigningKey) -> str:
    context = {
        "name": language.name,
        "edition": edition,
        "fingerprint": fingerprint(public_of(key)),
    }
    with translation.override(language.slug):
        return render_to_string("publishing/copy/read_me.txt", context).strip()
