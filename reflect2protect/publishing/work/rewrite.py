"""A page of the site as a page of a copy: it works from a folder, and sends nothing.

The standard library's parser finds the tags; only those that have to change are written anew, so
everything else stays byte for byte.
"""

import base64
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser

from reflect2protect.publishing.work.relative import Links

# Everything works without JavaScript; of the scripts only this one makes sense in a copy: the
# others help with forms, ask YouTube, or ask the server for news.
SCRIPTS = ("/r2p/js/leave.",)
LOADING_LINKS = frozenset({"stylesheet", "icon", "manifest", "apple-touch-icon"})
HINTS = frozenset({"preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch"})
LOADED = frozenset({"src", "poster", "data", "xlink:href"})
_ATTRIBUTE = re.compile(r'\s+([^\s"=<>/]+)(?:="([^"]*)")?')
_DRAWING = re.compile(r'<(symbol|g) id="([\w-]+)".*?</\1>', re.DOTALL)
_USED = re.compile(r'href="#([\w-]+)"')
_DRAWN_IN = re.compile(r"\.svg#[\w-]+$")

Attributes = dict[str, str]


@dataclass(frozen=True)
class Words:
    """What a copy adds to a page, as HTML in the page's language."""

    head: str
    instead_of_a_form: str
    instead_of_a_film: str
    foot: str


def rewrite(page: str, at: str, links: Links, words: Words, read: Callable[[str], bytes]) -> str:
    """The page of the file `at`; `read` gives a file of the copy."""
    return _Rewriter(page, at, links, words, read).run()


class _Rewriter(HTMLParser):
    def __init__(
        self, page: str, at: str, links: Links, words: Words, read: Callable[[str], bytes]
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.page, self.at, self.links, self.words, self.read = page, at, links, words, read
        self.lines = [0]
        for line in page.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.edits: list[tuple[int, int, str]] = []
        self.drawings: dict[str, set[str]] = {}
        # The element that is left out just now: its tag, where it began, what stands instead.
        self.out: tuple[str, int, str] | None = None
        self.foot_done = False

    def run(self) -> str:
        """The whole page, changed where it has to be."""
        self.feed(self.page)
        self.close()
        found, last = [], 0
        for start, end, text in sorted(self.edits):
            found += [self.page[last:start], text]
            last = end
        return "".join([*found, self.page[last:]])

    def _here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<path …/>`: a start tag that nothing closes."""
        self.handle_starttag(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Leave out, rewrite, or leave as it is."""
        given = {name: value or "" for name, value in attrs}
        if self.out:
            return
        raw = self.get_starttag_text() or ""
        start = self._here()
        if (instead := self._instead(tag, given, start)) is not None:
            self.out = (tag, start, instead)
            return
        new = "" if self._is_hint(tag, given) else self._tag(tag, given, raw)
        if tag == "meta" and "charset" in given:
            new = raw + self.words.head
        if new != raw:
            self.edits.append((start, start + len(raw), new))

    def handle_endtag(self, tag: str) -> None:
        """Where something that is left out ends, and where a page takes its last words."""
        here = self._here()
        if self.out:
            if tag == self.out[0]:
                end = self.page.index(">", here) + 1
                self.edits.append((self.out[1], end, self.out[2]))
                self.out = None
            return
        if tag in {"footer", "body"} and not self.foot_done:
            self.foot_done = True
            self.edits.append((here, here, self.words.foot))
        if tag == "body" and self.drawings:
            self.edits.append((here, here, self._drawn()))

    def _instead(self, tag: str, given: Attributes, start: int) -> str | None:
        """What stands instead of an element that has no place in a copy."""
        if tag == "form":
            return self.words.instead_of_a_form if given.get("method") == "post" else ""
        if tag == "iframe":
            return ""
        if tag in {"video", "audio"} and not self._has_film(tag, given, start):
            return self.words.instead_of_a_film
        if tag == "script":
            source = given.get("src", "")
            kept = any(name in source for name in SCRIPTS) and self.links.file(source)
            return None if kept else ""
        return None

    def _is_hint(self, tag: str, given: Attributes) -> bool:
        return tag == "link" and not HINTS.isdisjoint(given.get("rel", "").split())

    def _has_film(self, tag: str, given: Attributes, start: int) -> bool:
        """Whether a player's file, or one of its sources, is in the copy."""
        end = self.page.index(f"</{tag}>", start)
        sources = re.findall(r'<source\b[^>]*\bsrc="([^"]*)"', self.page[start:end])
        return any(self.links.file(html.unescape(s)) for s in [given.get("src", ""), *sources])

    def _tag(self, tag: str, given: Attributes, raw: str) -> str:
        """A start tag with its addresses rewritten, attribute by attribute."""
        begin = len(tag) + 1

        def one(found: re.Match[str]) -> str:
            name, value = found[1].lower(), found[2]
            if name == "crossorigin" or name == "integrity":
                return ""
            if value is None:
                return found[0]
            old = html.unescape(value)
            new = self._value(tag, given, name, old)
            if new == old:
                return found[0]
            return "" if new is None else f'{found[0][: -len(value) - 1]}{html.escape(new)}"'

        return raw[:begin] + _ATTRIBUTE.sub(one, raw[begin:])

    def _value(self, tag: str, given: Attributes, name: str, value: str) -> str | None:
        if name in {"href", "xlink:href"} and tag == "use":
            return self._use(value)
        if name == "href" and "data-leave" in given:
            return given["data-leave"]  # straight away: a copy has no server to ask on the way
        if name == "href":
            loads = tag == "image" or (
                tag == "link" and not LOADING_LINKS.isdisjoint(given.get("rel", "").split())
            )
            find = self.links.loaded if loads else self.links.link
            return find(value, self.at)
        if name == "src" and tag == "track":
            return self._inlined(value)
        if name in LOADED:
            return self.links.loaded(value, self.at)
        if name in {"srcset", "imagesrcset"}:
            return self._set(value)
        return value

    def _set(self, value: str) -> str | None:
        found = []
        for candidate in value.split(","):
            address, _, width = candidate.strip().partition(" ")
            if new := self.links.loaded(address, self.at):
                found.append(f"{new} {width}".strip())
        return ", ".join(found) or None

    def _inlined(self, value: str) -> str | None:
        """Browsers load no captions from a folder, so they stand in the page itself."""
        file = self.links.file(value)
        if file is None:
            return None
        return f"data:text/vtt;base64,{base64.b64encode(self.read(file)).decode()}"

    def _use(self, value: str) -> str:
        """Browsers use no drawing of another file in a folder: those used stand in the page."""
        file = self.links.file(value)
        if file is None or not _DRAWN_IN.search(value):
            return value
        name = value.rsplit("#", 1)[1]
        self.drawings.setdefault(file, set()).add(name)
        return f"#{name}"

    def _drawn(self) -> str:
        found: dict[str, str] = {}
        for file, names in sorted(self.drawings.items()):
            known = {d[2]: d[0] for d in _DRAWING.finditer(self.read(file).decode())}
            wanted = sorted(names)
            while wanted:
                name = wanted.pop()
                if name in known and name not in found:
                    found[name] = known[name]
                    wanted += _USED.findall(known[name])
        return f"<div hidden><svg>{''.join(found[name] for name in sorted(found))}</svg></div>"
