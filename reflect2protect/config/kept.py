"""What a backup consists of: a folder named after its moment, with a manifest of all in it."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from reflect2protect.publishing.work.copies import key_path

MANIFEST = "manifest.json"
STAMP = "%Y-%m-%dT%H%M%SZ"


class Refused(Exception):
    """It is not done, and nothing was touched; the message says why, and what to do."""


def stamp_of(moment: datetime) -> str:
    """How a backup of that moment is called."""
    return moment.astimezone(UTC).strftime(STAMP)


def moment_of(stamp: str) -> datetime | None:
    """The moment that a name says, if it says one."""
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def places() -> dict[str, Path]:
    """What belongs to a backup beside the database: its name there, and where it lies here."""
    return {
        "private": Path(settings.PRIVATE_DIR),
        "staff-media": Path(settings.MEDIA_ROOT),
        f"signing/{key_path().name}": key_path(),
    }


def secret_mark() -> str:
    """Tells one SECRET_KEY from another, and says nothing about it."""
    return salted_hmac("reflect2protect.backup", "", algorithm="sha256").hexdigest()


def write_manifest(folder: Path, made: str) -> None:
    """List what is in a folder: bytes and SHA-256 of each file, and what it takes to open them."""
    told = {
        "made": made,
        "database": connection.vendor,
        "secret_key": secret_mark(),
        "files": inventory(folder),
    }
    (folder / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")


def check_manifest(folder: Path) -> None:
    """Raises Refused unless a folder is what its manifest says, and fits these settings."""
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        made, database, secret, files = (
            told[name] for name in ("made", "database", "secret_key", "files")
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{folder} is no backup: its {MANIFEST} cannot be read.") from error
    if secret != secret_mark():
        raise Refused(
            f"The backup of {made} was made with another SECRET_KEY, without which neither its "
            "keys nor anybody's code opens anything. Set that one first."
        )
    if database != connection.vendor:
        raise Refused(f"The backup is of {database}, and DATABASE_URL is {connection.vendor}.")
    found = inventory(folder)
    if wrong := sorted(n for n in {*found, *files} if found.get(n) != files.get(n)):
        raise Refused(
            f"The backup is damaged. Changed, added or missing: {len(wrong)}, "
            f"for example {wrong[0]}."
        )


def inventory(folder: Path) -> dict[str, list[Any]]:
    """Each file below a folder, the manifest left out: its bytes and their SHA-256."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / MANIFEST:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found[str(path.relative_to(folder))] = [path.stat().st_size, digest]
    return found
