"""The way from the studio to the desk."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from reflect2protect.core.models import User
from reflect2protect.core.roles import MODERATOR, PROTECTION_OFFICER, ROLES


class DeskItem(MenuItem):  # type: ignore[misc,unused-ignore]
    """Shown to those who may read what waits."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person has the role."""
        user = request.user
        return isinstance(user, User) and user.in_role(MODERATOR, PROTECTION_OFFICER)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator,unused-ignore]
def desk_item() -> MenuItem:
    """The desk, first in the menu."""
    return DeskItem(_("The desk"), reverse("moderation:desk"), icon_name="mail", order=50)


class StopItem(MenuItem):  # type: ignore[misc,unused-ignore]
    """Shown to everyone who may take something down in an emergency."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person has any role."""
        user = request.user
        return isinstance(user, User) and user.in_role(*ROLES)


@hooks.register("register_admin_menu_item")  # type: ignore[untyped-decorator,unused-ignore]
def stop_item() -> MenuItem:
    """The emergency stop, right below the desk."""
    return StopItem(
        _("Emergency stop"), reverse("moderation:desk-stop"), icon_name="warning", order=60
    )
