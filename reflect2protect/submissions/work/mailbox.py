"""The campaign's mailbox: what waits there, and taking it out for good.

An address is held in memory until its letter is answered. It is written nowhere.
"""

import imaplib
import re
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

from django.conf import settings
from django.utils import timezone
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from reflect2protect.core.languages import LANGUAGES

SECONDS = 15.0  # for each step of the connection
MOST_HEADER = 64 * 1024  # bytes that are looked at
PATIENCE = timedelta(days=2)  # with a letter that cannot be answered
# What RFC 5321 calls a dot-string, and nothing that looks like an encoded word: that could say
# anything when it is decoded.
ADDRESS = re.compile(
    r"(?!.*=\?)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*"
    r"@[a-zA-Z0-9-]{1,63}(\.[a-zA-Z0-9-]{1,63}){1,8}",
    re.ASCII,
)
MOST_ADDRESS = 254  # characters
HEAD = f"(RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER]<0.{MOST_HEADER}>)"
MACHINES = {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"}
# What imaplib, imap-tools and the network raise.
TROUBLES = (OSError, imaplib.IMAP4.error, ImapToolsError)


class NoInbox(Exception):
    """The mailbox cannot be used; the message says why, in words for whoever runs the campaign."""


@dataclass(frozen=True)
class Head:
    """A letter that waits. `sender`: whom to answer; "" for nobody. `size` in bytes."""

    uid: str
    size: int
    sender: str = field(repr=False)
    # The language of the address it was sent to ("mirror+fr@"), or "".
    language: str
    # Whether it was put off before, and long ago.
    waited: bool
    overdue: bool


def address(language: str = "") -> str:
    """Where people write to in a language; "" where taking part by e-mail is not set up."""
    if not (settings.MAILBOX and settings.MAIL and settings.MAIL_FROM):
        return ""
    name, _, domain = settings.MAIL_FROM.partition("@")
    return f"{name}+{language}@{domain}" if language else settings.MAIL_FROM


@contextmanager
def open_inbox() -> Iterator["Inbox"]:
    """The mailbox, for a moment. Raises NoInbox, and what is in TROUBLES."""
    told = settings.MAILBOX
    box = _connect(told)
    try:
        box.login(told["user"], told["word"], initial_folder=told["folder"])
        # Without it a single letter cannot be removed for good.
        if b"UIDPLUS" not in box.client.capability()[1][0].upper().split():
            raise NoInbox("its server does not know UIDPLUS")
        yield Inbox(box)
    finally:
        try:
            box.logout()
        except TROUBLES:
            box.client.shutdown()


def _connect(told: dict[str, Any]) -> BaseMailBox:
    if told["tls"]:
        context = ssl.create_default_context()
        return MailBox(told["host"], told["port"], timeout=SECONDS, ssl_context=context)
    return MailBoxUnencrypted(told["host"], told["port"], timeout=SECONDS)


class Inbox:
    """An open mailbox."""

    def __init__(self, box: BaseMailBox) -> None:
        self._box = box

    def first(self) -> Head | None:
        """The oldest letter; when only such are left that were put off, one of those by lot."""
        if fresh := self._box.uids("UNFLAGGED"):
            return self._head(fresh[0], waited=False)
        if waiting := self._box.uids("FLAGGED"):
            return self._head(secrets.choice(waiting), waited=True)
        return None

    def _head(self, uid: str, *, waited: bool) -> Head | None:
        told, header = self._fetch(uid, HEAD)
        size = re.search(rb"RFC822\.SIZE (\d+)", told)
        if size is None:
            return None  # gone meanwhile
        letter = message_from_bytes(header)
        return Head(
            uid=uid,
            size=int(size[1]),
            sender="" if _automatic(letter) else _sender(letter),
            language=_language(letter),
            waited=waited,
            overdue=waited and _age(told) > PATIENCE,
        )

    def whole(self, head: Head) -> bytes:
        """All of a letter."""
        return self._fetch(head.uid, "(BODY.PEEK[])")[1]

    def put_off(self, head: Head) -> None:
        """Let the others go first."""
        self._do("STORE", head.uid, "+FLAGS.SILENT", r"(\Flagged)")

    def remove(self, head: Head) -> None:
        """Delete and expunge this letter and no other."""
        self._do("STORE", head.uid, "+FLAGS.SILENT", r"(\Deleted)")
        self._do("EXPUNGE", head.uid)

    def _do(self, *command: str) -> list[Any]:
        answer, found = self._box.client.uid(*command)
        if answer != "OK":
            raise imaplib.IMAP4.error
        return found

    def _fetch(self, uid: str, what: str) -> tuple[bytes, bytes]:
        """What the server tells of a letter, and the bytes that were asked for."""
        told, data = b"", b""
        for one in self._do("FETCH", uid, what):
            if isinstance(one, tuple):
                told, data = told + one[0], one[1]
            elif one:
                told += one
        return told, data


def _age(told: bytes) -> timedelta:
    came = imaplib.Internaldate2tuple(told)  # local, as Python tells it
    if came is None:
        return timedelta()
    return timezone.now() - datetime(*came[:6]).astimezone()


def _texts(letter: Message, *names: str) -> list[str]:
    return [str(value) for name in names for value in letter.get_all(name, [])]


def _automatic(letter: Message) -> bool:
    """Whether a program sent it: to answer could begin an endless exchange."""
    submitted = "".join(_texts(letter, "Auto-Submitted")).partition(";")[0].strip().lower()
    precedence = {text.strip().lower() for text in _texts(letter, "Precedence")}
    nobody = "<>" in {text.strip() for text in _texts(letter, "Return-Path")}
    listed = _texts(letter, "List-Id", "List-Unsubscribe", "X-Auto-Response-Suppress")
    report = str(letter.get("Content-Type", "")).lower().startswith("multipart/report")
    return bool(
        submitted not in {"", "no"}
        or precedence & {"bulk", "list", "junk"}
        or nobody
        or listed
        or report
    )


def _sender(letter: Message) -> str:
    """The one plain address that a letter says it comes from; "" where there is none, or it is
    a machine's or our own."""
    told = _texts(letter, "From")
    if len(told) != 1 or not told[0].isascii():
        return ""
    found = told[0].strip()
    if found.endswith(">") and found.count("<") == 1:
        found = found[:-1].rpartition("<")[2]
    if len(found) > MOST_ADDRESS or not ADDRESS.fullmatch(found):
        return ""
    name, _, domain = found.lower().partition("@")
    own = settings.MAIL_FROM.lower()
    ours = f"{name.partition('+')[0]}@{domain}" == own or found.lower() == own
    return "" if ours or name in MACHINES else found


def _language(letter: Message) -> str:
    name, _, domain = settings.MAIL_FROM.lower().partition("@")
    tagged = re.compile(rf"{re.escape(name)}\+([a-z-]{{2,10}})@{re.escape(domain)}")
    for text in _texts(letter, "Delivered-To", "X-Original-To", "To", "Cc"):
        if (found := tagged.search(text.lower())) and found[1] in LANGUAGES:
            return found[1]
    return ""
