"""Runs a command with a PostgreSQL of its own: `python tests/postgres.py run COMMAND …`.

The server lives in a temporary folder, listens on a Unix socket there, and ends with the command.
The command finds its address in DATABASE_URL.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote


def main(command: list[str]) -> int:
    """Start the server, run the command, stop the server; the command's exit code."""
    programs = Path(os.environ["POSTGRES_BIN"])
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.getuid() == 0 else None
    if user:
        shutil.chown(home, user)

    def run(*arguments: str) -> None:
        subprocess.run(
            arguments, user=user, cwd=home, check=True, stdout=subprocess.DEVNULL, env=_bare()
        )

    data = home / "data"
    run(str(programs / "initdb"), "-A", "trust", "-U", "postgres", "-D", str(data), "-E", "UTF8")
    options = f"-k {home} -c listen_addresses= -c fsync=off -c max_connections=60"
    control = (str(programs / "pg_ctl"), "-D", str(data), "-l", str(home / "log"), "-w")
    run(*control, "-o", options, "start")
    try:
        url = f"postgresql://postgres@{quote(str(home), safe='')}/postgres"
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _bare() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": "/tmp"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
