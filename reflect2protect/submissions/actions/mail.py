"""Taking part by e-mail: one letter is taken in, answered, and removed, in this order.

Killed between two steps, the letter is still there and is answered again, with a second code.
What the first one led to shows nothing without consent, and is erased in time.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from reflect2protect.core.fleeting import Fleeting
from reflect2protect.core.languages import LANGUAGES, Language, script_language
from reflect2protect.core.models import Campaign
from reflect2protect.media.work.launder import Laundered, launder
from reflect2protect.media.work.launder import Reason as Refusal
from reflect2protect.media.work.launder import Refused as PictureRefused
from reflect2protect.submissions.actions.ends import erase_submission
from reflect2protect.submissions.actions.receive import (
    CampaignEnded,
    Reflection,
    receive_submission,
)
from reflect2protect.submissions.models import MAX_WORDS, Mailbox, Seen, Submission
from reflect2protect.submissions.work.contents import Contents, Unreadable, read_letter
from reflect2protect.submissions.work.letter import Note, Refused, not_taken, open_outlet, taken
from reflect2protect.submissions.work.mailbox import TROUBLES, Head, Inbox, open_inbox
from reflect2protect.submissions.work.text import HiddenCharacters, clean

EMPTY_FOR = timedelta(seconds=60)  # between two looks into an empty mailbox
BETWEEN = timedelta(seconds=2)  # between two letters, so at most 30 answers a minute
MOST_BYTES = 25 * 1024 * 1024  # of a letter
# To one address in an hour: nobody can flood somebody else's mailbox through ours.
MOST_ANSWERS = 10

# Troubles of ours, which may be over soon, and no fault of the letter.
OUR_OWN = (*TROUBLES, DatabaseError, PictureRefused)

# Counted in memory alone, under a digest whose key ends with the process.
_KEY = secrets.token_bytes(32)
_answers = Fleeting[int](3600.0)


def look_into_mailbox(*, mailbox: Mailbox) -> None:
    """Deal with the first letter that waits, if there is one.

    Raises NoInbox, OSError, and what imaplib, imap-tools and smtplib raise: then the letter stays
    where it is and nothing of it is kept.
    """
    with open_inbox() as inbox:
        head = inbox.first()
        if head:
            _deal_with(inbox, head)
    # What was put off can wait: it comes again when there is nothing else.
    pause = BETWEEN if head and not head.waited else EMPTY_FOR
    Mailbox.objects.filter(pk=mailbox.pk).update(again=timezone.now() + pause)


def _deal_with(inbox: Inbox, head: Head) -> None:
    try:
        done = not head.sender or _answered(inbox, head) or head.overdue
    except OUR_OWN:
        raise  # the letter waits where it is
    except Exception:
        # Whatever is wrong with it, the others do not wait for it.
        (inbox.remove if head.overdue else inbox.put_off)(head)
        raise
    if done:
        inbox.remove(head)
    else:
        inbox.put_off(head)


def _answered(inbox: Inbox, head: Head) -> bool:
    """Whether there is nothing more to do for a letter; if not, perhaps later."""
    if _sent_to(head.sender) >= MOST_ANSWERS:
        return False
    try:
        _answer(inbox, head)
    except Refused as refused:
        return not refused.for_now  # nobody there who could be answered
    _sent_to(head.sender, more=1)
    return True


def _sent_to(sender: str, more: int = 0) -> int:
    """How many answers an address had, and so many more; an hour after the last, none."""
    name = hmac.new(_KEY, sender.lower().encode(), hashlib.sha256).hexdigest()
    count = (_answers.get(name) or 0) + more
    if more:
        _answers.keep(name, count)
    return count


def _answer(inbox: Inbox, head: Head) -> None:
    """The server that sends is asked first: nothing is taken in that could not be answered."""
    with open_outlet(head.sender) as outlet:
        row, letter = _take_in(inbox, head)
        try:
            outlet.send(letter)
        except BaseException:
            if row:
                erase_submission(submission=row)
            raise


@dataclass(frozen=True)
class _Found:
    words: str
    picture: Laundered | None
    notes: list[Note]


def _take_in(inbox: Inbox, head: Head) -> tuple[Submission | None, EmailMessage]:
    """What came of a letter, if anything, and the answer."""
    if head.size > MOST_BYTES:
        return None, not_taken(_language("", head), [Note.LARGE])
    try:
        contents = read_letter(inbox.whole(head))
    except Unreadable:
        return None, not_taken(_language("", head), [Note.BROKEN])
    found = _found(contents)
    language = _language(contents.words, head)
    if not found.words and not found.picture:
        return None, not_taken(language, found.notes or [Note.EMPTY])
    try:
        received = receive_submission(reflection=_reflection(found, language))
    except CampaignEnded:
        return None, not_taken(language, [Note.ENDED])
    return received.submission, taken(language, received.code, found.notes)


def _found(contents: Contents) -> _Found:
    """Words that are clean and a picture that is laundered, and what she has to know of both."""
    notes = []
    try:
        words = clean(contents.words, lines=True)
    except HiddenCharacters:
        words = ""
        notes.append(Note.HIDDEN)
    if len(words) > MAX_WORDS:
        words = words[:MAX_WORDS].rstrip()
        notes.append(Note.CUT)
    if contents.left_out:
        notes.append(Note.LEFT_OUT)
    picture = _picture(contents)
    if picture and contents.how_many > 1:
        notes.append(Note.MORE)
    if not picture and (contents.pictures or contents.unknown):
        notes.append(Note.PICTURE)
    return _Found(words, picture, notes)


def _picture(contents: Contents) -> Laundered | None:
    """The first that can be laundered. Raises media's Refused when there is no place for it now."""
    for data in contents.pictures:
        try:
            return launder(data)
        except PictureRefused as refused:
            if refused.reason == Refusal.BUSY:
                raise
    return None


def _language(words: str, head: Head) -> Language:
    """The writer's: that of her words, or of the address she wrote to, or the campaign's first."""
    spoken = Campaign.current().languages
    first = settings.LANGUAGE_CODE if settings.LANGUAGE_CODE in spoken else spoken[0]
    told = head.language if head.language in spoken else first
    found = script_language(words, told)
    return LANGUAGES[found if found in spoken else told]


def _reflection(found: _Found, language: Language) -> Reflection:
    return Reflection(
        words=found.words,
        seen=Seen.FACE if found.picture else Seen.WORDS,
        picture=found.picture,
        language=script_language(found.words, language.slug),
        page_language=language.slug,
        confirmed=False,
        # Two people may write the same; each gets a code of her own.
        once=secrets.token_hex(16),
    )
