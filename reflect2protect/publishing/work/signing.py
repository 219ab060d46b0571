"""The campaign's key (Ed25519): it signs copies, and the list of those who were removed since.

Reading and checking need no settings: a partner's machine has none.
"""

import hashlib
import hmac
import os
import re
from pathlib import Path

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

SALT_BYTES = 16
_WHOLE = re.compile(r"\b[0-9a-f]{64}\b")


class BadKey(Exception):
    """A key that cannot be read; the message says what was expected."""


def read_key(text: str, path: Path) -> SigningKey | None:
    """The key that a setting gives (64 hexadecimal digits), else the one kept at `path`, if any.

    Raises BadKey.
    """
    if not text and path.exists():
        text = path.read_text(encoding="ascii")
    if not text:
        return None
    if not _WHOLE.fullmatch(text.strip().lower()):
        raise BadKey("EXPORT_KEY: expected 64 hexadecimal digits.")
    return SigningKey(bytes.fromhex(text.strip()))


def make_key(path: Path) -> SigningKey:
    """A new key, kept at `path` for its owner alone. Raises FileExistsError."""
    key = SigningKey.generate()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.encode().hex() + "\n")
    return key


def public_of(key: SigningKey) -> str:
    """The public half, as 64 hexadecimal digits."""
    return key.verify_key.encode().hex()


def fingerprint(public: str) -> str:
    """What people compare: eight groups of four digits (128 bits of the key's SHA-256)."""
    digits = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def is_key(public: str, expected: str) -> bool:
    """Whether `expected` (a fingerprint, a public key, or a text that holds one) means this key."""
    said = re.sub(r"[\s:-]", "", expected.lower())
    whole = _WHOLE.search(expected.lower())
    return said == fingerprint(public).replace(" ", "") or bool(whole and whole[0] == public)


def sign(key: SigningKey, body: bytes) -> bytes:
    """A signature as a line of text: the same for the same bytes."""
    return key.sign(body).signature.hex().encode() + b"\n"


def signed_by(public: str, body: bytes, signature: bytes) -> bool:
    """Whether the owner of this key signed these bytes."""
    try:
        VerifyKey(bytes.fromhex(public)).verify(body, bytes.fromhex(signature.decode().strip()))
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True


def salt_for(key: SigningKey, *what: bytes) -> str:
    """A salt that nobody can guess who has not the key, and that is the same every time."""
    seed = hashlib.sha256(b"salt\0" + key.encode()).digest()
    text = b"".join(len(part).to_bytes(8, "big") + part for part in what)
    return hmac.new(seed, text, hashlib.sha256).hexdigest()[: SALT_BYTES * 2]


def key_notice(key: SigningKey) -> bytes:
    """`/signing-key.txt`: what a partner compares with what she was told."""
    public = public_of(key)
    return f"Ed25519 public key: {public}\nFingerprint: {fingerprint(public)}\n".encode()
