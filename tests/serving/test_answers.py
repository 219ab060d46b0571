"""A browser that sends a form is led on, so that it keeps nothing of what it sent."""

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.browser.server import free_port
from tests.serving.servers import NGINX, Answer, ask, make_site, nginx, supervised
from tests.serving.test_stop_and_reload import workers

pytestmark = pytest.mark.xdist_group("serving")

SENT = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Mode": "navigate"}


@pytest.fixture(params=["door", "proxy"])
def port(request: pytest.FixtureRequest) -> int:
    number: int = request.getfixturevalue(request.param)
    return number


def send(port: int, path: str) -> str:
    """Send a form as a browser does; the address at which its answer waits."""
    led = ask(port, path, "POST", SENT, b"words=hello")
    assert (led.status, led.body) == (303, b"")
    return led.headers["location"]


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
    assert ask(port, address, headers={"Sec-Fetch-Site": "cross-site"}).status == 410


def test_leaving_has_it_forgotten(port: int) -> None:
    address = send(port, "/ar/my-reflection/")
    left = ask(port, f"/leave/{address.split('/')[3]}")
    assert (left.status, left.headers["clear-site-data"]) == (303, '"cache"')
    assert left.headers["location"] == ask(port, "/leave").headers["location"]
    gone = ask(port, address)
    assert gone.status == 410
    assert b"410 ar/" in gone.body


def test_an_answer_that_is_answered_is_forgotten(port: int) -> None:
    first = send(port, "/en/my-reflection/")
    second = send(port, f"/en/my-reflection/?{first.split('/')[3]}")
    assert (ask(port, first).status, ask(port, second).status) == (410, 503)


def test_nobody_finds_one_by_trying(port: int) -> None:
    for path in ("/en/answer/", "/en/answer/0/", "/answer/" + "0" * 32 + "/", "/xx/answer/1/"):
        assert ask(port, path).status == 404
    gone = ask(port, f"/en/answer/{'0' * 32}/")
    assert gone.status == 410
    assert b"410 en/" in gone.body


def test_staff_and_readers_are_led_nowhere(port: int) -> None:
    assert ask(port, "/staff/login/", "POST", SENT, b"").status != 303
    assert ask(port, "/fr/wall/", headers={"Sec-Fetch-Mode": "navigate"}).status == 200


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_who_leaves_does_not_wait_for_a_campaign_that_is_away(tmp_path: Path) -> None:
    make_site(tmp_path)
    with nginx(tmp_path, free_port()) as port:
        left = ask(port, f"/leave/{'0' * 32}")
    assert (left.status, left.headers["clear-site-data"]) == (303, '"cache"')


def _follow(port: int, answer: Answer) -> Answer:
    for _ in range(20):
        if answer.status != 303:
            break
        answer = ask(port, answer.headers["location"])
    return answer


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_while_a_process_is_replaced_nobody_loses_an_answer(tmp_path: Path) -> None:
    """Both processes answer for a while, each on any connection."""
    with supervised(tmp_path) as (port, supervisor):
        kept = send(port, "/fr/participate/")
        old = workers(supervisor.pid)
        os.kill(supervisor.pid, signal.SIGHUP)
        statuses, until = [], time.monotonic() + 25
        while workers(supervisor.pid) & old and time.monotonic() < until:
            sent = ask(port, "/fr/participate/", "POST", SENT, b"words=hello")
            statuses.append(_follow(port, sent).status)
        assert not workers(supervisor.pid) & old
        assert set(statuses) == {503}  # what Django says without a database
        assert len(statuses) > 5
        assert _follow(port, ask(port, kept)).status == 410
        time.sleep(7)
        assert _follow(port, ask(port, send(port, "/fr/participate/"))).status == 503
