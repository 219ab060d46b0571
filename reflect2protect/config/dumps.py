"""The database as one file: taken while the site runs, and put in the place of the one there is.

SQLite by its online backup, PostgreSQL by its own programs.
"""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, connections, transaction

from reflect2protect.config.copying import replace
from reflect2protect.config.kept import Refused

SQLITE, POSTGRESQL = "campaign.sqlite3", "campaign.pgdump"
# Where keys are kept in the same database, they stay out of its backups (core.vault).
VAULT = "vault"


def take(folder: Path) -> None:
    """Write the database into a folder, as it is at one moment. Raises Refused."""
    if connection.vendor == "postgresql":
        _program("pg_dump", "-Fc", "--no-owner", f"--exclude-table={VAULT}", "-f", _in(folder))
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / SQLITE)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file


def put_back(folder: Path, aside: Path) -> None:
    """Put a folder's database in place; what was there goes to `aside`, unless an interrupted run
    has put it there. Raises Refused."""
    if connection.vendor == "postgresql":
        _put_postgresql(folder, aside)
    else:
        _put_sqlite(folder, aside)


def check_tools() -> None:
    """Raises Refused when the database's own programs are needed and missing, or when somebody
    else is connected to it."""
    if connection.vendor != "postgresql":
        return
    for name in ("pg_dump", "pg_restore"):
        _path_of(name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        others = cursor.fetchone()[0]
    if others:
        raise Refused("Somebody else is connected to the database: stop every web and worker.")


def _put_sqlite(folder: Path, aside: Path) -> None:
    connections.close_all()
    place = Path(connection.settings_dict["NAME"])
    for ending in ("-shm", "-wal"):  # a log that belongs to another file would spoil it
        log = Path(f"{place}{ending}")
        if (aside / place.name).exists():
            log.unlink(missing_ok=True)
        elif log.exists():
            log.rename(aside / log.name)
    replace(folder / SQLITE, place, aside)


def _put_postgresql(folder: Path, aside: Path) -> None:
    if not (aside / POSTGRESQL).exists():
        draft = aside / "draft"
        draft.mkdir(exist_ok=True)
        take(draft)
        (draft / POSTGRESQL).rename(aside / POSTGRESQL)
        draft.rmdir()
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != VAULT:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
    name = connection.settings_dict["NAME"]
    how = ("--no-owner", "--single-transaction", "--exit-on-error", "-d", name)
    _program("pg_restore", *how, _in(folder))


def _in(folder: Path) -> str:
    return str(folder / POSTGRESQL)


def _program(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; passwords reach it through its environment alone."""
    told = connection.settings_dict
    _, secrets = connection.client.settings_to_cmd_args_env(told, [])
    at = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "NAME": "PGDATABASE"}
    env = {there: told[here] for here, there in at.items() if told[here]} | (secrets or {})
    program = [_path_of(name), *arguments]
    done = subprocess.run(program, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{name} failed: {done.stderr.strip()}")


def _path_of(name: str) -> str:
    if found := shutil.which(name):
        return found
    raise Refused(f"{name} is missing: install PostgreSQL's client programs of the same version.")
