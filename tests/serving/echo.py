"""The bridge with an application behind it that tells what it was told: all of its environ."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")

from reflect2protect.config.wsgi_bridge import Bridge


def echo(environ: dict[str, Any], start: Callable[..., None]) -> Iterable[bytes]:
    """A WSGI application."""
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({key: str(value) for key, value in environ.items()}).encode()]


class Door:
    """Hands every request to it."""

    def __init__(self) -> None:
        self.bridge = Bridge(echo)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        protocol.response_bytes(*await self.bridge.answer(scope, protocol))


application = Door()
