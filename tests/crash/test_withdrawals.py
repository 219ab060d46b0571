"""Withdrawals that are killed half-way, and a backup restored after them: nothing is left. A
sample of what `make prove` does a thousand times."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

COUNT = 8


def test_nothing_is_left_of_what_was_withdrawn(prepared_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(prepared_data, data)
    command = [sys.executable, "-m", "tests.crash.withdrawals", str(data), str(tmp_path / "kept")]
    done = subprocess.run(
        [*command, str(COUNT), "20150308"], capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("slowest_seconds") < 60  # what we promise, not a measurement
    assert found.pop("kills") > 0
    assert found == {
        "withdrawals": COUNT,
        "copies_left": 0,
        "pages_left": 0,
        "files_with_key_bytes": 0,
        "readable_after_restore": 0,
        "pictures_left": 0,
        "shown_after_restore": 0,
    }
