"""Covering on the server: nothing uncovered can be read meanwhile, or is left afterwards."""

import io
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from reflect2protect.core import vault
from reflect2protect.submissions.models import Picture
from reflect2protect.submissions.tests.forms import WORDS, ask, picture, rows, says, send
from reflect2protect.submissions.tests.test_mine import sweep
from reflect2protect.submissions.tests.test_receive import code_in
from reflect2protect.submissions.work import shelf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]
INK = (45, 18, 56)


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", picture(), "image/jpeg")


def carried(response: Any) -> dict[str, str]:
    """The hidden fields of the page of covers."""
    page = response.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def squares(response: Any) -> list[str]:
    return re.findall(r'name="cell" value="([\d,]+)"', response.content.decode())


def post(fields: dict[str, Any]) -> Any:
    return Client().post("/en/participate/", fields)


def pixels() -> Image.Image:
    """The master that is kept."""
    kept = rows().get().picture
    data = shelf.get(kept.name, shelf.MASTER, vault.key(kept.key))
    return Image.open(io.BytesIO(data)).convert("RGB")


def near(one: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def test_without_javascript_the_server_covers_and_one_more_post_finishes() -> None:
    page = send(seen="covered", picture=file(), name="Lou", consent_social="on")
    assert page.status_code == 200
    assert not rows().exists()
    told, cells = carried(page), squares(page)
    assert (told["words"], told["name"], told["consent_social"]) == (WORDS, "Lou", "on")
    done = post(told | {"cell": cells[0]})
    row = rows().get()
    assert len(code_in(done)) == 30
    assert (row.seen, row.words, row.name, row.consent_social) == ("covered", WORDS, "Lou", True)
    assert near(pixels().getpixel((3, 3)), INK)
    assert not near(pixels().getpixel((155, 115)), INK)
    assert shelf.names() == [row.picture.name]


def test_nothing_ticked_is_asked_once_more_and_sure_is_enough() -> None:
    page = send(seen="covered", picture=file())
    again = post(carried(page))
    assert not rows().exists()
    assert says(again, "Cover what must not be seen.")
    post(carried(again) | {"sure": "1"})
    assert rows().get().seen == "covered"


def test_meanwhile_the_picture_is_sealed_and_its_key_is_kept_nowhere() -> None:
    page = send(seen="covered", picture=file())
    token = carried(page)["pending"]
    name, _, key = token.partition(".")
    (kept,) = shelf.folder(name).iterdir()
    assert vault.unseal(bytes.fromhex(key), kept.read_bytes())[:4] == b"\x89PNG"
    assert not kept.read_bytes().startswith(b"\x89PNG")
    assert Picture.including_what_may_not_be_shown.get().key == ""
    held = [path.read_bytes() for path in settings.DATA_DIR.rglob("*") if path.is_file()]
    assert not any(key.encode() in data or bytes.fromhex(key) in data for data in held)


def test_after_a_quarter_of_an_hour_it_is_gone() -> None:
    page = send(seen="covered", picture=file())
    with time_machine.travel("2015-02-04T12:16:00Z"):
        late = post(carried(page) | {"sure": "1"})
        sweep("erasures")
    assert late.status_code == 422
    assert says(late, "The picture waited for its covers for more than fifteen minutes")
    assert says(late, WORDS)
    assert (shelf.names(), rows().count()) == ([], 0)


@pytest.mark.parametrize("pending", ["", "x", "." * 90, f"{'f' * 32}.{'0' * 64}"])
def test_a_token_that_fits_nothing_is_told_kindly(pending: str) -> None:
    page = send(seen="covered", picture=file())
    answer = post(carried(page) | {"pending": pending, "sure": "1"})
    assert answer.status_code == 422
    assert not rows().exists()


@pytest.mark.parametrize("cell", ["", "1,2", "a,b,c,d", "0,0,9999,1", "-1,0,5,5", "0,0,0,0"])
def test_a_place_outside_the_picture_covers_nothing(cell: str) -> None:
    page = send(seen="covered", picture=file())
    assert post(carried(page) | {"cell": cell}).status_code == 422
    assert not rows().exists()


def test_what_her_own_device_has_covered_is_taken_as_it_is() -> None:
    page = send(seen="covered", picture=file(), covering="device")
    assert len(code_in(page)) == 30
    assert rows().get().seen == "covered"


def test_a_picture_that_was_sent_can_be_covered_later(
    django_capture_on_commit_callbacks: Any,
) -> None:
    code = code_in(send(picture=file()))
    page = ask(code, action="seen", seen="covered")
    told = carried(page)
    assert (told["code"], rows().get().seen) == (code, "face")
    with django_capture_on_commit_callbacks(execute=True):
        done = ask(**told | {"cell": squares(page)[0]})
    assert done.status_code == 200
    assert rows().get().seen == "covered"
    assert near(pixels().getpixel((3, 3)), INK)
    assert len(shelf.names()) == 1
