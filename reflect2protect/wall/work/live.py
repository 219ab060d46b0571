"""What pages that are open are told: which reflections still hang, so that the others go at once.

Nobody's withdrawal is announced: a list of those who took something back would be one more trace.
"""

import json

from reflect2protect.publishing.registry import Document
from reflect2protect.submissions.models import Submission
from reflect2protect.submissions.work import rails
from reflect2protect.wall.work.hang import ON_FIRST, newest_bucket


def live() -> Document:
    """The newest bucket's number, and the ids of all that hangs on the wall's first page or was
    pushed from it by the last bucket that opened: below two kilobytes, newest first."""
    newest = newest_bucket(rails.ALL)
    since = (newest - ON_FIRST - 1) * rails.BUCKET
    names = Submission.objects.filter(place__gt=since).order_by("-place")
    hanging = list(names.values_list("public_id", flat=True))
    body = json.dumps({"bucket": newest, "hanging": hanging}, separators=(",", ":")).encode()
    return Document(body, "application/json", frozenset(hanging))
