"""Backups of the vault's keys: small files apart from the rest, that live seven days at most.

Whoever has a key backup can bring back what was taken back after it was made; so it is kept for
as short as it is of use. The keys in it are wrapped with SECRET_KEY, as they are in the vault.
"""

import hashlib
import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from reflect2protect.config.copying import settle
from reflect2protect.config.kept import Refused, moment_of, secret_mark, stamp_of
from reflect2protect.core import vault

ENDING = ".keys"
LIFE = timedelta(days=7)


def write(folder: Path, now: datetime) -> Path:
    """Put every key into a file that only its owner may read; whole, or not at all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = [json.dumps({"name": n, "wrapped": w.hex()}) for n, w in sorted(vault.everything())]
    body = "\n".join(lines)
    head = {"made": stamp_of(now), "secret_key": secret_mark(), "sha256": _digest(body)}
    path = folder / f"{stamp_of(now)}{ENDING}"
    aside = folder / f".{path.name}"
    place = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(place, "w", encoding="ascii") as file:
        file.write(f"{json.dumps(head)}\n{body}")
    settle(aside)
    aside.replace(path)
    settle(path)
    return path


def read(path: Path, now: datetime) -> list[tuple[str, bytes]]:
    """Names and wrapped keys of a key backup. Raises Refused for one that is broken, was made
    with another SECRET_KEY, or is older than seven days."""
    try:
        told, _, body = path.read_text(encoding="ascii").partition("\n")
        head = json.loads(told)
        made, whole = moment_of(head["made"]), head["sha256"] == _digest(body)
        found = [json.loads(line) for line in body.splitlines()] if whole else []
        keys = [(one["name"], bytes.fromhex(one["wrapped"])) for one in found]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{path} is no key backup, or cannot be read.") from error
    if made is None or not whole:
        raise Refused(f"{path} is damaged: it is not what was written.")
    if head["secret_key"] != secret_mark():
        raise Refused(f"The keys in {path} were wrapped with another SECRET_KEY.")
    if now - made > LIFE:
        raise Refused(
            f"{path} is older than {LIFE.days} days: it may bring back nothing any more. "
            "Delete it, and take a younger one."
        )
    return keys


def expire(folder: Path, now: datetime) -> list[Path]:
    """Delete the key backups that are older than seven days, and halves that a killed run left.
    Returns those that were deleted."""
    old = [
        path
        for path in folder.glob(f"*{ENDING}")
        if path.name.startswith(".") or _made(path, now) < now - LIFE
    ]
    for path in old:
        path.unlink()
    return old


def _made(path: Path, now: datetime) -> datetime:
    return moment_of(path.stem) or now


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
