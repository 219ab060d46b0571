"""A real Chromium, and somebody who writes down everything that goes wrong in it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page might ask of the world, these tests reach nobody but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_UNPACK = (
    "import('@sparticuz/chromium').then(async m => console.log(await m.default.executablePath()))"
)


def executable() -> str:
    """A Chromium: the one that CHROMIUM names, the system's, or npm's. Raises LookupError."""
    named = os.environ.get("CHROMIUM", "")
    for path in (named, "/usr/bin/chromium", shutil.which("chromium") or ""):
        if path and Path(path).exists():
            return path
    if (ROOT / "node_modules" / "@sparticuz" / "chromium").is_dir():
        answer = subprocess.run(
            ["node", "-e", _UNPACK], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return answer.stdout.strip().splitlines()[-1]
    raise LookupError("No Chromium: install the package chromium, or set CHROMIUM to one.")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGS)
        yield browser
        browser.close()


class Witness:
    """A page in a context of its own, and a list of what went wrong there."""

    def __init__(self, browser: Browser, url: str, *, js: bool = True, width: int = 1280) -> None:
        self.url = url
        self.js = js
        self.context: BrowserContext = browser.new_context(
            base_url=url, java_script_enabled=js, viewport={"width": width, "height": 900}
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("dialog", self._dialog)
        self.context.on("request", lambda request: self._request(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        # A page that is missing, or a form that is answered with 422, is no fault of the page.
        own = message.text.startswith("Failed to load resource: the server responded with")
        if message.type == "error" and not (own and message.location["url"] == self.page.url):
            self.faults.append(f"console: {message.text} ({message.location['url']})")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and not url.startswith(f"{self.url}/"):
            self.faults.append(f"third party: {url}")

    def visit(self, path: str) -> int:
        """Open a path of the site; the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def take_faults(self) -> list[str]:
        """What went wrong since the last time somebody asked."""
        faults, self.faults = self.faults, []
        return faults

    def sideways(self) -> list[str]:
        """Whether the page scrolls sideways."""
        wide, room = self.page.evaluate(
            "() => { const e = document.documentElement; return [e.scrollWidth, e.clientWidth]; }"
        )
        return [f"scrolls sideways: {wide} px in {room} px"] if wide > room else []

    def axe(self) -> list[str]:
        """axe's serious and critical findings: rule, number of places, the first of them."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "() => axe.run(document, {resultTypes: ['violations']})"
        )
        return [
            f"axe {rule['impact']} {rule['id']} × {len(rule['nodes'])}: "
            f"{rule['nodes'][0]['target']} {rule['nodes'][0]['failureSummary']}"
            for rule in found["violations"]
            if rule["impact"] in {"serious", "critical"}
        ]

    def close(self) -> None:
        """Forget it all."""
        self.context.close()
