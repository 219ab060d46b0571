"""The headers of a public file follow from its name."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings

from reflect2protect.core.headers import content_policy, protection
from reflect2protect.publishing.work.folder import COMPRESSIBLE
from reflect2protect.publishing.work.headers import (
    FOR_EVER,
    PAGE,
    SHORT,
    TYPES,
    headers_file,
    headers_for,
)

NGINX = Path(__file__).parents[3] / "deploy" / "nginx.conf"


@pytest.mark.parametrize(
    ("file", "kind", "caching"),
    [
        ("index.html", "text/html; charset=utf-8", PAGE),
        ("fr/404.html", "text/html; charset=utf-8", PAGE),
        ("wall/feed.atom", "application/atom+xml; charset=utf-8", SHORT),
        ("static/r2p/css/base.0123456789ab.css", "text/css; charset=utf-8", FOR_EVER),
        ("static/r2p/css/base.css", "text/css; charset=utf-8", SHORT),
        ("pictures/0a/640.0123456789ab.webp", "image/webp", SHORT),
        ("files/strange", "application/octet-stream", SHORT),
    ],
)
def test_type_and_caching(file: str, kind: str, caching: str) -> None:
    headers = dict(headers_for(file))
    assert (headers["Content-Type"], headers["Cache-Control"]) == (kind, caching)
    assert headers["Content-Security-Policy"] == content_policy()
    assert protection().items() <= headers.items()
    assert len(headers) == len(headers_for(file)), "each once"


def test_only_pages_name_the_onion_service(settings: LazySettings) -> None:
    assert "Onion-Location" not in dict(headers_for("fr/index.html"))
    settings.ONION_URL = "http://example.onion"
    assert dict(headers_for("fr/index.html"))["Onion-Location"] == "http://example.onion/fr/"
    assert "Onion-Location" not in dict(headers_for("theme.css"))


def test_the_policy_is_the_same_text_each_time() -> None:
    assert content_policy().startswith("default-src 'none'; script-src 'self'; ")


def test_the_file_for_other_hosts_says_each_header_once(settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    lines = headers_file().splitlines()
    names = [line.split(":", 1)[0].strip() for line in lines if line.startswith("  ")]
    assert len(names) == len(set(names))
    assert {"Strict-Transport-Security", "Content-Security-Policy", "Cache-Control"} <= set(names)
    assert [line for line in lines if not line.startswith("  ")] == ["/*", "/static/r2p/*"]
    assert max(map(len, lines)) < 2000  # Cloudflare's limit


def test_nginx_knows_the_same_types_and_compressed_copies() -> None:
    text = NGINX.read_text(encoding="utf-8")
    told = dict(re.findall(r'^    "~\\(\.\w+)(?:\(\?:.*?)?\$" "(\w+/[^"]+)";$', text, re.MULTILINE))
    assert told == TYPES
    lists = re.findall(r"\\\.\(\?:((?:\w+\|)+\w+)\)\$\"? \{", text)
    assert {f".{ending}" for ending in lists[-1].split("|")} == COMPRESSIBLE
