"""The emergency stop: what is open, what is down, and a button for each."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reflect2protect.core.languages import Language
from reflect2protect.core.models import User
from reflect2protect.core.roles import PROTECTION_OFFICER, ROLES
from reflect2protect.moderation import actions
from reflect2protect.moderation.forms import StopForm
from reflect2protect.moderation.models import Stop
from reflect2protect.moderation.views.door import READERS, staff_of
from reflect2protect.series.work.shelf import film_titles


@login_required
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """The emergency stop: what is open, what is down, and a button for each."""
    user, language = staff_of(request, *ROLES)
    with translation.override(language.slug):
        if request.method == "POST":
            _press(request, user)
            return redirect("moderation:desk-stop")
        return render(request, "moderation/stop.html", _stops(user, language))


def _press(request: HttpRequest, user: User) -> None:
    form = StopForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Nothing was changed. Please choose what this is about."))
        return
    data = form.cleaned_data
    try:
        if data["action"] == "stop":
            actions.stop(scope=data["scope"], by=user)
            messages.success(request, gettext("It is down."))
        elif data["action"] == "ask":
            actions.ask_to_reopen(stop=data["stop"], by=user)
            messages.success(request, gettext("You have asked. Now a second person is needed."))
        else:
            actions.reopen(stop=data["stop"], by=user)
            messages.success(
                request, gettext("Reopened. It comes back page by page over the next minutes.")
            )
    except actions.WrongState:
        messages.info(request, gettext("Somebody has decided it already."))
    except DatabaseError:
        if data["action"] != "stop":
            raise
        messages.success(
            request,
            gettext("It is down. It is written into the record as soon as that is possible."),
        )


def _stops(user: User, language: Language) -> dict[str, Any]:
    rows = Stop.objects.filter(reopened__isnull=True).select_related("by", "reopen_asked_by")
    titles = film_titles(language)
    down = []
    for row in rows.order_by("pk"):
        part, _, slug = row.scope.partition(":")
        asked = row.reopen_asked_by == user
        down.append({"row": row, "part": part, "title": titles.get(slug, slug), "asked": asked})
    stopped = {row.scope for row in rows}
    return {
        "down": down,
        "everything": "everything" in stopped,
        "wall": "wall" in stopped,
        "films": [(slug, titles[slug]) for slug in titles if f"film:{slug}" not in stopped],
        "may_reopen": user.in_role(PROTECTION_OFFICER),
        "only_stops": not user.in_role(*READERS),
    }
