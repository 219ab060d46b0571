"""What a first visit weighs, and what a page costs: `make bench`. Bytes and counts, never times."""

import gzip
import re
import sys
import tempfile
import urllib.request
from pathlib import Path

import brotli  # type: ignore[import-untyped,unused-ignore]

from tests.browser.server import Server, copied, prepared

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("ar", "zh-hans", "en", "fr", "ru", "es")
FIRST_VIEW, WITH_PICTURE = 40_000, 100_000  # bytes, docs/architecture.md


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


def main() -> int:
    """Print the table; 1 when a page is heavier than we promise."""
    data = prepared(ROOT / "build" / "prove" / "campaign")
    heavy = False
    with tempfile.TemporaryDirectory() as place, copied(data, Path(place)) as server:
        print("Home page, first view, compressed bytes (goal ≤ 40,000 without its picture)")
        print(f"{'':10}{'html':>8}{'css':>8}{'fonts':>8}{'sum':>8}{'drawings':>10}{'of goal':>9}")
        for language in LANGUAGES:
            weight = weigh(server, language)
            total = weight["html"] + weight["css"] + weight["fonts"]
            heavy |= total > FIRST_VIEW or total + weight["drawings"] > WITH_PICTURE
            columns = "".join(f"{weight[kind]:>8}" for kind in ("html", "css", "fonts"))
            drawings = weight["drawings"]
            share = total / FIRST_VIEW
            print(f"{language:10}{columns}{total:>8}{drawings:>10}{share:>9.2f}")
        html, size = fetch(server, "/en/wall/")
        print(
            f"Wall of 24: {size} bytes brotli, {len(gzip.compress(html))} gzip, {len(html)} plain"
        )
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main())
