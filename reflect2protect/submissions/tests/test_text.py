"""Plain text from the public: every language whole, nothing hidden."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflect2protect.submissions.tests.hostile import (
    CONTROLS,
    HOSTILE,
    LEFT,
    LEFT_OUT,
    TURNED,
    UNSEEN,
    taken,
)
from reflect2protect.submissions.work.text import EMPTY, HiddenCharacters, clean

HIDDEN = {
    "null": "\0",
    "backspace": "\b",
    "escape": "\x1b",
    "delete": "\x7f",
    "next line": "\x85",
    "left-to-right embedding": "\u202a",
    "right-to-left embedding": "\u202b",
    "pop": "\u202c",
    "left-to-right override": "\u202d",
    "right-to-left override": "\u202e",
    "invisible plus": "\u2064",
    "annotation": "\ufff9",
    "symmetric swapping": "\u206a",
    "private use": "\ue000",
    "lone surrogate": "\ud800",
    "unassigned": "\u0378",
    "noncharacter": "\uffff",
}
WHOLE = {
    "Persian with a non-joiner": "می\u200cخواهم",
    "Arabic with marks": "أَنَا هُنَا، وَلَنْ أَصْمُتَ.",
    "a family joined of four": "👩\u200d👩\u200d👧\u200d👦",
    "a heart in colour": "❤\ufe0f",
    "a heart newer than Python 3.11": "\U0001fa77 \U0001faf9",
    "isolates": "\u2068#tag\u2069",
    "direction marks": "\u200fعربي\u200e",
    "Arabic with its letter mark": "رقم\u061c 5",
    "Khmer, with spaces that have no width": "ខ្ញុំ\u200bការពារ\u200bទឹក",
    "Chinese": "镜子里的人说：别怕，我也在。",
    "Russian": "Пандусов нет, а я всё равно здесь.",
    "Spanish": "¿Quién? ¡Yo también!",
    "French": "J’ai peur, et j’y vais.",
    "markup, which is only text": "<script>alert(1)</script> & {{ x }}",
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN.keys())
@pytest.mark.parametrize("lines", [True, False])
def test_what_cannot_be_seen_is_refused(hidden: str, *, lines: bool) -> None:
    for text in (hidden + "a", f"a{hidden}b", f"a{hidden}"):
        with pytest.raises(HiddenCharacters):
            clean(text, lines=lines)


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_what_a_language_needs_is_kept(text: str) -> None:
    assert clean(text, lines=False) == text


@pytest.mark.parametrize("unseen", ["\xad", "\u2060", "\ufeff", "\U000e0067\U000e007f"])
def test_what_a_paste_brings_along_and_nobody_would_miss_is_left_out(unseen: str) -> None:
    assert clean(f"{unseen}a{unseen}b{unseen}", lines=False) == "ab"
    assert clean(f"e{unseen}\u0301", lines=False) == "\u00e9"


@pytest.mark.parametrize(
    "empty", ["\u3164", "\u2800 \u2800", "\u200b", "\u200e\u200f", "\n \u115f"]
)
def test_words_that_show_nothing_are_none(empty: str) -> None:
    assert clean(empty, lines=True) == ""
    assert clean(f"a{empty}b", lines=True) == f"a{empty}b"


def test_letters_and_their_marks_become_one() -> None:
    assert clean("e\u0301", lines=False) == "\u00e9"


def test_ends_of_lines_are_made_plain() -> None:
    assert clean("a\r\nb\rc\u2028d\u2029e\nf", lines=True) == "a\nb\nc\nd\ne\nf"


def test_a_field_of_one_line_has_one_line() -> None:
    assert clean(" a\r\nb\tc ", lines=False) == "a b c"


def test_space_around_is_dropped_and_inside_is_kept() -> None:
    assert clean("  a  b \n\n c  ", lines=True) == "a  b \n\n c"


def test_of_all_hostile_texts_those_are_refused_that_hide_something() -> None:
    """Whatever else they do to a program, they are texts, and are kept as they are."""
    ends = ("a\tb", "a\nb", "a\rb")
    assert all(taken(text) is None for text in [*TURNED, *UNSEEN])
    assert {taken(text) for text in LEFT_OUT} == {"ab"}
    assert [text for text in CONTROLS if taken(text) is not None] == list(ends)
    plain = str.maketrans({"\t": " ", "\u2028": "\n", "\u2029": "\n"} | dict.fromkeys(LEFT, ""))
    for text in HOSTILE:
        whole = text.replace("\r\n", "\n").replace("\r", "\n").translate(plain)
        whole = unicodedata.normalize("NFC", whole).strip()
        whole = "" if all(one in EMPTY or one.isspace() for one in whole) else whole
        hidden = any(not (one.isprintable() or one in "\n\xa0\u3000") for one in whole)
        assert taken(text) == whole or (hidden and taken(text) is None), ascii(text)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(text=st.text(max_size=60), lines=st.booleans())
def test_whatever_comes_through_is_clean_and_stays_so(text: str, *, lines: bool) -> None:
    try:
        cleaned = clean(text, lines=lines)
    except HiddenCharacters:
        return
    assert clean(cleaned, lines=lines) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert lines or "\n" not in cleaned
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\0\x1b")
