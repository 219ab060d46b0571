"""What belongs to the folder itself: our own assets, and the pages for when something is amiss."""

from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from nacl.signing import SigningKey

from reflect2protect.core.headers import ELSEWHERE
from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.render import render_page
from reflect2protect.publishing.registry import (
    Document,
    Keys,
    NotPublished,
    Publication,
    Turn,
    page,
    publish,
)
from reflect2protect.publishing.work import stops
from reflect2protect.publishing.work.copies import COPIES, campaign_key, removed_list
from reflect2protect.publishing.work.headers import headers_file
from reflect2protect.publishing.work.removal import LIST, LIST_SIGNATURE
from reflect2protect.publishing.work.signing import key_notice, sign

OURS = "r2p/"


def _asset(path: str) -> Document:
    """One of our own files, under the name that its content gives it."""
    file = settings.STATIC_ROOT / OURS / path
    try:
        return Document(file.read_bytes(), "")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotPublished from error


def _assets() -> Iterator[Keys]:
    hashed = getattr(staticfiles_storage, "hashed_files", {})
    for name in sorted(set(hashed.values())):
        if name.startswith(OURS):
            yield {"path": name.removeprefix(OURS)}


def _problem(language: Language, status: int) -> Document:
    context = {"resting": bool(stops.in_force())}
    path = f"/{language.slug}/"
    return page(render_page(f"{status}.html", language=language, path=path, context=context))


def _paused(language: Language) -> Document:
    """The calm page of a stop before anybody has to press the button. It promises nothing else
    to be there."""
    template, path = "publishing/paused.html", f"/{language.slug}/"
    return page(render_page(template, language=language, path=path, context={"everything": True}))


def _paused_anywhere() -> Document:
    return _paused(LANGUAGES["en"])


def _problem_anywhere(status: int) -> Document:
    """For an address that names no language: English, as everywhere where nothing is known."""
    return _problem(LANGUAGES["en"], status)


publish(
    Publication(
        "publishing:asset",
        f"static/{OURS}<path:path>",
        _asset,
        _assets,
        localised=False,
        turn=Turn.FILE,
    )
)
for status in (404, 410, 503):
    publish(
        Publication(
            f"publishing:{status}",
            f"{status}.html",
            partial(_problem, status=status),
            copied=False,
            follows=frozenset({stops.STOPS} if status == 404 else ()),
        )
    )
    publish(
        Publication(
            f"publishing:{status}-anywhere",
            f"{status}.html",
            partial(_problem_anywhere, status=status),
            localised=False,
            copied=False,
            follows=frozenset({stops.STOPS} if status == 404 else ()),
        )
    )
publish(Publication("publishing:paused", stops.PAUSED, _paused, copied=False))
publish(
    Publication(
        "publishing:paused-anywhere", stops.PAUSED, _paused_anywhere, localised=False, copied=False
    )
)


def _headers() -> Document:
    """What other hosts of static files are to send, in the format that several of them read."""
    return Document(headers_file().encode(), "text/plain; charset=utf-8")


publish(Publication("publishing:headers", "_headers", _headers, localised=False, turn=Turn.MACHINE))


LEAVE = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>…</title>'
    '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'
    f'<meta http-equiv="refresh" content="0;url={ELSEWHERE}"></head>'
    f'<body><h1><a href="{ELSEWHERE}">…</a></h1></body></html>\n'
)


def _leave() -> Document:
    """The way out where the folder is served by nothing but a server of files; our own servers
    answer this address themselves, and have the browser forget what it kept."""
    return page(LEAVE)


publish(Publication("publishing:leave", "leave/", _leave, localised=False, copied=False))


def _key() -> SigningKey:
    key = campaign_key()
    if key is None:
        raise NotPublished  # no copy was ever made
    return key


def _once_there_are_copies() -> Iterator[Keys]:
    if campaign_key() is not None:
        yield {}


def _signing_key() -> Document:
    return Document(key_notice(_key()), "text/plain; charset=utf-8")


def _removed() -> Document:
    _key()
    return Document(removed_list(), "application/json; charset=utf-8")


def _removed_signature() -> Document:
    return Document(sign(_key(), removed_list()), "text/plain; charset=utf-8")


for name, route, render in (
    ("publishing:signing-key", "signing-key.txt", _signing_key),
    ("publishing:removed", LIST, _removed),
    ("publishing:removed-signature", LIST_SIGNATURE, _removed_signature),
):
    publish(
        Publication(
            name,
            route,
            render,
            _once_there_are_copies,
            localised=False,
            follows=frozenset({COPIES}),
            turn=Turn.MACHINE,
        )
    )
