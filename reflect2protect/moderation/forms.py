"""What a moderator can answer, and a sheet of paper that somebody types in."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.moderation.models import Stop
from reflect2protect.series.models import Film
from reflect2protect.submissions.forms import ParticipateForm, PlainText
from reflect2protect.submissions.models import (
    CONSENT_VERSIONS,
    LANGUAGE_CHOICES,
    MAX_WORDS,
    Reason,
)

MAX_NOTE = 500
OLDER = "older"


class DecisionForm(forms.Form):
    """Approve (and perhaps correct the language), decline with a reason, or ask the sender."""

    decision = forms.ChoiceField(choices=[(name, name) for name in ("approve", "decline", "ask")])
    language = forms.ChoiceField(required=False, choices=LANGUAGE_CHOICES)
    reason = forms.ChoiceField(required=False, choices=Reason.choices)
    note = PlainText(lines=True, max_length=MAX_NOTE)
    text = PlainText(lines=True, max_length=MAX_WORDS)
    version = forms.CharField(required=False, max_length=64)
    looked = forms.BooleanField(required=False)  # at the picture, which lies behind a curtain

    def clean(self) -> dict[str, Any]:
        """A reason is needed to decline, and words to ask."""
        data = super().clean() or {}
        decision = data.get("decision")
        if decision == "decline" and not data.get("reason"):
            self.add_error("reason", gettext("Please choose a reason; the sender will read it."))
        if decision == "ask" and not data.get("text") and "text" not in self.errors:
            self.add_error("text", gettext("Please write a few words."))
        return data

    def problem(self) -> str:
        """What is wrong, in words; "" where nothing is."""
        return next((str(found[0]) for found in self.errors.values()), "")


class PaperForm(ParticipateForm):
    """A sheet, with the fields of the public form; its errors are told in the desk's language."""

    sheet = forms.ChoiceField(choices=LANGUAGE_CHOICES)
    # As the sheet says it, beside its consents.
    consent_version = forms.ChoiceField(
        choices=[(version, version) for version in (*CONSENT_VERSIONS, OLDER)],
        error_messages={"required": _("Please choose the date that the sheet says.")},
    )
    sure = forms.BooleanField(required=False)
    # Whether a face was found where it is to be covered: then `sure` is asked.
    warned = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, language=LANGUAGES["en"], **kwargs)
        age_ok = self.fields["age_ok"]
        age_ok.error_messages["required"] = _(
            "A sheet can only be taken in when it says yes to 18 or over."
        )

    def clean_sheet(self) -> str:
        """The consents were read, and the words probably written, in the sheet's language."""
        sheet: str = self.cleaned_data["sheet"]
        self.language = LANGUAGES[sheet]
        return sheet

    def clean_consent_version(self) -> str:
        """Raises ValidationError for an older wording than any that holds."""
        version: str = self.cleaned_data["consent_version"]
        if version == OLDER:
            raise forms.ValidationError(
                _(
                    "The consents of this sheet hold no longer. Please have her fill in a new "
                    "sheet, and destroy this one."
                )
            )
        return version

    def has_picture(self) -> bool:
        """A picture is sent together with its sheet, or not at all."""
        return bool(self.cleaned_data.get("picture"))


class StopForm(forms.Form):
    """Take something down, or ask for what is down to be reopened, or reopen it."""

    action = forms.ChoiceField(choices=[(name, name) for name in ("stop", "ask", "reopen")])
    scope = forms.ChoiceField(
        required=False, choices=[(name, name) for name in ("everything", "wall", "film")]
    )
    film = forms.ModelChoiceField(Film.objects.all(), to_field_name="slug", required=False)
    stop = forms.ModelChoiceField(Stop.objects.filter(reopened__isnull=True), required=False)

    def clean(self) -> dict[str, object]:
        """What is to go down, by the name that `publishing.work.stops` has for it, or which stop
        this is about."""
        data = super().clean() or {}
        if data.get("action") != "stop":
            wanting = "stop"
        else:
            wanting = "film" if data.get("scope") == "film" else "scope"
        if not data.get(wanting):
            self.add_error(wanting, "needed")
        elif wanting == "film":
            data["scope"] = f"film:{data['film'].slug}"
        return data
