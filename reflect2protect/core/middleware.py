"""What stands before every view: headers that protect the reader, and a lid on what comes in."""

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
    """Refuses a body above the cap before anything reads it into memory."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _content_length(request) > settings.MAX_BODY_BYTES:
            return problem(request, 413)
        return self.get_response(request)


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
