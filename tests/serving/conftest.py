"""Both servers on one folder, started once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reflect2protect.publishing.work.folder import Folder
from tests.serving.servers import NGINX, front_door, make_site, nginx


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the public folder lies, and what is beside it."""
    return tmp_path_factory.mktemp("serving")


@pytest.fixture(scope="session")
def folder(place: Path) -> Folder:
    """One of everything. Tests that change something use names of their own."""
    return make_site(place)


@pytest.fixture(scope="session")
def door(place: Path, folder: Folder) -> Iterator[int]:
    """The front door's port; its database is away."""
    with front_door(place) as port:
        yield port


@pytest.fixture(scope="session")
def proxy(place: Path, door: int) -> Iterator[int]:
    """The port of nginx before the front door."""
    if NGINX is None:
        pytest.skip("nginx is not installed; as root, tests/install.py installs it")
    with nginx(place, door) as port:
        yield port
