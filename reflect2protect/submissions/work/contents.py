"""What a letter holds. It is taken apart in a child of its own, shut in like a launderer's."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from reflect2protect.media.work import sandbox
from reflect2protect.media.work.child import Late, converse, end

READER = Path(__file__).with_name("reader.py")
SECONDS = 20.0  # by the clock, for one letter
MOST = 32 * 1024 * 1024  # bytes the child may say


class Unreadable(Exception):
    """The letter is broken, or made to be a burden."""


@dataclass(frozen=True)
class Contents:
    """Words as they came, not cleaned yet. `pictures` are bytes as they came: the first few of
    `how_many`. `left_out`: a signature or quoted lines; `unknown`: something else was attached."""

    words: str = ""
    pictures: tuple[bytes, ...] = ()
    how_many: int = 0
    left_out: bool = False
    unknown: bool = False


def read_letter(raw: bytes) -> Contents:
    """Take a letter apart. Raises Unreadable, and OSError or subprocess.TimeoutExpired when the
    machine has no process left for us."""
    child = subprocess.Popen(
        sandbox.command(READER),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a complaint may quote the letter
        bufsize=0,
        cwd="/",
        env=sandbox.ENVIRONMENT,
        start_new_session=True,
    )
    try:
        return _told(converse(child, raw, SECONDS, MOST))
    except (Late, ValueError, KeyError, TypeError) as error:
        raise Unreadable from error
    finally:
        end(child)


def _told(said: bytes) -> Contents:
    """Raises ValueError, KeyError or TypeError where the child did not finish."""
    header, _, rest = said.partition(b"\n")
    told = json.loads(header)
    pictures, at = [], 0
    for size in told["sizes"]:
        pictures.append(rest[at : at + size])
        at += size
    if at != len(rest):
        raise ValueError("another number of bytes than the header tells of")
    return Contents(
        told["words"], tuple(pictures), told["pictures"], told["left_out"], told["unknown"]
    )
