"""What every test stands on: settings of its own, and databases that are copied, not made anew.

Two templates are built once for a state of the code and kept in `.pytest_cache`: *migrated*
(empty) and *loaded* (the campaign of this repository, without examples). A run copies them.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase, override_settings
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).parent
KEPT = ROOT / ".pytest_cache" / "databases"
CAMPAIGN = ROOT / "campaigns" / "reflect2protect"
DATA = Path(tempfile.mkdtemp(prefix="r2p-tests-"))
MID_CAMPAIGN = datetime(2015, 2, 4, 12, tzinfo=UTC)
VERSIONS = ("django", "wagtail", "wagtail-localize")


def _own_settings() -> None:
    """pytest-django has read the settings file by now: what must differ is put over it, here and
    (for processes that tests start) in the environment."""
    (DATA / "static").mkdir()
    told = {"DATA_DIR": str(DATA), "SECRET_KEY": "a key for tests alone " * 3}
    os.environ.update(told)
    for name in ("PUBLIC_URL", "PORT", "CAMPAIGN", "SEASON", "EXAMPLES", "DEBUG"):
        os.environ.pop(name, None)
    # No collectstatic: plain names, read from the rooms' own folders.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    override_settings(
        **told | {"DATA_DIR": DATA},
        PRIVATE_DIR=DATA / "private",
        GONE_LIST=DATA / "gone" / "keys.txt",
        MEDIA_ROOT=DATA / "staff-media",
        STATIC_ROOT=DATA / "static",
        PUBLIC_DIR=DATA / "public",
        ASIDE_DIR=DATA / "public-aside",
        PUBLIC_URL="http://127.0.0.1:8000",
        WAGTAILADMIN_BASE_URL="http://127.0.0.1:8000",
        CAMPAIGN_DIR=CAMPAIGN,
        SEASON="bundle",
        EXAMPLES=False,
        DEBUG=False,
        NUDGE_SOCKET=DATA / "nudge",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": {"BACKEND": plain}},
    ).enable()


_own_settings()
for told in (settings.DATABASES["keys"], connections["keys"].settings_dict):
    told["NAME"] = str(DATA / "vault.sqlite3")

# Each test is rolled back in the vault, too.
TransactionTestCase.databases = {"default", "keys"}


def pytest_configure(config: pytest.Config) -> None:
    """A fresh clone has no compiled interface strings yet. One process makes them."""
    from reflect2protect.config.messages import compile_messages

    if "PYTEST_XDIST_WORKER" not in os.environ:
        compile_messages()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    shutil.rmtree(DATA, ignore_errors=True)


def _digest(*patterns: str) -> str:
    """Of all files that match, and of the versions that make tables."""
    found = hashlib.sha256("".join(map(version, VERSIONS)).encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _load() -> None:
    from reflect2protect.pages.actions import load_campaign
    from reflect2protect.pages.work.bundle import read_bundle

    bundle = read_bundle(CAMPAIGN)
    load_campaign(bundle, season="bundle", today=MID_CAMPAIGN.date(), examples=False)


class Databases:
    """Templates, and copies of them that the connection is pointed at."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection = connection
        self.postgresql = connection.vendor == "postgresql"
        migrations = "reflect2protect/*/migrations/*.py"
        texts = ("campaigns/reflect2protect/**/*.yaml", "reflect2protect/pages/*.py")
        models = ("reflect2protect/pages/work/*.py", "reflect2protect/*/models.py")
        self.names = {
            "migrated": f"r2p_migrated_{_digest(migrations)}",
            "loaded": f"r2p_loaded_{_digest(migrations, *texts, *models)}",
        }

    def template(self, kind: str) -> str:
        """The name of a template, built if this state of the code has none yet."""
        KEPT.mkdir(parents=True, exist_ok=True)
        name = self.names[kind]
        with (KEPT / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._exists(name):
                self._build(kind, name)
        return name

    def _build(self, kind: str, name: str) -> None:
        self._forget(f"r2p_{kind}_")
        building = f"r2p_building_{os.getpid()}"
        if kind == "migrated":
            self._make(building, None)
        else:
            self._make(building, self._template_unlocked("migrated"))
        self.use(building)
        with time_machine.travel(MID_CAMPAIGN):
            (_migrate if kind == "migrated" else _load)()
        self.connection.close()
        self._rename(building, name)

    def _template_unlocked(self, kind: str) -> str:
        name = self.names[kind]
        if not self._exists(name):
            self._build(kind, name)
        return name

    def copy(self, kind: str) -> str:
        """A fresh copy of a template; the connection is pointed at it."""
        template = self.template(kind)
        name = f"r2p_copy_{os.getpid()}_{secrets.token_hex(4)}"
        self._make(name, template)
        self.use(name)
        return name

    def use(self, name: str) -> None:
        """Point the connection (and those of threads to come) at a database."""
        self.connection.close()
        place = name if self.postgresql else str(self._path(name))
        self.connection.settings_dict["NAME"] = place
        settings.DATABASES["default"]["NAME"] = place

    def drop(self, name: str) -> None:
        """Remove a copy."""
        self.connection.close()
        if self.postgresql:
            self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        else:
            for ending in ("", "-wal", "-shm"):
                Path(f"{self._path(name)}{ending}").unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return (KEPT if name in self.names.values() else DATA) / f"{name}.sqlite3"

    def _exists(self, name: str) -> bool:
        if not self.postgresql:
            return self._path(name).exists()
        return bool(self._sql("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def _make(self, name: str, template: str | None) -> None:
        if self.postgresql:
            self._sql(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        elif template:
            shutil.copyfile(self._path(template), self._path(name))

    def _rename(self, old: str, new: str) -> None:
        if self.postgresql:
            self._sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')
        else:
            self._path(old).replace(self._path(new))

    def _forget(self, prefix: str) -> None:
        """Templates of an earlier state of the code."""
        if self.postgresql:
            old = "SELECT datname FROM pg_database WHERE datname LIKE %s"
            for (name,) in self._sql(old, f"{prefix}%"):
                self._sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        else:
            for path in KEPT.glob(f"{prefix}*"):
                path.unlink()

    def _sql(self, command: str, *values: str) -> list[tuple[Any, ...]]:
        self.connection.close()
        with self.connection._nodb_cursor() as cursor:
            cursor.execute(command, values or None)
            return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture(scope="session")
def databases(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Databases:
    """The templates of this run."""
    with django_db_blocker.unblock():
        return Databases()


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of `django_db` tests: the whole campaign; each test is rolled back."""
    with django_db_blocker.unblock():
        name = databases.copy("loaded")
    yield
    with django_db_blocker.unblock():
        databases.drop(name)


def _lend(databases: Databases, blocker: DjangoDbBlocker, kind: str) -> Iterator[Databases]:
    before = databases.connection.settings_dict["NAME"]
    with blocker.unblock():
        name = databases.copy(kind)
        try:
            yield databases
        finally:
            databases.drop(name)
            databases.connection.settings_dict["NAME"] = before
            settings.DATABASES["default"]["NAME"] = before


@pytest.fixture
def own_database(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Databases]:
    """The loaded campaign for one test alone, which really commits to it."""
    yield from _lend(databases, django_db_blocker, "loaded")


@pytest.fixture
def empty_database(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Databases]:
    """Tables and nothing in them, for one test alone."""
    yield from _lend(databases, django_db_blocker, "migrated")


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    """What one test remembers (codes of a moment ago) must not reach the next."""
    from reflect2protect.core import fleeting

    fleeting.forget()
    yield
    for name in ("private", "public", "public-aside", "gone"):
        shutil.rmtree(DATA / name, ignore_errors=True)


@pytest.fixture
def mid_campaign() -> Iterator[date]:
    """4 February 2015, at noon: some films are out and some are not."""
    with time_machine.travel(MID_CAMPAIGN):
        yield MID_CAMPAIGN.date()


@pytest.fixture
def hang() -> Callable[..., Any]:
    """Puts a reflection straight into the database: public unless the fields say otherwise.

    `picture`: the state of a picture whose files are there too, or nothing.
    """
    from reflect2protect.core import vault
    from reflect2protect.submissions import actions as submissions
    from reflect2protect.submissions.models import CONSENT_VERSIONS, Picture, Submission
    from reflect2protect.submissions.work import shelf

    def make(picture: str = "", **fields: Any) -> Submission:
        usual = {
            "key": vault.new(),
            "state": "approved",
            "words": "We hold the door open.",
            "language": "en",
            "age_ok": True,
            "consent_wall": True,
            "consent_language": "en",
            "consent_version": CONSENT_VERSIONS[-1],
            "code_hash": secrets.token_hex(32),
            "received": date(2015, 2, 1),
            "decided": date(2015, 2, 2),
        }
        row = Submission(**usual | fields)
        if row.state == "approved" and "place" not in fields:
            submissions.hang(row)
        row.save()
        if picture:
            kept = Picture.including_what_may_not_be_shown.create(
                submission=row, key=vault.new(), state=picture, width=640, height=480
            )
            key = vault.key(kept.key)
            for width in ("320", "640", "1280"):
                for kind in ("webp", "jpg"):
                    shelf.put(kept.name, f"{width}.{kind}", f"{kind} of {width}".encode(), key)
            shelf.put(kept.name, shelf.MASTER, b"the master", key)
        return row

    return make


@pytest.fixture
def staff() -> Callable[..., Any]:
    """Makes a member of staff with these roles (`core.roles`)."""
    from django.contrib.auth.models import Group

    from reflect2protect.core.models import User

    def make(*roles: str, **fields: Any) -> User:
        user = User.objects.create_user(username=f"u{secrets.token_hex(4)}", **fields)
        for role in roles:
            user.groups.add(Group.objects.get_or_create(name=role)[0])
        return user

    return make


@pytest.fixture(scope="session")
def _folders() -> Iterator[Path]:
    """Where a public folder that was made once is kept for this run."""
    place = Path(tempfile.mkdtemp(prefix="r2p-folders-"))
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def published(own_database: Databases, mid_campaign: date, _folders: Path) -> Path:
    """A public folder that equals the database of this test alone, in two languages to be quick:
    the loaded campaign in the middle of its season, with nothing on its wall."""
    from reflect2protect.core.models import Campaign
    from reflect2protect.publishing.actions import rebuild
    from reflect2protect.publishing.models import Change, Day

    Campaign.objects.update(languages=["en", "ar"])
    Day.objects.update_or_create(pk=1, defaults={"shown": mid_campaign})
    made = _folders / "public"
    if made.exists():
        Change.objects.all().delete()
        shutil.copytree(made, settings.PUBLIC_DIR)
    else:
        rebuild()
        shutil.copytree(settings.PUBLIC_DIR, made)
    folder: Path = settings.PUBLIC_DIR
    return folder
