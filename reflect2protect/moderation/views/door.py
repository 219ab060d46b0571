"""Who may come to the desk, and in which language she reads."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from reflect2protect.core.languages import LANGUAGES, Language
from reflect2protect.core.models import User
from reflect2protect.core.roles import MODERATOR, PROTECTION_OFFICER

READERS = (MODERATOR, PROTECTION_OFFICER)


def staff_of(request: HttpRequest, *roles: str) -> tuple[User, Language]:
    """Who reads, and in which language. Raises PermissionDenied for other roles than those (than
    those who may read what was sent)."""
    user = request.user
    if not isinstance(user, User) or not user.in_role(*(roles or READERS)):
        raise PermissionDenied
    profile = getattr(user, "wagtail_userprofile", None)
    chosen = profile.get_preferred_language() if profile else "en"
    return user, LANGUAGES.get(chosen, LANGUAGES["en"])
