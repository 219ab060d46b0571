"""The lists of the desk: what is to be read, what waits for its sender, what is on the wall."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from reflect2protect.core import vault
from reflect2protect.core.languages import Language
from reflect2protect.moderation.views.door import staff_of
from reflect2protect.moderation.work import queue
from reflect2protect.submissions.models import Submission
from reflect2protect.submissions.work.cards import AreaLink, area_links, card


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What somebody can decide now."""
    _, language = staff_of(request)
    part = queue.waiting_part(queue.decidable(), request.GET.get("after", ""))
    return _list(request, language, "waiting", part)


@login_required
@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """What waits for its sender's answer."""
    _, language = staff_of(request)
    part = queue.waiting_part(queue.asked(), request.GET.get("after", ""))
    return _list(request, language, "asked", part)


@login_required
@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """What is on the wall: from here it can be taken down."""
    _, language = staff_of(request)
    return _list(request, language, "shown", queue.shown_part(request.GET.get("after", "")))


def _list(request: HttpRequest, language: Language, which: str, part: queue.Part) -> HttpResponse:
    with translation.override(language.slug):
        areas = area_links(language)
        context = {
            "which": which,
            "lines": [_line(row, language, areas) for row in part.rows],
            "answered": queue.answered(part.rows) if which == "waiting" else set(),
            "more": part.more,
            "waiting": queue.decidable().count(),
            "asked": queue.asked().count(),
        }
        return render(request, "moderation/desk.html", context)


def _line(row: Submission, language: Language, areas: dict[int, AreaLink]) -> dict[str, Any]:
    """A row with its card; without one where it was erased in this very moment."""
    try:
        return {"row": row, "card": card(row, language, areas)}
    except vault.Unreadable:
        return {"row": row, "card": None}
