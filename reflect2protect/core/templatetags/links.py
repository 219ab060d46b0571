"""Links in texts: written once for all languages, read in each."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_SITE_LINK = re.compile(r'href="/(?!/)')


@register.filter
def sitelinks(value: object, root: str) -> SafeString:
    """Rich text whose links to this site, `/participate/`, lead to the page's own language.

    `value` is HTML that Wagtail made safe; `root` is `/<language>/`.
    """
    return mark_safe(_SITE_LINK.sub(f'href="{root}', str(value)))  # noqa: S308 - safe before, and only a prefix is added
