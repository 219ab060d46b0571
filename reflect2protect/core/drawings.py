"""What a person can be seen as instead of a picture: a silhouette or a mirror, in a colour.

The shapes stand in `static/r2p/seen.svg`, the colours in `static/r2p/css/wall.css`. Rows and forms
keep the codes: a code, once used, keeps its meaning.
"""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy


class Drawing(NamedTuple):
    """One drawing: `code` is its symbol in the sprite; `label` goes on after its kind."""

    code: str
    label: Promise

    @property
    def alt(self) -> str:
        """What the drawing shows, in the language of the page. It says nothing of a person."""
        if self in SILHOUETTES:
            return gettext("A drawn silhouette, %(what)s") % {"what": self.label}
        return gettext("A drawn mirror, %(what)s") % {"what": self.label}


class Colour(NamedTuple):
    """One light to stand in: `code` is its class `c-…`."""

    code: str
    label: Promise


SILHOUETTES: Final = (
    Drawing("s01", pgettext_lazy("silhouette", "with a headscarf")),
    Drawing("s02", pgettext_lazy("silhouette", "with a hijab")),
    Drawing("s03", pgettext_lazy("silhouette", "with long hair")),
    Drawing("s04", pgettext_lazy("silhouette", "with two braids")),
    Drawing("s05", pgettext_lazy("silhouette", "with short hair and earrings")),
    Drawing("s06", pgettext_lazy("silhouette", "with full, curly hair")),
    Drawing("s07", pgettext_lazy("silhouette", "with a bun and glasses")),
    Drawing("s08", pgettext_lazy("silhouette", "with a hat")),
    Drawing("s09", pgettext_lazy("silhouette", "with a head wrap")),
    Drawing("s10", pgettext_lazy("silhouette", "with a shawl and a walking stick")),
    Drawing("s11", pgettext_lazy("silhouette", "in a wheelchair")),
    Drawing("s12", pgettext_lazy("silhouette", "with a child on the back")),
)

MIRRORS: Final = (
    Drawing("m01", pgettext_lazy("mirror", "arched")),
    Drawing("m02", pgettext_lazy("mirror", "oval")),
    Drawing("m03", pgettext_lazy("mirror", "round, with rays")),
    Drawing("m04", pgettext_lazy("mirror", "tall")),
    Drawing("m05", pgettext_lazy("mirror", "with a handle")),
    Drawing("m06", pgettext_lazy("mirror", "in three parts")),
)

COLOURS: Final = (
    Colour("violet", pgettext_lazy("colour", "violet")),
    Colour("aubergine", pgettext_lazy("colour", "aubergine")),
    Colour("dawn", pgettext_lazy("colour", "dawn")),
    Colour("leaf", pgettext_lazy("colour", "leaf green")),
    Colour("porcelain", pgettext_lazy("colour", "porcelain")),
    Colour("rose", pgettext_lazy("colour", "rose")),
)

DRAWINGS: Final = {drawing.code: drawing for drawing in (*SILHOUETTES, *MIRRORS)}

_KINDS: Final = {"silhouette": SILHOUETTES, "mirror": MIRRORS}


def is_drawing(kind: str, code: str) -> bool:
    """Whether `code` is a drawing of that kind: "silhouette" or "mirror"; any other has none."""
    return any(drawing.code == code for drawing in _KINDS.get(kind, ()))
