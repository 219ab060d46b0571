"""Settings from the environment: one meaning each, one clear error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reflect2protect.config import env
from reflect2protect.config.env import BadSetting


def test_a_text_is_read_without_the_space_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "  hello \n")
    assert env.text("WORD") == "hello"
    assert env.text("NOTHING", "default") == "default"


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n", encoding="utf-8")
    monkeypatch.setenv("WORD", "from the environment")
    monkeypatch.setenv("WORD_FILE", str(tmp_path / "secret"))
    assert env.text("WORD") == "from the file"


def test_a_secret_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD_FILE", "/nowhere/at/all")
    with pytest.raises(BadSetting, match="WORD_FILE: cannot read /nowhere/at/all"):
        env.text("WORD")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("yes", True), ("ON", True), ("1", True), ("True", True),
     ("no", False), ("off", False), ("0", False), ("FALSE", False), ("", None)],
)  # fmt: skip
def test_yes_and_no(monkeypatch: pytest.MonkeyPatch, written: str, meant: bool | None) -> None:
    monkeypatch.setenv("WORD", written)
    for default in (True, False):
        assert env.flag("WORD", default) is (default if meant is None else meant)


def test_what_is_neither_yes_nor_no_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "perhaps")
    with pytest.raises(BadSetting, match="WORD: expected yes or no, found 'perhaps'"):
        env.flag("WORD", True)


def test_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.number("WORD", 8000) == 8000
    monkeypatch.setenv("WORD", "81")
    assert env.number("WORD", 8000) == 81
    monkeypatch.setenv("WORD", "eighty")
    with pytest.raises(BadSetting, match="WORD: expected a whole number, found 'eighty'"):
        env.number("WORD", 8000)


def test_databases(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert env.database("WORD", tmp_path)["NAME"] == tmp_path / "campaign.sqlite3"
    monkeypatch.setenv("WORD", "postgresql://us%40er:p%2Fw@db.example:5433/the%20name")
    found = env.database("WORD", tmp_path)
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [found[name] for name in names] == ["the name", "us@er", "p/w", "db.example", "5433"]
    monkeypatch.setenv("WORD", "mysql://x/y")
    with pytest.raises(BadSetting, match="WORD: expected postgresql://…, found mysql scheme"):
        env.database("WORD", tmp_path)


UNSAFE = {
    "in public without a key": ({"PUBLIC_URL": "https://x.example"}, "SECRET_KEY is not set"),
    "no encryption": (
        {"PUBLIC_URL": "http://x.example", "SECRET_KEY": "k" * 50}, "people at risk need https://",
    ),
    "debugging in public": (
        {"PUBLIC_URL": "https://x.example", "SECRET_KEY": "k" * 50, "DEBUG": "yes"},
        "turn DEBUG off",
    ),
    "another season": ({"SEASON": "spring"}, "SEASON: expected live"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSAFE)
def test_an_unsafe_deployment_refuses_to_start_and_says_why(case: str, tmp_path: Path) -> None:
    told, why = UNSAFE[case]
    around = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **told}
    done = subprocess.run(
        [sys.executable, "-c", "import reflect2protect.config.settings"],
        env=around, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert why in done.stderr


def test_a_deployment_answers_to_its_name_and_to_its_onion_service(tmp_path: Path) -> None:
    """Pages advertise the second, and forms sent there have to arrive."""
    around = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://campaign.example.org",
        "SECRET_KEY": "k" * 60,
        "ONION_URL": "http://exampleexample.onion",
    }
    program = "from reflect2protect.config import settings; print(*settings.ALLOWED_HOSTS)"
    for told, hosts in ({}, "campaign.example.org"), ({"ALLOWED_HOSTS": "a.example"}, "a.example"):
        done = subprocess.run(
            [sys.executable, "-c", program], env=around | told, capture_output=True, check=True
        )
        assert done.stdout.decode().split() == [hosts, "exampleexample.onion"]


def test_a_secret_that_stands_where_its_file_should_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAILBOX_URL_FILE", "imaps://me:hunter2@imap.example.org")
    with pytest.raises(BadSetting, match="MAILBOX_URL_FILE: cannot read what stands there"):
        env.text("MAILBOX_URL")


def test_the_key_of_a_laptop_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    program = "from reflect2protect.config import settings; print(settings.SECRET_KEY)"
    around = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    keys = {
        subprocess.run([sys.executable, "-c", program], env=around, capture_output=True, check=True)
        .stdout.strip()
        for _ in range(2)
    }  # fmt: skip
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
