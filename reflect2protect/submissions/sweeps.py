"""Work that a picture's own row asks for."""

from django.db.models import QuerySet

from reflect2protect.core.sweeps import Sweep, register
from reflect2protect.submissions.actions import erase_picture, make_wall_set
from reflect2protect.submissions.models import Picture, PictureState


def _in_state(state: PictureState) -> QuerySet[Picture]:
    found: QuerySet[Picture] = Picture.including_what_may_not_be_shown.filter(state=state)
    return found


register(
    Sweep(
        name="submissions.pictures",
        due=lambda: _in_state(PictureState.WANTED),
        act=lambda picture: make_wall_set(picture=picture),
    )
)
register(
    Sweep(
        name="submissions.erasures",
        due=lambda: _in_state(PictureState.ERASING),
        act=lambda picture: erase_picture(picture=picture),
    )
)
