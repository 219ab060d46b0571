"""The verbs of a reflection: nothing else writes one."""

from reflect2protect.submissions.actions.change import (
    change_seen,
    change_submission,
    confirm_submission,
    own_master,
)
from reflect2protect.submissions.actions.decide import (
    approve_submission,
    decline_submission,
    end_consent,
    hang,
    show_submission,
)
from reflect2protect.submissions.actions.ends import (
    erase_submission,
    finish_end,
    forget_submission,
    withdraw_submission,
)
from reflect2protect.submissions.actions.letters import answer_desk, ask_sender
from reflect2protect.submissions.actions.mail import look_into_mailbox
from reflect2protect.submissions.actions.pictures import (
    erase_picture,
    keep_pending,
    make_wall_set,
    open_pending,
)
from reflect2protect.submissions.actions.receive import (
    SAME_POST,
    CampaignEnded,
    Received,
    Reflection,
    receive_submission,
    submission_of,
)
from reflect2protect.submissions.actions.rows import WrongState, undestroyed, unreadable

__all__ = [
    "SAME_POST",
    "CampaignEnded",
    "Received",
    "Reflection",
    "WrongState",
    "answer_desk",
    "approve_submission",
    "ask_sender",
    "change_seen",
    "change_submission",
    "confirm_submission",
    "decline_submission",
    "end_consent",
    "erase_picture",
    "erase_submission",
    "finish_end",
    "forget_submission",
    "hang",
    "keep_pending",
    "look_into_mailbox",
    "make_wall_set",
    "open_pending",
    "own_master",
    "receive_submission",
    "show_submission",
    "submission_of",
    "undestroyed",
    "unreadable",
    "withdraw_submission",
]
