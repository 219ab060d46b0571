"""kill -9 of the web process, the worker and the launderer in the middle of their work.

A sample; `make prove` does a hundred rounds.
"""

from pathlib import Path

from tests.browser.server import copied
from tests.crash.kills import Outcome, kill_rounds

ROUNDS = 9


def test_nothing_is_lost_or_done_twice_when_processes_are_killed(
    prepared_data: Path, tmp_path: Path
) -> None:
    with copied(prepared_data, tmp_path) as server:
        outcome = kill_rounds(server, ROUNDS, seed=20141210)
    assert sum(outcome.kills.values()) >= ROUNDS // 2
    assert outcome == Outcome(kills=outcome.kills, sent=ROUNDS, receipts=outcome.receipts)
