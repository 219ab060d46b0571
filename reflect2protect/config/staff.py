"""Roles as Wagtail knows them, and the accounts of a demonstration."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from reflect2protect.core.models import User
from reflect2protect.core.roles import EDITOR, MODERATOR, PROTECTION_OFFICER, ROLES
from reflect2protect.pages.models import HomePage

EDITED = ("film", "area", "resource", "organisation", "campaign", "campaignimage")
PAGE_RIGHTS = ("add_page", "change_page", "publish_page")
COLLECTION_RIGHTS = (
    *("add_campaignimage", "change_campaignimage", "choose_campaignimage"),
    *("add_document", "change_document", "choose_document"),
)
ACCOUNTS = (
    ("editor", "editor", EDITOR),
    ("moderator", "moderator", MODERATOR),
    ("second moderator", "moderator2", MODERATOR),
    ("protection officer", "protection", PROTECTION_OFFICER),
    ("administrator", "admin", None),
)


def ensure_roles() -> None:
    """Make a group for each role, with what it may do in the studio. Twice changes nothing."""
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in ROLES}
    sign_in = Permission.objects.get(codename="access_admin")
    for group in groups.values():
        group.permissions.add(sign_in)
    verbs = [f"{verb}_{model}" for model in EDITED for verb in ("add", "change", "view")]
    verbs += ["submit_translation", "add_document", "change_document", "choose_document"]
    groups[EDITOR].permissions.add(*Permission.objects.filter(codename__in=verbs))
    rights = Permission.objects.filter(codename__in=PAGE_RIGHTS)
    root = Collection.get_first_root_node()
    for right in Permission.objects.filter(codename__in=COLLECTION_RIGHTS):
        GroupCollectionPermission.objects.get_or_create(
            group=groups[EDITOR], collection=root, permission=right
        )
    for home in HomePage.objects.all():
        for right in rights:
            GroupPagePermission.objects.get_or_create(
                group=groups[EDITOR], page=home, permission=right
            )


def demo_accounts(data_dir: Path) -> Path:
    """The accounts of the demonstration, made once; passwords are random.

    Returns the file that lists them as `{role, username, password}`, readable by its owner only.
    """
    path = data_dir / "demo-accounts.json"
    if path.exists():
        return path
    accounts: list[dict[str, Any]] = []
    for role, username, group in ACCOUNTS:
        password = secrets.token_urlsafe(12)
        user, _ = User.objects.get_or_create(username=username)
        user.set_password(password)
        user.is_superuser = user.is_staff = group is None
        user.save()
        user.groups.set(Group.objects.filter(name=group) if group else [])
        accounts.append({"role": role, "username": username, "password": password})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(accounts, file, indent=2)
        file.write("\n")
    return path
