"""One reflection at the desk: what was sent and allowed, the conversation, the decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from reflect2protect.core import vault
from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import User
from reflect2protect.core.templatetags.look import day
from reflect2protect.moderation.forms import DecisionForm
from reflect2protect.moderation.views.door import staff_of
from reflect2protect.moderation.work import queue
from reflect2protect.moderation.work.cases import Case, case_of
from reflect2protect.submissions.actions import (
    WrongState,
    approve_submission,
    ask_sender,
    decline_submission,
)
from reflect2protect.submissions.models import Reason, Submission
from reflect2protect.submissions.work import shelf
from reflect2protect.submissions.work.cards import area_links


@login_required
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, id: str) -> HttpResponse:
    """One reflection, and what was decided about it."""
    user, language = staff_of(request)
    with translation.override(language.slug):
        try:
            return _case(request, user, language, id)
        except vault.Unreadable:
            told = gettext("This reflection was erased a moment ago. Nobody can read it any more.")
            messages.info(request, told)
            return redirect("moderation:desk")


def _case(request: HttpRequest, user: User, language: Language, id: str) -> HttpResponse:
    found = _find(id, language)
    form, problem = None, ""
    if found and request.method == "POST":
        form = DecisionForm(request.POST)
        problem = _decide(request, form, found, user)
        if not problem:
            return redirect("moderation:desk")
        found = _find(id, language)  # as it is now
    if found is None:
        messages.info(
            request,
            gettext("This reflection no longer waits: it was decided, or its sender took it back."),
        )
        return redirect("moderation:desk")
    context = {
        "case": found,
        "form": form,
        "problem": problem,
        "language_choices": list(LANGUAGES.values()),
    }
    return render(request, "moderation/case.html", context, status=422 if problem else 200)


def _find(id: str, language: Language) -> Case | None:
    row = queue.find(id)
    return case_of(row, language, area_links(language)) if row else None


def _decide(request: HttpRequest, form: DecisionForm, case: Case, user: User) -> str:
    """Carry the decision out; the problem in words, or "". Raises vault.Unreadable."""
    if not form.is_valid():
        return form.problem()
    data = form.cleaned_data
    if data["version"] != case.version:
        return _changed()
    try:
        if data["decision"] == "approve":
            if case.picture and not data["looked"]:
                return gettext("Please look at the picture before you approve it.")
            row = approve_submission(submission=case.row, by=user, language=data["language"])
            told = _approved(row)
        elif data["decision"] == "decline":
            reason = Reason(data["reason"])
            decline_submission(submission=case.row, by=user, reason=reason, note=data["note"])
            told = gettext("Declined. The sender can read why.")
        else:
            ask_sender(submission=case.row, text=data["text"], by=user)
            told = gettext("Your question is sent. The sender reads it with the code.")
    except WrongState:
        return _why_not(case, data["decision"])
    messages.success(request, told)
    return ""


def _approved(row: Submission) -> str:
    if row.show_from is None:
        return gettext("Approved. It is on the wall.")
    told = gettext("Approved. It is on the wall from %(day)s, as its sender wishes.")
    return told % {"day": day(row.show_from)}


def _changed() -> str:
    return gettext("The sender has changed this reflection, or answered. Please read it again.")


def _why_not(case: Case, decision: str) -> str:
    """Why a verb refused what this page offered."""
    now = queue.find(case.row.public_id)
    if now is None or now.state != case.row.state:
        return gettext("Somebody has decided it already.")
    if decision == "ask":
        return gettext("This conversation has become as long as it can be. Please decide now.")
    if decision == "approve" and case.may_be_approved:
        return _changed()
    if not case.row.consent_wall:
        return gettext("Its sender did not allow the wall, so it cannot be shown there.")
    return gettext("What its sender allowed has ended, so it cannot be shown.")


@login_required
@require_GET
def picture(request: HttpRequest, name: str, file: str) -> HttpResponse:
    """A picture that only the desk may see: the master, whatever size was asked for."""
    staff_of(request)
    if (found := queue.find_picture(name)) is None:
        raise Http404
    try:
        data = shelf.get(name, shelf.MASTER, vault.key(found.key))
    except (FileNotFoundError, vault.Unreadable) as error:
        raise Http404 from error
    return HttpResponse(data, content_type="image/webp", headers={"Cache-Control": "no-store"})
