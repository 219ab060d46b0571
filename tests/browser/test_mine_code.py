"""The link of a letter brings the code along behind a #: into its box, and nowhere else."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Request

from tests.browser.browser import Witness
from tests.browser.conftest import Open
from tests.browser.server import Server

PATH = "/en/my-reflection/"
CODE = "012345678901234567890123456789"
GROUPS = "01234 56789 01234 56789 01234 56789"
OTHERS = {
    "too short": CODE[1:],
    "too long": f"{CODE}0",
    "in groups": quote(GROUPS),
    "of another script": "٠١٢٣٤٥٦٧٨٩" * 3,
    "an anchor of the page": "main",
    "script": "<img src=x onerror=window.ran=1>",
}


@pytest.fixture
def woman(reader: Open) -> Witness:
    found: Witness = reader(js=True, width=1280)
    found.page.goto("about:blank")
    return found


def box(woman: Witness) -> str:
    return woman.page.input_value("[name=code]")


def test_it_stands_in_the_box_and_in_no_address(woman: Witness) -> None:
    asked: list[Request] = []

    def hear(request: Request) -> None:
        asked.append(request)

    woman.page.on("request", hear)
    assert woman.visit(f"{PATH}#{CODE}") == 200
    assert box(woman) == GROUPS
    assert woman.page.url == f"{woman.url}{PATH}"
    # Opened by nobody but her; nothing was sent, and "back" leads to no address with the code.
    assert woman.page.locator("h1").inner_text() == "Your code opens it."
    woman.visit("/en/rules/")
    woman.page.go_back()
    assert woman.page.url == f"{woman.url}{PATH}"
    woman.page.remove_listener("request", hear)
    assert {request.method for request in asked} == {"GET"}
    assert [request.url for request in asked if CODE in request.url] == []
    assert woman.take_faults() == []


def test_it_comes_into_a_page_that_is_open_already(woman: Witness) -> None:
    woman.visit(PATH)
    woman.page.fill("[name=code]", "01234")
    woman.page.evaluate("code => { location.hash = code; }", CODE)
    woman.page.wait_for_function("() => !location.hash")
    assert (box(woman), woman.page.url) == (GROUPS, f"{woman.url}{PATH}")
    assert woman.take_faults() == []


@pytest.mark.parametrize("name", OTHERS)
def test_nothing_else_is_taken_for_a_code(woman: Witness, name: str) -> None:
    woman.visit(f"{PATH}#{OTHERS[name]}")
    assert box(woman) == ""
    assert woman.page.url.startswith(f"{woman.url}{PATH}#")
    assert woman.page.evaluate("() => window.ran || 0") == 0
    assert woman.take_faults() == []


def test_enter_sends_it_and_says_what_is_wrong(woman: Witness) -> None:
    woman.visit(f"{PATH}#{CODE}")
    woman.page.press("[name=code]", "Enter")
    woman.page.locator("#code-wrong").wait_for()
    assert box(woman) == GROUPS
    assert woman.page.url.startswith(f"{woman.url}/en/answer/")
    assert CODE not in woman.page.url
    assert woman.take_faults() == []


def test_without_javascript_the_box_waits_for_her(reader: Open, server: Server) -> None:
    woman: Witness = reader(js=False, width=1280)
    assert woman.visit(f"{PATH}#{CODE}") == 200
    assert box(woman) == ""
