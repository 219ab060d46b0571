"""The receipt code: the only key to a reflection, typed by people in every script."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflect2protect.submissions.work import receipt
from reflect2protect.submissions.work.receipt import BadCode, groups, new_code, read_code

# Zero in: ASCII, Arabic-Indic, Persian, Devanagari, Bengali, Thai, full width, mathematical.
ZEROS = "0\u0660\u06f0\u0966\u09e6\u0e50\uff10\U0001d7ce"
SPACINGS = (" ", "-", " - ", "\n", "\t", "\u00a0", "\u202f", "\u3000", ". ", "·")


def sampled(count: int, seed: int = 20150204) -> list[str]:
    """Codes like those that are given out, always the same ones."""
    chance = random.Random(seed)
    bodies = [str(chance.randrange(10**29)).zfill(29) for _ in range(count)]
    return [body + receipt._check_digit(body) for body in bodies]


def in_script(code: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in code)


def test_a_code_has_thirty_ascii_digits_and_can_be_read_back() -> None:
    for _ in range(200):
        code = new_code()
        assert len(code) == 30
        assert code.isascii()
        assert code.isdecimal()
        assert read_code(code) == code


def test_no_code_comes_twice() -> None:
    assert len({new_code() for _ in range(5000)}) == 5000


def test_every_wrong_digit_is_caught() -> None:
    for code in sampled(40):
        for at, digit in enumerate(code):
            for other in set("0123456789") - {digit}:
                with pytest.raises(BadCode):
                    read_code(code[:at] + other + code[at + 1 :])


def test_every_swap_of_neighbours_is_caught() -> None:
    for code in sampled(300):
        for at in range(29):
            swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            if swapped != code:
                with pytest.raises(BadCode):
                    read_code(swapped)


@pytest.mark.parametrize("zero", ZEROS, ids=lambda zero: unicodedata.name(zero))
def test_digits_of_any_script_are_read(zero: str) -> None:
    for code in sampled(5):
        assert read_code(in_script(code, zero)) == code


@pytest.mark.parametrize("between", SPACINGS, ids=repr)
def test_any_spacing_is_read(between: str) -> None:
    for code in sampled(5):
        assert read_code(f" {between.join(groups(code))} ") == code


@settings(max_examples=200, derandomize=True, deadline=None)
@given(typed=st.text(max_size=80))
def test_what_is_no_code_is_refused_and_says_how_many_digits_it_has(typed: str) -> None:
    found = sum(unicodedata.digit(letter, None) is not None for letter in typed)
    with pytest.raises(BadCode) as caught:
        read_code(typed)
    assert caught.value.digits == found


@pytest.mark.parametrize("length", [0, 1, 15, 29, 31, 60])
def test_half_a_code_or_more_than_one_is_refused(length: int) -> None:
    digits = (sampled(1)[0] * 2)[:length]
    with pytest.raises(BadCode) as caught:
        read_code(digits)
    assert caught.value.digits == length


def test_a_code_is_written_in_six_groups_of_five() -> None:
    code = sampled(1)[0]
    assert [len(group) for group in groups(code)] == [5] * 6
    assert "".join(groups(code)) == code


def test_what_is_kept_of_a_code_is_not_the_code() -> None:
    first, second = sampled(2)
    assert len(receipt.code_hash(first)) == 64
    assert first not in receipt.code_hash(first)
    assert receipt.code_hash(first) == receipt.code_hash(first)
    assert receipt.code_hash(first) != receipt.code_hash(second)


def test_what_is_kept_of_a_code_depends_on_the_secret_key(settings: object) -> None:
    code = sampled(1)[0]
    before = receipt.code_hash(code)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert receipt.code_hash(code) != before


def test_two_posts_differ_wherever_one_part_ends() -> None:
    assert receipt.digest_of(b"ab", b"c") != receipt.digest_of(b"a", b"bc")
    assert receipt.digest_of(b"a") != receipt.digest_of(b"a", b"")
