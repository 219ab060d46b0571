"""What the answers of all forms have in common."""

import base64
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext

from reflect2protect.core import vault
from reflect2protect.core.headers import LASTING
from reflect2protect.core.languages import Language
from reflect2protect.core.render import render_page
from reflect2protect.media.work.launder import Reason as Refusal
from reflect2protect.submissions.models import Picture, PictureState, Submission
from reflect2protect.submissions.work import shelf


def answer(
    template: str,
    language: Language,
    rest: str,
    context: dict[str, Any],
    status: int = 200,
    *,
    lasting: bool = False,
) -> HttpResponse:
    """A page that no browser and no cache keeps. `lasting`: with something on it that is nowhere
    else, as is what she wrote where it was not taken in."""
    html = render_page(
        f"submissions/{template}.html",
        language=language,
        path=f"/{language.slug}/{rest}",
        section="participate",
        context=context,
    )
    headers = {"Cache-Control": "no-store"}
    if lasting or status != 200:
        headers[LASTING] = "1"
    return HttpResponse(html, status=status, headers=headers)


def why(reason: Refusal) -> str:
    """What is wrong with a picture, in the reader's language."""
    return {
        Refusal.NOT_A_PICTURE: gettext(
            "This file is not a picture that we can read. JPEG, PNG, WebP, HEIC and AVIF work."
        ),
        Refusal.TOO_MANY_PIXELS: gettext(
            "This picture has more than 40 million pixels. Please send a smaller one."
        ),
        Refusal.TOO_MANY_BYTES: gettext(
            "This file is larger than 25 MB. Please send a smaller one."
        ),
        Refusal.TOO_SMALL: gettext(
            "This picture is too small to be seen. Please choose a larger one."
        ),
    }.get(
        reason,
        gettext("This picture is damaged or incomplete. Please save it again, or choose another."),
    )


def inline(data: bytes) -> str:
    """A picture inside the page: nobody else can ask for it."""
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"


def own_picture(row: Submission) -> dict[str, Any]:
    """Her own picture inside her own page, public or not."""
    picture: Picture | None = getattr(row, "picture", None)
    if picture is None:
        return {"has_picture": False}
    name = "640.webp" if picture.state == PictureState.MADE else shelf.MASTER
    try:
        data = shelf.get(picture.name, name, vault.key(picture.key))
    except (FileNotFoundError, vault.Unreadable):
        return {"has_picture": True}
    return {
        "has_picture": True,
        "own_picture": inline(data),
        "own_width": picture.width,
        "own_height": picture.height,
    }
