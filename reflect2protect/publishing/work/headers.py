"""The headers that a file of the public folder is sent with, by its name alone.

The front door, nginx and other hosts of static files give the same ones.
"""

import re
from os.path import splitext

from django.conf import settings

from reflect2protect.core.headers import content_policy, protection
from reflect2protect.publishing.work.folder import COMPRESSIBLE
from reflect2protect.publishing.work.places import address_of

Headers = list[tuple[str, str]]

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".zip": "application/zip",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".mp3": "audio/mpeg",
}
TEXT = tuple(COMPRESSIBLE)
UNKNOWN = "application/octet-stream"
# Our own assets, named after what is in them: such a name never comes to hold anything else.
HASHED = re.compile(r"static/r2p/.*\.[0-9a-f]{12}\.\w+")
FOR_EVER = "public, max-age=31536000, immutable"
# Anything else may be withdrawn: a page is asked for again each time, a picture very soon.
PAGE = "no-cache"
SHORT = "max-age=30, must-revalidate"


def ending_of(file: str) -> str:
    """`fr/index.html` → `.html`."""
    return splitext(file)[1]


def is_text(file: str) -> bool:
    """Whether compressed copies lie beside it; then parts of it are not sent alone."""
    return file.endswith(TEXT)


def headers_for(file: str) -> Headers:
    """What a file of the folder (`fr/wall/index.html`) is sent with, in any coding."""
    ending = ending_of(file)
    headers = {
        "Content-Type": TYPES.get(ending, UNKNOWN),
        "Cache-Control": _caching(file, ending),
        **protection(),
        "Content-Security-Policy": content_policy(),
    }
    if ending in COMPRESSIBLE:
        headers["Vary"] = "Accept-Encoding"
    if ending == ".html" and settings.ONION_URL:
        headers["Onion-Location"] = settings.ONION_URL + address_of(file)
    return list(headers.items())


def _caching(file: str, ending: str) -> str:
    if ending == ".html":
        return PAGE
    return FOR_EVER if HASHED.fullmatch(file) else SHORT


def headers_file() -> str:
    """The file `_headers` of hosts such as Netlify and Cloudflare Pages.

    Those join the values of all rules that fit an address, so no header stands in two rules. What
    they send by themselves is right for everything else: a type by the name, and `max-age=0`.
    """
    everywhere = {**protection(), "Content-Security-Policy": content_policy()}
    lines = ["/*", *(f"  {name}: {value}" for name, value in everywhere.items())]
    return "\n".join([*lines, "/static/r2p/*", f"  Cache-Control: {FOR_EVER}", ""])
