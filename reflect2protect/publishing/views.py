"""What a publication says now, straight from the database: for the forms, and for development.

Readers get files from the folder (config.front_door), never this.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from reflect2protect.core.languages import Language
from reflect2protect.core.problems import problem
from reflect2protect.publishing.registry import HTML, Publication
from reflect2protect.publishing.work.make import document_at
from reflect2protect.publishing.work.places import Place


@csrf_exempt
def read(
    request: HttpRequest, publication: Publication, language: Language | None = None, **keys: Any
) -> HttpResponse:
    """The document at an address, or the page that explains why there is none."""
    if request.method not in {"GET", "HEAD"}:
        response = problem(request, 405)
        response.headers["Allow"] = "GET, HEAD"
        return response
    document = document_at(Place(publication, language, tuple(sorted(keys.items()))))
    if document is None:
        return problem(request, 404)
    response = HttpResponse(document.body, content_type=document.content_type)
    is_page = document.content_type == HTML
    response.headers["Cache-Control"] = "no-cache" if is_page else "max-age=30, must-revalidate"
    return response
