"""What a person sends is answered here; the empty forms are published files."""

import base64
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from reflect2protect.core.languages import Language
from reflect2protect.core.render import render_page
from reflect2protect.media.work.launder import Reason as Refusal
from reflect2protect.media.work.launder import Refused
from reflect2protect.publishing.views import read
from reflect2protect.publishing.work.stops import ALL, is_stopped
from reflect2protect.submissions.actions import (
    CONSENTS,
    CampaignEnded,
    WrongState,
    change_submission,
    receive_submission,
    submission_of,
    withdraw_submission,
)
from reflect2protect.submissions.forms import ChangeForm, CodeForm, ParticipateForm
from reflect2protect.submissions.models import Picture, PictureState, State, Submission
from reflect2protect.submissions.publications import MY_REFLECTION, PARTICIPATE, choices
from reflect2protect.submissions.work import receipt, shelf
from reflect2protect.submissions.work.cards import area_links, card

# No cookie and no session stand behind these forms, so there is nothing that a forged request
# could borrow: they need no token against it.


@csrf_exempt
def participate(request: HttpRequest, language: Language) -> HttpResponse:
    """The form, and what becomes of it."""
    if request.method != "POST":
        return read(request, PARTICIPATE, language)
    with translation.override(language.slug):
        form = ParticipateForm(request.POST, request.FILES, language=language)
        if is_stopped(ALL):
            return _resting(form, language)
        if not form.is_valid():
            return _again(form, language)
        try:
            received = receive_submission(reflection=form.reflection())
        except Refused as refused:
            if refused.reason == Refusal.BUSY:
                return _not_now(form, language)
            form.add_error("picture", _why(refused.reason))
            return _again(form, language)
        except CampaignEnded:
            return _page("submissions/ended.html", language, "participate/", {}, 410)
        except (OSError, OperationalError):
            return _not_now(form, language)
    context = {
        **_own_picture(received.submission),
        "groups": receipt.groups(received.code),
        "code": received.code,
        "card": card(received.submission, language, area_links(language)),
    }
    return _page("submissions/receipt.html", language, "participate/", context)


def _again(form: ParticipateForm, language: Language, status: int = 422) -> HttpResponse:
    context = {"form": form, **choices(language)}
    return _page("submissions/participate.html", language, "participate/", context, status)


def _resting(form: ParticipateForm, language: Language) -> HttpResponse:
    """An emergency stop has everything down: nothing is taken in, and the words are not lost."""
    form.add_error(
        None,
        gettext(
            "The campaign is closed for now, so we cannot take this in. Nothing was kept. Your "
            "words are still in the form, should you wish to copy them."
        ),
    )
    return _again(form, language, status=503)


def _not_now(form: ParticipateForm, language: Language) -> HttpResponse:
    """Disk or database full, or too much at once: nothing was kept, and the words are not lost."""
    form.add_error(
        None,
        gettext(
            "We cannot take this in at the moment. Nothing was kept. Your words are still in the "
            "form: please send them again in a few minutes."
        ),
    )
    return _again(form, language, status=503)


def _why(reason: Refusal) -> str:
    return {
        Refusal.NOT_A_PICTURE: gettext(
            "This file is not a picture that we can read. JPEG, PNG, WebP, HEIC and AVIF work."
        ),
        Refusal.TOO_MANY_PIXELS: gettext(
            "This picture has more than 40 million pixels. Please send a smaller one."
        ),
        Refusal.TOO_MANY_BYTES: gettext(
            "This file is larger than 25 MB. Please send a smaller one."
        ),
        Refusal.TOO_SMALL: gettext(
            "This picture is too small to be seen. Please choose a larger one."
        ),
    }.get(
        reason,
        gettext("This picture is damaged or incomplete. Please save it again, or choose another."),
    )


@csrf_exempt
def my_reflection(request: HttpRequest, language: Language) -> HttpResponse:
    """With the code: see it, change it, withdraw it."""
    if request.method != "POST":
        return read(request, MY_REFLECTION, language)
    with translation.override(language.slug):
        form = CodeForm(request.POST)
        row = submission_of(form.cleaned_data["code"]) if form.is_valid() else None
        if form.is_valid() and row is None:
            form.add_error(
                "code",
                gettext("No reflection belongs to this code. Please compare it with your receipt."),
            )
        if row is None:
            context = {"form": form}
            return _page("submissions/my_reflection.html", language, "my-reflection/", context, 422)
        try:
            return _with(row, form.cleaned_data["code"], request, language)
        except WrongState:
            return _page("submissions/gone.html", language, "my-reflection/", {})


def _with(row: Submission, code: str, request: HttpRequest, language: Language) -> HttpResponse:
    action = request.POST.get("action", "")
    if action == "withdraw":
        withdraw_submission(submission=row)
        row.refresh_from_db()
    if row.state == State.WITHDRAWN:
        return _page("submissions/gone.html", language, "my-reflection/", {})
    if action != "change":
        return _mine(row, code, language)
    has_picture = hasattr(row, "picture")
    form = ChangeForm(request.POST, language=language, has_picture=has_picture)
    if not form.is_valid():
        return _mine(row, code, language, form, status=422)
    row = change_submission(submission=row, changes=form.changes())
    return _mine(row, code, language, changed=True)


def _mine(
    row: Submission,
    code: str,
    language: Language,
    form: ChangeForm | None = None,
    *,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    areas = area_links(language)
    context: dict[str, Any] = {
        "card": card(row, language, areas),
        "row": row,
        "state": row.state,
        "reason": row.reason,
        "note": row.note,
        "allowed": {name.removeprefix("consent_"): getattr(row, name) for name in CONSENTS},
        **_own_picture(row),
        "code": code,
        "form": form or ChangeForm(_values(row), language=language, has_picture=True),
        "checked": form is not None,
        "changed": changed,
        **choices(language),
    }
    return _page("submissions/mine.html", language, "my-reflection/", context, status)


def _own_picture(row: Submission) -> dict[str, Any]:
    """Her own picture inside her own page: nobody else can read it there, public or not."""
    picture: Picture | None = getattr(row, "picture", None)
    if picture is None:
        return {"has_picture": False}
    name = "640.webp" if picture.state == PictureState.MADE else shelf.MASTER
    try:
        data = base64.b64encode(shelf.get(picture.name, name)).decode()
    except FileNotFoundError:
        return {"has_picture": True}
    return {
        "has_picture": True,
        "own_picture": f"data:image/webp;base64,{data}",
        "own_width": picture.width,
        "own_height": picture.height,
    }


def _values(row: Submission) -> dict[str, Any]:
    fields = ("words", "alt", "name", "country")
    values: dict[str, Any] = {field: getattr(row, field) for field in fields}
    values["area"] = row.area.slug if row.area else ""
    for consent in CONSENTS:
        values[consent] = getattr(row, consent)
    return values


def _page(
    template: str, language: Language, rest: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    html = render_page(
        template,
        language=language,
        path=f"/{language.slug}/{rest}",
        section="participate",
        context=context,
    )
    return HttpResponse(html, status=status, headers={"Cache-Control": "no-store"})
