"""What stands before every view: headers that protect the reader, and a lid on what comes in."""

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from reflect2protect.core.headers import protection
from reflect2protect.core.problems import problem

Next = Callable[[HttpRequest], HttpResponse]

# Wagtail's own screens use inline script and style; the desk and every public page do not.
STUDIO_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-ancestors": ["'self'"],
    "base-uri": ["'none'"],
}


class SecurityHeaders:
    """Headers that django.middleware.security lacks or that differ for the studio."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in protection().items():
            response.headers.setdefault(name, value)
        staff = request.path_info.startswith("/staff/")
        # Staff forms are checked by their origin, which no-referrer would hide.
        response.headers["Referrer-Policy"] = "same-origin" if staff else "no-referrer"
        if staff:
            response.headers["Cache-Control"] = "no-store"
        return response


class StudioPolicy:
    """A wider content policy for Wagtail's screens alone. Stands below the CSP middleware."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/staff/") and not request.path_info.startswith(
            "/staff/desk/"
        ):
            response._csp_replace = STUDIO_CSP  # type: ignore[attr-defined]
        return response


class BodyLimit:
    """Refuses a body above the cap before anything reads it into memory.

    The body is still read to its end, piece by piece and kept nowhere, because a browser that is
    cut off in the middle of sending shows its own error instead of our kind one.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        # Each body is held in memory, and one that stalls holds a thread: so many and no more.
        self.places = threading.BoundedSemaphore(settings.BODIES_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = _content_length(request)
        if not length:
            return self.get_response(request)
        if not self.places.acquire(timeout=1):
            return problem(request, 503)
        try:
            if length > settings.MAX_BODY_BYTES:
                _drain(request, min(length, 3 * settings.MAX_BODY_BYTES))
                return problem(request, 413)
            return self.get_response(request)
        finally:
            self.places.release()


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _drain(request: HttpRequest, left: int) -> None:
    while left > 0:
        piece = request.read(min(left, 65536))
        if not piece:
            return
        left -= len(piece)
