"""Every kind of page, once."""

import re
from dataclasses import dataclass

from tests.browser.server import Server

LANGUAGES = {"ar": "ar", "zh-hans": "zh-Hans", "en": "en", "fr": "fr", "ru": "ru", "es": "es"}
REFLECTION = "a reflection with a picture"
WORDS_ONLY = "a reflection of words alone"


@dataclass(frozen=True)
class Kind:
    """One kind of page: its address below the language, and the status it answers with."""

    name: str
    rest: str
    status: int = 200
    # Rules that a page breaks only when it is narrow, or dark.
    narrow_axe: bool = False
    dark_axe: bool = False

    def path(self, language: str, server: Server) -> str:
        """The address in a language."""
        if self.name == "welcome":
            return "/"
        rest = self.rest
        if rest in {REFLECTION, WORDS_ONLY}:
            rest = f"wall/{_reflection(server, with_picture=rest == REFLECTION)}/"
        return f"/{language}/{rest}"


_found: dict[tuple[str, bool], str] = {}


def _reflection(server: Server, *, with_picture: bool) -> str:
    """The id of a reflection on the wall."""
    key = (server.url, with_picture)
    if key not in _found:
        for card in server.get("/en/wall/").split('<li class="ref"')[1:]:
            found = re.search(r'href="/en/wall/([\w-]+)/"', card)
            assert found
            _found.setdefault((server.url, "<img" in card), found[1])
    return _found[key]


KINDS = [
    Kind("welcome", "", dark_axe=True),
    Kind("home", "", narrow_axe=True, dark_axe=True),
    Kind("about", "about/"),
    Kind("films", "films/"),
    Kind("film-youtube", "films/trailer/"),
    Kind("film", "films/education/"),
    Kind("film-coming", "films/power/"),
    Kind("area", "areas/education/"),
    Kind("defenders", "defenders/"),
    Kind("participate", "participate/", narrow_axe=True, dark_axe=True),
    Kind("sheet", "participate/sheet/"),
    Kind("my-reflection", "my-reflection/"),
    Kind("wall", "wall/", narrow_axe=True, dark_axe=True),
    Kind("wall-in", "wall/in/"),
    Kind("reflection", REFLECTION),
    Kind("reflection-words", WORDS_ONLY),
    Kind("support", "support/"),
    Kind("act", "act/"),
    Kind("library", "library/"),
    Kind("stay-safe", "stay-safe/"),
    Kind("privacy", "privacy/"),
    Kind("rules", "rules/"),
    Kind("accessibility", "accessibility/"),
    Kind("contact", "contact/"),
    Kind("missing", "nothing-here/", status=404),
    Kind("no-longer-kept", f"answer/{32 * '0'}/", status=410, narrow_axe=True, dark_axe=True),
]
