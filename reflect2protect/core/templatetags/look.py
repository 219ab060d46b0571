"""Template tags of the look: dates, drawn people, mirrors, the current place in the menu."""

from datetime import date
from typing import Protocol

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from reflect2protect.core.dates import format_day, format_short_day
from reflect2protect.core.looks import CROPS, Look, face_for, look_for

register = template.Library()


class Indexed(Protocol):
    """Anything with a place in the row of mirrors."""

    index: int


class Film(Protocol):
    """What a film must tell for its mirror to be chosen."""

    area: Indexed | None
    number: int


_FIGURE = (
    '<svg class="{}" viewBox="{}" preserveAspectRatio="{}" aria-hidden="true" focusable="false">'
    '<use href="{}#{}" width="200" height="300"/></svg>'
)

_DRAWING = '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'


@register.filter
def day(value: date | None) -> str:
    """The date with its year, in UN usage of the page's language; "" without a date."""
    return format_day(value, get_language() or "en") if value else ""


@register.filter
def shortday(value: date | None) -> str:
    """The date without its year; "" without a date."""
    return format_short_day(value, get_language() or "en") if value else ""


@register.simple_tag
def figure(name: str, crop: str = "portrait", css: str = "fig") -> SafeString:
    """A drawn person by id (f1, f2 …), decorative; `crop` is a key of `looks.CROPS`.

    Raises KeyError for an unknown crop.
    """
    box, fit = CROPS[crop]
    return format_html(_FIGURE, css, box, fit, static("r2p/figures.svg"), name)


@register.simple_tag
def drawing(code: str, colour: str = "") -> SafeString:
    """A drawing by its code and colour (core/drawings.py), decorative; needs css/wall.css.

    It fills what it stands in. Without a colour it takes the one that its surroundings have.
    """
    css = f"drawn c-{colour}" if colour else "drawn"
    return format_html(_DRAWING, css, static("r2p/seen.svg"), code)


@register.simple_tag
def mirror_look(index: int) -> Look:
    """Shape, tint, person and height of the mirror at `index`: `{% mirror_look 3 as look %}`."""
    return look_for(index)


@register.simple_tag
def film_look(film: Film) -> Look:
    """The mirror of a film: its area's, or one by its number when it has no area."""
    return look_for(film.area.index if film.area else film.number)


@register.simple_tag
def face(language: str) -> str:
    """Address of the face file to preload for a language slug."""
    return static(face_for(language))


@register.simple_tag(takes_context=True)
def current(context: Context, section: str) -> SafeString:
    """` aria-current` for a menu link: "page" on the page itself, "true" below it."""
    if context.get("section") != section:
        return mark_safe("")
    own = context.get("path") == f"{context.get('root')}{section}/"
    return mark_safe(' aria-current="page"' if own else ' aria-current="true"')  # noqa: S308
