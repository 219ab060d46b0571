"""Letters that are broken, huge or made to harm: nothing crashes, and none of them stays."""

import io
import zipfile
from email.message import EmailMessage
from typing import Any

import pytest
from PIL import Image

from reflect2protect.media.tests.pictures import encode
from reflect2protect.submissions.tests.forms import ask, picture, rows, says
from tests.mail.letters import SENDER, letter, look, with_picture
from tests.mail.servers import Catcher, Post
from tests.mail.test_journey import answered

pytestmark = pytest.mark.django_db
NOT_KEPT = "We could not take in what you sent. Nothing of it was kept."
PICTURE = "We could not take in your picture."


def attached(data: bytes, kind: str, words: str | None = None) -> bytes:
    made = letter(words)
    main, _, sub = kind.partition("/")
    made.add_attachment(data, maintype=main, subtype=sub, filename="qzmark")
    return bytes(made)


def bomb() -> bytes:
    """A megabyte that says it were a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros", bytes(100_000_000))
    return out.getvalue()


def nested(depth: int) -> bytes:
    head, body = bytes(letter(None)).rstrip(), b""
    for level in range(depth):
        body += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return head + b"\r\n" + body + b"\r\nWe hold."


def raw(headers: bytes, body: bytes) -> bytes:
    """A letter put together by hand."""
    return b"From: " + SENDER.encode() + b"\r\n" + headers + b"\r\n\r\n" + body


REFUSED = {
    "nothing at all": (bytes(letter(None)), "We found neither words nor a picture in it."),
    "white space": (bytes(letter(" \n\t\n")), "We found neither words nor a picture in it."),
    "a zip that explodes": (attached(bomb(), "application/zip"), PICTURE),
    "a picture that explodes": (
        attached(encode(Image.new("L", (9000, 9000)), "png"), "image/png"),
        PICTURE,
    ),
    "winmail": (attached(b"\x78\x9f\x3e\x22" + b"x" * 999, "application/ms-tnef"), PICTURE),
    "half a picture": (attached(picture()[:300], "image/jpeg"), PICTURE),
    "hidden characters": (bytes(letter("safe \u202e gnihtemos")), "hidden characters"),
    "30 MB": (raw(b"Subject: x", b"word \r\n" * 4_500_000), "It was larger than 25 MB."),
    "so deep that nobody can read it": (nested(3000), ""),
    "an unknown alphabet, made of nothing": (
        raw(b"Content-Type: text/plain; charset=punycode", b"-" * 100),
        "",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_taken_in_is_answered_and_removed(
    kind: str, post: Post, outgoing: Catcher
) -> None:
    data, why = REFUSED[kind]
    post.put(data)
    assert look()
    assert post.count() == 0
    (text,) = outgoing.texts()
    if why:
        assert NOT_KEPT in text
        assert why in text
        assert rows().count() == 0


TAKEN = {
    "a winmail beside words": attached(b"\x78\x9f\x3e\x22xx", "application/ms-tnef", "We hold."),
    "an open end": raw(b"Content-Type: multipart/mixed; boundary=x", b"--x\r\n\r\nWe hold."),
    "no boundary": raw(b"Content-Type: multipart/mixed", b"We hold."),
    "many headers": raw(b"\r\n".join(b"X-%d: y" % n for n in range(100_000)), b"We hold."),
    "a long header": raw(b"X-Long: " + b'";' * 30_000, b"We hold."),
    "broken base64": raw(b"Content-Transfer-Encoding: base64", b"We hold."),
    "an alphabet that is none": raw(b"Content-Type: text/plain; charset=zip", b"We hold."),
    "bytes of no alphabet": raw(b"Content-Type: text/plain", b"We hold. \xff\xfe\x80"),
    "no headers but one": raw(b"", b"We hold."),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_what_is_only_odd_is_taken_in(kind: str, post: Post, outgoing: Catcher) -> None:
    post.put(TAKEN[kind])
    assert look()
    assert (post.count(), len(outgoing.sent)) == (0, 1)
    assert rows().count() == 1 or NOT_KEPT in outgoing.texts()[0]


def test_script_stays_words(post: Post, outgoing: Catcher) -> None:
    words = "<script>alert(1)</script> {{ settings }} {% debug %}"
    post.put(bytes(letter(words)))
    look()
    assert rows().get().words == words
    assert "alert" not in outgoing.texts()[0]
    page = ask(answered(outgoing)[1])
    assert says(page, words)
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize(
    "sender",
    [
        "a@b.example\r\nBcc: victim@else.example",
        "a@b.example, c@d.example",
        "<a@b.example>\r\n RCPT TO:<victim@else.example>",
        '"x\\" <a b@c.example>',
        "(((((((((((((((((((((" * 2000,
        "a@[127.0.0.1]",
        "a@localhost",
        "nobody",
        "=?utf-8?b?YUBiLmV4YW1wbGU=?=",
        "=?utf-8?q?=0d=0a?=@else.example",
        "=?utf-8?q?victim?=@else.example",
        "a..b@c.example",
        "a\x01b@c.example",
        "أمل@مثال.example",
        "",
    ],
)
def test_an_answer_goes_to_one_plain_address_or_to_none(
    post: Post, outgoing: Catcher, sender: str
) -> None:
    head = f"From: {sender}\r\nSubject: x\r\n\r\nWe hold." if sender else "Subject: x\r\n\r\nHi"
    post.put(head.encode())
    assert look()
    assert post.count() == 0
    assert [to for _, to, _ in outgoing.sent if to != ["a@b.example"]] == []
    assert "victim" not in "".join(outgoing.texts())


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "Bulk"},
        {"Precedence": "list"},
        {"List_Id": "<a.list>"},
        {"Return_Path": "<>"},
        {"X_Auto_Response_Suppress": "All"},
        {"From": "Mail Delivery <MAILER-DAEMON@mx.example>"},
        {"From": "no-reply@shop.example"},
        {"From": "Mirror <Mirror@Campaign.example>"},
        {"From": "mirror+fr@campaign.example"},
        {"Content_Type": "multipart/report; boundary=x"},
    ],
)
def test_programs_and_we_ourselves_get_no_answer(
    post: Post, outgoing: Catcher, headers: dict[str, Any]
) -> None:
    made: EmailMessage = letter(None if "Content_Type" in headers else "We hold.", **headers)
    post.put(bytes(made))
    assert look()
    assert (post.count(), outgoing.sent, rows().count()) == (0, [], 0)


def test_a_person_whose_program_says_no_is_answered(post: Post, outgoing: Catcher) -> None:
    post.put(bytes(letter(Auto_Submitted="no", Precedence="first-class")))
    look()
    assert len(outgoing.sent) == 1


def test_what_was_left_out_is_said(post: Post, outgoing: Catcher) -> None:
    made = letter("x" * 700 + "\n-- \nAmal")
    for _ in range(2):
        made.add_attachment(picture(), maintype="image", subtype="jpeg", filename="a.jpg")
    post.put(bytes(made))
    look()
    assert rows().get().words == "x" * 600
    (text,) = outgoing.texts()
    for said in (
        "We took in the first 600.",
        "what stood below your signature line",
        "There was more than one picture.",
    ):
        assert said in text


def test_hidden_characters_cost_the_words_and_not_the_picture(
    post: Post, outgoing: Catcher
) -> None:
    post.put(with_picture(picture(), "safe \u202e gnihtemos"))
    look()
    assert (rows().get().words, hasattr(rows().get(), "picture")) == ("", True)
    assert "so we did not take them in" in outgoing.texts()[0]


def test_letters_are_taken_in_their_order_and_other_mail_programs_are_left_alone(
    post: Post, outgoing: Catcher
) -> None:
    for words in ("First.", "Second."):
        post.put(bytes(letter(words)))
    with post.opened() as client:
        client.store("2", "+FLAGS", r"\Deleted")
    look()
    assert [row.words for row in rows()] == ["First."]
    # The other letter was marked by somebody else, and is not expunged along with this one.
    assert post.count() == 1
