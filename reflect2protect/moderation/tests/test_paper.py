"""Taking part on paper: a sheet is typed in, and its receipt handed over."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reflect2protect.audit.models import Entry
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.models import Campaign, User
from reflect2protect.media.tests.pictures import encode, quarters
from reflect2protect.media.work.covering import Box
from reflect2protect.moderation.tests.desk import DESK, cases_in, decide, sign_in
from reflect2protect.publishing.work.aside import hold
from reflect2protect.submissions.models import CONSENT_VERSIONS, Submission
from reflect2protect.submissions.work import receipt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]

Make = Callable[..., Any]
PAPER = f"{DESK}paper/"
CODE = re.compile(r'<p class="key" dir="ltr">(.*?)</p>', re.DOTALL)
WORDS = "Nous gardons la porte ouverte."


def once_of(client: Client) -> str:
    found = re.search(r'name="once" value="(\w+)"', client.get(PAPER).content.decode())
    assert found
    return found[1]


def type_in(client: Client, **changes: Any) -> Any:
    """A sheet that can be taken in, with changes; a field that becomes None is left out."""
    whole = {
        "once": once_of(client),
        "sheet": "fr",
        "seen": "words",
        "words": WORDS,
        "age_ok": "on",
        "consent_wall": "on",
        "consent_version": CONSENT_VERSIONS[-1],
        **changes,
    }
    return client.post(PAPER, {name: value for name, value in whole.items() if value is not None})


def code_in(answer: Any) -> str:
    found = CODE.search(answer.content.decode())
    assert found
    return "".join(re.findall(r"\d", found[1]))


def rows() -> Any:
    return Submission.including_what_may_not_be_shown.order_by("pk")


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.jpg", encode(quarters(), "jpeg"), "image/jpeg")


@pytest.mark.data
def test_a_sheet_is_taken_in_and_waits_to_be_read(client: Client, moderator: User) -> None:
    answer = type_in(client, wait="48", until="3y", name="Aya", country="FR", consent_press="on")
    row = rows().get()
    assert (row.state, row.seen, row.words, row.name, row.country) == (
        "waiting", "words", WORDS, "Aya", "FR"
    )  # fmt: skip
    assert (row.age_ok, row.consent_wall, row.consent_press, row.consent_social) == (
        True, True, True, False
    )  # fmt: skip
    assert (row.language, row.consent_language, row.turn) == ("fr", "fr", 1)
    assert (str(row.show_from), str(row.show_until)) == ("2015-02-07", "2018-02-04")
    assert row.code_hash == receipt.code_hash(code_in(answer))
    entry = Entry.objects.get()
    assert (entry.verb, entry.ref, entry.actor) == ("receive", row.public_id, moderator)
    assert cases_in(client, DESK) == [row.public_id]


@pytest.mark.parametrize(
    ("version", "told"),
    [("", "Please choose the date that the sheet says."), ("older", "hold no longer")],
)
def test_a_sheet_with_an_older_wording_is_not_taken_in(
    client: Client, version: str, told: str
) -> None:
    """Nor one of which nobody looked which it is; its date stands beside the consents."""
    answer = type_in(client, consent_version=version)
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert not rows().exists()
    assert type_in(client).status_code == 200
    assert rows().get().consent_version == CONSENT_VERSIONS[-1]


@pytest.mark.parametrize("slug", LANGUAGES)
def test_the_receipt_speaks_the_persons_language(client: Client, slug: str) -> None:
    answer = type_in(client, sheet=slug)
    language = LANGUAGES[slug]
    page = answer.content.decode()
    assert f'<section class="slip" lang="{language.tag}" dir="{language.dir}"' in page
    assert f"{settings.PUBLIC_URL}/{slug}/my-reflection/" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert WORDS not in page
    mine = Client().post(f"/{slug}/my-reflection/", {"code": code_in(answer)})
    assert (mine.status_code, WORDS in mine.content.decode()) == (200, True)


def test_a_picture_of_a_sheet_is_laundered_and_can_be_approved(client: Client) -> None:
    type_in(client, seen="face", picture=picture(), alt="A woman and a mirror", words="")
    row = rows().get()
    assert (row.picture.state, row.alt) == ("wanted", "A woman and a mirror")
    assert client.get(f"{DESK}pictures/{row.picture.name}/640.jpg").content[8:12] == b"WEBP"
    approved = decide(client, row, decision="approve", language="fr", looked="1")
    assert approved.status_code == 302
    row.refresh_from_db()
    assert row.state == "approved"


SURE = '<input type="checkbox" name="sure" id="id_sure"'


@pytest.fixture
def faces(monkeypatch: pytest.MonkeyPatch) -> list[Box]:
    """The faces that are found in any picture; a test may take them out."""
    found = [Box(10, 10, 40, 40)]
    module = import_module("reflect2protect.moderation.views.paper")
    monkeypatch.setattr(module, "find_faces", lambda data: found)
    return found


def test_a_face_that_is_to_be_covered_is_told_until_somebody_is_sure(
    client: Client, faces: list[Box]
) -> None:
    assert SURE not in client.get(PAPER).content.decode()
    answer = type_in(client, seen="covered", picture=picture())
    page = answer.content.decode()
    assert (answer.status_code, f"{SURE}>" in page, rows().exists()) == (422, True, False)
    assert "There still seems to be a face in this picture." in page
    # Ticked, and something else is wrong: it stays ticked, and is no reason to go on.
    answer = type_in(client, seen="covered", picture=picture(), sure="on", age_ok=None)
    page = answer.content.decode()
    assert (answer.status_code, f"{SURE} checked>" in page, rows().exists()) == (422, True, False)
    code_in(type_in(client, seen="covered", picture=picture(), sure="on"))
    assert (rows().get().seen, rows().get().picture.state) == ("covered", "wanted")


@pytest.mark.parametrize("seen", ["covered", "face"])
def test_nobody_is_asked_where_no_face_has_to_be_covered(
    client: Client, faces: list[Box], seen: str
) -> None:
    if seen == "covered":
        faces.clear()
    code_in(type_in(client, seen=seen, picture=picture()))
    assert rows().get().seen == seen


def test_to_be_sure_is_not_to_have_a_picture(client: Client, faces: list[Box]) -> None:
    for changes in ({}, {"picture": SimpleUploadedFile("a.jpg", b"GIF89a" * 99)}):
        answer = type_in(client, seen="covered", sure="on", **changes)
        assert (answer.status_code, rows().exists()) == (422, False)


def test_a_drawing_is_kept(client: Client) -> None:
    type_in(client, seen="mirror", drawing="m03", colour="leaf")
    row = rows().get()
    assert (row.seen, row.drawing, row.colour) == ("mirror", "m03", "leaf")


def test_two_sheets_with_the_same_words_are_two(client: Client) -> None:
    codes = {code_in(type_in(client)), code_in(type_in(client))}
    assert (len(codes), rows().count()) == (2, 2)


def test_one_sheet_sent_twice_is_one(client: Client) -> None:
    once = once_of(client)
    codes = {code_in(type_in(client, once=once)), code_in(type_in(client, once=once))}
    assert (len(codes), rows().count()) == (1, 1)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "not 18": ({"age_ok": None}, "says yes to 18 or over"),
    "no consent": ({"consent_wall": None}, "at least one place"),
    "no way to be seen": ({"seen": None}, "how you want to be seen"),
    "no words": ({"words": ""}, "Please write a few words."),
    "no picture": ({"seen": "face"}, "Please choose a picture"),
    "a picture that waits elsewhere": ({"seen": "face", "pending": "x.y"}, "choose a picture"),
    "no such language": ({"sheet": "xx"}, "xx"),
    "too long": ({"words": "x" * 601}, "601"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(client: Client, name: str) -> None:
    changes, told = WRONG[name]
    answer = type_in(client, name="Aya", country="FR", until="open", **changes)
    page = answer.content.decode()
    assert (answer.status_code, told in page, 'id="problems"' in page) == (422, True, True)
    assert ('value="Aya"' in page, '<option value="FR" selected>' in page) == (True, True)
    assert '<input type="radio" name="until" value="open" checked>' in page
    assert not rows().exists()


def test_what_is_no_picture_is_refused(client: Client) -> None:
    answer = type_in(client, seen="face", picture=SimpleUploadedFile("a.jpg", b"GIF89a" * 99))
    assert (answer.status_code, rows().exists()) == (422, False)
    assert "not a picture that we can read" in answer.content.decode()


def test_nothing_is_taken_in_once_the_campaign_has_ended(client: Client, mid_campaign: Any) -> None:
    Campaign.objects.update(archived=mid_campaign)
    answer = type_in(client)
    assert (answer.status_code, rows().exists()) == (422, False)
    assert "Nothing new is taken in." in answer.content.decode()


def test_nothing_is_taken_in_while_everything_is_down(client: Client) -> None:
    hold("everything")
    answer = type_in(client)
    assert (answer.status_code, rows().exists()) == (503, False)
    assert WORDS in answer.content.decode()


@pytest.mark.parametrize("role", ["editor", ""])
def test_only_those_who_may_read_type_sheets_in(staff: Make, role: str) -> None:
    client = sign_in(staff(*([role] if role else [])))
    fields = {"sheet": "en", "seen": "words", "words": WORDS, "age_ok": "on", "consent_wall": "on"}
    assert client.get(PAPER).status_code == 403
    assert client.post(PAPER, fields).status_code == 403
    assert not rows().exists()


def test_a_sheet_needs_the_desks_own_token(moderator: User) -> None:
    client = sign_in(moderator, enforce_csrf_checks=True)
    assert client.post(PAPER, {"words": WORDS}).status_code == 403


@pytest.mark.parametrize("slug", LANGUAGES)
def test_there_is_a_sheet_to_print_in_each_language(client: Client, slug: str) -> None:
    assert f'href="/{slug}/participate/sheet/"' in client.get(PAPER).content.decode()
    answer = Client().get(f"/{slug}/participate/sheet/")
    page = answer.content.decode()
    assert (answer.status_code, page.count("<h1"), "<form" in page) == (200, 1, False)
    assert f"/{slug}/my-reflection/" in page
    # Ways to be seen, areas, 18 and the four consents, the periods.
    boxes = [
        len(re.findall("<li>", ul)) for ul in re.findall(r'<ul class="boxed.*?</ul>', page, re.S)
    ]
    assert boxes == [5, 12, 5, 3]
