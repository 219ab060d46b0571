"""Covering a picture on the server: for whoever has no JavaScript, or a browser that does not let
pages read pictures; and the second look, which warns when a face is still found."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from reflect2protect.core.languages import Language
from reflect2protect.media.work.covering import Box, cells, find_faces, numbered
from reflect2protect.media.work.launder import Laundered
from reflect2protect.submissions.actions import keep_pending
from reflect2protect.submissions.views.answers import answer, inline

# Never carried on: the file, and what the page of covers itself asks.
OWN = {"picture", "pending", "oval", "cell", "sure", "away", "covering", "action"}


def covers(
    request: HttpRequest,
    language: Language,
    laundered: Laundered,
    *,
    faces: list[Box],
    rest: str,
    warned: bool,
) -> HttpResponse:
    """The page that proposes covers; all else that was sent waits in its hidden fields.

    Raises OSError and media's Refused: then nothing is kept.
    """
    grid = cells(laundered.width, laundered.height)
    pending = keep_pending(laundered=laundered)
    carried = [
        (name, value)
        for name in request.POST
        if name not in OWN
        for value in request.POST.getlist(name)
    ]
    context = {
        "carried": [*carried, ("pending", pending.token), ("action", "cover")],
        "warned": warned,
        "faces": [(number, _told(box)) for number, box in enumerate(faces, 1)],
        "cells": [(number, _told(box)) for number, box in enumerate(grid, 1)],
        "found": inline(numbered(laundered.data, faces).data) if faces else "",
        "columns": sum(1 for box in grid if box.top == 0),
        "grid": inline(numbered(laundered.data, grid, grid=True).data),
        "width": laundered.width,
        "height": laundered.height,
    }
    return answer("covers", language, rest, context, lasting=True)


def look_for_faces(laundered: Laundered) -> list[Box]:
    """Faces that can be found; none where the software for it is not installed."""
    return find_faces(laundered.data)


def _told(box: Box) -> str:
    return f"{box.left},{box.top},{box.width},{box.height}"


def too_late() -> str:
    """The picture's quarter of an hour is over."""
    return gettext(
        "The picture waited for its covers for more than fifteen minutes, so it was erased. "
        "Please choose it again."
    )
