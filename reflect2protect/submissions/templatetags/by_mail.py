"""The address to write to, for templates that are made without a request."""

from django import template

from reflect2protect.core.languages import Language
from reflect2protect.submissions.work.mailbox import address

register = template.Library()


@register.simple_tag
def mail_address(language: Language) -> str:
    """The campaign's mailbox, tagged with the page's language; "" where there is none."""
    return address(language.slug)
