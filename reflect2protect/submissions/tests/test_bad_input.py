"""Bad input: a kind message in the page's language, what was typed kept, nothing half-written."""

import io
import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext, ngettext, override
from PIL import Image

from reflect2protect.audit.models import Entry
from reflect2protect.submissions.models import Picture
from reflect2protect.submissions.tests.forms import (
    SLUGS,
    WORDS,
    fields,
    in_language,
    picture,
    rows,
    says,
    send,
)
from reflect2protect.submissions.work import shelf

pytestmark = pytest.mark.django_db

NOTHING = "Please write a few words."
NO_WAY = "Please choose how you want to be seen."
NO_PICTURE = "Please choose a picture, or another way."
TOO_YOUNG = (
    "We can only take reflections from people who are 18 or over. Please confirm it if you are."
)
NOWHERE = "Please allow at least one place where your reflection may be shown."
NO_COUNTRY = "Please choose a country from the list, or none."
NO_AREA = "Please choose an area from the list, or none."
HIDDEN = (
    "This text holds hidden characters that could mislead a reader. "
    "Please type it again, or paste it as plain text."
)
NOT_A_PICTURE = "This file is not a picture that we can read. JPEG, PNG, WebP, HEIC and AVIF work."
DAMAGED = "This picture is damaged or incomplete. Please save it again, or choose another."
TOO_LARGE = "This picture has more than 40 million pixels. Please send a smaller one."
TOO_SMALL = "This picture is too small to be seen. Please choose a larger one."
ONE_ONLY = "Please choose one picture only."
EMPTY_FILE = "This file is empty. Please choose your picture again."

# What is sent, and what the answer says of it.
TYPED: dict[str, tuple[dict[str, Any], str]] = {
    "an empty form": ({"words": "", "age_ok": None, "consent_wall": None}, NOTHING),
    "nothing but spaces": ({"words": " \n\t "}, NOTHING),
    "no way of being seen": ({"seen": None}, NO_WAY),
    "an unknown way": ({"seen": "loud"}, NO_WAY),
    "a face without a picture": ({"seen": "face"}, NO_PICTURE),
    "a covered one without": ({"seen": "covered"}, NO_PICTURE),
    "a silhouette without words": ({"seen": "silhouette", "words": ""}, NOTHING),
    "under 18": ({"age_ok": None}, TOO_YOUNG),
    "no consent": ({"consent_wall": None}, NOWHERE),
    "an unknown country": ({"country": "XX"}, NO_COUNTRY),
    "a country in words": ({"country": "Moldova"}, NO_COUNTRY),
    "an unknown area": ({"area": "nowhere"}, NO_AREA),
    "a control character": ({"words": "a\x07b"}, HIDDEN),
    "an override of direction": ({"words": "safe \u202egnp.exe"}, HIDDEN),
    "an override in the name": ({"name": "\u202eanna"}, HIDDEN),
    "an override in the description": ({"alt": "a\u202db"}, HIDDEN),
    "a null": ({"words": "a\0b"}, HIDDEN),
    "an empty file": ({"picture": SimpleUploadedFile("a.jpg", b"")}, EMPTY_FILE),
}


def nothing_was_kept() -> bool:
    pictures = Picture.including_what_may_not_be_shown.exists()
    return not (rows().exists() or pictures or Entry.objects.exists() or shelf.names())


@pytest.mark.parametrize("language", SLUGS)
@pytest.mark.parametrize("case", TYPED)
def test_each_says_what_is_wrong_in_the_pages_language(case: str, language: str) -> None:
    changes, message = TYPED[case]
    response = send(language, **changes)
    assert response.status_code == 422
    assert says(response, in_language(language, message))
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    assert nothing_was_kept()


@pytest.mark.parametrize("language", SLUGS)
def test_ten_thousand_characters_are_too_many_and_are_all_still_there(language: str) -> None:
    words = "a" * 10_000
    response = send(language, words=words)
    with override(language):
        message = ngettext(
            "Your reflection has %(show_value)d characters; there is room for %(limit_value)d. "
            "Please shorten it a little.",
            "Your reflection has %(show_value)d characters; there is room for %(limit_value)d. "
            "Please shorten it a little.",
            10_000,
        ) % {"show_value": 10_000, "limit_value": 600}
    assert response.status_code == 422
    assert says(response, message)
    assert says(response, words)
    assert nothing_was_kept()


@pytest.mark.parametrize("language", [slug for slug in SLUGS if slug != "en"])
def test_each_message_is_translated(language: str) -> None:
    messages = {message for _, message in TYPED.values()}
    messages |= {NOT_A_PICTURE, DAMAGED, TOO_LARGE, TOO_SMALL, ONE_ONLY}
    with override(language):
        untranslated = {message for message in messages if gettext(message) == message}
    if untranslated == messages:
        pytest.skip("this catalogue is not compiled, or not translated yet")
    assert not untranslated


def test_600_characters_are_taken_and_601_are_not() -> None:
    assert send(words="я" * 601).status_code == 422
    assert send(words="я" * 600).status_code == 200


def test_what_was_typed_is_kept_and_the_picture_is_not() -> None:
    typed = {"words": WORDS, "alt": "A hand on a door.", "name": "Lou <3", "country": "SN"}
    file = SimpleUploadedFile("a.jpg", picture())
    response = send(**typed, area="health", picture=file, age_ok=None, consent_press="on")
    assert response.status_code == 422
    assert all(says(response, typed[name]) for name in ("words", "alt", "name"))
    page = response.content.decode()
    assert '<option value="SN" selected>' in page.replace('selected=""', "selected")
    assert len(re.findall(r"<input[^>]* checked", page)) == 5  # seen, two consents, pause, period
    assert says(response, "please choose it again")
    assert nothing_was_kept()


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FILES: dict[str, tuple[str, bytes, str]] = {
    "not a picture": ("a.jpg", b"Dear friends, " * 100, NOT_A_PICTURE),
    "an SVG": ("a.svg", SVG, NOT_A_PICTURE),
    "a PDF called .jpg": ("a.jpg", b"%PDF-1.7\n" + b"0" * 2000, NOT_A_PICTURE),
    "41 megapixels": ("a.png", png(6500, 6400), TOO_LARGE),
    "a truncated one": ("a.jpg", picture()[:-800], DAMAGED),
    "one pixel": ("a.png", png(1, 1), TOO_SMALL),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_shown_is_refused_with_its_reason(case: str) -> None:
    name, data, message = FILES[case]
    response = send(picture=SimpleUploadedFile(name, data, "image/jpeg"))
    assert response.status_code == 422
    assert says(response, message)
    assert says(response, WORDS)
    assert nothing_was_kept()


def test_two_pictures_are_one_too_many() -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", picture()) for n in "ab"]
    response = send(picture=files)
    assert response.status_code == 422
    assert says(response, ONE_ONLY)
    assert nothing_was_kept()


def test_a_body_above_the_cap_is_refused_in_the_pages_language(settings: LazySettings) -> None:
    file = SimpleUploadedFile("a.jpg", b"\0" * (settings.MAX_BODY_BYTES + 1))
    response = send("es", picture=file)
    assert response.status_code == 413
    assert 'lang="es"' in response.content.decode()
    assert nothing_was_kept()


def test_more_files_than_a_form_can_have_are_a_bad_request() -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(30)]
    response = send("fr", picture=files)
    assert response.status_code == 400
    assert 'lang="fr"' in response.content.decode()
    assert nothing_was_kept()


def test_a_body_that_is_no_form_is_a_bad_request_or_an_empty_one() -> None:
    from django.test import Client

    broken = Client().generic(
        "POST", "/ru/participate/", b"--x\r\nbroken", content_type="multipart/form-data"
    )
    assert broken.status_code == 400
    assert 'lang="ru"' in broken.content.decode()
    assert nothing_was_kept()


def test_unknown_fields_do_nothing() -> None:
    assert send(state="approved", place="1", is_example="on", public_id="mine").status_code == 200
    row = rows().get()
    assert (row.state, row.place, row.is_example) == ("waiting", None, False)
    assert row.public_id != "mine"
    assert set(fields()) == {"seen", "words", "age_ok", "consent_wall"}
