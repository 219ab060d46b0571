"""What a test knows of one reflection, by which it judges what the software makes of it."""

from dataclasses import dataclass
from datetime import date

from reflect2protect.submissions.actions import Reflection

START = date(2015, 2, 4)


@dataclass
class Known:
    """What the test knows of one reflection."""

    reflection: Reflection
    code: str
    pk: int
    state: str = "waiting"
    allows: frozenset[str] = frozenset()
    picture: str = ""
    place: int | None = None
    show_from: date | None = None
    show_until: date | None = None
    since: date = START
    asked: bool = False
    letters: int = 0
    key: bool = True  # not destroyed yet

    def allowed(self, today: date) -> bool:
        lasting = self.show_until is None or self.show_until > today
        return "consent_wall" in self.allows and lasting

    def public(self, today: date) -> bool:
        ready = self.picture in {"", "made"}
        shown = self.state == "approved" and self.show_from is None
        return shown and ready and self.allowed(today)

    def paused(self, today: date) -> date | None:
        return self.show_from if self.show_from and self.show_from > today else None

    @property
    def ended(self) -> bool:
        return self.state in ("withdrawn", "erased")
