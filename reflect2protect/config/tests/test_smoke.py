import pytest
from django.test import Client


@pytest.mark.django_db
def test_home():
    from reflect2protect.series.models import Film

    assert Film.objects.count() == 14
    assert Client().get("/en/").status_code == 200
