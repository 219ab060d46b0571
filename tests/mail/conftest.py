"""A mailbox and a server that sends, both real, and the campaign set up for them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.mail.servers import DOVECOT, Catcher, Post, catching, dovecot

ADDRESS = "mirror@campaign.example"


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Post]:
    """The mailbox, started once."""
    if DOVECOT is None:
        pytest.skip("Dovecot is not installed; as root, tests/install.py installs it")
    with dovecot() as post:
        yield post


@pytest.fixture
def outgoing() -> Iterator[Catcher]:
    """What answers go through."""
    with catching() as catcher:
        yield catcher


@pytest.fixture
def post(mailbox: Post, outgoing: Catcher, settings: Any) -> Post:
    """The mailbox, empty, with the campaign looking into it."""
    mailbox.empty()
    settings.MAILBOX = mailbox.told()
    settings.MAIL = outgoing.told()
    settings.MAIL_FROM = ADDRESS
    return mailbox
