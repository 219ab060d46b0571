"""The only way into the record."""

from django.db import connection, transaction
from django.utils import timezone

from reflect2protect.audit.models import Entry
from reflect2protect.audit.work.chain import START, first_break, seal
from reflect2protect.core.models import User

# Any fixed number: it names this lock among PostgreSQL's advisory locks.
LOCK = 7_263_110


def record(*, verb: str, ref: str, by: User | None, reason: str = "") -> Entry:
    """Append a decision. `by` is None when a participant decided about her own reflection.

    Must run in the transaction that does what it records; raises RuntimeError outside one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A decision is recorded in the transaction that carries it out.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Entry.objects.order_by("-number").first()
    entry = Entry(
        number=last.number + 1 if last else 1,
        verb=verb,
        ref=ref,
        actor=by,
        reason=reason,
        day=timezone.localdate(),
        previous=last.digest if last else START,
    )
    entry.digest = seal(entry)
    entry.save()
    return entry


def verify_record() -> int | None:
    """None when the whole record is intact, else the number of the first entry that is not."""
    return first_break(Entry.objects.order_by("number").iterator())
