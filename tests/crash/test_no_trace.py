"""Nobody can find out from disk or logs who sent something: not where from, not with what.

Whole journeys to the real server, from marked addresses with marked browsers; then a search for
the marks in every byte that is left, while it runs and after it.
"""

import base64
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.browser.server import Server, copied, wait_until
from tests.crash.kills import ask, body, picture
from tests.crash.travellers import (
    BEHIND,
    PROXY,
    SOURCES,
    WITH_PICTURE,
    Journey,
    Traveller,
    left,
    needles,
)

EXPECTED = {
    "read": 200,
    "nowhere": 404,
    "sent": 200,
    "sent nothing": 422,
    "no form": 422,
    "no picture": 422,
    "wrong code": 422,
    "nobody's code": 422,
    "too large": 413,
    "seen": 200,
    "changed": 200,
    "withdrawn": 200,
}
FILL_A_SHARE = 4  # long uploads: no other has room (config.bodies)


def too_many_at_once(who: Traveller) -> int:
    """What is answered while all room for this place is taken by uploads that then break off."""
    halves = [who.half() for _ in range(FILL_A_SHARE)]
    try:
        time.sleep(3)  # for all to have begun
        return who.ask("POST", "/en/participate/", body("late", picture(4)), WITH_PICTURE)[0]
    finally:
        for half in halves:
            half.close()


def settled(server: Server) -> None:
    """Wait until the worker has nothing left to do."""
    for table in ("submissions_picture where state = 'wanted'", "publishing_change"):
        query = f"select count(*) from {table}"
        wait_until(partial(_nothing, server, query), 120, table)


def _nothing(server: Server, query: str) -> bool:
    return bool(ask(server, query)[0][0] == 0)


def test_no_trace_of_a_sender_is_left(
    prepared_data: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    extra = {"PROXIES": PROXY, "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with copied(prepared_data, tmp_path, extra) as server:
        people = [Traveller(server.url, source) for source in SOURCES]
        people += [Traveller(server.url, PROXY, behind, browser=True) for behind in BEHIND]
        journeys = [Journey().of(who, seed).answers for seed, who in enumerate(people)]
        places = people[1:]  # the first is taken for the one who is behind the proxy
        with ThreadPoolExecutor(len(places)) as pool:
            busy = list(pool.map(too_many_at_once, places))
        kept = people[1].ask("POST", "/en/participate/", body("kept", picture(9)), WITH_PICTURE)
        settled(server)
        before = {
            server.data / path.relative_to(prepared_data): path for path in prepared_data.rglob("*")
        }
        running = left(tmp_path, before)
        assert (server.data / "campaign.sqlite3-wal").stat().st_size > 0
    assert journeys == [EXPECTED] * len(people)
    assert (busy, kept[0]) == ([503] * len(places), 200)
    assert "Ready:" in server.log.read_text()
    after = left(tmp_path, before)
    record_property("journeys", len(journeys))
    record_property("marks", len(needles()))
    record_property("files_searched", sum(path.is_file() for path in tmp_path.rglob("*")))
    record_property("marks_found", len(running) + len(after))
    assert (running, after) == ([], [])


def test_the_search_finds_a_mark_however_it_is_written(tmp_path: Path) -> None:
    written = {
        "text": b"... 127.66.66.66 ...",
        "packed": b"\x00\x7f\x42\x42\x42\x00",
        "number": b"2135048770",
        "hex": b"browser: " + b"MarkedBrowser".hex().encode(),
        "encoded": base64.b64encode(b"{'agent': 'MarkedBrowser/66.6 (Marked System)'}"),
        "network": b"2600:6666:7777:8888::",
    }
    for name, data in written.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "66.77.88.99").write_bytes(b"")
    (tmp_path / "nothing").write_bytes(b"127.66.66.6 Mozilla/5.0 2600:6666::")
    names = {Path(line.partition(": ")[0]).name for line in left(tmp_path, {})}
    assert names == {*written, "66.77.88.99"}
