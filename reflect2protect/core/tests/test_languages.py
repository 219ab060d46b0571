"""The six languages, and guessing the language of words by their script."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflect2protect.core.languages import LANGUAGES, script_language

GUESSES = [
    ("ظلّي يكفي. الحق أكبر من صورتي.", "en", "ar"),
    ("镜子里的人说：别怕，我也在。", "fr", "zh-hans"),
    ("Пандусов нет, а я всё равно здесь.", "ar", "ru"),
    ("Me tapo la cara, no la voz.", "es", "es"),
    ("J’ai peur, et j’y vais.", "fr", "fr"),
    ("You need to know we are many.", "ru", "en"),
    ("You need to know we are many.", "en", "en"),
    ("人权 rights", "en", "zh-hans"),
    ("ОК, let us stand together", "ru", "en"),
    ("12345 ✊", "ar", "ar"),
    ("", "es", "es"),
]


def test_there_are_six_and_one_is_written_from_the_right() -> None:
    assert list(LANGUAGES) == ["ar", "zh-hans", "en", "fr", "ru", "es"]
    assert [slug for slug, language in LANGUAGES.items() if language.dir == "rtl"] == ["ar"]
    assert LANGUAGES["zh-hans"].tag == "zh-Hans"


@pytest.mark.parametrize(("words", "page", "guess"), GUESSES)
def test_words_are_in_the_language_of_their_script(words: str, page: str, guess: str) -> None:
    assert script_language(words, page) == guess


@settings(max_examples=200, derandomize=True, deadline=None)
@given(words=st.text(max_size=60), page=st.sampled_from(list(LANGUAGES)))
def test_the_guess_is_always_one_of_the_six(words: str, page: str) -> None:
    assert script_language(words, page) in LANGUAGES
