"""The room in which a launderer works: no network, nothing to write to, little to read.

bubblewrap (``bwrap``) gives the child namespaces of its own and a root folder that holds what
Python and its libraries are made of, read-only: no shell, no /proc, no /dev, nothing of the
campaign. Where there is no bubblewrap, or it may not make namespaces, the limits remain that the
child sets for itself (docs/decisions/0013).
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from enum import StrEnum
from pathlib import Path

ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"} | {
    "VIPS_CONCURRENCY": "1",
    "OPENBLAS_NUM_THREADS": "1",  # each would reserve memory, on a machine of many cores too much
}
SHUT = [
    *("--unshare-all", "--unshare-user"),  # network and processes among them
    *("--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"),  # nobody
    *("--die-with-parent", "--new-session", "--chdir", "/"),
]
SYSTEM = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib")
LINKER = "/etc/ld.so.cache"
TRIAL = "import pyvips, pillow_heif"  # all that the launderer needs
TRIAL_SECONDS = 60.0


class State(StrEnum):
    """How shut in the launderer is on this machine."""

    SHUT_IN = "shut in"
    MISSING = "missing"
    FORBIDDEN = "forbidden"


def command(script: Path, *arguments: str) -> list[str]:
    """The command that runs ``script`` with this Python, shut in where that is possible.

    Raises OSError or subprocess.TimeoutExpired when the machine is too busy to find out.
    """
    run = [sys.executable, "-I", "-B", str(script), *arguments]
    return [*_bwrap(str(script)), *run] if state() is State.SHUT_IN else run


@functools.cache
def state() -> State:
    """Whether the launderer can be shut in: tried once in the life of this process."""
    if program() is None:
        return State.MISSING
    done = subprocess.run(
        [*_bwrap(), sys.executable, "-I", "-B", "-c", TRIAL],
        env=ENVIRONMENT,
        cwd="/",
        capture_output=True,
        timeout=TRIAL_SECONDS,
        check=False,
    )
    return State.FORBIDDEN if done.returncode else State.SHUT_IN


def program() -> str | None:
    """Where bubblewrap is, or None. Never looked for in a path that somebody set."""
    return shutil.which("bwrap", path=f"{os.defpath}:/usr/local/bin")


def _bwrap(*files: str) -> list[str]:
    """The beginning of a command. The root folder itself is shut last, when all is in place."""
    made = [program() or "bwrap", *SHUT]
    for path in SYSTEM:
        if os.path.islink(path):  # a merged /usr: /lib is usr/lib
            made += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            made += ["--ro-bind", path, path]
    for path in (*_python(), LINKER, *files):
        made += ["--ro-bind-try", path, path]
    return [*made, *_own_library(), "--remount-ro", "/"]


@functools.cache
def _python() -> tuple[str, ...]:
    """The interpreter, and the libraries of its installation and of its virtual environment."""
    paths = [sys.executable, os.path.realpath(sys.executable), f"{sys.prefix}/pyvenv.cfg"]
    for prefix in (sys.prefix, sys.base_prefix):
        for path in (f"{prefix}/lib", f"{prefix}/lib64"):
            paths += [path, os.path.realpath(path)]
    return tuple(path for path in dict.fromkeys(paths) if path not in SYSTEM)


def _own_library() -> list[str]:
    """Some installations keep libpython beside themselves; without /proc it is not found there."""
    folder = f"{sys.base_prefix}/lib"
    name = sysconfig.get_config_var("INSTSONAME") or ""
    if name.endswith(".a") or not os.path.isfile(f"{folder}/{name}"):
        return []
    return ["--setenv", "LD_LIBRARY_PATH", folder]
