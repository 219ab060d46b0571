"""What stands before every view: headers, a lid on bodies, and calm pages when things fail."""

import io

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


def post(length: str, body: bytes) -> HttpRequest:
    request = RequestFactory().generic("POST", "/en/participate/")
    request.META["CONTENT_LENGTH"] = length
    request._stream = io.BytesIO(body)
    request._read_started = False  # type: ignore[attr-defined]
    return request


def test_a_body_above_the_cap_is_refused_unread(settings: LazySettings) -> None:
    settings.MAX_BODY_BYTES = 100_000
    request = post("200000", b"x" * 200_000)
    assert BodyLimit(lambda request: HttpResponse("seen"))(request).status_code == 413
    assert request._stream.tell() == 0


def test_a_body_within_the_cap_reaches_the_view() -> None:
    answer = BodyLimit(lambda request: HttpResponse(request.read()))(post("3", b"abc"))
    assert answer.content == b"abc"


@pytest.mark.parametrize("length", ["", "0", "not a number", "-1"])
def test_a_body_of_no_known_length_is_none(length: str) -> None:
    answer = BodyLimit(lambda request: HttpResponse("seen"))(post(length, b""))
    assert answer.content == b"seen"
