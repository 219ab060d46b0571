"""Letters as people, programs and troublemakers send them."""

from email.message import EmailMessage
from typing import Any

from reflect2protect.core.sweeps import find_sweeps, run_one, sweep_named

SENDER = "amal.qzmark@private.example"
# Whatever of this is found after a letter was dealt with is a trace of its sender.
MARKS = (b"qzmark", b"QzMark", b"private.example", b"66.77.88.99")


def letter(words: str | None = "We hold the door open.", **changes: str) -> EmailMessage:
    """A letter with the headers that programs add, as far as `changes` leave them."""
    made = EmailMessage()
    headers = {
        "Return-Path": f"<{SENDER}>",
        "Received": "from home.qzmark (66.77.88.99) by mx; Wed, 4 Feb 2015 10:00:00 +0000",
        "From": f"Amal QzMark <{SENDER}>",
        "To": "mirror@campaign.example",
        "Subject": "QzMark",
        "Message-ID": "<qzmark-id@private.example>",
        "X-Mailer": "QzMarkMailer 6.6",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    for name, value in headers.items():
        if value:
            made[name] = value
    if words is not None:
        made.set_content(words)
    return made


def with_picture(data: bytes, words: str = "We hold the door open.", **changes: str) -> bytes:
    """A letter with a picture attached to it."""
    made = letter(words, **changes)
    made.add_attachment(data, maintype="image", subtype="jpeg", filename="qzmark.jpg")
    return bytes(made)


def look(again: Any = None) -> bool:
    """Let the worker look into the mailbox now, whenever it would have. Whether it did."""
    from reflect2protect.submissions.models import Mailbox

    find_sweeps()
    sweep = sweep_named("submissions.mail")
    assert sweep is not None
    Mailbox.objects.update(again="2000-01-01T00:00Z", not_before=None)
    return run_one(sweep, "a worker")
