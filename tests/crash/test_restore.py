"""kill -9 of a restore, several times in a row: nothing starts meanwhile, and the next one that is
left alone finishes it. A sample."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

KILLS = 3


def test_a_killed_restore_is_finished_by_the_next_one(prepared_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(prepared_data, data)
    command = [sys.executable, "-m", "tests.crash.restores", str(data), str(tmp_path / "kept")]
    done = subprocess.run(
        [*command, str(KILLS), "20150308"],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {
        "kills": KILLS,
        "steps": found["steps"],
        "not_finished": 0,
        "not_withdrawn": 0,
        "found_of_the_withdrawn": [],
        "others_unreadable": 0,
    }
