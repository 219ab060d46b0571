"""Looking for what would hurt a campaign, before it does."""

import os
from smtplib import SMTPException

from django.conf import settings
from django.core.checks import ERROR, WARNING, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from reflect2protect.audit.actions import verify_record
from reflect2protect.config import channels
from reflect2protect.media.work import sandbox
from reflect2protect.media.work.sandbox import State
from reflect2protect.pages.work.bundle import BundleError, read_bundle
from reflect2protect.submissions.actions import undestroyed, unreadable
from reflect2protect.submissions.work import gone
from reflect2protect.submissions.work.letter import connected
from reflect2protect.submissions.work.mailbox import TROUBLES, NoInbox, open_inbox


def problems() -> list[str]:
    """One line for each thing to mend, in plain words."""
    deploy = not settings.LOCAL
    found = [
        f"settings: {message.msg}"
        for message in run_checks(include_deployment_checks=deploy)
        if message.level >= (WARNING if deploy else ERROR) and not message.is_silenced()
    ]
    found += _bundle()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return [
            *found,
            "database: tables are not up to date; run `python -m reflect2protect load`.",
        ]
    broken = verify_record()
    if broken is not None:
        found.append(f"record: decision {broken} or one before it was changed from outside.")
    if not os.access(settings.DATA_DIR, os.W_OK):
        found.append(f"DATA_DIR: {settings.DATA_DIR} cannot be written.")
    found += _keys()
    found += _launderer()
    found += _mail()
    return found + channels.problems()


def _keys() -> list[str]:
    """What cannot be read any more although nobody withdrew it, and what still could be although
    somebody did."""
    found = []
    if lost := unreadable():
        told = "their keys are not in the vault; restore a backup of keys (docs/backup.md)."
        found.append(f"keys: {lost} of the reflections cannot be read: {told}")
    if not gone.writable():
        told = "is its disk there? Until then nothing that is taken back is erased for good."
        found.append(f"keys: {settings.GONE_LIST} cannot be written: {told}")
    if left := undestroyed():
        told = "reflections have ended; the worker destroys them as soon as it can."
        found.append(f"keys: still in the vault are those of {left} {told}")
    return found


def _launderer() -> list[str]:
    """What keeps the children that read people's pictures from being shut in."""
    said = {
        State.MISSING: "bubblewrap is missing, so whoever reads them has limits but no walls; "
        "install the package `bubblewrap`.",
        State.FORBIDDEN: "bubblewrap is installed and may not make namespaces here, so whoever "
        "reads them has limits but no walls; allow unprivileged user namespaces (docs/run.md).",
    }
    return [f"pictures: {said[found]}"] if (found := sandbox.state()) in said else []


def _mail() -> list[str]:
    """What keeps people from taking part by e-mail, where somebody wanted that."""
    wanted = ("MAILBOX_URL", "MAIL_URL", "MAIL_FROM")
    told = (settings.MAILBOX, settings.MAIL, settings.MAIL_FROM)
    missing = [name for name, value in zip(wanted, told, strict=True) if not value]
    if len(missing) == len(wanted):
        return []
    if missing:
        return [f"mail: taking part by e-mail is off until you set {' and '.join(missing)} too."]
    found = []
    try:
        with open_inbox():
            pass
    except NoInbox as error:
        found.append(f"mail: the mailbox cannot be used: {error}.")
    except TROUBLES as error:
        found.append(f"mail: the mailbox cannot be opened ({type(error).__name__}).")
    try:
        with connected():
            pass
    except (SMTPException, OSError) as error:
        found.append(f"mail: answers cannot be sent ({type(error).__name__}).")
    return found


def _bundle() -> list[str]:
    try:
        read_bundle(settings.CAMPAIGN_DIR)
    except BundleError as error:
        return error.problems
    return []
