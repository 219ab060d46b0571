"""Who is at work in a data folder: many at once, or one restore alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reflect2protect.config.env import BadSetting, text

# Named in the data folder while a restore is under way; holds where it puts what it replaces.
RESTORING = "restoring"


@contextmanager
def at_work(*, alone: bool = False) -> Iterator[None]:
    """Hold the data folder together with others, or alone; it ends with the process.

    Raises BadSetting when a restore holds it or was interrupted there, or, for one that wants to
    be alone, when anybody is at work.
    """
    # As in the settings, which the web process leaves to its workers.
    data = Path(text("DATA_DIR", "var")).resolve()
    data.mkdir(parents=True, exist_ok=True)
    with (data / "running").open("ab") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadSetting(
                f"The campaign in {data} is running: stop it first."
                if alone
                else f"A restore is under way in {data}: wait until it is done."
            ) from error
        if not alone and (data / RESTORING).exists():
            raise BadSetting(
                f"A restore in {data} was interrupted: what people have taken back may not be "
                "taken back there yet. Run the same restore again first (docs/backup.md)."
            )
        yield
