"""The vault: what was sealed with a key that is gone is gone."""

import pytest
from django.conf import LazySettings

from reflect2protect.core import vault

pytestmark = pytest.mark.django_db


def test_what_one_key_seals_that_key_opens_and_no_other() -> None:
    one, other = vault.key(vault.new()), vault.key(vault.new())
    sealed = vault.seal(one, b"a secret")
    assert b"secret" not in sealed
    assert vault.seal(one, b"a secret") != sealed
    assert vault.unseal(one, sealed) == b"a secret"
    with pytest.raises(vault.Unreadable):
        vault.unseal(other, sealed)


@pytest.mark.parametrize("place", [0, 30, -1])
def test_what_was_changed_is_not_opened(place: int) -> None:
    key = vault.key(vault.new())
    sealed = bytearray(vault.seal(key, b"a secret"))
    sealed[place] ^= 1
    with pytest.raises(vault.Unreadable):
        vault.unseal(key, bytes(sealed))


def test_a_destroyed_key_is_not_there_and_others_are() -> None:
    gone, kept = vault.new(), vault.new()
    vault.destroy(gone)
    vault.destroy(gone)
    assert set(vault.keys([gone, kept, "", "unknown"])) == {kept}
    with pytest.raises(vault.Unreadable):
        vault.key(gone)


def test_another_secret_opens_no_key(settings: LazySettings) -> None:
    name = vault.new()
    settings.SECRET_KEY = "another one"
    assert vault.keys([name]) == {}


def test_many_keys_are_found_in_their_hundreds() -> None:
    names = [vault.new() for _ in range(vault.AT_ONCE + 3)]
    assert set(vault.keys(names)) == set(names)
