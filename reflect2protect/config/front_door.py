"""The front door: answers public files from the folder, and hands everything else to Django.

An RSGI application (Granian's own interface; docs/decisions/0007). Files need no database and no
Django view, so the site can be read while neither answers.
"""

import asyncio
import gc
import logging
import math
import os
import re
import signal
import time
import traceback

from django.conf import settings
from granian.rsgi import Headers as Asked  # type: ignore[attr-defined]
from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]

from reflect2protect.config import negotiation
from reflect2protect.config.answers import ADDRESS, FORM, LARGEST, Answers
from reflect2protect.config.bodies import NotReceived
from reflect2protect.config.public_files import Found, PublicFiles, name_of
from reflect2protect.config.web import OVERLAP, OVERLAP_SECONDS, replaces_another, stop_accepting
from reflect2protect.config.wsgi import application as django
from reflect2protect.config.wsgi_bridge import Bridge
from reflect2protect.core.headers import ELSEWHERE, content_policy, protection
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.publishing.work.headers import Headers

log = logging.getLogger(__name__)

STAFF = re.compile(r"/staff(?:/.*)?|/static/(?!r2p/).*", re.DOTALL)
READING = {"GET", "HEAD"}
# Leave quickly: the browser lets go of what it kept of this site, and shows something else.
LEAVE = re.compile(r"/leave(?:/([0-9a-f]{32}))?")
FORGETTING = {
    "Cache-Control": "no-store",
    "Clear-Site-Data": '"cache"',
    "Location": ELSEWHERE,
}
TIDY_SECONDS = 5.0  # what was withdrawn stays in this process's memory no longer
FAREWELL_SECONDS = 1.0
ASKED = re.compile("([1-7]?)")  # how often for one answer while two processes are there
CLOSE = [("Connection", "close")]
RETRY = [("Retry-After", "60")]
PLAIN = {
    404: "There is nothing at this address.",
    410: "What stood at this address was kept for a short time, and is gone.",
    405: "This address can only be read.",
    503: "We cannot answer at the moment. Please try again in a minute.",
}


def _is_for_django(method: str, path: str) -> bool:
    sent = method == "POST" and FORM.fullmatch(path)
    return bool(sent or STAFF.fullmatch(path))


class FrontDoor:
    """Answers requests; `__rsgi__` and `__rsgi_init__` are what Granian calls."""

    def __init__(self, files: PublicFiles, django: Bridge) -> None:
        self.files = files
        self.django = django
        self.answers = Answers()
        plain = {"Content-Type": "text/plain; charset=utf-8", **protection()}
        plain["Content-Security-Policy"] = content_policy()
        self.plain: Headers = list(plain.items())
        self.forgetting: Headers = list((plain | FORGETTING).items())
        # Added to every answer once this process is to end.
        self.farewell: Headers = []
        # While another process answers here too, a browser could ask either for what one keeps:
        # until this second of the clock, or, once this process is being replaced, for good.
        self.beside = time.monotonic() + OVERLAP_SECONDS if replaces_another() else 0.0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.add_signal_handler(signal.SIGTERM, self._leave, loop)
        loop.add_signal_handler(OVERLAP, self._is_replaced)
        # What is loaded by now stays: the collector need not walk through all of Django again.
        gc.collect()
        gc.freeze()
        self._tidy(loop)

    def _is_replaced(self) -> None:
        self.beside = math.inf

    @property
    def _alone(self) -> bool:
        return time.monotonic() >= self.beside

    def _tidy(self, loop: asyncio.AbstractEventLoop) -> None:
        self.files.forget_what_is_gone()
        self.answers.forget_what_is_old()
        loop.call_later(TIDY_SECONDS, self._tidy, loop)

    def _leave(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take no more connections, close each after its next answer, and only then end: so
        nobody's request meets a connection that is just being closed."""
        stop_accepting()
        self.farewell = CLOSE
        self._is_replaced()
        # Granian has a handler of its own for both signals; this is the one that we left it.
        loop.call_later(FAREWELL_SECONDS, os.kill, os.getpid(), signal.SIGINT)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        method, path = scope.method, scope.path
        try:
            if _is_for_django(method, path):
                answer = await self.django.answer(scope, protocol)
                self._tell(answer, scope, protocol)
            elif method in READING and (kept := ADDRESS.fullmatch(path)):
                self._tell_again(kept[1], scope, protocol)
            elif method in READING and (left := LEAVE.fullmatch(path)):
                self.answers.forget(left[1])
                protocol.response_str(303, self.forgetting + self.farewell, "")
            elif method in READING:
                self._read(path, scope.headers, protocol)
            else:
                # What came with it stays unread, so nothing can follow on this connection.
                self._say(protocol, 405, PLAIN[405], ("Allow", "GET, HEAD"), *CLOSE)
        except NotReceived:
            self._sorry(503, path, ("",), protocol)
        except Exception as error:  # its message may hold what a person sent
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
            self._sorry(503, path, ("",), protocol)

    def _tell(
        self, answer: tuple[int, Headers, bytes], scope: Scope, protocol: HTTPProtocol
    ) -> None:
        """What Django said. A browser that sent a form is led on to where it waits, unless it
        could not be asked for there."""
        status, headers, body = answer
        browser = scope.headers.get("sec-fetch-mode") == "navigate"
        lasting = self._alone and len(body) <= LARGEST
        if FORM.fullmatch(scope.path):
            self.answers.forget(scope.query_string)  # the page that this is the answer to
            if browser and lasting:
                language, sender = scope.path.split("/")[1], self.django.sender(scope)
                self._lead(protocol, self.answers.keep(language, sender, status, headers, body))
                return
        protocol.response_bytes(status, headers + self.farewell, body)

    def _lead(self, protocol: HTTPProtocol, address: str, *more: tuple[str, str]) -> None:
        headers = [("Cache-Control", "no-store"), ("Location", address), *more, *self.farewell]
        protocol.response_str(303, self.plain + headers, "")

    def _tell_again(self, token: str, scope: Scope, protocol: HTTPProtocol) -> None:
        """The answer that waits at an address, for who was led there and not by another site."""
        answer = self.answers.find(token)
        if answer and scope.headers.get("sec-fetch-site") != "cross-site":
            protocol.response_bytes(answer.status, answer.headers + self.farewell, answer.body)
        elif (asked := ASKED.fullmatch(scope.query_string)) and not self._alone:
            # The other process may have it: a few times again, on another connection.
            self._lead(protocol, f"{scope.path}?{int(asked[1] or 0) + 1}", *CLOSE)
        else:
            self._sorry(410, scope.path, ("",), protocol)

    def _read(self, path: str, asked: Asked, protocol: HTTPProtocol) -> None:
        endings = negotiation.endings(asked.get("accept-encoding"))
        name = name_of(path)
        found = self.files.find(name, endings) if name else None
        if found is None:
            self._missing(path, name, endings, protocol)
            return
        known = asked.get("if-none-match")
        if known is not None and negotiation.is_known(known, found.etag):
            protocol.response_empty(304, found.unchanged + self.farewell)
        elif found.parts and (ranges := asked.get("range")) is not None:
            self._send_part(found, ranges, asked.get("if-range"), protocol)
        else:
            self._send(found, 200, protocol)

    def _send(self, found: Found, status: int, protocol: HTTPProtocol) -> None:
        headers = found.headers
        if status == 503 or self.farewell:
            headers = headers + RETRY * (status == 503) + self.farewell
        if found.body is not None:
            protocol.response_bytes(status, headers, found.body)
        else:
            length = [("Content-Length", str(found.size))]
            protocol.response_file(status, headers + length, found.path)

    def _send_part(
        self, found: Found, ranges: str, condition: str | None, protocol: HTTPProtocol
    ) -> None:
        wanted = negotiation.part(ranges, condition, found.etag, found.size)
        if wanted is None:
            self._send(found, 200, protocol)
            return
        if wanted == negotiation.NOT_SATISFIABLE:
            self._say(protocol, 416, "", ("Content-Range", f"bytes */{found.size}"))
            return
        start, end = wanted
        headers = [
            *found.headers,
            ("Content-Range", f"bytes {start}-{end - 1}/{found.size}"),
            ("Content-Length", str(end - start)),
            *self.farewell,
        ]
        if found.body is not None:
            protocol.response_bytes(206, headers, found.body[start:end])
        else:
            protocol.response_file_range(206, headers, found.path, start, end)

    def _missing(
        self, path: str, name: str | None, endings: tuple[str, ...], protocol: HTTPProtocol
    ) -> None:
        """A page without its last slash is shown the way; else the page's language says sorry."""
        if name and (address := self.files.folder_address(name)):
            self._say(protocol, 301, "", ("Location", address))
            return
        self._sorry(404, path, endings, protocol)

    def _sorry(
        self, status: int, path: str, endings: tuple[str, ...], protocol: HTTPProtocol
    ) -> None:
        """The published page for 404, 410 or 503, in the page's language or else in English."""
        slug = path[1:].split("/", 1)[0]
        found = self.files.find(f"{slug}/{status}.html", endings) if slug in LANGUAGES else None
        found = found or self.files.find(f"{status}.html", endings)
        if found is not None:
            self._send(found, status, protocol)
        else:
            self._say(protocol, status, PLAIN[status])

    def _say(self, protocol: HTTPProtocol, status: int, words: str, *more: tuple[str, str]) -> None:
        headers = [*self.plain, ("Cache-Control", "no-cache"), *more, *self.farewell]
        protocol.response_str(status, headers, f"{words}\n" if words else "")


application = FrontDoor(PublicFiles(str(settings.PUBLIC_DIR)), Bridge(django))
