"""What a person sends is never on the disk before it is laundered, and its metadata never at all.

The real server runs with an audit hook in each of its Python processes. The child that launders
may not write a byte (RLIMIT_FSIZE), which its own tests show.
"""

import re
from pathlib import Path

import pyvips

from reflect2protect.media.tests import pictures
from tests.browser.server import copied, wait_until
from tests.crash.kills import BOUNDARY, ask, body, code_in, post

WATCH = Path(__file__).parent / "watch"
OURS = re.compile(
    r"/private/pictures/[0-9a-f]{32}/\.(master|320|640|1280)\.(webp|jpg)\.\d+$"
    r"|/public-aside/lock$"
)


def large_jpeg() -> bytes:
    """About 20 MB of noise."""
    noise = pyvips.Image.gaussnoise(4200, 3600, mean=128, sigma=60, seed=5).cast("uchar")
    return bytes(noise.bandjoin([noise, noise]).jpegsave_buffer(Q=96))


def uploads() -> dict[str, bytes]:
    """Each format with something planted, and a large one."""
    found = {}
    for kind, plants in pictures.PLANTS.items():
        for name, make in plants.items():
            found[f"{kind} {name}"] = make()
    sample = dict(sorted(found.items())[::4])
    return sample | {"large": large_jpeg()}


def test_uploads_never_touch_the_disk_and_no_planted_string_is_kept(
    prepared_data: Path, tmp_path: Path
) -> None:
    log = tmp_path / "writes.txt"
    log.touch()
    extra = {"PYTHONPATH": str(WATCH), "WATCH_LOG": str(log), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    with copied(prepared_data, tmp_path, extra) as server:
        before = len(log.read_text().splitlines())
        for name, data in uploads().items():
            page = post(server.url, "/en/participate/", body(f"sent {name}", data), kind)
            assert code_in(page), name
        query = "select count(*) from submissions_picture where state = 'wanted'"
        wait_until(lambda: ask(server, query)[0][0] == 0, 120, "all pictures")
        written = log.read_text().splitlines()[before:]
    nowhere = re.compile(r"/dev/null$|/proc/\d+/autogroup$")  # no disk
    strange = [line for line in written if not OURS.search(line) and not nowhere.match(line)]
    assert strange == []
    pictures_written = [line for line in written if "/private/" in line]
    assert len(pictures_written) >= 7 * len(uploads())  # a master and six sizes each
    assert list((tmp_path / "tmp").rglob("*.upload*")) == []
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 100
    marked = [path for path in kept if pictures.MARK.encode() in path.read_bytes()]
    assert marked == []
