"""What the bridge tells Django of who asks: over real connections, from several addresses."""

import http.client
import json
import sys
from collections.abc import Iterator

import pytest

from reflect2protect.core.rates import ONION
from tests.browser.server import free_port
from tests.serving.servers import running

PROXY = "127.0.0.9"
ECHO = ["-m", "granian", "--interface", "rsgi", "tests.serving.echo:application", "--port"]
TELLING = {
    "User-Agent": "Marked Browser",
    "Referer": "https://marked.example/",
    "Accept-Language": "tlh",
    "Cookie": "marked=1",
    "X-Real-IP": "8.8.4.4",
    "X_Forwarded_For": "8.8.4.4",
    "Forwarded": "for=8.8.4.4",
    "CF-Connecting-IP": "8.8.4.4",
    "X-Forwarded-Host": "marked.example",
}
FORM = {
    "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_HOST", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR",
    "REQUEST_METHOD", "SCRIPT_NAME", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL",
    "campaign.sender", "wsgi.errors", "wsgi.input", "wsgi.multiprocess", "wsgi.multithread",
    "wsgi.run_once", "wsgi.url_scheme", "wsgi.version",
}  # fmt: skip


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that tells what Django would be told."""
    place = tmp_path_factory.mktemp("echo")
    port = free_port()
    command = ["env", f"PROXIES={PROXY}", sys.executable, *ECHO, str(port)]
    with running(command, port, place):
        yield port


def told(port: int, path: str, forwarded: str, *, via: str = PROXY) -> dict[str, str]:
    """What Django would be told of a form that comes from the address `via`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, 20, source_address=(via, 0))
    try:
        headers = {**TELLING, "X-Forwarded-For": forwarded, "Content-Type": "text/plain"}
        connection.request("POST", path, b"words", headers)
        found: dict[str, str] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return found


def test_of_a_form_django_is_told_nothing_that_tells_who_asks(echo: int) -> None:
    found = told(echo, "/en/participate/", "8.8.8.8")
    assert set(found) == FORM
    assert found["REMOTE_ADDR"] == ""
    for value in found.values():
        assert not any(mark in value.lower() for mark in ("marked", "tlh", "8.8.", "127.0.0.9"))


def test_of_staff_django_is_told_what_signing_in_needs_and_no_address(echo: int) -> None:
    found = told(echo, "/staff/login/", "8.8.8.8")
    more = {"HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE"}
    assert set(found) >= FORM | more
    assert not any(name.startswith(("HTTP_X_", "HTTP_FORWARDED")) for name in found)


def test_places_are_told_apart_and_not_named(echo: int) -> None:
    asked = ["8.8.8.8", "8.8.8.8", "9.9.9.9, 8.8.8.8", "1.1.1.1"]
    found = [told(echo, "/en/participate/", each)["campaign.sender"] for each in asked]
    assert found[0] == found[1] == found[2] != found[3]
    assert {len(sender) for sender in found} == {16}


def test_who_is_no_declared_proxy_is_not_believed(echo: int) -> None:
    found = told(echo, "/en/participate/", "8.8.8.8", via="127.0.0.10")
    assert found["campaign.sender"] == ONION  # of this machine, and nothing else is known
