"""The public's forms. Their field names are an interface: other programs and prints use them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from reflect2protect.core.countries import country_choices
from reflect2protect.core.drawings import COLOURS, MIRRORS, SILHOUETTES
from reflect2protect.core.languages import Language, script_language
from reflect2protect.core.models import Area
from reflect2protect.media.work.covering import Box
from reflect2protect.media.work.launder import Laundered
from reflect2protect.submissions.actions import Reflection
from reflect2protect.submissions.models import (
    CONSENT_VERSIONS,
    CONSENTS,
    DRAWN,
    MAX_WORDS,
    PICTURED,
    UNSAID_VERSION,
    Seen,
    Submission,
)
from reflect2protect.submissions.work import gone
from reflect2protect.submissions.work.lasting import PAUSES, PERIODS, pause_until, shown_until
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


def _among(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, code) for code in codes]


DRAWINGS = {Seen.SILHOUETTE: SILHOUETTES, Seen.MIRROR: MIRRORS}


class SeenForm(forms.Form):
    """How she is seen: `seen`, and what that needs."""

    seen = forms.ChoiceField(
        choices=Seen.choices,
        error_messages={
            "required": _("Please choose how you want to be seen."),
            "invalid_choice": _("Please choose how you want to be seen."),
        },
    )
    drawing = forms.ChoiceField(
        required=False, choices=_among(d.code for d in (*SILHOUETTES, *MIRRORS))
    )
    colour = forms.ChoiceField(required=False, choices=_among(c.code for c in COLOURS))
    picture = forms.FileField(
        required=False,
        error_messages={"empty": _("This file is empty. Please choose your picture again.")},
    )
    alt = PlainText(max_length=300)
    covering = forms.CharField(required=False, max_length=10)
    pending = forms.CharField(required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        """A picture where one is to be seen, one at most; a drawing where one is."""
        data = super().clean() or {}
        seen = data.get("seen")
        if seen in PICTURED:
            if len(self.files.getlist("picture")) > 1:
                self.add_error("picture", gettext("Please choose one picture only."))
            elif "picture" not in self.errors and not self.has_picture():
                self.add_error("picture", gettext("Please choose a picture, or another way."))
        if seen in DRAWN:
            codes = [drawing.code for drawing in DRAWINGS[Seen(seen)]]
            # A person who chose the way and no drawing gets the first; she can change it later.
            if data.get("drawing") not in codes:
                data["drawing"] = codes[0]
            data["colour"] = data.get("colour") or COLOURS[0].code
        return data

    def has_picture(self) -> bool:
        """Whether there is a picture to show: sent now, or waiting for its covers."""
        return bool(self.cleaned_data.get("picture") or self.cleaned_data.get("pending"))

    def upload(self) -> bytes | None:
        """The bytes that were sent, where a picture is to be seen."""
        picture = self.cleaned_data.get("picture")
        return picture.read() if picture and self.cleaned_data["seen"] in PICTURED else None

    def covered_here(self) -> bool:
        """Whether her own device has painted the covers."""
        return bool(self.cleaned_data["covering"] == "device")

    def drawn(self) -> dict[str, str]:
        """Drawing and colour, where one is to be seen."""
        wanted = self.cleaned_data["seen"] in DRAWN
        return {name: self.cleaned_data[name] if wanted else "" for name in ("drawing", "colour")}


class ChangeSeenForm(SeenForm):
    """Choosing again how to be seen; a picture that was sent before will do."""

    def __init__(self, *args: Any, row: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row

    def has_picture(self) -> bool:
        """Also one that she sent before."""
        return super().has_picture() or hasattr(self.row, "picture")

    def clean(self) -> dict[str, Any]:
        """Words are needed where there will be no picture."""
        data = super().clean()
        if data.get("seen") and data["seen"] not in PICTURED and not self.row.words:
            self.add_error("seen", gettext("Please write a few words first, and save them."))
        return data


class CoversForm(forms.Form):
    """Which covers to paint, as the page proposed them: ovals over faces, cells of a grid."""

    oval = forms.TypedMultipleChoiceField(required=False)
    cell = forms.TypedMultipleChoiceField(required=False)
    sure = forms.BooleanField(required=False)
    away = forms.BooleanField(required=False)  # erase the picture, and back to the form

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for name in ("oval", "cell"):
            field: Any = self.fields[name]
            field.choices = _among(data.getlist(name))
            field.coerce = _box


def _box(text: str) -> Box:
    """Raises ValueError unless it is four whole numbers of a place in a picture."""
    left, top, width, height = (int(part) for part in text.split(","))
    if not (0 <= left <= 1000 and 0 <= top <= 1000 and 0 < width <= 1000 and 0 < height <= 1000):
        raise ValueError("a place outside the picture")
    return Box(left, top, width, height)


class ReflectionForm(forms.Form):
    """Words, name, place, topic and consents: what can also be changed later."""

    words = PlainText(lines=True, max_length=MAX_WORDS, error_messages={"max_length": TOO_LONG})
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
    # The wording that she read: a page that was open, or a sheet from a drawer, may be older.
    consent_version: forms.Field = forms.CharField(required=False, max_length=20)
    until = forms.ChoiceField(required=False, choices=_among(PERIODS))

    def __init__(self, *args: Any, language: Language, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        country: Any = self.fields["country"]
        country.choices = [("", ""), *country_choices(language.slug)]

    def allows(self) -> frozenset[str]:
        """The names of the consents that were given."""
        return frozenset(name for name in CONSENTS if self.cleaned_data.get(name))

    def clean(self) -> dict[str, Any]:
        """A yes to words that hold no more is none."""
        data = super().clean() or {}
        data["consent_version"] = data.get("consent_version") or UNSAID_VERSION
        if data["consent_version"] not in CONSENT_VERSIONS:
            self.data = {name: self.data[name] for name in self.data if name not in CONSENTS}
            data |= dict.fromkeys(CONSENTS, False)
            self.add_error(
                "consent_wall",
                gettext(
                    "The words of these consents have changed meanwhile. Please read them again, "
                    "and tick what you agree to."
                ),
            )
        return data

    def words_language(self) -> str:
        """The slug of the language that the words seem to be in."""
        return script_language(self.cleaned_data["words"], self.language.slug)


class ConsentForm(ReflectionForm):
    """What is asked once, when she first says what she allows."""

    age_ok = forms.BooleanField(
        error_messages={
            "required": _(
                "We can only take reflections from people who are 18 or over. "
                "Please confirm it if you are."
            )
        }
    )
    wait = forms.ChoiceField(required=False, choices=_among(PAUSES))

    def clean(self) -> dict[str, Any]:
        """One yes at least, or there would be nothing to do with what was sent."""
        data = super().clean()
        if not any(data.get(name) for name in CONSENTS) and "consent_wall" not in self.errors:
            self.add_error(
                "consent_wall",
                gettext("Please allow at least one place where your reflection may be shown."),
            )
        return data


class ParticipateForm(SeenForm, ConsentForm):
    """Sending a reflection: how she is seen, her words, what she allows."""

    once = forms.CharField(required=False, max_length=64)

    def clean(self) -> dict[str, Any]:
        """Something to show: words are needed where there is no picture."""
        data = super().clean()
        wordless = not data.get("words") and "words" not in self.errors
        if wordless and data.get("seen") and data["seen"] not in PICTURED:
            self.add_error("words", gettext("Please write a few words."))
        return data

    def reflection(self, picture: bytes | Laundered | None, turn: int = 1) -> Reflection:
        """What was sent, ready to be received. The form must be valid."""
        data = self.cleaned_data
        return Reflection(
            words=data["words"],
            seen=Seen(data["seen"]),
            picture=picture,
            drawing=self.drawn()["drawing"],
            colour=self.drawn()["colour"],
            alt=data["alt"],
            name=data["name"],
            country=data["country"],
            area=data["area"],
            language=self.words_language(),
            page_language=self.language.slug,
            allows=self.allows(),
            wording=data["consent_version"],
            wait=data["wait"] or PAUSES[0],
            until=data["until"] or PERIODS[0],
            turn=turn,
            once=data["once"],
        )


class CodeForm(forms.Form):
    """The receipt code, as a person types it."""

    code = forms.CharField(
        max_length=2000,  # any way of writing it
        error_messages=dict.fromkeys(
            ("required", "max_length"), _("Please type the 30 digits of your receipt code.")
        ),
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
    """Changing what was sent; `has_picture` says whether words may be empty. Without `until` the
    day stays that was set. Without any yes it is taken down, and waits for one."""

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
        fields = ("words", "name", "country", "area", "consent_version", *CONSENTS)
        changes: dict[str, Any] = {field: self.cleaned_data[field] for field in fields}
        changes["language"] = self.words_language()
        if until := self.cleaned_data["until"]:
            changes["show_until"] = shown_until(until, timezone.localdate())
        changes["consent_language"] = self.language.slug
        return changes


class ConfirmForm(ChangeForm, ConsentForm):
    """What came by e-mail becomes hers: her words once more, her age, what she allows."""

    def changes(self) -> dict[str, Any]:
        """Also the day on which it comes down, which has not been chosen yet."""
        until = self.cleaned_data["until"] or PERIODS[0]
        return super().changes() | {"show_until": shown_until(until, timezone.localdate())}

    def show_from(self) -> date | None:
        """The first day on which it may be shown, where she wants a pause."""
        return pause_until(self.cleaned_data["wait"], timezone.localdate())


class LetterForm(forms.Form):
    """A line to the desk, or from it."""

    text = PlainText(
        lines=True,
        max_length=MAX_WORDS,
        error_messages={"max_length": TOO_LONG},
    )

    def clean_text(self) -> str:
        """Raises ValidationError when nothing was written."""
        text: str = self.cleaned_data["text"]
        if not text:
            raise forms.ValidationError(gettext("Please write a few words."))
        return text


class WithdrawForm(forms.Form):
    """Why, if she wants to say."""

    reason = forms.ChoiceField(required=False, choices=_among(gone.REASONS))
