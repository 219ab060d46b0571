"""What a moderator can answer."""

from django import forms

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.moderation.models import Stop
from reflect2protect.series.models import Film
from reflect2protect.submissions.models import Reason


class DecisionForm(forms.Form):
    """Approve (and perhaps correct the language), or decline with a reason."""

    decision = forms.ChoiceField(choices=[("approve", "approve"), ("decline", "decline")])
    language = forms.ChoiceField(
        required=False, choices=[(slug, language.name) for slug, language in LANGUAGES.items()]
    )
    reason = forms.ChoiceField(required=False, choices=Reason.choices)
    note = forms.CharField(required=False, max_length=500)
    version = forms.CharField(required=False, max_length=64)

    def clean(self) -> dict[str, object]:
        """A reason is needed to decline."""
        data = super().clean() or {}
        if data.get("decision") == "decline" and not data.get("reason"):
            self.add_error("reason", "needed")
        return data


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
