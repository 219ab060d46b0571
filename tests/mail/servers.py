"""A real Dovecot to read from, and a real SMTP server that keeps what is sent through it."""

import imaplib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.browser.server import free_port, wait_until

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
USER, WORD = "mirror", "a-word-for-tests"
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/log.txt
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{place}/cert.pem
ssl_key = <{place}/key.pem
mail_location = maildir:{place}/mail
passdb {{
  driver = static
  args = password={word}
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail_group} home={place}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Post:
    """A mailbox that runs: its ports, and the certificate that vouches for it."""

    port: int
    tls_port: int
    cert: Path

    def told(self, **changes: Any) -> dict[str, Any]:
        """What settings.MAILBOX would hold."""
        plain = {"host": "127.0.0.1", "port": self.port, "tls": False, "here": True}
        return {**plain, "user": USER, "word": WORD, "folder": "INBOX", **changes}

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """The mailbox, as another program opens it."""
        client = imaplib.IMAP4("127.0.0.1", self.port)
        try:
            client.login(USER, WORD)
            client.select()
            yield client
        finally:
            client.logout()

    def put(self, letter: bytes, came: datetime | None = None) -> None:
        """Let a letter arrive."""
        day = imaplib.Time2Internaldate(came) if came else None
        with self.opened() as client:
            done = client.append("INBOX", "", day or "", letter)
        assert done[0] == "OK"

    def count(self) -> int:
        """How many letters lie there, deleted ones that were not expunged included."""
        with self.opened() as client:
            return len(client.search(None, "ALL")[1][0].split())

    def empty(self) -> None:
        """Take everything out."""
        with self.opened() as client:
            for number in client.search(None, "ALL")[1][0].split():
                client.store(number, "+FLAGS", r"\Deleted")
            client.expunge()


def _people() -> dict[str, object]:
    """Whom Dovecot's processes run as: its own users, or this one where it may become no other."""
    own = pwd.getpwuid(os.getuid())
    names = ("dovecot", "dovenull", "nobody")
    internal, login, mail = (pwd.getpwnam(n) if own.pw_uid == 0 else own for n in names)
    return {
        "internal": internal.pw_name,
        "group": internal.pw_gid if own.pw_uid else internal.pw_name,
        "login": login.pw_name,
        "mail": mail.pw_uid,
        "mail_group": mail.pw_gid,
    }


def make_cert(place: Path) -> None:
    """A certificate for this machine that vouches for itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=test",
         "-addext", "subjectAltName=IP:127.0.0.1,IP:127.0.0.2"],
        cwd=place, check=True, capture_output=True,
    )  # fmt: skip


@contextmanager
def dovecot() -> Iterator[Post]:
    """A mailbox of its own, from its first answer on; gone afterwards."""
    # A socket's path may hold about 100 bytes.
    place = Path(tempfile.mkdtemp(prefix="r2p-mail-"))
    place.chmod(0o755)
    make_cert(place)
    people = _people()
    (place / "mail").mkdir()
    if os.getuid() == 0:
        os.chown(place / "mail", int(str(people["mail"])), int(str(people["mail_group"])))
    post = Post(free_port(), free_port(), place / "cert.pem")
    ports = {"port": post.port, "tls_port": post.tls_port}
    config = place / "dovecot.conf"
    config.write_text(CONFIG.format(place=place, word=WORD, **people, **ports))
    with subprocess.Popen(
        [str(DOVECOT), "-F", "-c", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_until(lambda: _answers(post), 30, "the mailbox")
            yield post
        finally:
            process.terminate()
            process.wait(15)
            shutil.rmtree(place, ignore_errors=True)


def _answers(post: Post) -> bool:
    try:
        with post.opened():
            return True
    except (OSError, imaplib.IMAP4.error):
        return False


@dataclass
class Catcher:
    """An SMTP server: what was sent through it, and what happens at each step."""

    port: int = 0
    sent: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    # What it says to an address and to a letter; calling these may also do something.
    at_address: Callable[[str], str] = lambda address: "250 OK"
    at_letter: Callable[[], str] = lambda: "250 OK"
    at_end: Callable[[], None] = lambda: None

    def told(self, **changes: Any) -> dict[str, Any]:
        """What settings.MAIL would hold."""
        plain = {"host": "127.0.0.1", "port": self.port, "tls": False, "here": True}
        return {**plain, "user": "", "word": "", "folder": "INBOX", **changes}

    def texts(self) -> list[str]:
        """The words of each letter."""
        return [letter.get_content() for _, _, letter in self.sent]


class _Handler:
    def __init__(self, catcher: Catcher) -> None:
        self.catcher = catcher

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self.catcher.at_address(address)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        said = self.catcher.at_letter()
        if said.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            letter = message_from_bytes(content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.catcher.sent.append((str(envelope.mail_from), envelope.rcpt_tos, letter))
        return said

    async def handle_QUIT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.catcher.at_end()
        return "221 Bye"


@contextmanager
def catching(host: str = "127.0.0.1", **more: Any) -> Iterator[Catcher]:
    """An SMTP server on a port of its own."""
    catcher = Catcher(port=free_port())
    controller = Controller(_Handler(catcher), hostname=host, port=catcher.port, **more)
    controller.start()
    try:
        yield catcher
    finally:
        controller.stop()
