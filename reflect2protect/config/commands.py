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
from contextlib import nullcontext
from pathlib import Path

from reflect2protect.config import copies
from reflect2protect.config.env import BadSetting, number, text
from reflect2protect.config.running import at_work


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
    from reflect2protect.config.prepare import ensure_published

    ensure_published()
    return _run(arguments, f"Ready: http://{arguments.host}:{arguments.port}/")


def web(arguments: argparse.Namespace) -> int:
    """Run the web process alone. It reads the public folder; only forms and staff need more."""
    from reflect2protect.config.web import run_web

    os.environ["PORT"] = str(arguments.port)
    return run_web(arguments.host, arguments.port)


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


def publish(arguments: argparse.Namespace) -> int:
    """Make the whole public folder again; with --check, compare it with the database instead."""
    _django()
    from reflect2protect.config import channels
    from reflect2protect.config.prepare import check_folder
    from reflect2protect.config.prepare import publish as publish_all

    if not arguments.check:
        publish_all()
        left = channels.deliver_everything() if arguments.deliver else []
        print("\n".join(left), end="\n" * bool(left))
        return 1 if left else 0
    found = check_folder() + channels.differences()
    for difference in found:
        print(difference)
    print(f"{len(found)} differences." if found else "The folder is what the database says.")
    return 1 if found else 0


def check(arguments: argparse.Namespace) -> int:
    """Check settings, bundle, tables and the record of decisions; 0 when all is well."""
    _django()
    from reflect2protect.config.check import problems

    found = problems()
    for problem in found:
        print(problem)
    print("All is well." if not found else f"{len(found)} to mend.")
    return 1 if found else 0


def stop(arguments: argparse.Namespace) -> int:
    """Take down the wall, one film or everything, at once: an emergency stop, even when nothing
    else works. Two people reopen it, at the desk."""
    _django()
    from reflect2protect.config.emergency import take_down

    return take_down(arguments.scope, arguments.by)


def export(arguments: argparse.Namespace) -> int:
    """Write a signed copy of the campaign that works from a folder, a stick or any web server."""
    _django()
    return copies.export(arguments)


def archive(arguments: argparse.Namespace) -> int:
    """Freeze a campaign that is over: nothing new is taken in, and withdrawing still works."""
    _django()
    return copies.archive(arguments)


def backup(arguments: argparse.Namespace) -> int:
    """Write a backup while the campaign runs: everything, and the keys in a small file apart."""
    _django()
    from reflect2protect.config.backup import backup as write

    return write(arguments)


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup in place of what is here; what was taken back since is taken back again."""
    _django()
    from reflect2protect.config.restore import restore as put

    return put(arguments)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": demo,
    "serve": serve,
    "web": web,
    "worker": worker,
    "load": load,
    "publish": publish,
    "check": check,
    "stop": stop,
    "export": export,
    "verify": copies.verify,
    "archive": archive,
    "backup": backup,
    "restore": restore,
}
# Those that a restore under way need not keep out: they read only, or must always work.
ANYTIME = {"check", "stop", "verify"}


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


def _run(arguments: argparse.Namespace, notice: str) -> int:
    from django.db import connections

    from reflect2protect.core.supervisor import Child, supervise

    connections.close_all()
    at = (arguments.host, arguments.port)
    threading.Thread(target=_announce, args=(*at, notice), daemon=True).start()
    us = [sys.executable, "-m", "reflect2protect"]
    web = [*us, "web", "--host", arguments.host, "--port", str(arguments.port)]
    children = [Child("web", web, reloads=True), Child("worker", [*us, "worker", "--tied"])]
    # In a terminal, SIGHUP says that somebody closed it.
    return supervise(children, reload=not os.isatty(0))


def _announce(host: str, port: int, notice: str) -> None:
    """Say that it is ready when the home page can be read."""
    while True:
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/", timeout=5):
                print(notice, flush=True)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)


def _backup_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("dest", type=Path, help="folder for backups, outside DATA_DIR")
    command.add_argument(
        "--keys", type=Path, help="folder for the files of keys (default: DEST/keys)"
    )


def _restore_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("src", type=Path, help="one backup: a folder named after its moment")
    command.add_argument(
        "--keys", type=Path, help="its keys' file (default: the one in keys/ beside it)"
    )
    command.add_argument(
        "--without-gone-list",
        action="store_true",
        help="also without GONE_LIST: what was taken back since stands there again",
    )
    command.add_argument(
        "--erase-unreadable",
        action="store_true",
        help="erase, for good, each reflection that no key opens",
    )


ARGUMENTS = {
    **copies.ARGUMENTS,
    "backup": _backup_arguments,
    "restore": _restore_arguments,
}


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
        if name in ARGUMENTS:
            ARGUMENTS[name](command)
        if name in {"demo", "serve", "web"}:
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
        if name == "publish":
            command.add_argument(
                "--check", action="store_true", help="change nothing: list what differs"
            )
            command.add_argument(
                "--deliver",
                action="store_true",
                help="then bring store and cache up to date with all of it",
            )
        if name == "stop":
            command.add_argument("scope", help="everything, wall, or film:SLUG")
            command.add_argument("--by", default="", help="who decided: a username of the staff")
        if name == "load":
            command.add_argument(
                "bundle", type=Path, nargs="?", help="folder of the bundle (default: CAMPAIGN)"
            )
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; what a person can mend is said in a sentence and not as a traceback."""
    try:
        arguments = parser().parse_args(argv)
        name = arguments.command
        with nullcontext() if name in ANYTIME else at_work(alone=name == "restore"):
            return COMMANDS[name](arguments)
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
