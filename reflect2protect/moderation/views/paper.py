"""Taking part on paper: a member of staff types a sheet in, and hands its receipt over."""

import secrets

from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import Campaign, User
from reflect2protect.core.render import absolute
from reflect2protect.media.work.covering import find_faces
from reflect2protect.media.work.launder import Laundered, Refused, launder
from reflect2protect.media.work.launder import Reason as Refusal
from reflect2protect.moderation.forms import PaperForm
from reflect2protect.moderation.views.door import staff_of
from reflect2protect.publishing.work.stops import ALL, is_stopped
from reflect2protect.submissions.actions import CampaignEnded, Received, receive_submission
from reflect2protect.submissions.models import CONSENT_VERSIONS, Seen
from reflect2protect.submissions.publications import choices
from reflect2protect.submissions.views.answers import why
from reflect2protect.submissions.work import receipt


@login_required
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest) -> HttpResponse:
    """The form for one sheet, and the receipt of the one that was sent."""
    user, language = staff_of(request)
    with translation.override(language.slug):
        if request.method != "POST":
            # A mark of this one sheet: two people may have written the same words.
            new = {"once": secrets.token_hex(16), "sheet": language.slug}
            return _sheet(request, PaperForm(initial=new), language)
        form = PaperForm(request.POST, request.FILES)
        if is_stopped(ALL):
            form.add_error(None, gettext("The campaign is closed for now. Nothing was kept."))
            return _sheet(request, form, language, 503)
        if not form.is_valid():
            return _sheet(request, form, language, 422)
        return _take_in(request, form, user, language)


def _take_in(request: HttpRequest, form: PaperForm, user: User, language: Language) -> HttpResponse:
    status = 422
    try:
        picture = _picture(form)
        if form.is_valid():
            received = receive_submission(reflection=form.reflection(picture), by=user)
            return _receipt(request, received, form.language)
    except Refused as refused:
        if refused.reason == Refusal.BUSY:
            status = _not_now(form)
        else:
            form.add_error("picture", why(refused.reason))
    except CampaignEnded:
        form.add_error(None, gettext("The campaign has ended. Nothing new is taken in."))
    except (OSError, OperationalError):
        status = _not_now(form)
    return _sheet(request, form, language, status)


def _picture(form: PaperForm) -> Laundered | None:
    """The picture of the sheet; a face that is found where it is to be covered is told once.

    Raises media's Refused.
    """
    upload = form.upload()
    laundered = launder(upload) if upload else None
    covered = laundered and form.cleaned_data["seen"] == Seen.COVERED
    if laundered and covered and not form.cleaned_data["sure"] and find_faces(laundered.data):
        form.add_error(
            "picture",
            gettext(
                "There still seems to be a face in this picture. Please cover it here or on the "
                "print, and choose it again; or say that it is covered enough."
            ),
        )
        form.warned = True
    return laundered


def _not_now(form: PaperForm) -> int:
    form.add_error(
        None,
        gettext(
            "We cannot take this in at the moment. Nothing was kept. Your words are still in the "
            "form: please send them again in a few minutes."
        ),
    )
    return 503


def _sheet(
    request: HttpRequest, form: PaperForm, language: Language, status: int = 200
) -> HttpResponse:
    wordings = {"wordings": CONSENT_VERSIONS, "wording": ""}
    context = {"form": form, "sheets": LANGUAGES.values(), **choices(language), **wordings}
    return render(request, "moderation/paper.html", context, status=status)


def _receipt(request: HttpRequest, received: Received, sheet: Language) -> HttpResponse:
    """What the person gets, in her language; the code is shown here once."""
    context = {
        "sheet": sheet,
        "groups": receipt.groups(received.code),
        "kept_days": Campaign.current().keep_unanswered_days,
        "address": absolute(f"/{sheet.slug}/my-reflection/"),
    }
    return render(request, "moderation/paper_receipt.html", context)
