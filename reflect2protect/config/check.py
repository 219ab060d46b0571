"""Looking for what would hurt a campaign, before it does."""

import os

from django.conf import settings
from django.core.checks import ERROR, WARNING, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from reflect2protect.audit.actions import verify_record
from reflect2protect.config import channels
from reflect2protect.media.work import sandbox
from reflect2protect.media.work.sandbox import State
from reflect2protect.pages.work.bundle import BundleError, read_bundle


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
    found += _launderer()
    return found + channels.problems()


def _launderer() -> list[str]:
    """What keeps the children that read people's pictures from being shut in."""
    said = {
        State.MISSING: "bubblewrap is missing, so whoever reads them has limits but no walls; "
        "install the package `bubblewrap`.",
        State.FORBIDDEN: "bubblewrap is installed and may not make namespaces here, so whoever "
        "reads them has limits but no walls; allow unprivileged user namespaces (docs/run.md).",
    }
    return [f"pictures: {said[found]}"] if (found := sandbox.state()) in said else []


def _bundle() -> list[str]:
    try:
        read_bundle(settings.CAMPAIGN_DIR)
    except BundleError as error:
        return error.problems
    return []
