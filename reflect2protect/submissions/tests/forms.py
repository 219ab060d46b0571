"""What people type, for the tests of the forms."""

from typing import Any

from django.test import Client
from django.utils import translation
from django.utils.html import escape

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.media.tests.pictures import encode, quarters
from reflect2protect.submissions.models import Submission

SLUGS = list(LANGUAGES)
WORDS = "We hold the door open, and stay."


def fields(**changes: Any) -> dict[str, Any]:
    """A form that can be sent, with changes; a field that becomes None is left out."""
    seen = "face" if changes.get("picture") else "words"
    whole = {"seen": seen, "words": WORDS, "age_ok": "on", "consent_wall": "on", **changes}
    return {name: value for name, value in whole.items() if value is not None}


def send(language: str = "en", **changes: Any) -> Any:
    """Post the form."""
    return Client().post(f"/{language}/participate/", fields(**changes))


def ask(code: str, language: str = "en", **more: Any) -> Any:
    """Post a receipt code, perhaps with what is to be done."""
    return Client().post(f"/{language}/my-reflection/", {"code": code, **more})


def says(response: Any, message: str) -> bool:
    """Whether the page shows the message as text."""
    return escape(message) in response.content.decode()


def in_language(slug: str, message: str) -> str:
    """The message in a language, as the catalogue has it."""
    with translation.override(slug):
        return translation.gettext(message)


def rows() -> Any:
    """All reflections."""
    return Submission.including_what_may_not_be_shown.order_by("pk")


def picture(kind: str = "jpeg") -> bytes:
    """A small picture that can be laundered."""
    return encode(quarters(), kind)
