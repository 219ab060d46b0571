"""Taking part: a reflection comes in, is seen again with its code, changed and withdrawn."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict

from reflect2protect.audit.models import Entry
from reflect2protect.core.models import Area
from reflect2protect.submissions.actions import hang
from reflect2protect.submissions.models import CONSENT_VERSIONS, PictureState
from reflect2protect.submissions.tests.forms import (
    SLUGS,
    WORDS,
    ask,
    in_language,
    picture,
    rows,
    says,
    send,
)
from reflect2protect.submissions.work import shelf
from reflect2protect.submissions.work.receipt import code_hash, groups

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]


def code_in(response: Any) -> str:
    """The code that a receipt page shows."""
    found = re.findall(r"(?<!\d)\d{5}(?!\d)", re.sub(r"<head>.*</head>", "", _page(response)))
    assert len(found) >= 6
    return "".join(found[:6])


def _page(response: Any) -> str:
    return str(response.content.decode().replace("\n", " "))


@pytest.mark.data
def test_what_is_kept_of_a_reflection_is_what_was_sent_and_a_day() -> None:
    sent = {"words": " Me tapo la cara,\r\nno la voz. ", "name": "Luz", "country": "AR"}
    response = send("es", **sent, area="violence", consent_social="on")
    row = rows().get()
    kept = model_to_dict(row, exclude=["id", "public_id", "code_hash", "key"])
    said = row.said
    assert response.status_code == 200
    assert row.code_hash == code_hash(code_in(response))
    assert kept == {
        "state": "waiting",
        "since": date(2015, 2, 4),
        "turn": 1,
        "seen": "words",
        "drawing": "",
        "colour": "",
        "language": "es",
        "country": "AR",
        "area": Area.objects.get(slug="violence").pk,
        "age_ok": True,
        "consent_wall": True,
        "consent_screens": False,
        "consent_press": False,
        "consent_social": True,
        "consent_language": "es",
        "consent_version": CONSENT_VERSIONS[-1],
        "received": date(2015, 2, 4),
        "decided": None,
        "show_from": None,
        "show_until": date(2016, 2, 4),
        "reason": "",
        "asked": False,
        "place": None,
        "area_place": None,
        "language_place": None,
        "is_example": False,
    }
    assert said == {"words": "Me tapo la cara,\nno la voz.", "name": "Luz"}
    entry = Entry.objects.get()
    assert (entry.verb, entry.ref, entry.actor) == ("receive", row.public_id, None)


def test_a_picture_waits_laundered_until_the_worker_makes_its_sizes() -> None:
    send(words="", alt="Four colours.", picture=SimpleUploadedFile("a.jpg", picture()))
    row = rows().get()
    assert (row.words, row.alt) == ("", "Four colours.")
    assert row.picture.state == PictureState.WANTED
    assert (row.picture.width, row.picture.height) == (160, 120)
    assert shelf.names() == [row.picture.name]
    assert [file.name for file in shelf.folder(row.picture.name).iterdir()] == [shelf.MASTER]


def test_a_description_without_a_picture_is_not_kept() -> None:
    send(alt="A picture that was forgotten.")
    assert rows().get().alt == ""


@pytest.mark.parametrize("language", SLUGS)
def test_the_receipt_shows_the_code_in_groups_and_is_kept_nowhere(language: str) -> None:
    response = send(language)
    code = code_in(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies
    assert all(group in _page(response) for group in groups(code))
    assert code not in str(model_to_dict(rows().get()))


def test_a_double_post_is_one_reflection_with_the_same_receipt() -> None:
    first = send(once="abc", picture=SimpleUploadedFile("a.jpg", picture()))
    second = send(once="abc", picture=SimpleUploadedFile("a.jpg", picture()))
    assert code_in(first) == code_in(second)
    assert rows().count() == 1
    assert len(shelf.names()) == 1
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "other", [{"words": "Other words"}, {"name": "Lou"}, {"consent_press": "on"}, {"once": "x"}]
)
def test_a_post_that_differs_is_another_reflection(other: dict[str, str]) -> None:
    assert code_in(send()) != code_in(send(**other))
    assert rows().count() == 2


def test_the_same_words_after_a_withdrawal_are_a_new_reflection() -> None:
    code = code_in(send())
    ask(code, action="withdraw")
    assert code_in(send()) != code
    assert [row.state for row in rows()] == ["withdrawn", "waiting"]


@pytest.mark.parametrize("language", SLUGS)
def test_the_code_opens_what_was_sent(language: str) -> None:
    code = code_in(send())
    response = ask(" ".join(groups(code)), language)
    assert response.status_code == 200
    assert says(response, WORDS)
    assert response.headers["Cache-Control"] == "no-store"


WRONG = {
    "nothing": ("", "Please type the 30 digits of your receipt code."),
    "half a code": ("1" * 15, ("A receipt code has 30 digits; we found %(digits)d. "
                              "Please compare it with your receipt.")),
    "a wrong digit": ("0" * 29 + "1", ("One of the digits does not fit. "
                                      "Please compare them with your receipt.")),
    "nobody's": ("0" * 30, ("No reflection belongs to this code. "
                           "Please compare it with your receipt.")),
}  # fmt: skip


@pytest.mark.parametrize("language", SLUGS)
@pytest.mark.parametrize("case", WRONG)
def test_a_code_that_opens_nothing_says_why(case: str, language: str) -> None:
    typed, message = WRONG[case]
    response = ask(typed, language)
    told = in_language(language, message)
    assert response.status_code == 422
    assert says(response, told % {"digits": 15} if "%(" in told else told)


def test_a_change_is_kept_and_waits_to_be_read_again() -> None:
    code = code_in(send())
    row = rows().get()
    hang(row)
    row.state, row.decided = "approved", date(2015, 2, 4)
    row.save()
    changes = {"words": "Другие слова.", "name": "Вера", "country": "", "consent_press": "on"}
    response = ask(code, "ru", action="change", **changes)
    row.refresh_from_db()
    assert response.status_code == 200
    assert (row.words, row.name, row.language) == ("Другие слова.", "Вера", "ru")
    assert (row.state, row.place, row.decided) == ("waiting", None, None)
    assert (row.consent_wall, row.consent_press, row.consent_language) == (False, True, "ru")
    assert [entry.verb for entry in Entry.objects.all()] == ["receive", "change"]


def test_a_change_that_is_wrong_changes_nothing_and_keeps_what_was_typed() -> None:
    code = code_in(send())
    response = ask(code, action="change", words="", name="Somebody", consent_wall="on")
    assert response.status_code == 422
    assert says(response, "Please write a few words.")
    assert says(response, "Somebody")
    assert rows().get().words == WORDS


def test_a_withdrawal_leaves_an_empty_row(django_capture_on_commit_callbacks: Any) -> None:
    response = send(name="Lou", country="SN", area="health", alt="Colours.",
                    picture=SimpleUploadedFile("a.jpg", picture()))  # fmt: skip
    code = code_in(response)
    with django_capture_on_commit_callbacks(execute=True):
        gone = ask(code, action="withdraw")
    row = rows().get()
    left = (row.words, row.alt, row.name, row.country, row.area, row.note, row.place)
    assert gone.status_code == 200
    assert not says(gone, WORDS)
    assert row.state == "withdrawn"
    assert left == ("", "", "", "", None, "", None)
    assert not any(getattr(row, f"consent_{x}") for x in ("wall", "screens", "press", "social"))
    assert not hasattr(row, "picture")
    assert shelf.names() == []


def test_withdrawing_twice_is_the_same_and_is_recorded_once() -> None:
    code = code_in(send())
    pages = [ask(code, action="withdraw").content for _ in range(2)]
    assert pages[0] == pages[1] == ask(code).content == ask(code, action="change").content
    assert [entry.verb for entry in Entry.objects.all()] == ["receive", "withdraw"]
