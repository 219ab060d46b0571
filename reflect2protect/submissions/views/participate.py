"""Sending a reflection: the form that was filled in, its covers, the receipt."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from reflect2protect.core.languages import Language
from reflect2protect.core.models import Campaign
from reflect2protect.core.rates import sender_of, too_many, turn_of
from reflect2protect.media.work.launder import Laundered, Refused, launder
from reflect2protect.media.work.launder import Reason as Refusal
from reflect2protect.publishing.views import read
from reflect2protect.publishing.work.stops import ALL, is_stopped
from reflect2protect.submissions.actions import (
    CampaignEnded,
    Received,
    erase_picture,
    open_pending,
    receive_submission,
)
from reflect2protect.submissions.forms import CoversForm, ParticipateForm
from reflect2protect.submissions.models import Seen
from reflect2protect.submissions.publications import PARTICIPATE, choices
from reflect2protect.submissions.views.answers import answer, own_picture, why
from reflect2protect.submissions.views.covers import covers, look_for_faces, too_late
from reflect2protect.submissions.work import receipt
from reflect2protect.submissions.work.cards import area_links, card
from reflect2protect.submissions.work.painting import paint

REST = "participate/"

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
        if too_many(sender_of(request), "posts"):
            return _too_many(form, language)
        if not form.is_valid():
            return _again(form, language)
        try:
            return _take_in(request, form, language)
        except Refused as refused:
            if refused.reason == Refusal.BUSY:
                return _not_now(form, language)
            form.add_error("picture", why(refused.reason))
            return _again(form, language)
        except CampaignEnded:
            return answer("ended", language, REST, {}, 410)
        except (OSError, OperationalError):
            return _not_now(form, language)


def _take_in(request: HttpRequest, form: ParticipateForm, language: Language) -> HttpResponse:
    if form.cleaned_data["seen"] != Seen.COVERED:
        return _receive(request, form, form.upload(), language)
    if request.POST.get("action") == "cover":
        return _paint(request, form, language)
    # Exact: what is to be covered must have left no trace around itself.
    laundered = launder(form.upload() or b"", exact=True)
    faces = look_for_faces(laundered)
    if form.covered_here() and not faces:
        return _receive(request, form, paint(laundered), language)
    return covers(request, language, laundered, faces=faces, rest=REST, warned=form.covered_here())


def _paint(request: HttpRequest, form: ParticipateForm, language: Language) -> HttpResponse:
    """Paint the covers that were chosen; a face that is found after it is told once more."""
    chosen = CoversForm(request.POST)
    pending = open_pending(token=form.cleaned_data["pending"])
    if pending is None or not chosen.is_valid():
        form.add_error("picture", too_late())
        return _again(form, language)
    wanted = chosen.cleaned_data
    if wanted["away"]:
        erase_picture(picture=pending.picture)
        return _again(form, language, status=200)
    covered = paint(pending.master, ovals=wanted["oval"], cells=wanted["cell"])
    faces = [] if wanted["sure"] else look_for_faces(covered)
    painted = wanted["oval"] or wanted["cell"]
    if faces or not (painted or wanted["sure"]):
        page = covers(request, language, covered, faces=faces, rest=REST, warned=True)
    else:
        page = _receive(request, form, covered, language)
    erase_picture(picture=pending.picture)
    return page


def _receive(
    request: HttpRequest,
    form: ParticipateForm,
    picture: bytes | Laundered | None,
    language: Language,
) -> HttpResponse:
    reflection = form.reflection(picture, turn_of(sender_of(request)))
    return receipt_page(receive_submission(reflection=reflection), language)


def receipt_page(received: Received, language: Language) -> HttpResponse:
    """The receipt, with the code that is shown once."""
    context = {
        **own_picture(received.submission),
        "groups": receipt.groups(received.code),
        "code": received.code,
        "card": card(received.submission, language, area_links(language)),
        "allowed": received.submission.consent_wall,
        "kept_days": Campaign.current().keep_unanswered_days,
    }
    return answer("receipt", language, REST, context, lasting=True)


def _again(form: ParticipateForm, language: Language, status: int = 422) -> HttpResponse:
    return answer("participate", language, REST, {"form": form, **choices(language)}, status)


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


def _too_many(form: ParticipateForm, language: Language) -> HttpResponse:
    form.add_error(
        None,
        gettext(
            "So many reflections have come over your connection in this hour that we cannot take "
            "in another. Others may share your connection. Nothing was kept. Your words are still "
            "in the form: please send them again in an hour, or over another connection that you "
            "trust."
        ),
    )
    return _again(form, language, status=429)


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
