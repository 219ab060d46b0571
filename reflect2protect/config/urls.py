"""Which address leads where: the staff's doors, the forms, and everything that is published."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.views.static import serve
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from reflect2protect.core import converters

converters.register()

from reflect2protect.moderation import urls as desk_urls  # noqa: E402 - needs the converter
from reflect2protect.publishing.urls import publication_patterns  # noqa: E402
from reflect2protect.submissions import urls as form_urls  # noqa: E402

View = Callable[..., HttpResponseBase]


def whole(view: View) -> View:
    """What staff send happens whole or not at all. Wagtail commits a page first and tells of it
    afterwards: a crash in between would leave the public copy as it was, and nobody the wiser."""

    @wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return within


urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/desk/", include(desk_urls)),
    path("staff/documents/", include(wagtaildocs_urls)),
    path("staff/media/<path:path>", login_required(serve), {"document_root": settings.MEDIA_ROOT}),
    path("staff/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, whole))),
    path("", include(form_urls)),
    *publication_patterns(),
]

handler400 = "reflect2protect.core.problems.bad_request"
handler403 = "reflect2protect.core.problems.forbidden"
handler404 = "reflect2protect.core.problems.not_found"
handler500 = "reflect2protect.core.problems.failed"
