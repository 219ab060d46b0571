"""The emergency stop from the command line: it needs the folder and nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from reflect2protect.audit.models import Entry
from reflect2protect.config.emergency import take_down
from reflect2protect.moderation.models import Stop
from reflect2protect.publishing.work.check import differences

Make = Callable[..., Any]


def command(*arguments: str, data: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    told = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), **env}
    return subprocess.run(
        [sys.executable, "-m", "reflect2protect", "stop", *arguments],
        env=told,
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def a_folder(place: Path) -> Path:
    for file in ("en/wall/abc/index.html", "wall/feed.atom", "en/paused.html", "en/index.html"):
        path = place / "public" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {file}")
    return place / "public"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_command_takes_down_when_there_is_no_database(database: str, tmp_path: Path) -> None:
    public = a_folder(tmp_path)
    env = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"} if database != "sqlite" else {}
    if database == "sqlite":
        (tmp_path / "campaign.sqlite3").write_bytes(b"this is no database any more" * 99)
    done = command("wall", data=tmp_path, **env)
    assert done.returncode == 0, done.stderr
    assert "Down: wall." in done.stderr
    assert "database does not answer" in done.stderr
    assert (public / "en/wall/index.html").read_text() == "this is en/paused.html"
    assert not (public / "en/wall/abc").exists()
    assert not (public / "wall/feed.atom").exists()
    assert (public / "en/index.html").read_text() == "this is en/index.html"
    assert (tmp_path / "public-aside/stops/wall").exists()


def test_the_command_knows_what_it_may_take_down(tmp_path: Path) -> None:
    a_folder(tmp_path)
    for wrong in ("wal", "../..", "film:../x", ""):
        done = command(wrong, data=tmp_path)
        assert done.returncode == 2
        assert "Say: everything, wall, or film:SLUG" in done.stderr
    assert not (tmp_path / "public-aside/stops").exists()


def test_it_asks_back_when_nothing_of_it_was_there(tmp_path: Path) -> None:
    public = a_folder(tmp_path)
    (public / "en/films/poverty").mkdir(parents=True)
    (public / "en/films/poverty/index.html").write_text("a film")
    assert "Is this the name" not in command("film:poverty", data=tmp_path).stderr
    assert (public / "en/films/poverty/index.html").read_text() == "this is en/paused.html"
    assert "Is this the name" in command("film:povety", data=tmp_path).stderr
    assert not (public / "en/films/povety").exists()


@pytest.mark.parametrize("who", ["staff", "no role", "nobody"])
def test_the_record_says_who_decided(
    who: str, published: Path, staff: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    user = {"staff": staff("editor"), "no role": staff()}.get(who)
    assert take_down("wall", user.username if user else "not-here") == 0
    by = user if who == "staff" else None
    assert Stop.objects.get().by == by
    assert Entry.objects.get(verb="stop").actor == by
    told = capsys.readouterr().err
    assert "It is in the record." in told
    assert ("the command line did it" in told) == (by is None)
    assert list(differences()) == []
