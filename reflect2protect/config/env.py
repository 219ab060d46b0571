"""Reading settings from the environment: one variable, one meaning, one clear error."""

import os
import re
from collections.abc import Mapping
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


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
            # Somebody may have put the value itself here, with its password.
            told = "what stands there" if "://" in path else path
            raise BadSetting(f"{name}_FILE: cannot read {told} ({error.strerror}).") from None
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


def keys(name: str, data_dir: Path) -> dict[str, Any]:
    """Django's database dictionary of the vault (core.vault). Nothing set: SQLite in a folder of
    its own, without a write-ahead log, in which what was deleted could still be read.
    Raises BadSetting for any other kind of URL than `database`."""
    if text(name):
        return database(name, data_dir)
    folder = data_dir / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _sqlite(folder / "vault.sqlite3", "journal_mode=DELETE", "synchronous=FULL")


def _sqlite(path: Path, *pragmas: str) -> dict[str, Any]:
    # What is erased is overwritten, not left in free pages.
    told = "; ".join(f"PRAGMA {pragma}" for pragma in (*pragmas, "secure_delete=ON"))
    options = {"timeout": 20, "init_command": told}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}


def database(name: str, data_dir: Path) -> dict[str, Any]:
    """Django's database dictionary from a URL: `postgresql://user:word@host:port/name?sslmode=require`.

    Nothing set: SQLite in the data folder, write-ahead log, transactions begun IMMEDIATE
    so that two writers wait for each other instead of failing half-way.
    Raises BadSetting for any other kind of URL.
    """
    url = text(name)
    if not url:
        found = _sqlite(data_dir / "campaign.sqlite3", "journal_mode=WAL", "synchronous=NORMAL")
        found["OPTIONS"]["transaction_mode"] = "IMMEDIATE"
        return found
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


def store(url: str, key: str = "", secret: str = "") -> dict[str, str]:
    """Where an S3 store is, from `s3://KEY:SECRET@host:port/bucket/prefix?region=…&scheme=http`.

    `key` and `secret` stand for those that the URL lacks. Nothing for no URL. Raises BadSetting,
    which never repeats the URL: it may hold the secret.
    """
    if not url:
        return {}
    parts = _split("STORE_URL", url)
    bucket, _, prefix = unquote(parts.path).strip("/").partition("/")
    if parts.scheme != "s3" or not parts.hostname or not bucket:
        raise BadSetting("STORE_URL: expected s3://host/bucket, perhaps with a prefix behind it.")
    options = _options("STORE_URL", parts, {"region": "us-east-1", "scheme": "https"})
    if options["scheme"] not in {"http", "https"}:
        raise BadSetting("STORE_URL: scheme must be https (or http, for a store close by).")
    told = {
        "endpoint": f"{options['scheme']}://{parts.netloc.rpartition('@')[2]}",
        "bucket": bucket,
        "prefix": f"{prefix}/" if prefix else "",
        "region": options["region"],
        "key": unquote(parts.username or "") or key,
        "secret": unquote(parts.password or "") or secret,
    }
    if not told["key"] or not told["secret"]:
        raise BadSetting("STORE_URL: the store wants a key; set STORE_KEY and STORE_SECRET.")
    if not find_spec("boto3"):
        raise BadSetting("STORE_URL needs boto3, which is an extra: run `uv sync --extra store`.")
    return told


def cdn(url: str, method: str = "", token: str = "") -> dict[str, str]:
    """Which cache is told what to forget, and how. Nothing for no URL. Raises BadSetting."""
    if not url:
        return {}
    parts = _split("CDN_URL", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadSetting("CDN_URL: expected https:// and the cache's address.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise BadSetting("CDN_URL: expected an address alone; a secret belongs into CDN_TOKEN.")
    method = method or "PURGE"
    if not re.fullmatch("[A-Z]+", method):
        raise BadSetting("CDN_METHOD: expected a method in capitals, such as PURGE or DELETE.")
    if not re.fullmatch("[!-~]*", token):
        raise BadSetting("CDN_TOKEN: expected plain letters, digits and signs without a space.")
    return {"url": url.rstrip("/"), "method": method, "token": token}


MAIL_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def mail(name: str, url: str, *schemes: str) -> dict[str, Any]:
    """Where a mail server is, from `imaps://user:password@host:port/folder`; which `schemes` may
    stand there. Nothing for no URL. `tls`: from the first byte on; `here`: on this machine.
    Raises BadSetting, which never repeats the URL: it holds the password."""
    if not url:
        return {}
    parts = _split(name, url)
    if parts.scheme not in schemes or not parts.hostname:
        raise BadSetting(f"{name}: expected {schemes[0]}://user:password@host.")
    here = parts.hostname in LOOPBACK
    if parts.scheme == "imap" and not here:
        raise BadSetting(f"{name}: imap:// would send the password in the open; use imaps://.")
    return {
        "host": parts.hostname,
        "port": parts.port or MAIL_PORTS[parts.scheme],
        "tls": parts.scheme.endswith("s"),
        "here": here,
        "user": unquote(parts.username or ""),
        "word": unquote(parts.password or ""),
        "folder": unquote(parts.path).strip("/") or "INBOX",
    }


def address(name: str, value: str) -> str:
    """One plain address of e-mail, or nothing. Raises BadSetting for anything else."""
    if value and not re.fullmatch(r"[\w.-]+@[\w-]+(\.[\w-]+)+", value, re.ASCII):
        raise BadSetting(f"{name}: expected an address such as mirror@example.org.")
    return value


def networks(name: str, value: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks with commas between. Raises BadSetting for anything else."""
    try:
        return [ip_network(each.strip()) for each in value.split(",") if each.strip()]
    except ValueError as error:
        raise BadSetting(
            f"{name}: expected addresses such as 127.0.0.1 or 10.0.0.0/8: {error}."
        ) from error


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadSetting(f"{name}: this is no address that can be understood.") from error
    return parts


def _options(name: str, parts: SplitResult, known: Mapping[str, str]) -> dict[str, str]:
    found = dict(parse_qsl(parts.query))
    if unknown := sorted(found.keys() - known.keys()):
        raise BadSetting(f"{name}: {unknown[0]} is not known; known are {', '.join(known)}.")
    return {**known, **found}
