"""With the code: see it, change it, choose again how to be seen, answer the desk, withdraw it."""

import secrets
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from reflect2protect.core import vault
from reflect2protect.core.fleeting import Fleeting
from reflect2protect.core.languages import Language
from reflect2protect.core.rates import sender_of, too_many, turn_of
from reflect2protect.media.work.launder import Laundered, Refused, launder
from reflect2protect.publishing.views import read
from reflect2protect.publishing.work.ledger import report
from reflect2protect.publishing.work.stops import is_stopped
from reflect2protect.submissions.actions import (
    SAME_POST,
    Received,
    WrongState,
    answer_desk,
    change_seen,
    change_submission,
    confirm_submission,
    erase_picture,
    open_pending,
    own_master,
    submission_of,
    withdraw_submission,
)
from reflect2protect.submissions.forms import (
    ChangeForm,
    ChangeSeenForm,
    CodeForm,
    ConfirmForm,
    CoversForm,
    LetterForm,
    WithdrawForm,
)
from reflect2protect.submissions.models import (
    CONSENT_VERSIONS,
    CONSENTS,
    ENDED,
    PICTURED,
    Seen,
    Submission,
)
from reflect2protect.submissions.publications import MY_REFLECTION, choices
from reflect2protect.submissions.views.answers import answer, own_picture, why
from reflect2protect.submissions.views.covers import covers, look_for_faces, too_late
from reflect2protect.submissions.views.participate import receipt_page
from reflect2protect.submissions.work.cards import area_links, card
from reflect2protect.submissions.work.copies import told_copies
from reflect2protect.submissions.work.painting import paint
from reflect2protect.submissions.work.receipt import digest_of

REST = "my-reflection/"
# The new codes of letters that were confirmed a moment ago.
_confirmed = Fleeting[str](SAME_POST.total_seconds())


@csrf_exempt
def my_reflection(request: HttpRequest, language: Language) -> HttpResponse:
    """The page that asks for the code, and everything the code opens."""
    if request.method != "POST":
        return read(request, MY_REFLECTION, language)
    with translation.override(language.slug):
        form = CodeForm(request.POST)
        row = submission_of(form.cleaned_data["code"]) if form.is_valid() else None
        if form.is_valid() and row is None and (again := _confirmed_already(request, form)):
            return receipt_page(again, language)
        if form.is_valid() and row is None:
            form.add_error(
                "code",
                gettext("No reflection belongs to this code. Please compare it with your receipt."),
            )
        if row is None:
            # Only wrong codes count: nobody can keep others from withdrawing by trying many.
            if too_many(sender_of(request), "tries"):
                form.errors.clear()
                form.add_error(None, _tired())
                return answer("my_reflection", language, REST, {"form": form}, 429)
            return answer("my_reflection", language, REST, {"form": form}, 422)
        code = form.cleaned_data["code"]
        acts = ACTIONS if row.age_ok else BEFORE_CONSENT
        act = acts.get(request.POST.get("action", ""), _see)
        try:
            return (
                _gone(row, code, language)
                if row.state in ENDED
                else act(request, row, code, language)
            )
        except (WrongState, vault.Unreadable):
            row.refresh_from_db()
            return (
                _gone(row, code, language)
                if row.state in ENDED
                else _see(request, row, code, language)
            )


def _tired() -> str:
    return gettext(
        "Many codes that belong to no reflection have been tried over your connection. Others may "
        "share it. Please compare your code with your receipt, and try again in an hour."
    )


def _see(request: HttpRequest, row: Submission, code: str, language: Language) -> HttpResponse:
    return _mine(row, code, language)


def _change(request: HttpRequest, row: Submission, code: str, language: Language) -> HttpResponse:
    has_picture = hasattr(row, "picture")
    form = ChangeForm(request.POST, language=language, has_picture=has_picture)
    if not form.is_valid():
        return _mine(row, code, language, 422, form=form, checked="change")
    row = change_submission(submission=row, changes=form.changes())
    return _mine(row, code, language, done="change")


def _seen(request: HttpRequest, row: Submission, code: str, language: Language) -> HttpResponse:
    """Another way to be seen, another picture, or covers on this one."""
    form = ChangeSeenForm(request.POST, request.FILES, row=row)
    if not form.is_valid():
        return _mine(row, code, language, 422, seen_form=form, checked="seen")
    # Pictures cost much: a code of one's own is no way round the limit.
    if too_many(sender_of(request), "posts"):
        return _not_now(row, code, language, form, 429)
    try:
        return _see_again(request, form, row, code, language)
    except Refused as refused:
        form.add_error("picture", why(refused.reason))
    except (OSError, OperationalError):
        return _not_now(row, code, language, form, 503)
    return _mine(row, code, language, 422, seen_form=form, checked="seen")


def _not_now(
    row: Submission, code: str, language: Language, form: ChangeSeenForm, status: int
) -> HttpResponse:
    form.add_error(
        None,
        gettext("We cannot do this at the moment. Nothing was changed. Please try again later."),
    )
    return _mine(row, code, language, status, seen_form=form, checked="seen")


def _see_again(
    request: HttpRequest, form: ChangeSeenForm, row: Submission, code: str, language: Language
) -> HttpResponse:
    seen = Seen(form.cleaned_data["seen"])
    upload = form.upload()
    covered = seen == Seen.COVERED
    picture = launder(upload, exact=covered) if upload else None
    if covered and not upload:
        picture = own_master(submission=row)
    if covered and picture:
        faces = look_for_faces(picture)
        here = form.covered_here() and upload is not None
        if faces or not here:
            return covers(request, language, picture, faces=faces, rest=REST, warned=here)
        picture = paint(picture)
    return _shown(row, code, language, form, picture)


def _shown(
    row: Submission, code: str, language: Language, form: ChangeSeenForm, picture: Laundered | None
) -> HttpResponse:
    wanted = form.cleaned_data
    seen = Seen(wanted["seen"])
    alt = wanted["alt"] if seen in PICTURED else ""
    row = change_seen(submission=row, seen=seen, picture=picture, alt=alt, **form.drawn())
    return _mine(row, code, language, done="change")


def _cover(request: HttpRequest, row: Submission, code: str, language: Language) -> HttpResponse:
    """The covers that were chosen on the page that proposed them."""
    form = ChangeSeenForm(request.POST, row=row)
    chosen = CoversForm(request.POST)
    pending = open_pending(token=request.POST.get("pending", ""))
    if pending is None or not (chosen.is_valid() and form.is_valid()):
        form.add_error("picture", too_late())
        return _mine(row, code, language, 422, seen_form=form, checked="seen")
    if too_many(sender_of(request), "posts"):
        return _not_now(row, code, language, form, 429)
    wanted = chosen.cleaned_data
    if wanted["away"]:
        erase_picture(picture=pending.picture)
        return _mine(row, code, language)
    covered = paint(pending.master, ovals=wanted["oval"], cells=wanted["cell"])
    faces = [] if wanted["sure"] else look_for_faces(covered)
    if faces or not (wanted["oval"] or wanted["cell"] or wanted["sure"]):
        page = covers(request, language, covered, faces=faces, rest=REST, warned=True)
    else:
        page = _shown(row, code, language, form, covered)
    erase_picture(picture=pending.picture)
    return page


def _confirm(request: HttpRequest, row: Submission, code: str, language: Language) -> HttpResponse:
    """What came by e-mail is hers from now on, under a code that no mail provider has read."""
    form = ConfirmForm(request.POST, language=language, has_picture=hasattr(row, "picture"))
    if not form.is_valid():
        return _mine(row, code, language, 422, form=form, checked="confirm")
    changes = form.changes() | {"turn": turn_of(sender_of(request))}
    received = Received(
        *confirm_submission(submission=row, changes=changes, show_from=form.show_from())
    )
    _confirmed.keep(_post_of(request, code), received.code)
    return receipt_page(received, language)


def _confirmed_already(request: HttpRequest, form: CodeForm) -> Received | None:
    """The same form again, a moment after: her old code opens nothing any more, and the page that
    showed the new one may have been lost on its way."""
    if request.POST.get("action") != "confirm":
        return None
    code = _confirmed.get(_post_of(request, form.cleaned_data["code"])) or ""
    row = submission_of(code)
    return Received(row, code) if row and row.state not in ENDED else None


def _post_of(request: HttpRequest, code: str) -> str:
    """A name for this one form: without `once`, which only the page holds, the code from the mail
    leads to nothing."""
    once = request.POST.get("once", "") or secrets.token_hex(16)
    return digest_of(code.encode(), once.encode())


def _answer(request: HttpRequest, row: Submission, code: str, language: Language) -> HttpResponse:
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _mine(row, code, language, 422, letter_form=form, checked="letter")
    answer_desk(submission=row, text=form.cleaned_data["text"])
    row.refresh_from_db()
    return _mine(row, code, language, done="letter")


def _withdraw(request: HttpRequest, row: Submission, code: str, language: Language) -> HttpResponse:
    form = WithdrawForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    withdraw_submission(submission=row, reason=reason)
    row.refresh_from_db()
    return _gone(row, code, language)


Act = Callable[[HttpRequest, Submission, str, Language], HttpResponse]
ACTIONS: dict[str, Act] = {
    "change": _change,
    "seen": _seen,
    "cover": _cover,
    "answer": _answer,
    "withdraw": _withdraw,
}
# Of what came by e-mail: nothing else before she has said what she allows.
BEFORE_CONSENT: dict[str, Act] = {
    "confirm": _confirm,
    "seen": _seen,
    "cover": _cover,
    "withdraw": _withdraw,
}


def _gone(row: Submission, code: str, language: Language) -> HttpResponse:
    """It has ended: which copies there were, and how each one stands."""
    found = report(row.public_id)
    context = {
        "row": row,
        "state": row.state,
        "code": code,
        "all_gone": found.done,
        "copies": told_copies(found),
        "given_away": found.given,
    }
    return answer("gone", language, REST, context)


def _mine(
    row: Submission,
    code: str,
    language: Language,
    status: int = 200,
    *,
    form: ChangeForm | None = None,
    seen_form: ChangeSeenForm | None = None,
    letter_form: LetterForm | None = None,
    checked: str = "",
    done: str = "",
) -> HttpResponse:
    row.__dict__.pop("picture", None)
    allows = _allows(row)
    context: dict[str, Any] = {
        "card": card(row, language, area_links(language)),
        "row": row,
        "state": row.state,
        "reason": row.reason,
        "note": row.note,
        "shown": Submission.objects.filter(pk=row.pk).exists(),
        "closed": is_stopped("wall"),
        "allowed": {name.removeprefix("consent_"): yes for name, yes in allows.items()},
        "asks_again": not any(allows.values()),
        "messages": [
            (message.from_desk, row.unseal(bytes(message.sealed)).decode(), message.day)
            for message in row.messages.all()
        ],
        **own_picture(row),
        "code": code,
        "form": form or ChangeForm(_values(row), language=language, has_picture=True),
        "seen_form": seen_form or ChangeSeenForm(_seen_values(row), row=row),
        "letter_form": letter_form,
        "checked": checked,
        "done": done,
        "once": secrets.token_hex(16),
        **choices(language),
    }
    return answer("mine" if row.age_ok else "confirm", language, REST, context, status)


def _allows(row: Submission) -> dict[str, bool]:
    """What she allows today: what she said to words that hold no more, she is asked again."""
    holds = row.consent_version in CONSENT_VERSIONS
    return {name: holds and getattr(row, name) for name in CONSENTS}


def _values(row: Submission) -> dict[str, Any]:
    fields = ("words", "name", "country")
    values: dict[str, Any] = {field: getattr(row, field) for field in fields}
    values["area"] = row.area.slug if row.area else ""
    return values | _allows(row)


def _seen_values(row: Submission) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("seen", "drawing", "colour", "alt")}
