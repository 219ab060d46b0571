"""Answering from publications on demand, with the headers a public file has."""

import gzip
import hashlib
from typing import Any

import brotli  # type: ignore[import-untyped,unused-ignore]
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from reflect2protect.core.languages import Language
from reflect2protect.core.problems import problem
from reflect2protect.core.render import campaign_view, render_page
from reflect2protect.publishing.registry import HTML, Document, NotPublished, Publication

COMPRESSIBLE = (
    "text/",
    "application/xml",
    "application/atom",
    "application/rss",
    "application/json",
)


@csrf_exempt
def read(
    request: HttpRequest, publication: Publication, language: Language | None = None, **keys: Any
) -> HttpResponse:
    """The document at an address, or the 404 page."""
    if request.method not in {"GET", "HEAD"}:
        response = problem(request, 405)
        response.headers["Allow"] = "GET, HEAD"
        return response
    try:
        document = publication.document(language, **keys)
    except NotPublished:
        return _missing(request, publication, language, keys)
    return _answer(request, document)


def _answer(request: HttpRequest, document: Document) -> HttpResponse:
    encoding, body = _encoded(request.headers.get("Accept-Encoding", ""), document)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if etag in request.headers.get("If-None-Match", "") and document.status == 200:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, status=document.status, content_type=document.content_type)
        if encoding:
            response.headers["Content-Encoding"] = encoding
    response.headers["ETag"] = etag
    # Anything may be withdrawn: a page is asked for again each time (most often the answer is
    # 304), and no other copy is kept for long.
    is_page = document.content_type == HTML
    response.headers["Cache-Control"] = "no-cache" if is_page else "max-age=30, must-revalidate"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _encoded(accepted: str, document: Document) -> tuple[str, bytes]:
    if not document.content_type.startswith(COMPRESSIBLE) and "svg" not in document.content_type:
        return "", document.body
    if "br" in accepted:
        return "br", brotli.compress(document.body, quality=5)
    if "gzip" in accepted:
        return "gzip", gzip.compress(document.body, mtime=0)
    return "", document.body


def _missing(
    request: HttpRequest, publication: Publication, language: Language | None, keys: dict[str, Any]
) -> HttpResponse:
    """The 404 page; or, where the page exists in other languages, one that offers those."""
    if language is None:
        return problem(request, 404)
    campaign = campaign_view(language)
    rest = request.path_info.split("/", 2)[2]
    existing = [
        {
            "tag": other.tag,
            "dir": other.dir,
            "name": other.name,
            "href": f"/{other.slug}/{rest}",
        }
        for other in campaign.languages
        if other != language and _exists(publication, other, keys)
    ]
    if not existing:
        return problem(request, 404)
    html = render_page(
        "publishing/missing.html",
        language=language,
        path=request.path_info,
        campaign=campaign,
        context={"existing": existing},
    )
    return _answer(request, Document(html.encode(), status=404))


def _exists(publication: Publication, language: Language, keys: dict[str, Any]) -> bool:
    try:
        publication.document(language, **keys)
    except NotPublished:
        return False
    return True
