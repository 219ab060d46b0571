"""A browser that sends a form is led on, so that it keeps nothing of what it sent."""

import re

import pytest

from tests.serving.servers import ask

pytestmark = pytest.mark.xdist_group("serving")

SENT = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture(params=["door", "proxy"])
def port(request: pytest.FixtureRequest) -> int:
    number: int = request.getfixturevalue(request.param)
    return number


def test_the_answer_waits_at_an_address_of_its_own(port: int) -> None:
    led = ask(port, "/fr/participate/", "POST", SENT, b"words=hello")
    assert (led.status, led.body) == (303, b"")
    assert led.headers["cache-control"] == "no-store"
    assert led.headers["referrer-policy"] == "no-referrer"
    address = led.headers["location"]
    assert re.fullmatch("/fr/answer/[0-9a-f]{32}/", address)
    here = ask(port, "/fr/participate/", "POST", {**SENT, "Sec-Fetch-Mode": "cors"}, b"words=hello")
    for _ in range(2):
        again = ask(port, address)
        assert (again.status, again.body) == (503, here.body)  # no database
        assert {**again.headers, "date": ""} == {**here.headers, "date": ""}
    assert ask(port, address, "POST", SENT, b"").status == 405


def test_leaving_has_it_forgotten(port: int) -> None:
    address = ask(port, "/ar/my-reflection/", "POST", SENT, b"code=1").headers["location"]
    token = address.split("/")[3]
    left = ask(port, f"/leave?{token}")
    assert (left.status, left.headers["clear-site-data"]) == (303, '"cache"')
    gone = ask(port, address)
    assert gone.status == 410
    assert b"410 ar/" in gone.body


def test_nobody_finds_one_by_trying(port: int) -> None:
    for path in ("/en/answer/", "/en/answer/0/", "/answer/" + "0" * 32 + "/", "/xx/answer/1/"):
        assert ask(port, path).status == 404
    gone = ask(port, f"/en/answer/{'0' * 32}/")
    assert gone.status == 410
    assert b"410 en/" in gone.body


def test_staff_and_readers_are_led_nowhere(port: int) -> None:
    assert ask(port, "/staff/login/", "POST", SENT, b"").status != 303
    assert ask(port, "/fr/wall/", headers={"Sec-Fetch-Mode": "navigate"}).status == 200
