"""Figures that tests tell themselves: pytest runs them, and its report holds what they recorded."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from prove.kept import ROOT

PYTEST = (sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup")
LARGEST = ("last", "largest", "slowest")


def tested(*tests: str) -> dict[str, int]:
    """Run these tests, all of what they otherwise sample. How many passed, and the sum of each
    property that they recorded (the largest, if its name begins so).

    Raises RuntimeError, with what pytest said, when one did not pass.
    """
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.xml"
        done = subprocess.run(
            [*PYTEST, f"--junitxml={report}", *tests],
            cwd=ROOT,
            env={**os.environ, "EVERY_READING": "1"},
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stdout[-5000:])
        tree = ElementTree.parse(report)  # noqa: S314 - pytest's own words, written just now
    found = {"tests": sum(1 for _ in tree.iter("testcase"))}
    if skipped := sum(1 for _ in tree.iter("skipped")):
        raise RuntimeError(f"{skipped} of these tests were skipped.")
    for told in tree.iter("property"):
        name, value = told.attrib["name"], int(told.attrib["value"])
        largest = name.startswith(LARGEST)
        found[name] = max(found.get(name, 0), value) if largest else found.get(name, 0) + value
    return found
