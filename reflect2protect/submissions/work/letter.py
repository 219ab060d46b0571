"""The answer to a letter: what it says, and sending it. Nothing of her letter is quoted."""

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from enum import Enum

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reflect2protect.core.languages import Language
from reflect2protect.core.models import Campaign
from reflect2protect.submissions.work import receipt

SECONDS = 15.0  # for each step of the connection
LEFT_TO_RIGHT = "\u200e"  # so that groups of digits keep their order in an Arabic letter


class Note(Enum):
    """What she has to know about what came of her letter."""

    CUT = _("Your words were longer than 600 characters. We took in the first 600.")
    LEFT_OUT = _("Quoted lines, or what stood below your signature line, were left out.")
    HIDDEN = _(
        "Your words held hidden characters that could mislead a reader, so we did not take them "
        "in. Please type them again on the page."
    )
    PICTURE = _(
        "We could not take in your picture. JPEG, PNG, WebP, HEIC and AVIF work, up to 40 million "
        "pixels."
    )
    MORE = _("There was more than one picture. We took in one.")
    EMPTY = _("We found neither words nor a picture in it.")
    LARGE = _("It was larger than 25 MB.")
    BROKEN = _("It was damaged, and we could not read it.")
    ENDED = _("The campaign has ended.")


class Refused(Exception):
    """The address is not served. `for_now`: perhaps later."""

    def __init__(self, *, for_now: bool) -> None:
        super().__init__("the address is not served")
        self.for_now = for_now


def taken(language: Language, code: str, notes: Iterable[Note]) -> EmailMessage:
    """It is here, and nothing is shown before she says so; how to open it."""
    page = f"{settings.PUBLIC_URL}/{language.slug}/my-reflection/"
    groups = " ".join(receipt.groups(code))
    context = {
        "link": f"{page}#{code}",
        "page": page,
        "code": f"{LEFT_TO_RIGHT}{groups}" if language.dir == "rtl" else groups,
        "days": Campaign.current().keep_unanswered_days,
    }
    return _letter("taken", language, notes, context)


def not_taken(language: Language, notes: Iterable[Note]) -> EmailMessage:
    """Nothing of it was kept, and why."""
    return _letter("not_taken", language, notes, {})


def _letter(
    name: str, language: Language, notes: Iterable[Note], context: dict[str, object]
) -> EmailMessage:
    with translation.override(language.slug):
        told = {
            "notes": [str(note.value) for note in notes],
            "form": f"{settings.PUBLIC_URL}/{language.slug}/participate/",
            "onion": settings.ONION_URL,
            **context,
        }
        text = render_to_string(f"submissions/mail/{name}.txt", told)
        subject = gettext("Your message")
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"] = settings.MAIL_FROM
    letter["Subject"] = subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=settings.MAIL_FROM.partition("@")[2])
    letter["Auto-Submitted"] = "auto-replied"
    letter["Content-Language"] = language.tag
    letter.set_content(text.strip() + "\n")
    return letter


class Outlet:
    """An open connection to the server that sends, with an address that it serves."""

    def __init__(self, server: smtplib.SMTP, to: str) -> None:
        self._server = server
        self._to = to

    def send(self, letter: EmailMessage) -> None:
        """Hand the letter over. Raises Refused where it is not taken for good (perhaps by whom it
        is for, or for what it says), and smtplib.SMTPException or OSError."""
        letter["To"] = self._to
        code, _said = self._server.data(letter.as_bytes())
        if code >= 500:
            raise Refused(for_now=True)
        if code != 250:
            raise smtplib.SMTPDataError(code, b"")


@contextmanager
def open_outlet(to: str) -> Iterator[Outlet]:
    """Ready to send one letter. Raises Refused for an address that is not served, and
    smtplib.SMTPException or OSError where nothing can be sent."""
    with connected() as server:
        server.ehlo_or_helo_if_needed()
        code, _said = server.mail(settings.MAIL_FROM)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, b"", settings.MAIL_FROM)
        code, _said = server.rcpt(to)
        if code not in {250, 251}:
            raise Refused(for_now=code < 500)
        yield Outlet(server, to)


@contextmanager
def connected() -> Iterator[smtplib.SMTP]:
    """The server that sends, signed in to. Raises smtplib.SMTPException or OSError."""
    told = settings.MAIL
    # It would tell this machine's name otherwise.
    own = settings.MAIL_FROM.partition("@")[2]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if told["tls"]:
        server = smtplib.SMTP_SSL(told["host"], told["port"], own, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(told["host"], told["port"], own, timeout=SECONDS)
    try:
        if not (told["tls"] or told["here"]):
            server.starttls(context=context)
        if told["user"]:
            server.login(told["user"], told["word"])
        yield server
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()
