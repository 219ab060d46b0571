"""Work that rows ask for: pictures to make and to erase, and what the calendar decides."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from reflect2protect.core.models import Campaign
from reflect2protect.core.sweeps import Sweep, register
from reflect2protect.publishing.work.stops import ALL, is_stopped
from reflect2protect.submissions.actions import (
    end_consent,
    erase_picture,
    erase_submission,
    finish_end,
    forget_submission,
    look_into_mailbox,
    make_wall_set,
    show_submission,
)
from reflect2protect.submissions.models import (
    CONSENT_VERSIONS,
    ENDED,
    Mailbox,
    Picture,
    PictureState,
    State,
    Submission,
)
from reflect2protect.submissions.work.mailbox import address

# How long a code answers "withdrawn", and lists the copies.
REMEMBERED = timedelta(days=30)


def _in_state(state: PictureState) -> QuerySet[Picture]:
    found: QuerySet[Picture] = Picture.including_what_may_not_be_shown.filter(state=state)
    return found


def _rows(*states: State) -> QuerySet[Submission]:
    return Submission.including_what_may_not_be_shown.in_state(*states)


def _over() -> QuerySet[Submission]:
    """Declined or unanswered for as long as the campaign keeps such."""
    today = timezone.localdate()
    kept = Campaign.objects.values_list("keep_declined_days", "keep_unanswered_days").first()
    declined, unanswered = (today - timedelta(days=days) for days in kept or (30, 180))
    return _rows(State.DECLINED, State.WAITING).filter(
        Q(state=State.DECLINED, since__lte=declined) | Q(state=State.WAITING, since__lte=unanswered)
    )


def _paused() -> QuerySet[Submission]:
    return _rows(State.APPROVED).filter(show_from__lte=timezone.localdate())


def _no_longer_allowed() -> QuerySet[Submission]:
    ended = Q(show_until__lte=timezone.localdate()) | ~Q(consent_version__in=CONSENT_VERSIONS)
    return _rows(State.APPROVED).filter(ended)


def _letters() -> QuerySet[Mailbox]:
    """Nothing where no mailbox is set up, or while an emergency stop has everything down."""
    if not address() or is_stopped(ALL):
        return Mailbox.objects.none()
    return Mailbox.objects.filter(again__lte=timezone.now())


register(
    Sweep(
        name="submissions.pictures",
        due=lambda: _in_state(PictureState.WANTED),
        act=lambda picture: make_wall_set(picture=picture),
    )
)
register(
    Sweep(
        name="submissions.erasures",
        due=lambda: _in_state(PictureState.ERASING),
        act=lambda picture: erase_picture(picture=picture),
    )
)
register(
    Sweep(
        name="submissions.keys",
        due=lambda: _rows(*ENDED).exclude(key=""),
        act=lambda submission: finish_end(submission=submission),
    )
)
register(
    Sweep(
        name="submissions.consents",
        due=_no_longer_allowed,
        act=lambda submission: end_consent(submission=submission),
    )
)
register(
    Sweep(
        name="submissions.pauses",
        due=_paused,
        act=lambda submission: show_submission(submission=submission),
    )
)
register(Sweep("submissions.over", _over, lambda row: erase_submission(submission=row)))
register(
    Sweep(
        name="submissions.memories",
        due=lambda: _rows(*ENDED).filter(since__lte=timezone.localdate() - REMEMBERED, key=""),
        act=lambda submission: forget_submission(submission=submission),
    )
)
register(Sweep("submissions.mail", _letters, lambda row: look_into_mailbox(mailbox=row)))
