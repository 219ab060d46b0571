"""Emergency stops, as every process knows them: what is down, and what stands there meanwhile.

A marker file for each stop tells it cheaply and without a database; the desk's rows are the truth
that the markers follow. A scope is "everything", a part that publications name ("wall"), or one
thing of a part ("film:poverty").
"""

import os
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.publishing.registry import EVERYTHING, Topic, publications
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.places import INDEX, Place, affected, place_of
from reflect2protect.publishing.work.removal import LIST

ALL = EVERYTHING.kind
# What shows which stops are in force follows topics of this kind.
STOPS = "stops"
# The calm page as the folder keeps it, to be copied when it is needed at once.
PAUSED = "paused.html"
# What stays when everything is down, at the root or below a language: our own assets, the way to
# take a reflection back, and the list of what was taken back from copies that were given away.
STAYS = (
    *("static/", "robots.txt", "theme.css", "_headers", "410.html", "503.html", PAUSED),
    *("my-reflection/", LIST, "signing-key.txt"),
)
# These are calm pages then, so that every other address answers with one.
CALM = (INDEX, "404.html")
SCOPE = re.compile(r"[a-z]+(:[-\w]+)?", re.ASCII)
KEY = re.compile(r"<[^>]+>")


def known(scope: str) -> bool:
    """Whether this is everything, or names a part that some publication belongs to."""
    parts = {publication.part for publication in publications()} - {""}
    return scope == ALL or bool(SCOPE.fullmatch(scope) and Topic.parse(scope).kind in parts)


# -- which stops are in force -------------------------------------------------------------------


def _markers() -> Path:
    return Path(settings.ASIDE_DIR) / "stops"


def in_force() -> frozenset[str]:
    """The scopes that are down now. Cheap enough to be asked for every file and every query."""
    try:
        return frozenset(os.listdir(_markers()))
    except FileNotFoundError:
        return frozenset()


def is_stopped(part: str, ref: str = "") -> bool:
    """Whether a part of the campaign, or this one thing of it, is down."""
    return not in_force().isdisjoint({ALL, part, f"{part}:{ref}"})


def set_marker(scope: str, row: int | None = None) -> None:
    """The scope is down from now on; `row` is the desk's row about it, once there is one."""
    _markers().mkdir(parents=True, exist_ok=True)
    path = _markers() / scope
    if row is None:
        path.touch()
    elif row_of(scope) != row:
        path.write_text(str(row))


def row_of(scope: str) -> int | None:
    """The row that a marker stands for; None when it was set without a database."""
    try:
        return int((_markers() / scope).read_text() or 0) or None
    except (FileNotFoundError, ValueError):
        return None


def age(scope: str) -> float:
    """For how many seconds the marker has stood as it is."""
    try:
        return time.time() - (_markers() / scope).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def lift(scope: str) -> None:
    """The scope may be published again."""
    (_markers() / scope).unlink(missing_ok=True)


# -- which files they take down -----------------------------------------------------------------


@cache
def prefixes(scope: str, localised: bool) -> tuple[str, ...]:
    """How the files of a part begin, the shortest first: its routes up to what varies. The first
    key of a route is the one that a scope names (`films/<slug>/` of `film:poverty`)."""
    topic = Topic.parse(scope)
    routes = {p.route for p in publications() if p.part == topic.kind and p.localised == localised}
    if topic.ref:
        routes = {KEY.sub(topic.ref, route, count=1) for route in routes}
    return tuple(sorted({route.partition("<")[0] for route in routes}, key=len))


def split(file: str) -> tuple[str, str]:
    """`fr/wall/index.html` → its language, and the rest; without a language: "", and all of it."""
    slug, _, rest = file.partition("/")
    return (slug, rest) if slug in LANGUAGES else ("", file)


def holds_people(scope: str) -> bool:
    """Whether what people sent is in it: then other pages may show some of that."""
    parts = {publication.part for publication in publications() if publication.personal}
    return scope in parts


def covers(scope: str, file: str) -> bool:
    """Whether a stop takes this file down."""
    slug, rest = split(file)
    if scope == ALL:
        return not rest.startswith(STAYS)
    return rest.startswith(prefixes(scope, localised=bool(slug)))


def calm_files(scope: str, slugs: list[str]) -> list[str]:
    """Where the calm page stands while a scope is down, in these languages: at the head of each
    folder that a part has for itself."""
    folders = [each for each in prefixes(scope, localised=True) if each.endswith("/")]
    heads = [f for f in folders if not any(f != o and f.startswith(o) for o in folders)]
    names = CALM if scope == ALL else tuple(f"{head}{INDEX}" for head in heads)
    found = [f"{slug}/{name}" for slug in slugs for name in names]
    return [*CALM, *found] if scope == ALL else found


def shuts(file: str) -> bool:
    """Whether a stop in force takes this file down."""
    return any(covers(scope, file) for scope in in_force())


def rests(file: str) -> bool:
    """Whether the calm page stands where a file is down."""
    slugs, scopes = [split(file)[0]], in_force()
    return any(file in calm_files(s, slugs) for s in ({ALL} if ALL in scopes else scopes))


def touched(scope: str, slugs: list[str]) -> Iterator[Place]:
    """What has to be made again when a scope has gone down: the calm pages, and the pages elsewhere
    that may have shown something of it."""
    yield from (place for file in calm_files(scope, slugs) if (place := place_of(file)))
    if scope != ALL:
        topic = Topic.parse(scope)
        yield from affected(Topic(STOPS), slugs)
        # Of a part that is down as a whole there is nothing left to make.
        yield from affected(topic, slugs, besides="" if topic.ref else topic.kind)


def showing(scope: str, slugs: list[str]) -> Iterator[Place]:
    """Of those, what may not wait: all but pages that name nothing of it as the folder stands."""
    needles = [each.encode() for local in (True, False) for each in prefixes(scope, local)]
    for place in touched(scope, slugs):
        if STOPS not in place.publication.follows and not rests(place.file):
            body = Folder().get(place.file) or b""
            if not any(needle in body for needle in needles):
                continue
        yield place
