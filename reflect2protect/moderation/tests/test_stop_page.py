"""The emergency stop as staff press it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from reflect2protect.core.models import User
from reflect2protect.moderation.models import Stop
from reflect2protect.publishing.work import stops

Make = Callable[..., Any]
PAGE = "/staff/desk/stop/"


def sign_in(user: User, **kwargs: Any) -> Client:
    client = Client(**kwargs)
    client.force_login(user)
    return client


def press(client: Client, **fields: str) -> str:
    answer = client.post(PAGE, fields, follow=True)
    assert answer.redirect_chain
    return answer.content.decode()


def test_one_takes_down_and_two_reopen(published: Path, staff: Make) -> None:
    editor, officer = sign_in(staff("editor")), sign_in(staff("protection officer"))
    html = editor.get(PAGE).content.decode()
    assert "Down now" not in html
    assert "/staff/desk/shown/" not in html  # what an editor may not open
    for scope, film, name in (
        ("wall", "", "wall"),
        ("film", "poverty", "film:poverty"),
        ("everything", "", "everything"),
    ):
        html = press(editor, action="stop", scope=scope, film=film)
        assert "It is down." in html
        assert name in stops.in_force()
    assert "Take something down" in html
    assert 'value="everything"' not in html
    assert 'value="poverty"' not in html
    row = str(Stop.objects.get(scope="everything").pk)
    assert "Agree and reopen" not in officer.get(PAGE).content.decode()
    assert "a second person" in press(editor, action="ask", stop=row)
    assert "Agree and reopen" not in editor.get(PAGE).content.decode()
    assert "Agree and reopen" in officer.get(PAGE).content.decode()
    assert editor.post(PAGE, {"action": "reopen", "stop": row}).status_code == 403
    assert "Reopened." in press(officer, action="reopen", stop=row)
    assert "Nothing was changed" in press(officer, action="reopen", stop=row)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"action": "stop"},
        {"action": "stop", "scope": "../../etc"},
        {"action": "stop", "scope": "film"},
        {"action": "stop", "scope": "film", "film": "no-such-film"},
        {"action": "ask", "stop": "77"},
    ],
)
def test_what_cannot_be_understood_changes_nothing(
    fields: dict[str, str], published: Path, staff: Make
) -> None:
    assert "Nothing was changed" in press(sign_in(staff("moderator")), **fields)
    assert stops.in_force() == frozenset()


@pytest.mark.django_db
def test_only_staff_open_it_and_only_from_our_own_page(staff: Make) -> None:
    assert Client().get(PAGE).status_code == 302
    assert sign_in(staff()).get(PAGE).status_code == 403
    assert sign_in(staff()).post(PAGE, {"action": "stop", "scope": "wall"}).status_code == 403
    forged = sign_in(staff("moderator"), enforce_csrf_checks=True)
    assert forged.post(PAGE, {"action": "stop", "scope": "wall"}).status_code == 403
    assert stops.in_force() == frozenset()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["editor", "moderator", "protection officer"])
def test_it_speaks_each_language_under_the_strict_policy(role: str, staff: Make) -> None:
    from wagtail.users.models import UserProfile

    user = staff(role)
    words = {"ar": "إيقاف طارئ", "zh-hans": "紧急停止", "ru": "Экстренная остановка"}
    for language, said in words.items():
        profile = UserProfile.get_for_user(user)
        profile.preferred_language = language
        profile.save()
        answer = sign_in(User.objects.get(pk=user.pk)).get(PAGE)
        assert said in answer.content.decode()
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["editor", "moderator", "protection officer"])
def test_the_studio_leads_to_it(role: str, staff: Make) -> None:
    from django.contrib.auth.models import Permission

    user = staff(role)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert PAGE in sign_in(user).get("/staff/").content.decode()
