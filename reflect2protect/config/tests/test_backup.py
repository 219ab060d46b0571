"""Back up, withdraw, restore: what is gone stays gone, and everything else is whole."""

import json
import shutil
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from reflect2protect.audit.actions import verify_record
from reflect2protect.config import key_backups, running
from reflect2protect.config.backup import backup
from reflect2protect.config.commands import main
from reflect2protect.config.env import BadSetting
from reflect2protect.config.kept import Refused
from reflect2protect.config.replay import Replayed, replay
from reflect2protect.config.restore import restore
from reflect2protect.core import vault
from reflect2protect.publishing.actions import publish_changes
from reflect2protect.publishing.work.copies import key_path
from reflect2protect.publishing.work.signing import make_key
from reflect2protect.submissions import actions
from reflect2protect.submissions.actions import Received, Reflection
from reflect2protect.submissions.models import ENDED, Picture, Seen, State, Submission
from reflect2protect.submissions.tests.forms import picture
from reflect2protect.submissions.work import gone, shelf

Make = Callable[..., Any]
DAY = "2015-02-04T120000Z"


@pytest.fixture(autouse=True)
def _list_elsewhere(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The list of destroyed keys on another disk, and a data folder as it was afterwards."""
    settings.GONE_LIST = tmp_path_factory.mktemp("another-disk") / "gone.txt"
    yield
    for found in settings.DATA_DIR.iterdir():
        if found.name in {"running", running.RESTORING, "prepared"}:
            found.unlink()
        if found.name in {"keys", "staff-media"} or found.name.startswith("before-restore"):
            shutil.rmtree(found)
    shutil.rmtree(settings.STATIC_ROOT)
    settings.STATIC_ROOT.mkdir()


def back_up(place: Path, keys: Path | None = None) -> int:
    return backup(Namespace(dest=place, keys=keys))


def made(place: Path) -> Path:
    """The backup that lies in a folder of backups."""
    (found,) = place.glob("2015-02-04T*Z")
    return found


def put_back(source: Path, **told: Any) -> int:
    usual = {"keys": None, "without_gone_list": False, "erase_unreadable": False}
    return restore(Namespace(src=source, **usual | told))


def received(words: str) -> Received:
    """Somebody's words and picture, as they come in; its sizes made."""
    found = actions.receive_submission(
        reflection=Reflection(
            words=words, seen=Seen.FACE, picture=picture(), allows=frozenset({"consent_wall"})
        )
    )
    actions.make_wall_set(picture=found.submission.picture)
    return found


def now(one: Received) -> Submission:
    found = actions.submission_of(one.code)
    assert found is not None
    return found


def holding(place: Path, *needles: bytes) -> list[Path]:
    """Files below a folder that hold one of these, in their name or in themselves."""
    return [
        path
        for path in place.rglob("*")
        if path.is_file() and any(n in bytes(path) + path.read_bytes() for n in needles)
    ]


@dataclass
class Told:
    """Of one person, what must not be found any more."""

    ref: bytes
    picture: bytes
    wrapped: bytes

    @classmethod
    def of(cls, one: Received) -> "Told":
        row = one.submission
        wrapped = dict(vault.everything())[row.key]
        return cls(row.public_id.encode(), row.picture.name.encode(), wrapped)


@pytest.mark.data
def test_what_was_taken_back_since_stays_gone_and_all_else_is_whole(
    published: Path, staff: Make, tmp_path: Path
) -> None:
    stays, goes, waits = (received(words) for words in ("She stays", "She goes", "She waits"))
    by = staff("moderator")
    for one in (stays, goes):
        actions.approve_submission(submission=one.submission, by=by)
    publish_changes()
    told, was = Told.of(goes), actions.own_master(submission=stays.submission)
    (settings.MEDIA_ROOT / "documents").mkdir(parents=True)
    (settings.MEDIA_ROOT / "documents" / "rules.pdf").write_bytes(b"rules")
    make_key(key_path())
    signing = key_path().read_bytes()
    assert back_up(tmp_path / "disk", tmp_path / "safe") == 0
    assert holding(tmp_path / "disk", told.wrapped, told.wrapped.hex().encode()) == []
    source = made(tmp_path / "disk")
    keys = tmp_path / "safe" / f"{source.name}.keys"

    actions.withdraw_submission(submission=goes.submission)
    late = received("She came after the backup")
    actions.withdraw_submission(submission=waits.submission)
    shutil.rmtree(settings.MEDIA_ROOT)
    key_path().unlink()

    for _ in range(2):  # a second time changes nothing
        assert put_back(source, keys=keys) == 0
        assert now(goes).state == now(waits).state == State.WITHDRAWN
        assert (now(goes).sealed, now(goes).key) == (None, "")
        assert holding(settings.PUBLIC_DIR, told.ref, told.picture) == []
        assert holding(settings.DATA_DIR, told.wrapped, told.wrapped.hex().encode()) == []
        assert actions.submission_of(late.code) is None
        assert shelf.names() == [now(stays).picture.name]
        assert now(stays).words == "She stays"
        assert actions.own_master(submission=now(stays)) == was
        assert holding(settings.PUBLIC_DIR, now(stays).picture.name.encode())
        assert (settings.MEDIA_ROOT / "documents" / "rules.pdf").read_bytes() == b"rules"
        assert key_path().read_bytes() == signing
        assert verify_record() is None
        page = Client().post("/en/my-reflection/", {"code": goes.code}).content.decode()
        assert "Your reflection is withdrawn." in page
        assert "She goes" not in page
        with running.at_work():
            pass


def test_a_picture_that_was_covered_since_stays_gone(
    published: Path, staff: Make, tmp_path: Path
) -> None:
    """The desk reads again what is left of her reflection: the words, if there were any."""
    covers, bare = received("She covers"), received("")
    actions.approve_submission(submission=covers.submission, by=staff("moderator"))
    publish_changes()
    assert back_up(tmp_path / "disk", tmp_path / "safe") == 0
    source, first = made(tmp_path / "disk"), now(covers).picture
    wrapped = dict(vault.everything())[first.key]
    for one in (covers, bare):
        again = actions.own_master(submission=one.submission)
        actions.change_seen(submission=one.submission, seen=Seen.COVERED, picture=again)
    for _ in range(2):  # a second time changes nothing
        assert put_back(source, keys=tmp_path / "safe" / f"{source.name}.keys") == 0
        row = now(covers)
        assert (row.words, row.seen, row.state) == ("She covers", Seen.WORDS, State.WAITING)
        assert now(bare).state in ENDED
        assert shelf.names() == []
        assert holding(settings.PUBLIC_DIR, first.name.encode()) == []
        assert holding(settings.DATA_DIR, wrapped, wrapped.hex().encode()) == []


def test_keys_that_come_back_are_those_of_rows_that_are_there_and_not_destroyed(
    own_database: object, hang: Make
) -> None:
    stays, goes, erased = (hang(words=words) for words in ("stays", "goes", "erased"))
    kept = vault.everything()
    nobody = vault.new()
    kept.append((nobody, dict(vault.everything())[nobody]))
    for row in (stays, goes, erased):
        vault.destroy(row.key)
    vault.destroy(nobody)
    gone.note(goes.key)
    half = [one for one in kept if one[0] != erased.key]

    with pytest.raises(Refused, match="No key opens 1 of 3"):
        replay(half, erase_unreadable=False)
    assert {now_of(row).state for row in (stays, goes, erased)} == {State.APPROVED}
    assert set(vault.keys([stays.key, goes.key, erased.key, nobody])) == {stays.key}

    assert replay(half, erase_unreadable=True) == Replayed(withdrawn=1, unreadable=1, whole=1)
    states = [now_of(row).state for row in (stays, goes, erased)]
    assert states == [State.APPROVED, State.WITHDRAWN, State.ERASED]
    assert replay(kept, erase_unreadable=False) == Replayed(withdrawn=0, unreadable=0, whole=1)
    assert set(vault.keys([stays.key, goes.key, erased.key, nobody])) == {stays.key}


def now_of(row: Submission) -> Submission:
    found: Submission = Submission.including_what_may_not_be_shown.get(pk=row.pk)
    return found


def test_a_picture_that_no_row_knows_does_not_come_back(own_database: object, hang: Make) -> None:
    row = hang(picture="made")
    shelf.put("f" * 32, shelf.MASTER, b"a picture that was replaced", vault.key(row.key))
    going = Picture.including_what_may_not_be_shown.create(
        key=row.key, state="erasing", width=1, height=1
    )
    shelf.put(going.name, shelf.MASTER, b"one that was about to go", vault.key(row.key))
    replay([], erase_unreadable=False)
    assert shelf.names() == [row.picture.name]
    assert [one.name for one in Picture.including_what_may_not_be_shown.all()] == shelf.names()


def test_without_the_settings_of_the_campaign_there_is_no_backup(
    empty_database: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be one of nothing, and old keys would be deleted for it."""
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "2015-01-01T000000Z.keys").write_text("of the real campaign")
    assert back_up(tmp_path) == 1
    assert "There is no campaign in" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]
    assert len(list(keys.iterdir())) == 1


def test_a_key_backup_lives_seven_days(
    own_database: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = vault.new()
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / ".2015-02-01T000000Z.keys").write_text("half of one, of a run that was killed")
    (keys / "notes.txt").write_text("not ours")
    first = datetime(2015, 2, 4, 12, tzinfo=UTC)
    with time_machine.travel(first, tick=False):
        assert back_up(tmp_path) == 0
    file = keys / f"{DAY}.keys"
    assert file.stat().st_mode & 0o777 == 0o600
    assert name in dict(key_backups.read(file, datetime(2015, 2, 11, 12, tzinfo=UTC)))
    with pytest.raises(Refused, match="older than 7 days"):
        key_backups.read(file, datetime(2015, 2, 11, 12, 0, 1, tzinfo=UTC))
    with time_machine.travel(datetime(2015, 2, 11, 13, tzinfo=UTC), tick=False):
        assert back_up(tmp_path) == 0
    assert "older than seven days: 1 key backups" in " ".join(capsys.readouterr().err.split())
    left = sorted(path.name for path in keys.iterdir())
    assert left == ["2015-02-11T130000Z.keys", "notes.txt"]
    assert (tmp_path / DAY).is_dir()


def test_what_is_half_or_changes_meanwhile_is_left_out_of_a_backup(
    own_database: object, mid_campaign: object, hang: Make, tmp_path: Path
) -> None:
    row = hang(picture="made")
    (shelf.folder(row.picture.name) / ".1280.webp.77").write_bytes(b"half")
    (tmp_path / ".2015-01-01T000000Z").mkdir()
    assert back_up(tmp_path) == 0
    copied = {path.name for path in (made(tmp_path) / "private").rglob("*") if path.is_file()}
    sizes = {f"{width}.{kind}" for width in (320, 640, 1280) for kind in ("webp", "jpg")}
    assert copied == {*sizes, "master.webp"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [made(tmp_path).name, "keys"]
    assert made(tmp_path).stat().st_mode & 0o077 == 0


def damage_file(place: Path) -> None:
    file = next((place / "private").rglob("master.webp"))
    file.write_bytes(file.read_bytes()[:-1] + b"!")


def lose_file(place: Path) -> None:
    next((place / "private").rglob("320.jpg")).unlink()


def add_file(place: Path) -> None:
    (place / "staff-media").mkdir(exist_ok=True)
    (place / "staff-media" / "added.html").write_text("<script>")


def other_secret(place: Path) -> None:
    change(place, secret_key="0" * 64)


def other_database(place: Path) -> None:
    change(place, database="oracle")


def change(place: Path, **told: str) -> None:
    file = place / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | told))


def no_manifest(place: Path) -> None:
    (place / "manifest.json").unlink()


def damaged_keys(place: Path) -> None:
    file = place.parent / "keys" / f"{place.name}.keys"
    file.write_text(file.read_text()[:-9])


def no_list(place: Path) -> None:
    settings.GONE_LIST.unlink()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damage_file, "damaged. Changed, added or missing: 1"),
        (lose_file, "damaged. Changed, added or missing: 1"),
        (add_file, "damaged. Changed, added or missing: 1"),
        (other_secret, "another SECRET_KEY"),
        (other_database, "The backup is of oracle"),
        (no_manifest, "is no backup"),
        (damaged_keys, "is damaged"),
        (no_list, "--without-gone-list"),
    ],
)
def test_nothing_is_touched_by_a_backup_that_cannot_be_trusted(
    own_database: object,
    mid_campaign: object,
    hang: Make,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    harm: Callable[[Path], None],
    said: str,
) -> None:
    row = hang(picture="made")
    gone.note("0" * 32)
    assert back_up(tmp_path) == 0
    source = made(tmp_path)
    harm(source)
    before = inventory()
    assert put_back(source) == 1
    assert said in " ".join(capsys.readouterr().err.split())
    assert inventory() == before
    assert now_of(row).words == "We hold the door open."


def inventory() -> dict[Path, bytes]:
    """The data folder, byte for byte; without the logs of open databases."""
    found = (path for path in settings.DATA_DIR.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in found if not path.name.endswith(("-wal", "-shm"))}


@pytest.mark.parametrize("inside", ["", "backups"])
def test_a_backup_does_not_lie_in_what_it_is_of(
    inside: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert back_up(settings.DATA_DIR / inside) == 1
    assert back_up(tmp_path, settings.DATA_DIR / inside) == 1
    assert "lies in DATA_DIR" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert not (settings.DATA_DIR / "backups").exists()


def test_a_restore_wants_to_be_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running.at_work(), running.at_work():
        assert main(["restore", str(tmp_path)]) == 2
    assert "is running: stop it first" in capsys.readouterr().err
    with running.at_work(alone=True):
        assert main(["serve"]) == 2
    assert "A restore is under way" in capsys.readouterr().err
    with running.at_work(alone=True):
        pass


def test_nothing_starts_where_a_restore_was_interrupted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (settings.DATA_DIR / running.RESTORING).write_text("before-restore-of-a-day")
    for command in ("serve", "worker", "load", "publish"):
        assert main([command]) == 2
        assert "was interrupted" in capsys.readouterr().err
    with pytest.raises(BadSetting), running.at_work():
        pass
