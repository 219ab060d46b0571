"""The vault: one key for everything that came from one person, and nowhere else.

What people send is sealed with the key of their reflection (XSalsa20 and Poly1305, by libsodium).
To destroy that key is to erase every copy of it at once, backups included. So keys live in a
database of their own, which keeps nothing of a deleted row: SQLite without a write-ahead log and
with secure_delete (in WAL mode deleted keys stayed readable), or PostgreSQL, where the table is
written anew each time; what its log of writes keeps is the operator's to shorten.
Each key is wrapped once more with SECRET_KEY: a stolen disk or backup without it opens nothing.

A plain table without a model, because Django's migrations of every room would come along.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

KEYS = "keys"  # the database's alias
AT_ONCE = 500  # names in one question
TABLE = "CREATE TABLE IF NOT EXISTS vault (name varchar(32) PRIMARY KEY, wrapped {})"


class Unreadable(Exception):
    """There is no key for this, or not the right one: it was erased."""


def new() -> str:
    """Make a key; its name (32 hexadecimal digits) is all that other databases know of it.

    Raises django.db.OperationalError when it cannot be kept.
    """
    name = secrets.token_hex(16)
    keep(name, _wrapping().encrypt(secrets.token_bytes(SecretBox.KEY_SIZE)))
    return name


def keep(name: str, wrapped: bytes) -> None:
    """Put a wrapped key in, as `new` does and a restored backup; one that is there stays."""
    with _table() as cursor:
        cursor.execute(
            "INSERT INTO vault (name, wrapped) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [name, wrapped],
        )


def keys(names: Iterable[str]) -> dict[str, bytes]:
    """The keys (32 bytes each) of those names that have one."""
    wanted = [name for name in dict.fromkeys(names) if name]
    wrapping, found = _wrapping(), {}
    for start in range(0, len(wanted), AT_ONCE):
        for name, wrapped in _wrapped(wanted[start : start + AT_ONCE]):
            with suppress(CryptoError):  # wrapped under a SECRET_KEY that is gone
                found[name] = wrapping.decrypt(bytes(wrapped))
    return found


def _wrapped(names: list[str]) -> list[tuple[str, bytes]]:
    places = ", ".join(["%s"] * len(names))
    with _table() as cursor:
        cursor.execute(f"SELECT name, wrapped FROM vault WHERE name IN ({places})", names)  # noqa: S608
        return list(cursor.fetchall())


def key(name: str) -> bytes:
    """One key. Raises Unreadable when there is none."""
    try:
        return keys([name])[name]
    except KeyError:
        raise Unreadable from None


def destroy(name: str) -> None:
    """Make everything that was sealed with this key unreadable for ever. Twice changes nothing."""
    with _table() as cursor:
        cursor.execute("DELETE FROM vault WHERE name = %s", [name])
    connection = connections[KEYS]
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM FULL vault")  # else its page may hold the row for long


def everything() -> list[tuple[str, bytes]]:
    """The name of every key, and the key as it lies there, wrapped: for a backup."""
    with _table() as cursor:
        cursor.execute("SELECT name, wrapped FROM vault")
        return [(name, bytes(wrapped)) for name, wrapped in cursor.fetchall()]


def seal(key: bytes, data: bytes) -> bytes:
    """Data that only this key opens; longer by 40 bytes."""
    return SecretBox(key).encrypt(data)


def unseal(key: bytes, data: bytes) -> bytes:
    """What was sealed. Raises Unreadable when it was changed or sealed with another key."""
    try:
        return SecretBox(key).decrypt(data)
    except (CryptoError, ValueError):
        raise Unreadable from None


def _wrapping() -> SecretBox:
    """Derived from SECRET_KEY, for this purpose alone."""
    secret = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return SecretBox(hashlib.blake2b(b"vault", key=secret, digest_size=32).digest())


@contextmanager
def _table() -> Iterator[CursorWrapper]:
    """A cursor on the table, which is made when it is not there yet."""
    connection = connections[KEYS]
    kind = "bytea" if connection.vendor == "postgresql" else "blob"
    with connection.cursor() as cursor:
        cursor.execute(TABLE.format(kind))
        yield cursor
