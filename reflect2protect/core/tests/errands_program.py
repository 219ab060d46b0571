"""A worker process for the claim tests: it does errands until it is told to stop.

``python -m reflect2protect.core.tests.errands_program READY_FILE``; its database, nudge socket
and times are told by the environment variable ``ERRANDS`` (JSON).
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings


def configure(told: dict[str, Any]) -> None:
    """The few settings that a worker needs."""
    settings.configure(
        DATABASES={"default": told["database"]},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        WORKER_LEASE_SECONDS=told["lease"],
        WORKER_POLL_SECONDS=told["poll"],
        NUDGE_SOCKET=told["socket"],
    )
    django.setup()


def main(ready: str) -> None:
    """Work; the ready file appears once start-up is over."""
    configure(json.loads(os.environ["ERRANDS"]))
    from reflect2protect.core.sweeps import register
    from reflect2protect.core.tests.errands import ERRANDS
    from reflect2protect.core.worker import run_worker

    register(ERRANDS)
    Path(ready).touch()
    run_worker()


if __name__ == "__main__":
    main(sys.argv[1])
