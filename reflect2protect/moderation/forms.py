"""What a moderator can answer."""

from django import forms

from reflect2protect.core.languages import LANGUAGES
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
