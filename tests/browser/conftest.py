"""The browser and the servers. Nothing here touches a database in this process."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.browser import Witness, chromium
from tests.browser.catcher import Catcher, catching
from tests.browser.mirror import choose_way
from tests.browser.server import Server, copied, prepared

# `make prove` reads and goes everything in every way, `make test` a sample of it.
EVERY_READING = bool(os.environ.get("EVERY_READING"))
PLACE = Path(__file__).parent
SHARED = {"own_server", "copy"}
Open = Callable[..., Witness]
Record = Callable[[str, object], None]  # pytest's record_property: a figure for `make prove`


# First: xdist reads the groups in this same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in this folder are browser tests. Those that share a campaign share a process too: it
    takes long to start one."""
    for item in items:
        if item.path.is_relative_to(PLACE):
            item.add_marker(pytest.mark.browser)
            if not SHARED.isdisjoint(getattr(item, "fixturenames", ())):
                item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def prepared_data(request: pytest.FixtureRequest) -> Path:
    """A data folder that was started once, kept between runs."""
    return prepared(Path(request.config.cache.mkdir("campaign")))


@pytest.fixture(scope="session")
def server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A campaign to read: tests change nothing in it."""
    with copied(prepared_data, tmp_path_factory.mktemp("reading")) as running:
        yield running


@pytest.fixture(scope="module")
def own_server(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A campaign to take part in, for one file of tests."""
    with copied(prepared_data, tmp_path_factory.mktemp("own")) as running:
        yield running


# Of the package, not of the session: while Playwright runs, Django refuses to touch a database
# in the same process, and tests elsewhere need to.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def reader(browser: Browser, server: Server) -> Iterator[Open]:
    """Somebody who reads, one for each pair of JavaScript and width; the page is used again."""
    readers: dict[tuple[bool, int], Witness] = {}

    def find(*, js: bool, width: int) -> Witness:
        if (js, width) not in readers:
            readers[js, width] = Witness(browser, server.url, js=js, width=width)
        readers[js, width].take_faults()
        return readers[js, width]

    yield find
    for one in readers.values():
        one.close()


@pytest.fixture
def somebody(browser: Browser, own_server: Server, record_property: Record) -> Iterator[Open]:
    """Somebody new, with a browser profile that nobody has used."""
    people: list[Witness] = []

    def meet(*, js: bool = True, width: int = 1280) -> Witness:
        people.append(Witness(browser, own_server.url, js=js, width=width))
        return people[-1]

    yield meet
    record_property("journeys", 1)
    record_property("journeys_without_javascript", int(any(not one.js for one in people)))
    for one in people:
        one.close()


@pytest.fixture(scope="module")
def catcher(own_server: Server) -> Iterator[Catcher]:
    """The campaign, with every form that is sent kept as it came."""
    with catching(own_server.url) as running:
        yield running


@pytest.fixture
def meet(browser: Browser, catcher: Catcher) -> Iterator[Open]:
    """Somebody on the page where one takes part, in front of the catcher."""
    people: list[Witness] = []

    def somebody(
        *, js: bool = True, width: int = 1280, init: str = "", way: str = "face"
    ) -> Witness:
        witness = Witness(browser, catcher.url, js=js, width=width)
        people.append(witness)
        if init:
            witness.page.add_init_script(init)
        assert witness.visit("/en/participate/") == 200
        if way:
            choose_way(witness.page, way)
        return witness

    yield somebody
    for one in people:
        one.close()
