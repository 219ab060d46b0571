"""Reading the ledger: whose content is in which copy."""

from collections.abc import Iterable
from dataclasses import dataclass

from reflect2protect.publishing.models import Copy, CopyState, Exported

FOLDER = "folder"


@dataclass(frozen=True)
class Report:
    """How a recall stands: files by channel that are gone, and those that are not yet; and how
    many times it went into copies that were given away, which nobody can call back."""

    gone: tuple[tuple[str, str], ...]
    recalling: tuple[tuple[str, str], ...]
    given: int = 0

    @property
    def done(self) -> bool:
        """Whether no copy is left that we can reach."""
        return not self.recalling


def report(ref: str) -> Report:
    """Every copy of a reflection that was recalled, by its public id."""
    rows = list(Copy.objects.filter(ref=ref).order_by("channel", "file"))
    return Report(
        gone=tuple((r.channel, r.file) for r in rows if r.state == CopyState.GONE),
        recalling=tuple((r.channel, r.file) for r in rows if r.state != CopyState.GONE),
        given=Exported.objects.filter(ref=ref).count(),
    )


def files_with(refs: Iterable[str], channel: str = FOLDER) -> list[str]:
    """The files that hold any of these, or did when they were last looked at."""
    rows = Copy.objects.filter(ref__in=refs, channel=channel).exclude(state=CopyState.GONE)
    return sorted(set(rows.values_list("file", flat=True)))


def held(file: str, channel: str = FOLDER) -> frozenset[str]:
    """Whose content the ledger says is in a file."""
    rows = Copy.objects.filter(channel=channel, file=file).exclude(state=CopyState.GONE)
    return frozenset(rows.values_list("ref", flat=True))
