"""The desk: what waits, and one case at a time. Our own pages, under the public site's policy."""

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import User
from reflect2protect.core.roles import MODERATOR, PROTECTION_OFFICER, ROLES
from reflect2protect.moderation import actions
from reflect2protect.moderation.forms import DecisionForm, StopForm
from reflect2protect.moderation.models import Stop
from reflect2protect.series.work.shelf import film_titles
from reflect2protect.submissions.actions import WrongState, approve_submission, decline_submission
from reflect2protect.submissions.models import Picture, Reason, State, Submission
from reflect2protect.submissions.work import shelf
from reflect2protect.submissions.work.cards import area_links, card, pictures_of

QUEUE = 50
READERS = (MODERATOR, PROTECTION_OFFICER)


def _staff(request: HttpRequest, *roles: str) -> tuple[User, Language]:
    """Who reads, and in which language. Raises PermissionDenied for other roles than those (than
    those who may read what was sent)."""
    user = request.user
    if not isinstance(user, User) or not user.in_role(*(roles or READERS)):
        raise PermissionDenied
    profile = getattr(user, "wagtail_userprofile", None)
    chosen = profile.get_preferred_language() if profile else "en"
    return user, LANGUAGES.get(chosen, LANGUAGES["en"])


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first."""
    _, language = _staff(request)
    waiting = Submission.including_what_may_not_be_shown.in_state(State.WAITING)
    rows = waiting.order_by("pk")
    return _list(request, language, rows, {"waiting": waiting.count()}, forward=True)


@login_required
@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """What is on the wall, newest first: from here it can be taken down."""
    _, language = _staff(request)
    rows = Submission.including_what_may_not_be_shown.in_state(State.APPROVED).order_by("-pk")
    return _list(request, language, rows, {"shown": True}, forward=False)


def _list(
    request: HttpRequest,
    language: Language,
    rows: QuerySet[Submission],
    context: dict[str, Any],
    *,
    forward: bool,
) -> HttpResponse:
    """A page of cases; `?after=` continues behind the last one of the page before."""
    after = request.GET.get("after", "")
    if after.isdecimal():
        rows = rows.filter(pk__gt=int(after)) if forward else rows.filter(pk__lt=int(after))
    found = list(rows.select_related("picture")[: QUEUE + 1])
    areas = area_links(language)
    context["cases"] = [_case(row, language, areas) for row in found[:QUEUE]]
    if len(found) > QUEUE:
        context["more"] = f"?after={found[QUEUE - 1].pk}"
    with translation.override(language.slug):
        return render(request, "moderation/desk.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, id: str) -> HttpResponse:
    """One reflection, with what its sender allowed, and the decision."""
    user, language = _staff(request)
    row = (
        Submission.including_what_may_not_be_shown.filter(state__in=[State.WAITING, State.APPROVED])
        .select_related("picture")
        .filter(public_id=id)
        .first()
    )
    with translation.override(language.slug):
        if row is None:
            messages.info(
                request,
                gettext(
                    "This reflection no longer waits: it was decided, or its sender took it back."
                ),
            )
            return redirect("moderation:desk")
        problem = _decide(request, row, user) if request.method == "POST" else ""
        if request.method == "POST" and not problem:
            return redirect("moderation:desk")
        return render(
            request,
            "moderation/case.html",
            _context(row, language, problem),
            status=422 if problem else 200,
        )


def _decide(request: HttpRequest, row: Submission, user: User) -> str:
    """Carry the decision out; the problem in words, or nothing."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return gettext("Please choose a reason; the sender will read it.")
    data = form.cleaned_data
    if data["version"] != _version(row):
        return gettext("The sender has changed this reflection. Please read it again.")
    try:
        if data["decision"] == "approve":
            approve_submission(submission=row, by=user, language=data["language"])
            messages.success(request, gettext("Approved. It is on the wall."))
        else:
            decline_submission(
                submission=row, by=user, reason=Reason(data["reason"]), note=data["note"]
            )
            messages.success(request, gettext("Declined. The sender can read why."))
    except WrongState:
        if not row.consent_wall:
            return gettext("Its sender did not allow the wall, so it cannot be shown there.")
        messages.info(request, gettext("Somebody has decided it already."))
    return ""


def _version(row: Submission) -> str:
    """A digest of what the moderator reads, so that nobody approves what she has not seen."""
    seen = [row.words, row.alt, row.name, row.country, row.area_id, row.consent_wall]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


def _case(row: Submission, language: Language, areas: dict[int, Any]) -> dict[str, Any]:
    shown = card(row, language, areas)
    picture: Picture | None = getattr(row, "picture", None)
    return {
        "href": f"/staff/desk/{row.public_id}/",
        "day": row.received,
        "words": row.words,
        "alt": row.alt,
        "name": row.name,
        "country": shown.country,
        "area": shown.area,
        "language": shown.language,
        "has_picture": picture is not None,
        "picture": pictures_of(picture, "/staff/desk/pictures/") if picture else None,
        "is_example": row.is_example,
        "version": _version(row),
    }


def _context(row: Submission, language: Language, problem: str) -> dict[str, Any]:
    return {
        "case": _case(row, language, area_links(language)),
        "allowed": {
            "wall": row.consent_wall,
            "screens": row.consent_screens,
            "press": row.consent_press,
            "social": row.consent_social,
        },
        "language_choices": list(LANGUAGES.values()),
        "problem": problem,
        "approved": row.state == State.APPROVED,
    }


@login_required
@require_GET
def picture(request: HttpRequest, name: str, file: str) -> HttpResponse:
    """A picture that only the desk may see: the master, whatever size was asked for."""
    _staff(request)
    if not Picture.including_what_may_not_be_shown.filter(name=name).exists():
        raise Http404
    try:
        data = shelf.get(name, shelf.MASTER)
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(data, content_type="image/webp", headers={"Cache-Control": "no-store"})


@login_required
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """The emergency stop: what is open, what is down, and a button for each."""
    user, language = _staff(request, *ROLES)
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
