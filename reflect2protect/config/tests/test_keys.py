"""The vault's own database, as the settings have it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from reflect2protect.config import env
from reflect2protect.core import vault


@contextmanager
def _instead(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Have the vault work on another database for a while."""
    before = connections[vault.KEYS]
    connections[vault.KEYS] = connection
    try:
        yield
    finally:
        connections[vault.KEYS] = before


@pytest.mark.django_db
def test_the_file_keeps_no_byte_of_a_destroyed_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the settings have it: no write-ahead log, and freed pages are overwritten."""
    monkeypatch.delenv("KEYS_URL", raising=False)
    told = env.keys("KEYS_URL", tmp_path)
    connection = connections.create_connection(vault.KEYS)
    connection.settings_dict = {**connection.settings_dict, **told}
    with _instead(connection):
        names = [vault.new() for _ in range(40)]
        wrapped = dict(vault.everything())
        for name in names[::2]:
            vault.destroy(name)
        connection.close()
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    left = {name for name in names if wrapped[name] in held or name.encode() in held}
    assert left == set(names[1::2])
    with sqlite3.connect(tmp_path / "keys" / "vault.sqlite3") as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("delete",)
