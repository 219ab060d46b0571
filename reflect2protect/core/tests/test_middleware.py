"""What stands before every view: headers, a lid on bodies, and calm pages when things fail."""

import io
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from reflect2protect.core import problems
from reflect2protect.core.languages import LANGUAGES
from reflect2protect.core.middleware import BodyLimit
from reflect2protect.core.problems import CalmFailure, language_of

pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/en/", "/ar/nowhere/", "/staff/login/", "/staff/desk/"])
def test_every_answer_protects_its_reader(path: str) -> None:
    answer = Client().get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    # The forms of staff are checked by their origin, which no-referrer would hide.
    referrer = "same-origin" if path.startswith("/staff/") else "no-referrer"
    assert answer.headers["Referrer-Policy"] == referrer
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "Server" not in answer.headers


def test_with_https_browsers_are_told_to_stay_there(settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS = 63072000
    found = Client().get("/en/").headers["Strict-Transport-Security"]
    assert found == "max-age=63072000; includeSubDomains"


def test_the_studio_has_its_own_policy_and_nobody_else() -> None:
    studio = Client().get("/staff/login/").headers["Content-Security-Policy"]
    assert "'unsafe-inline'" in studio
    for path in ("/en/", "/staff/desk/", "/staffx/", "/en/nowhere/"):
        found = Client().get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in found, path
        assert "default-src 'none'" in found, path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [400, 404, 405, 413, 500, 503])
def test_every_problem_is_told_in_every_language(language: str, status: int) -> None:
    answer = problems.problem(RequestFactory().get(f"/{language}/x/"), status)
    html = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{LANGUAGES[language].tag}" dir="{LANGUAGES[language].dir}"' in html
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get("Retry-After") == ("60" if status == 503 else None)


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_problem_can_be_told_without_a_database(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def away(*told: object, **more: object) -> str:
        raise OperationalError("a secret word")

    monkeypatch.setattr(problems, "render_page", away)
    answer = problems.problem(RequestFactory().get("/es/"), status)
    assert answer.status_code == status
    assert '<html lang="es"' in answer.content.decode()
    assert "a secret word" not in answer.content.decode()


FAILURES: list[tuple[Exception, int]] = [
    (OperationalError("words of a person"), 503),
    (OSError(28, "words of a person"), 503),
    (ValueError("words of a person"), 500),
    (KeyError("words of a person"), 500),
]


@pytest.mark.parametrize(("error", "status"), FAILURES, ids=lambda x: type(x).__name__)
def test_a_failure_is_calm_and_its_words_are_not_logged(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        raise error
    except type(error) as raised:
        answer = CalmFailure(HttpResponse).process_exception(RequestFactory().get("/fr/"), raised)
    assert answer is not None
    assert answer.status_code == status
    assert "words of a person" not in caplog.text
    assert type(error).__name__ in caplog.text
    assert "test_middleware.py:" in caplog.text


@pytest.mark.parametrize(
    ("path", "slug"),
    [("/ar/x/", "ar"), ("/zh-hans/", "zh-hans"), ("/", "en"), ("/xx/", "en"), ("", "en")],
)
def test_an_address_tells_its_language(path: str, slug: str) -> None:
    assert language_of(path).slug == slug


class Body(io.BytesIO):
    """A body that says how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


def post(length: Any, body: Body) -> HttpRequest:
    request = RequestFactory().generic("POST", "/en/participate/")
    request.META["CONTENT_LENGTH"] = length
    request._stream = body
    request._read_started = False  # type: ignore[attr-defined]
    return request


def test_a_body_above_the_cap_is_read_to_its_end_and_refused(settings: LazySettings) -> None:
    settings.MAX_BODY_BYTES = 100_000
    body = Body(b"x" * 200_000)
    answer = BodyLimit(lambda request: HttpResponse("seen"))(post("200000", body))
    assert answer.status_code == 413
    assert body.taken == 200_000


def test_a_body_far_above_the_cap_is_not_read_for_ever(settings: LazySettings) -> None:
    settings.MAX_BODY_BYTES = 100_000
    body = Body(b"x" * 1_000_000)
    assert BodyLimit(lambda request: HttpResponse("seen"))(post("1000000", body)).status_code == 413
    assert body.taken == 300_000


def test_a_body_within_the_cap_reaches_the_view(settings: LazySettings) -> None:
    answer = BodyLimit(lambda request: HttpResponse(request.read()))(post("3", Body(b"abc")))
    assert answer.content == b"abc"


@pytest.mark.parametrize("length", ["", "0", "not a number", "-1"])
def test_a_body_of_no_known_length_is_none(length: str) -> None:
    answer = BodyLimit(lambda request: HttpResponse("seen"))(post(length, Body(b"")))
    assert answer.content == b"seen"


def test_only_so_many_bodies_are_held_at_once(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BODIES_AT_ONCE = 1
    inner: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        inner.append(lid(post("3", Body(b"abc"))).status_code)
        return HttpResponse("seen")

    lid = BodyLimit(view)
    acquire = lid.places.acquire
    monkeypatch.setattr(lid.places, "acquire", lambda timeout: acquire(timeout=0.01))
    assert lid(post("3", Body(b"abc"))).content == b"seen"
    assert inner == [503]
    assert lid.places._value == 1, "every place is given back"
