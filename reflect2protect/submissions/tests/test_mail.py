"""Taking a letter apart: her own words, her pictures, and nothing else of it."""

import subprocess
import sys
from email.message import EmailMessage
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.submissions.tests.forms import picture
from reflect2protect.submissions.work.contents import Contents, Unreadable, read_letter
from reflect2protect.submissions.work.reader import Plain, own_words, read

QUOTED = """We hold the door open.

Am 4. Februar schrieb Amal:
> What do you defend?
>> And who stands beside you?
And we stay.
--
Amal, +00 66 77 88
""".replace("\n--\n", "\n-- \n")  # a space that editors like to remove
PAGE = """<html><head><title>no</title><style>p {color: red}</style></head><body>
<p>We hold&nbsp;the <b>door</b>
open.</p><div>And &lt;stay&gt;.<br>Always.</div><script>alert(1)</script>
<div class="gmail_quote">On Monday:<div>what</div><blockquote>they said</blockquote></div>
<blockquote>quoted<p>again</p></blockquote><p>The end.</body></html>"""


def html(page: str) -> bytes:
    made = EmailMessage()
    made.set_content(page, subtype="html")
    return bytes(made)


def test_quoted_lines_and_a_signature_are_left_out() -> None:
    assert own_words(QUOTED, False) == ("We hold the door open.\n\nAnd we stay.", True)
    assert own_words("Plain.\r\nWords: --\n --", False) == ("Plain.\nWords: --\n --", False)


def test_lines_that_a_program_has_broken_are_joined() -> None:
    assert own_words("We hold \nthe door.\n From here.\n", True) == (
        "We hold the door.\nFrom here.",
        False,
    )


def test_a_letter_that_is_only_a_page_keeps_its_words() -> None:
    told, pictures = read(html(PAGE))
    assert told["words"] == ("We hold\xa0the door open.\n\nAnd <stay>.\nAlways.\n\nThe end.")
    assert (told["left_out"], pictures) == (True, [])


@given(st.text(alphabet="<>/pdivblockquote \n&;ab=\"'", max_size=200))
def test_no_page_stops_the_reader(page: str) -> None:
    reading = Plain()
    reading.feed(page)
    reading.close()
    assert "\n\n\n" not in reading.text()


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_reader(raw: bytes) -> None:
    told, pictures = read(raw)
    assert isinstance(told["words"], str)
    assert len(pictures) <= 3


def test_plain_words_are_taken_before_the_page_and_attached_pictures_before_others() -> None:
    made = EmailMessage()
    made.set_content("Plain words.")
    made.add_alternative("<p>A page.</p>", subtype="html")
    first, second = picture("png"), picture("webp")
    made.add_attachment(first, maintype="image", subtype="png", disposition="inline", cid="<a>")
    made.add_attachment(second, maintype="application", subtype="octet-stream", filename="a")
    made.add_attachment("Not her words.", filename="b.txt")
    made.add_attachment(EmailMessage())
    found = read_letter(bytes(made))
    assert found == Contents("Plain words.", (second, first), 2, False, False)


def test_words_around_a_picture_stay_together() -> None:
    made = EmailMessage()
    made.set_content("Before.")
    made.add_attachment(picture(), maintype="image", subtype="jpeg", disposition="inline")
    made.add_attachment("After.", disposition="inline")
    assert read_letter(bytes(made)).words == "Before.\n\nAfter."


@pytest.mark.parametrize(
    ("charset", "words"),
    [("gb18030", "我们让门开着"), ("koi8-r", "Мы держим дверь"), ("windows-1256", "الباب مفتوح")],
)
def test_alphabets_of_old_programs_are_read(charset: str, words: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert read_letter(head + words.encode(charset)).words == words


def test_a_letter_too_deep_to_be_read_harms_nobody() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    with pytest.raises(Unreadable):
        read_letter(deep + b"\r\nWe hold.")


def test_the_reader_needs_nothing_but_python() -> None:
    """It works in a room where nothing else is."""
    from reflect2protect.submissions.work.contents import READER

    done = subprocess.run(
        [sys.executable, "-I", "-S", str(READER)], input=b"\r\nHi", capture_output=True, check=True
    )
    assert done.stdout.startswith(b'{"words": "Hi"')


@pytest.mark.parametrize("slug", list(LANGUAGES))
def test_the_form_names_the_mailbox_only_where_there_is_one(settings: Any, slug: str) -> None:
    def shown() -> str:
        with translation.override(slug):
            told = {"language": LANGUAGES[slug]}
            return render_to_string("submissions/_by_mail.html", told).strip()

    assert shown() == ""
    settings.MAILBOX, settings.MAIL = {"host": "a"}, {"host": "b"}
    settings.MAIL_FROM = "mirror@campaign.example"
    assert f'href="mailto:mirror+{slug}@campaign.example"' in shown()
