"""kill -9 of the publisher at a step of a publish or of a recall: the folder equals the database
after the sweep. A sample; `make prove` does three hundred."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

KILLS = 9


def test_a_killed_publisher_is_finished_by_the_next_one(
    prepared_data: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(prepared_data, data)
    command = [sys.executable, "-m", "tests.crash.steps", str(data), str(KILLS), "20150308"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert sum(found["kills"].values()) >= KILLS
    assert found["differences"] == []
    assert (found["shown_after_recall"], found["not_reported_gone"]) == (0, 0)
