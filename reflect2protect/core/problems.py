"""Error pages: calm, in the page's language, and able to appear when nothing else works."""

import logging
from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils import translation

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import CampaignText
from reflect2protect.core.render import render_page

log = logging.getLogger(__name__)


def language_of(path: str) -> Language:
    """The language that an address begins with; English where it names none."""
    return LANGUAGES.get(path.lstrip("/").split("/", 1)[0], LANGUAGES["en"])


def problem(request: HttpRequest, status: int) -> HttpResponse:
    """The page that explains `status` (400, 404, 405, 413, 500 or 503)."""
    language = language_of(request.path_info)
    template = f"{status}.html"
    try:
        body = render_page(template, language=language, path=f"/{language.slug}/")
    except (DatabaseError, CampaignText.DoesNotExist):
        with translation.override(language.slug):
            body = render_to_string(
                template, {"language": language, "root": f"/{language.slug}/", "campaign": None}
            )
    response = HttpResponse(body, status=status, headers={"Cache-Control": "no-store"})
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler for requests that cannot be read."""
    return problem(request, 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler for addresses that lead nowhere."""
    return problem(request, 404)


def forbidden(
    request: HttpRequest,
    exception: Exception | None = None,
    reason: str = "",
) -> HttpResponse:
    """Django's handler for what a person may not do, and for forms that come from elsewhere."""
    return problem(request, 403)


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler for what nothing else caught."""
    return problem(request, 500)


class CalmFailure:
    """Turns an exception into a calm page: 503 when the database or the disk fails, else 500.

    Only the class of the exception is logged: its message may hold what a person sent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django for an exception that no view caught."""
        if isinstance(exception, Http404 | PermissionDenied):
            return None
        if isinstance(exception, CampaignText.DoesNotExist):
            return problem(request, 404)  # one of our languages, but none of this campaign's
        if isinstance(exception, SuspiciousOperation | BadRequest | MultiPartParserError):
            return problem(request, 400)
        unavailable = isinstance(exception, OperationalError | OSError)
        where = exception.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
        log.error("%s at %s", type(exception).__name__, place)
        return problem(request, 503 if unavailable else 500)
