"""What a first visit weighs: bytes and counts, never times."""

import re
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped,unused-ignore]

from tests.browser.server import Server, copied, prepared

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("ar", "zh-hans", "en", "fr", "ru", "es")
FIRST_VIEW = 40_000  # bytes without the picture: HTML, CSS and fonts


def fetch(server: Server, path: str) -> tuple[bytes, int]:
    """A file's bytes, and how many came over the wire (brotli where the server offers it)."""
    request = urllib.request.Request(server.url + path, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        body: bytes = answer.read()
        packed = answer.headers.get("Content-Encoding") == "br"
    return (brotli.decompress(body) if packed else body), len(body)


def weigh(server: Server, language: str) -> dict[str, int]:
    """Bytes of the home page's first view by kind."""
    html, size = fetch(server, f"/{language}/")
    text = html.decode()
    weight = {"html": size, "css": 0, "fonts": 0, "drawings": 0}
    for href in re.findall(r'<link rel="stylesheet" href="([^"]+)"', text):
        weight["css"] += fetch(server, href)[1]
    for href in re.findall(r'<link rel="preload" href="([^"]+)" as="font"', text):
        weight["fonts"] += fetch(server, href)[1]
    for href in sorted(set(re.findall(r'href="(/static/[^"#]+\.svg)#', text))):
        weight["drawings"] += fetch(server, href)[1]
    return weight


def weights() -> dict[str, Any]:
    """Compressed bytes of each language's home page, and of a wall's page."""
    data = prepared(ROOT / "build" / "prove" / "campaign")
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place, copied(data, Path(place)) as server:
        for language in LANGUAGES:
            weight = weigh(server, language)
            total = weight["html"] + weight["css"] + weight["fonts"]
            found[f"home_{language}"] = weight | {"sum": total}
        found["wall"] = {"brotli": fetch(server, "/en/wall/")[1]}
        found["within_the_goal"] = all(
            found[f"home_{language}"]["sum"] <= FIRST_VIEW for language in LANGUAGES
        )
    return found
