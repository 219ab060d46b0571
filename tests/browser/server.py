"""The campaign as a person would run it: one command, in a data folder of its own."""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The first start of all makes migrations, six languages of pages and two dozen pictures.
FIRST_START_SECONDS = 420
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in at /staff/login/."""

    username: str
    password: str


@dataclass(frozen=True)
class Server:
    """A running campaign: where it answers, where it keeps things, what it has said."""

    url: str
    data: Path
    log: Path

    def account(self, role: str) -> Account:
        """The demo's account for a role, e.g. `moderator`. Raises LookupError."""
        people = json.loads((self.data / "demo-accounts.json").read_text(encoding="utf-8"))
        for person in people:
            if person["role"].lower().replace("_", " ").startswith(role):
                return Account(person["username"], person["password"])
        raise LookupError(f"no account for {role} among {[p['role'] for p in people]}")

    def get(self, path: str) -> str:
        """The text at a path. Raises urllib.error.HTTPError."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as answer:
            body: bytes = answer.read()
        return body.decode()


def _sources() -> Iterator[Path]:
    """Every file that the prepared data depend on."""
    for place in ("reflect2protect", "campaigns", "locale"):
        for path in sorted((ROOT / place).rglob("*")):
            skipped = {"__pycache__", "tests"} & set(path.parts)
            if path.is_file() and not skipped and path.suffix not in {".mo", ".md"}:
                yield path
    yield ROOT / "uv.lock"


def _digest() -> str:
    """Changes with the code, the campaign, and the day (SEASON=live follows the calendar)."""
    seen = hashlib.sha256(f"{date.today()} {sys.version}".encode())  # noqa: DTZ011 - local, as load
    for path in _sources():
        seen.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:20]


def prepared(cache: Path) -> Path:
    """A data folder that has been started once, made anew when anything it rests on changed.

    PREPARED_DATA names one that is taken as it is, for quick work on these tests.
    """
    if given := os.environ.get("PREPARED_DATA"):
        return Path(given)
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may want it at once
        place = cache / _digest()
        if not (place / "done").exists():
            for old in cache.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            data = place / "data"
            data.mkdir(parents=True)
            with started(data, place / "log.txt", "demo", FIRST_START_SECONDS):
                wait_until(lambda: _pictures_made(data), FIRST_START_SECONDS, "example pictures")
            (place / "done").touch()
        return place / "data"


def _pictures_made(data: Path) -> bool:
    made = list((data / "private" / "pictures").iterdir())
    shown = list((data / "public" / "pictures").glob("*/1280.webp"))
    return bool(made) and len(shown) == len(made) and not _pending(data)


def _pending(data: Path) -> bool:
    """Whether the publisher still has something to do."""
    connection = sqlite3.connect(data / "campaign.sqlite3", timeout=20)
    try:
        return bool(connection.execute("select count(*) from publishing_change").fetchone()[0])
    finally:
        connection.close()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def started(
    data: Path,
    log: Path,
    command: str = "serve",
    seconds: float = START_SECONDS,
    extra: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """`python -m reflect2protect serve` (or `demo`) in `data`, stopped with Ctrl-C at the end.

    Raises RuntimeError with all that it printed when it does not become ready in time.
    """
    port = free_port()
    # It ends when these tests do, however they end.
    program = [sys.executable, "-m", "reflect2protect.core.lifeline", str(os.getpid())]
    program += [sys.executable, "-m", "reflect2protect", command]
    # Nothing of the shell that runs the tests reaches the campaign.
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env |= {"DATA_DIR": str(data), "PORT": str(port), "SEASON": "live", "PYTHONUNBUFFERED": "1"}
    # One address, whatever the port: pages name it, and need not be made again for each server.
    env["PUBLIC_URL"] = "http://127.0.0.1"
    env |= extra or {}
    with (
        log.open("ab") as out,
        subprocess.Popen(
            program, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        ) as process,
    ):
        try:
            wait_until(
                lambda: b"Ready:" in log.read_bytes() or process.poll() is not None,
                seconds,
                "Ready:",
            )
            if process.poll() is not None:
                raise RuntimeError(log.read_text(errors="replace"))
            yield Server(f"http://127.0.0.1:{port}", data, log)
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


@contextmanager
def copied(source: Path, place: Path, extra: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server of its own on a copy of prepared data, for tests that write."""
    data = place / "data"
    shutil.copytree(source, data)
    with started(data, place / "log.txt", extra=extra) as server:
        yield server


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Ask again and again. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s in vain for: {what}")
        time.sleep(0.1)


if __name__ == "__main__":
    # A campaign for tests to start from, made while something else is checked (Makefile).
    prepared(ROOT / ".pytest_cache" / "d" / "campaign")
