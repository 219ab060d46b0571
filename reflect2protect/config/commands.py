"""What can be done from the command line. Each command is one function; argparse explains them."""

import argparse
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from reflect2protect.config.env import BadSetting, number, text


def _django() -> None:
    """Set Django up; only now, so that --help is quick and errors of settings can be explained."""
    import django

    from reflect2protect.config.messages import compile_messages

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflect2protect.config.settings")
    compile_messages()
    django.setup()


def demo(arguments: argparse.Namespace) -> int:
    """Run the campaign on this machine: prepare everything, then web and worker."""
    _listen(arguments.host, arguments.port)
    _django()
    from django.conf import settings

    from reflect2protect.config.prepare import prepare
    from reflect2protect.config.staff import demo_accounts

    prepare()
    path = demo_accounts(settings.DATA_DIR)
    notice = (
        f"Ready: http://{arguments.host}:{arguments.port}/\n"
        f"Staff sign in at http://{arguments.host}:{arguments.port}/staff/ with an account from "
        f"{path}\nCtrl-C stops it."
    )
    return _run(arguments, notice)


def serve(arguments: argparse.Namespace) -> int:
    """Run web and worker for a campaign that is prepared; `load` prepares one."""
    _listen(arguments.host, arguments.port)
    _django()
    return _run(arguments, f"Ready: http://{arguments.host}:{arguments.port}/")


def worker(arguments: argparse.Namespace) -> int:
    """Run a worker alone, beside a web process that was started elsewhere."""
    _django()
    from reflect2protect.core.worker import run_worker

    return run_worker(tied=arguments.tied)


def load(arguments: argparse.Namespace) -> int:
    """Prepare the database and load a campaign bundle. Staff's own changes are kept and named."""
    _django()
    from django.conf import settings

    from reflect2protect.config.prepare import prepare

    settings.CAMPAIGN_DIR = arguments.bundle or settings.CAMPAIGN_DIR
    prepare(force=True)
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Check settings, bundle, tables and the record of decisions; 0 when all is well."""
    _django()
    from reflect2protect.config.check import problems

    found = problems()
    for problem in found:
        print(problem)
    print("All is well." if not found else f"{len(found)} to mend.")
    return 1 if found else 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": demo,
    "serve": serve,
    "worker": worker,
    "load": load,
    "check": check,
}


def _listen(host: str, port: int) -> None:
    """Look at where the site will be reached, before anything starts.

    Raises BadSetting when the port is taken (two servers would share it silently), and when
    others could reach a site that takes itself for a laptop's.
    """
    os.environ["PORT"] = str(port)
    if host not in {"127.0.0.1", "localhost", "::1"} and not text("PUBLIC_URL"):
        raise BadSetting(
            f"--host {host} lets others in: set PUBLIC_URL to the address they will use."
        )
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadSetting(
                f"PORT: {host}:{port} cannot be used ({error.strerror}). "
                f"Choose another, for example: PORT={port + 1} make demo"
            ) from error


def _web(host: str, port: int) -> list[str]:
    """Granian, one process: WSGI, since nothing of a body may be written to the disk."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": "1",
        "--http": "1",
        # A body that stalls holds a thread; the middleware lets only a few of them do so.
        "--blocking-threads": "32",
        # Idle connections count here too.
        "--backpressure": "800",
        "--http1-header-read-timeout": "10000",
        "--workers-kill-timeout": "5",
        "--respawn-interval": "0.2",
        "--log-level": "error",
    }
    flat = [part for option in options.items() for part in option]
    switches = ["--respawn-failed-workers", "--no-ws", "--no-access-log"]
    return [
        sys.executable,
        "-m",
        "granian",
        *flat,
        *switches,
        "reflect2protect.config.wsgi:application",
    ]


def _run(arguments: argparse.Namespace, notice: str) -> int:
    from django.db import connections

    from reflect2protect.core.supervisor import Child, supervise

    connections.close_all()
    at = (arguments.host, arguments.port)
    threading.Thread(target=_announce, args=(*at, notice), daemon=True).start()
    tied = [sys.executable, "-m", "reflect2protect", "worker", "--tied"]
    return supervise([Child("web", _web(*at)), Child("worker", tied)])


def _announce(host: str, port: int, notice: str) -> None:
    """Say that it is ready when it truly answers, by the name that the public uses."""
    from django.conf import settings

    name = urlsplit(settings.PUBLIC_URL).netloc
    question = urllib.request.Request(f"http://{host}:{port}/robots.txt", headers={"Host": name})
    for _ in range(600):
        try:
            with urllib.request.urlopen(question, timeout=5):  # noqa: S310
                print(notice, flush=True)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(
        prog="python -m reflect2protect",
        description="A campaign in six languages that keeps the people who take part safe. "
        "Settings come from the environment; docs/run.md lists them.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    for name, function in COMMANDS.items():
        summary = (function.__doc__ or "").strip()
        command = commands.add_parser(name, help=summary, description=summary)
        if name in {"demo", "serve"}:
            command.add_argument(
                "--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)"
            )
            command.add_argument(
                "--port",
                type=int,
                default=number("PORT", 8000),
                help="port (default: PORT, or 8000)",
            )
        if name == "worker":
            command.add_argument(
                "--tied", action="store_true", help="end together with the process that started it"
            )
        if name == "load":
            command.add_argument(
                "bundle", type=Path, nargs="?", help="folder of the bundle (default: CAMPAIGN)"
            )
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; what a person can mend is said in a sentence and not as a traceback."""
    try:
        arguments = parser().parse_args(argv)
        return COMMANDS[arguments.command](arguments)
    except BadSetting as error:
        print(f"{error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    except Exception as error:
        from django.core.exceptions import ImproperlyConfigured

        from reflect2protect.pages.work.bundle import BundleError

        if not isinstance(error, ImproperlyConfigured | BundleError):
            raise
        print(f"{error}", file=sys.stderr)
    return 2
