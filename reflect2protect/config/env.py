"""Reading settings from the environment: one variable, one meaning, one clear error."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(Exception):
    """A setting that cannot be used; the message says which and what was expected."""


def text(name: str, default: str = "") -> str:
    """The value of `name`, or of the file that `<name>_FILE` points to, stripped.

    Raises BadSetting when the file cannot be read.
    """
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE: cannot read {path} ({error.strerror}).") from error
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """`yes` or `no` (also true/false, on/off, 1/0). Raises BadSetting for anything else."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"yes", "true", "on", "1"}:
        return True
    if value in {"no", "false", "off", "0"}:
        return False
    raise BadSetting(f"{name}: expected yes or no, found {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number. Raises BadSetting for anything else."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise BadSetting(f"{name}: expected a whole number, found {value!r}.") from error


def database(name: str, data_dir: Path) -> dict[str, object]:
    """Django's database dictionary from a URL: `postgresql://user:word@host:port/name?sslmode=require`.

    Nothing set: SQLite in the data folder, write-ahead log, transactions begun IMMEDIATE
    so that two writers wait for each other instead of failing half-way.
    Raises BadSetting for any other kind of URL.
    """
    url = text(name)
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data_dir / "campaign.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                # What is erased is overwritten, not left in free pages.
                "PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting(f"{name}: expected postgresql://…, found {parts.scheme or 'no'} scheme.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
