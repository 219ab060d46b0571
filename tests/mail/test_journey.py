"""From a letter to the wall: laundered, answered, removed; her consent, her own code."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from reflect2protect.audit.models import Entry
from reflect2protect.core import vault
from reflect2protect.media.tests.pictures import encode, quarters
from reflect2protect.submissions import actions
from reflect2protect.submissions.models import Picture, Seen, State, Submission
from reflect2protect.submissions.tests.forms import ask, rows, says
from reflect2protect.submissions.tests.test_receive import code_in
from reflect2protect.submissions.work import receipt, shelf
from tests.mail.letters import MARKS, SENDER, letter, look, with_picture
from tests.mail.servers import Catcher, Post

LINK = re.compile(r"^http://127\.0\.0\.1:8000/([\w-]+)/my-reflection/#(\d{30})\s*$", re.MULTILINE)
CONSENT = {"action": "confirm", "age_ok": "on", "consent_wall": "on", "once": "of this page"}
NO_SUCH = "No reflection belongs to this code. Please compare it with your receipt."


def answered(outgoing: Catcher) -> tuple[str, str]:
    """The language and the code of the one answer."""
    ((sent_from, to, message),) = outgoing.sent
    assert (sent_from, to) == ("mirror@campaign.example", [SENDER])
    found = LINK.findall(message.get_content())
    assert len(found) == 1
    return str(found[0][0]), str(found[0][1])


def marked_picture() -> bytes:
    """A picture that says where it was taken, by whom and with what."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "QzMark Camera", "Amal QzMark"
    return encode(quarters(), "jpeg", exif=exif.tobytes())


@pytest.mark.django_db
def test_a_letter_becomes_a_reflection_that_only_its_sender_can_release(
    post: Post, outgoing: Catcher, staff: Callable[..., Any]
) -> None:
    post.put(with_picture(marked_picture()))
    assert look()
    language, old = answered(outgoing)
    assert (language, post.count()) == ("en", 0)
    row = rows().get()
    assert (row.words, row.seen, row.state) == (
        "We hold the door open.",
        Seen.FACE,
        State.WAITING,
    )
    with pytest.raises(actions.WrongState):
        actions.approve_submission(submission=row, by=staff("moderator"))
    page = ask(old)
    assert says(page, "It is here. You decide what happens to it.")
    assert says(page, "We hold the door open.")
    assert b"data:image/webp;base64," in page.content
    # Nothing else can be done with the code that a mail provider can read.
    assert not says(ask(old, action="change", words="Theirs", consent_wall="on"), "Theirs")
    assert ask(old, **{**CONSENT, "age_ok": ""}).status_code == 422
    assert not rows().get().consent_wall
    new = code_in(ask(old, words="My own words.", until="3y", wait="48", **CONSENT))
    assert new != old
    assert says(ask(old), NO_SUCH)
    row = rows().get()
    assert (row.words, row.age_ok, row.consent_wall, row.consent_press) == (
        "My own words.",
        True,
        True,
        False,
    )
    assert row.show_until and row.show_from and row.turn == 1
    assert says(ask(new), "It is waiting to be read.")
    row = actions.approve_submission(submission=row, by=staff("moderator"))
    actions.show_submission(submission=row)
    actions.make_wall_set(picture=row.picture)
    assert list(Submission.objects.all()) == [rows().get()]


@pytest.mark.django_db
def test_the_receipt_is_shown_again_to_the_same_form_and_to_no_other(
    post: Post, outgoing: Catcher
) -> None:
    post.put(bytes(letter()))
    look()
    _, old = answered(outgoing)
    new = code_in(ask(old, words="Mine.", **CONSENT))
    assert code_in(ask(old, words="Mine.", **CONSENT)) == new
    for other in ({"once": ""}, {"once": "of another page"}, {"action": "see"}):
        assert says(ask(old, words="Mine.", **{**CONSENT, **other}), NO_SUCH)
    ask(new, action="withdraw")
    assert says(ask(old, words="Mine.", **CONSENT), NO_SUCH)


@pytest.mark.django_db
def test_she_may_choose_again_how_she_is_seen_and_withdraw_before_anything(
    post: Post, outgoing: Catcher, django_capture_on_commit_callbacks: Any
) -> None:
    post.put(with_picture(marked_picture()))
    look()
    _, old = answered(outgoing)
    with django_capture_on_commit_callbacks(execute=True):
        page = ask(old, action="seen", seen="mirror")
    assert says(page, "Your changes are saved.")
    assert says(page, "It is here. You decide what happens to it.")
    assert rows().get().seen == Seen.MIRROR
    assert (shelf.names(), Picture.including_what_may_not_be_shown.count()) == ([], 0)
    ask(old, action="withdraw")
    assert rows().get().state == State.WITHDRAWN


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "to", "language"),
    [
        ("نترك الباب مفتوحا.", "mirror@campaign.example", "ar"),
        ("我们让门开着。", "mirror+fr@campaign.example", "zh-hans"),
        ("Мы держим дверь открытой.", "mirror@campaign.example", "ru"),
        ("We hold the door open.", "mirror@campaign.example", "en"),
        ("Nous tenons la porte ouverte.", "Campagne <Mirror+FR@campaign.example>", "fr"),
        ("Mantenemos la puerta abierta.", "a@b.example, mirror+es@campaign.example", "es"),
        ("Hallo.", "mirror+ar@campaign.example", "en"),
        ("Hallo.", "mirror+xx@campaign.example", "en"),
    ],
)
def test_the_answer_is_in_the_language_of_the_writer(
    post: Post, outgoing: Catcher, words: str, to: str, language: str
) -> None:
    post.put(bytes(letter(words, To=to)))
    look()
    link, code = answered(outgoing)
    assert (link, rows().get().language) == (language, language)
    message = outgoing.sent[0][2]
    assert message["Auto-Submitted"] == "auto-replied"
    assert words not in str(message.get_content())
    groups = " ".join(receipt.groups(code))
    assert (f"\u200e{groups}" in outgoing.texts()[0]) == (language == "ar")


@pytest.mark.django_db
def test_two_who_write_the_same_words_get_codes_of_their_own(post: Post, outgoing: Catcher) -> None:
    for _ in range(2):
        post.put(bytes(letter()))
        look()
    assert rows().count() == 2
    assert len({LINK.findall(text)[0] for text in outgoing.texts()}) == 2


def test_nothing_of_the_sender_is_left(
    own_database: object, post: Post, outgoing: Catcher, caplog: pytest.LogCaptureFixture
) -> None:
    post.put(with_picture(marked_picture(), Cc=SENDER))
    post.put(bytes(letter(Auto_Submitted="auto-generated")))
    outgoing.at_letter = lambda: f"451 {SENDER} later"
    look()
    outgoing.at_letter = lambda: "250 OK"
    for _ in range(3):
        look()
    assert (post.count(), len(outgoing.sent)) == (0, 1)
    kept = {p for p in settings.DATA_DIR.rglob("*") if p.is_file()}
    assert any(shelf.MASTER in path.name for path in kept)
    found = [f"{p}: {m!r}" for p in kept for m in MARKS if m in p.read_bytes() + bytes(p)]
    assert found == []
    assert [mark for mark in MARKS if mark.decode() in caplog.text] == []
    for row in rows().exclude(key=""):
        picture = row.picture
        master = shelf.get(picture.name, shelf.MASTER, vault.key(picture.key))
        assert [mark for mark in MARKS if mark in master] == []
    assert Entry.objects.filter(verb="receive").count() == 2  # the first was taken back
