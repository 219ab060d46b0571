"""Killing real processes while people send reflections, and counting what became of each."""

import io
import os
import random
import re
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyvips

from reflect2protect.core.countries import country_choices
from tests.browser.server import Server, wait_until

# What is killed, by what stands in its command line.
TARGETS = ("reflect2protect web", "reflect2protect worker", "launderer.py")
BOUNDARY = "----reflection"


@dataclass
class Outcome:
    """Figures of some rounds: everything that is not `sent` or `kills` must be as promised."""

    kills: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    receipts: int = 0
    receipts_without_reflection: int = 0
    reflections_twice: int = 0
    pictures_not_made: int = 0
    folders_without_row: int = 0
    half_written_files: int = 0


def picture(seed: int) -> bytes:
    """A small JPEG that differs with the seed."""
    noise = pyvips.Image.gaussnoise(700, 900, mean=128, sigma=40, seed=seed).cast("uchar")
    return bytes(noise.bandjoin([noise, noise]).jpegsave_buffer(Q=80))


def body(words: str, data: bytes, country: str = "") -> bytes:
    """A multipart form of words, a picture and two consents."""
    out = io.BytesIO()
    told = {"seen": "face", "words": words, "country": country, "age_ok": "on"}
    for name, value in (told | {"consent_wall": "on"}).items():
        out.write(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
            f"\r\n\r\n{value}\r\n".encode()
        )
    head = 'Content-Disposition: form-data; name="picture"; filename="a.jpg"'
    out.write(f"--{BOUNDARY}\r\n{head}\r\nContent-Type: image/jpeg\r\n\r\n".encode())
    out.write(data + f"\r\n--{BOUNDARY}--\r\n".encode())
    return out.getvalue()


def post(url: str, path: str, data: bytes, kind: str) -> str:
    """The page that answers; "" when nobody did, or not with success."""
    request = urllib.request.Request(f"{url}{path}", data, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text: bytes = answer.read()
        return text.decode()
    except (urllib.error.URLError, OSError):
        return ""


def code_in(page: str) -> str:
    """The 30 digits of a receipt; "" when the page is none."""
    groups = re.findall(r">\s*(\d{5})\s*<", page)
    return "".join(groups[:6]) if len(groups) >= 6 else ""


def processes(data: Path, target: str) -> list[int]:
    """Processes of this campaign whose command line holds `target`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        of_ours = f"DATA_DIR={data}".encode() in environment
        if target in command and (of_ours or _child_of_ours(entry, data)):
            found.append(int(entry.name))
    return found


@contextmanager
def held(data: Path, target: str) -> Iterator[None]:
    """Such processes stand still meanwhile: they do nothing, and let go of nothing."""
    pids = processes(data, target)
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _child_of_ours(entry: Path, data: Path) -> bool:
    """The launderer gets no environment; it is known by its parent's."""
    try:
        parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        return f"DATA_DIR={data}".encode() in Path("/proc", parent, "environ").read_bytes()
    except OSError:
        return False


def kill_rounds(server: Server, count: int, seed: int) -> Outcome:
    """Send a reflection a round and kill something -9 in the middle; then check every one."""
    dice = random.Random(seed)
    outcome = Outcome()
    said: dict[tuple[str, str], str] = {}
    # What is said lies sealed in the database; a country of its own tells rounds apart there.
    countries = [code for code, _ in country_choices("en")]
    for number, country in zip(range(count), countries, strict=False):
        words = f"round {seed} {number} {dice.random()}"
        form = body(words, picture(number), country)
        kind = f"multipart/form-data; boundary={BOUNDARY}"

        def send(
            words: str = words, form: bytes = form, kind: str = kind, country: str = country
        ) -> None:
            said[country, words] = code_in(post(server.url, "/en/participate/", form, kind))

        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(dice.uniform(0, 0.9))
        target = TARGETS[number % len(TARGETS)]
        victims = processes(server.data, target)
        if victims:
            os.kill(dice.choice(victims), signal.SIGKILL)
            outcome.kills[target] = outcome.kills.get(target, 0) + 1
        sender.join()
        wait_until(lambda: _answers(server), 30, "the web process to be started again")
    outcome.sent = count
    _settle(server)
    _count(server, said, outcome)
    return outcome


def _answers(server: Server) -> bool:
    try:
        return bool(server.get("/robots.txt"))
    except (urllib.error.URLError, OSError):
        return False


def _settle(server: Server) -> None:
    """Wait until the worker has made every picture that is wanted."""

    def done() -> bool:
        query = "select count(*) from submissions_picture where state = 'wanted'"
        return bool(ask(server, query)[0][0] == 0)

    wait_until(done, 120, "the worker to make all pictures")


def ask(server: Server, query: str, *values: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(server.data / "campaign.sqlite3", timeout=20)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def _count(server: Server, said: dict[tuple[str, str], str], outcome: Outcome) -> None:
    form = "application/x-www-form-urlencoded"
    for (country, words), code in said.items():
        rows = ask(
            server,
            "select id from submissions_submission where country = ? and not is_example",
            country,
        )
        outcome.reflections_twice += len(rows) > 1
        if code:
            outcome.receipts += 1
            page = post(server.url, "/en/my-reflection/", f"code={code}".encode(), form)
            outcome.receipts_without_reflection += words not in page
    folders = server.data / "private" / "pictures"
    names = {str(row[0]) for row in ask(server, "select name from submissions_picture")}
    outcome.folders_without_row = sum(f.name not in names for f in folders.iterdir())
    for (name,) in ask(server, "select name from submissions_picture where state = 'made'"):
        held = {path.name for path in (folders / str(name)).iterdir()}
        wanted = {f"{width}.{kind}" for width in (320, 640, 1280) for kind in ("webp", "jpg")}
        outcome.pictures_not_made += not wanted | {"master.webp"} <= held
    outcome.half_written_files = sum(
        1 for path in folders.rglob(".*") if path.is_file() and _is_old(path)
    )


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > 60
