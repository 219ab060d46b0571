"""The receipt code: 30 digits that are the only key to a reflection.

29 digits (96 bits) and a check digit by Damm's method, which catches every single wrong digit and
every swap of two neighbours (H. M. Damm, 2004).
"""

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

DIGITS = 30
# Damm's totally anti-symmetric quasigroup of order 10.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class BadCode(ValueError):
    """What was typed cannot be a code; `digits` says how many digits were found."""

    def __init__(self, digits: int) -> None:
        super().__init__("not a receipt code")
        self.digits = digits


def _check_digit(digits: str) -> str:
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def _keyed(purpose: str, message: str) -> bytes:
    key = hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, message.encode(), hashlib.sha256).digest()


def new_code() -> str:
    """A random code: 30 ASCII digits."""
    digits = str(secrets.randbelow(10 ** (DIGITS - 1))).zfill(DIGITS - 1)
    return digits + _check_digit(digits)


def read_code(typed: str) -> str:
    """The 30 ASCII digits in what a person typed: any script's digits, any spacing.

    Raises BadCode when there are not 30 or the check digit does not fit.
    """
    digits = "".join(
        str(value) for letter in typed if (value := unicodedata.digit(letter, None)) is not None
    )
    if len(digits) != DIGITS or _check_digit(digits) != "0":
        raise BadCode(len(digits))
    return digits


def code_hash(code: str) -> str:
    """What is kept of a code: a keyed digest of 64 hexadecimal digits."""
    return _keyed("code", code).hex()


def groups(code: str) -> list[str]:
    """Six groups of five digits, as a person writes them down."""
    return [code[start : start + 5] for start in range(0, DIGITS, 5)]


def digest_of(*parts: bytes) -> str:
    """A keyed digest of everything in one post, to recognise the same post sent twice."""
    message = hashlib.sha256()
    for part in parts:
        message.update(len(part).to_bytes(8))
        message.update(part)
    return _keyed("post", message.hexdigest()).hex()
