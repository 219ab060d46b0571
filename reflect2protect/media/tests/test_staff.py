"""Pictures of staff, sent through the studio's own forms: nothing but pixels is kept of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from reflect2protect.media.models import CampaignImage
from reflect2protect.media.tests import pictures

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves temporary files of its sizes (made of a laundered picture) to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
FILTERS = ("original", "width-80", "fill-60x60|format-jpeg", "width-100|format-png", "max-90x90")


@pytest.fixture
def studio(client: Client, staff: Callable[..., Any]) -> Client:
    client.force_login(staff(is_superuser=True, is_staff=True))
    return client


def upload(kind: str, plant: str) -> SimpleUploadedFile:
    data = pictures.PLANTS[kind][plant]()
    return SimpleUploadedFile(f"{pictures.MARK}name.{kind}", data, f"image/{kind}")


def kept() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def assert_clean() -> None:
    """Nothing planted in any file that is kept, nor in the name of one, nor any metadata."""
    for path in kept():
        assert pictures.MARK not in path.name
        assert pictures.MARK.encode() not in path.read_bytes()
        with Image.open(path) as picture:
            assert not picture.getexif()
            assert not {"icc_profile", "xmp", "exif", "comment"} & set(picture.info)


@pytest.fixture(autouse=True)
def empty() -> None:
    for path in kept():
        path.unlink()


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_a_picture_of_the_studio_and_all_its_sizes_hold_no_metadata(
    studio: Client, kind: str
) -> None:
    form = {"title": "A picture", "collection": "1", "file": upload(kind, "exif")}
    assert studio.post("/staff/images/add/", form).status_code == 302
    image = CampaignImage.objects.get(title="A picture")
    assert (image.width, image.height) == (160, 120)
    for spec in FILTERS:
        image.get_rendition(spec)
    assert len(kept()) == 1 + len(FILTERS)
    assert_clean()


def test_what_is_kept_for_later_when_another_field_is_wrong_is_laundered_too(
    studio: Client,
) -> None:
    form = {"title": "x" * 300, "collection": "1", "files[]": upload("jpeg", "exif")}
    said = studio.post("/staff/images/multiple/add/", form)
    assert json.loads(said.content)["success"]
    assert len(kept()) == 1
    assert_clean()


def test_titles_alone_can_still_be_changed(studio: Client) -> None:
    form = {"title": "one", "collection": "1", "files[]": upload("jpeg", "exif")}
    number = json.loads(studio.post("/staff/images/multiple/add/", form).content)["image_id"]
    said = studio.post(
        f"/staff/images/multiple/{number}/",
        {f"image-{number}-title": "two", f"image-{number}-collection": "1"},
    )
    assert json.loads(said.content)["success"]
    assert CampaignImage.objects.get(pk=number).title == "two"


def test_a_picture_of_a_member_of_staff_is_laundered(studio: Client) -> None:
    account = studio.get("/staff/account/")
    form = {
        name: value
        for panel in account.context["panels_by_tab"].values()
        for one in panel
        for name, value in ((f.html_name, f.value()) for f in one.get_form())
        if value not in (None, "")
    }
    form |= {"avatar-avatar": upload("jpeg", "exif"), "locale-preferred_language": "en"}
    names = {"first_name": "A", "last_name": "B", "email": "a@example.org"}
    form |= {f"name_email-{name}": value for name, value in names.items()}
    assert studio.post("/staff/account/", form).status_code == 302
    assert len(kept()) == 1
    assert_clean()


def test_what_is_no_picture_is_refused_before_anything_looks_at_it(studio: Client) -> None:
    for data in (b"<svg/>", pictures.encode(pictures.quarters(), "gif"), pictures.png_header(9, 9)):
        form = {"title": "No", "collection": "1", "file": SimpleUploadedFile("a.png", data)}
        said = studio.post("/staff/images/add/", form)
        assert "not a picture that we can read" in said.content.decode()
    assert kept() == []
