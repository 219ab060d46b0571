"""How long a reflection may be seen: a pause before, and a last day. Days, never times."""

from datetime import date, timedelta

PAUSES = ("0", "48")  # hours
PERIODS = ("1y", "3y", "open")


def pause_until(wait: str, today: date) -> date | None:
    """The first day on which it may be shown; None: at once. Since the hour of sending is not
    kept, 48 hours are over for certain on the third day."""
    return today + timedelta(days=3) if wait == "48" else None


def shown_until(until: str, today: date) -> date | None:
    """The day on which it comes down; None: no day is set. 29 February counts as the 28th."""
    if until == "open":
        return None
    year = today.year + int(until.removesuffix("y"))
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(year, today.month, day)
