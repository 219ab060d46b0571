"""What staff send in the studio happens whole or not at all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page
from wagtail.signals import page_unpublished

from reflect2protect.core.models import User


@pytest.mark.data
@pytest.mark.django_db
def test_a_page_is_not_taken_down_by_halves(staff: Callable[..., User]) -> None:
    page = Page.objects.get(slug="about", locale__language_code="en")
    client = Client(raise_request_exception=False)
    client.force_login(staff(is_superuser=True))

    def crash(**kwargs: Any) -> None:
        raise RuntimeError

    page_unpublished.connect(crash)
    try:
        answer = client.post(f"/staff/pages/{page.pk}/unpublish/")
    finally:
        page_unpublished.disconnect(crash)
    page.refresh_from_db()
    assert answer.status_code == 500
    assert page.live
    client.post(f"/staff/pages/{page.pk}/unpublish/")
    page.refresh_from_db()
    assert not page.live
