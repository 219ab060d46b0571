"""The public's forms. Their field names are an interface: other programs and prints use them."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from reflect2protect.core.countries import country_choices
from reflect2protect.core.languages import Language, script_language
from reflect2protect.core.models import Area
from reflect2protect.submissions.actions import CONSENTS, Reflection
from reflect2protect.submissions.models import MAX_WORDS
from reflect2protect.submissions.work.receipt import DIGITS, BadCode, read_code
from reflect2protect.submissions.work.text import HiddenCharacters, clean

TOO_LONG = ngettext_lazy(
    "Your reflection has %(show_value)d characters; there is room for %(limit_value)d. "
    "Please shorten it a little.",
    "Your reflection has %(show_value)d characters; there is room for %(limit_value)d. "
    "Please shorten it a little.",
    "show_value",
)


class PlainText(forms.CharField):
    """Plain text in any script, without anything hidden in it."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(required=False, strip=True, **kwargs)

    def to_python(self, value: Any) -> str:
        """The cleaned text. Raises ValidationError where something is hidden in it."""
        try:
            return clean(super().to_python(value) or "", lines=self.lines)
        except HiddenCharacters as error:
            raise forms.ValidationError(
                _(
                    "This text holds hidden characters that could mislead a reader. "
                    "Please type it again, or paste it as plain text."
                ),
                code="hidden",
            ) from error


class ReflectionForm(forms.Form):
    """Words, name, place, topic and consents: what can also be changed later."""

    words = PlainText(lines=True, max_length=MAX_WORDS, error_messages={"max_length": TOO_LONG})
    alt = PlainText(max_length=300)
    name = PlainText(max_length=80)
    country = forms.ChoiceField(
        required=False,
        error_messages={"invalid_choice": _("Please choose a country from the list, or none.")},
    )
    area = forms.ModelChoiceField(
        queryset=Area.objects.all(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": _("Please choose an area from the list, or none.")},
    )
    consent_wall = forms.BooleanField(required=False)
    consent_screens = forms.BooleanField(required=False)
    consent_press = forms.BooleanField(required=False)
    consent_social = forms.BooleanField(required=False)

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        country: Any = self.fields["country"]
        country.choices = [("", ""), *country_choices(language.slug)]

    def allows(self) -> frozenset[str]:
        """The names of the consents that were given."""
        return frozenset(name for name in CONSENTS if self.cleaned_data.get(name))

    def clean(self) -> dict[str, Any]:
        """One yes at least, or there would be nothing to do with what was sent."""
        data = super().clean() or {}
        if not any(data.get(consent) for consent in CONSENTS):
            self.add_error(
                "consent_wall",
                gettext("Please allow at least one place where your reflection may be shown."),
            )
        return data

    def words_language(self) -> str:
        """The slug of the language that the words seem to be in."""
        return script_language(self.cleaned_data["words"], self.language.slug)


class ParticipateForm(ReflectionForm):
    """Sending a reflection: a picture, words, or both."""

    picture = forms.FileField(
        required=False,
        error_messages={"empty": _("This file is empty. Please choose your picture again.")},
    )
    age_ok = forms.BooleanField(
        error_messages={
            "required": _(
                "We can only take reflections from people who are 18 or over. "
                "Please confirm it if you are."
            )
        }
    )
    once = forms.CharField(required=False, max_length=64)

    def clean(self) -> dict[str, Any]:
        """Something to show, and one picture at most."""
        data = super().clean()
        if len(self.files.getlist("picture")) > 1:
            self.add_error("picture", gettext("Please choose one picture only."))
            return data
        nothing = not data.get("words") and not data.get("picture")
        if nothing and not self.errors.keys() & {"words", "picture"}:
            self.add_error("words", gettext("Please send a picture, or a few words, or both."))
        return data

    def reflection(self) -> Reflection:
        """What was sent, ready to be received. The form must be valid."""
        data = self.cleaned_data
        picture = data.get("picture")
        return Reflection(
            words=data["words"],
            picture=picture.read() if picture else None,
            alt=data["alt"],
            name=data["name"],
            country=data["country"],
            area=data["area"],
            language=self.words_language(),
            page_language=self.language.slug,
            allows=self.allows(),
            once=data["once"],
        )


class CodeForm(forms.Form):
    """The receipt code, as a person types it."""

    code = forms.CharField(
        max_length=200,
        error_messages={"required": _("Please type the 30 digits of your receipt code.")},
    )

    def clean_code(self) -> str:
        """30 ASCII digits. Raises ValidationError that says how many were found."""
        try:
            return read_code(self.cleaned_data["code"])
        except BadCode as error:
            raise forms.ValidationError(_wrong(error.digits), code="wrong") from error


def _wrong(digits: int) -> str:
    if digits == DIGITS:
        return gettext("One of the digits does not fit. Please compare them with your receipt.")
    return gettext(
        "A receipt code has 30 digits; we found %(digits)d. Please compare it with your receipt."
    ) % {"digits": digits}


class ChangeForm(ReflectionForm):
    """Changing what was sent; `has_picture` says whether words may be empty."""

    def __init__(self, *args: Any, has_picture: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_picture = has_picture

    def clean(self) -> dict[str, Any]:
        """Words are needed where there is no picture."""
        data = super().clean()
        if not data.get("words") and not self.has_picture and "words" not in self.errors:
            self.add_error("words", gettext("Please write a few words."))
        return data

    def changes(self) -> dict[str, Any]:
        """The new values, by the names of the row's fields. The form must be valid."""
        fields = ("words", "alt", "name", "country", "area", *CONSENTS)
        changes: dict[str, Any] = {field: self.cleaned_data[field] for field in fields}
        changes["language"] = self.words_language()
        changes["consent_language"] = self.language.slug
        return changes
