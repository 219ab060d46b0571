"""Texts made to harm, and a reader that tells what a page has made of them."""

import json
import re
from collections.abc import Callable, Iterable
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from reflect2protect.core import vault
from reflect2protect.core.models import Area
from reflect2protect.submissions.models import Picture, Rail, Submission
from reflect2protect.submissions.tests.forms import rows
from reflect2protect.submissions.work import rails
from reflect2protect.submissions.work.text import HiddenCharacters, clean

LIST = Path(__file__).with_name("blns.json")
BLNS: list[str] = json.loads(LIST.read_text(encoding="utf-8"))["strings"]
EVIL = "//evil.example"
MARKUP = [
    f"<script>window.ran=1</script><script src={EVIL}></script>",
    f"</textarea></title></style><svg onload=window.ran=1><iframe src={EVIL}>",
    "</q></bdi></blockquote></p></li></ul></main><main id=main>",
    '"><img src=x onerror=window.ran=1>',
    "' autofocus onfocus='window.ran=1' x='\" onmouseover=\"window.ran=1",
    "javascript:window.ran=1 <a href=javascript:window.ran=1>x</a> data:text/html,<b>",
    f"<base href={EVIL}><meta http-equiv=refresh content=0;{EVIL}>",
    f"<form action={EVIL}><input name=age_ok value=on><button formaction={EVIL}>",
    f"<style>@import '{EVIL}'</style><link rel=stylesheet href={EVIL}>",
    "<!-- --> <!--/r--> <!--r:bcdfghjkmnpqr--> <!--c:0:0--> --><b>",
    "]]> <![CDATA[<b>]]> <?xml version='1.0'?>",
    "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    "&lt;b&gt; &amp;amp; &#x3c;b&#62; &nosuch; &copy &",
    "%3Cscript%3E \\u003cscript\\u003e \\x3cb\\x3e +ADw-script+AD4-",
]
SYNTAX = [
    "{{ 7|add:7 }} {% load i18n %} {% debug %} {# x #} ${7*7} #{7*7} <%= 7*7 %>",
    "%(x)s %s %d%% {0!r} {x} {}",
    '{"a": "\\"", "b": null} \\',
    "=1+1|' /C calc'!A0",
    "+cmd|' /C calc'!A0 @SUM(1)",
    "a\r\nBcc: victim@else.example\r\n\r\n.\r\nQUIT",
    "\u2028window.ran=1\u2029",
    "../../etc/passwd C:\\aux\\nul",
    "'; DROP TABLE submissions_submission;--",
    "\n\nafter two empty lines\n\n\n",
    "  two  spaces\tand a tab  ",
]
# Marks and isolates stay, since languages need them; what may hide or turn a text does not.
LETTERS = [
    "\u2067left \u2066right\u200f\u200e abc \u2068(open",
    "שלום (1) !مرحبا- <12> A-1 ؟",
    "ﷺ" * 20 + "ـ" * 40,
    "e" + "\u0301\u0323\u0489" * 20,
    "\u1100\u1161\u11a8 \u0958 \u2126 \u1e9b\u0323",  # other letters in NFC
    "İıſK ﬀ ß 𝒳 \U0001f3f3\ufe0f\u200d\U0001f308 \u3164\u2800",
]
TURNED = [f"safe {chr(n)}gnp.exe" for n in (*range(0x202A, 0x202F), 0x206A, 0x206F)]
CONTROLS = [f"a{chr(n)}b" for n in (*range(0x20), *range(0x7F, 0xA0))]
UNSEEN = [f"a{letter}b" for letter in "\u180e\u2064\ufff9\ue000\ufdd0\uffff\U0001fffe"]
LEFT = "\xad\u2060\ufeff\U000e0041"
LEFT_OUT = [f"a{letter}b" for letter in LEFT]
HOSTILE = [*MARKUP, *SYNTAX, *LETTERS, *TURNED, *CONTROLS, *UNSEEN, *LEFT_OUT, *BLNS]


def taken(text: str, *, lines: bool = True) -> str | None:
    """What a field keeps of a text; None where it is refused."""
    try:
        return clean(text, lines=lines)
    except HiddenCharacters:
        return None


TAKEN = [text for text in HOSTILE if taken(text)]
# All in one field, and a plain text that is refused there for the same reason.
TYPED = {"hidden": ("\n".join(HOSTILE), "a\x07b"), "too long": ("\n".join(TAKEN), "x" * 999)}


def together(texts: Iterable[str] = TAKEN, *, lines: bool = True) -> str:
    """All of them as one field keeps them, however long."""
    return clean("\n".join(texts), lines=lines)


def packs(room: int) -> list[str]:
    """Those that are taken in, as a field of one line keeps them: as many in one as there is room
    for, and longer ones alone."""
    made: list[str] = []
    for text in TAKEN:
        whole = clean(text, lines=False)
        if made and len(made[-1]) + len(whole) < room:
            made[-1] += f" {whole}"
        else:
            made.append(whole)
    return [clean(text, lines=False) for text in made]


def as_read(text: str) -> str:
    """What a browser has of a text that a page gives back: ends of lines are plain."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def flat(text: str) -> str:
    """The text, whatever white space stands in it."""
    return " ".join(text.split())


VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
HEARD = {"blockquote", "q", "bdi", "textarea", "p", "span", "li", "div", "title"}
ADDRESSES = {"href", "src", "srcset", "action", "formaction", "poster", "data", "content"}


class Page(HTMLParser):
    """What a browser would make of a page.

    `kinds`: each kind of element by its name and attributes, with the beginning of addresses (and
    each end that ends something else, each comment);
    `texts`: the texts of elements by their name; `values`: of fields by theirs; `said`: the values
    of other attributes. Ends of lines are plain.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.kinds: set[tuple[str, ...]] = set()
        self.texts: dict[str, list[str]] = {}
        self.values: dict[str, list[str]] = {}
        self.said: dict[str, list[str]] = {}
        self._open: list[tuple[str, list[str], str]] = []
        self.feed(as_read(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        given = {name: value or "" for name, value in attrs}
        self.kinds.add((tag, *(_kind(name, value) for name, value in sorted(given.items()))))
        for name, value in given.items():
            self.said.setdefault(name, []).append(value)
        if tag == "input":
            self.values.setdefault(given.get("name", ""), []).append(given.get("value", ""))
        if tag == "br":
            self.handle_data("\n")
        if tag not in VOID:
            self._open.append((tag, [], given.get("name", "")))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and those within it that nobody has ended."""
        if not self._open or self._open[-1][0] != tag:
            self.kinds.add(("</", tag))
        while any(tag == other for other, _, _ in self._open):
            ended, heard, name = self._open.pop()
            text = "".join(heard)
            self.texts.setdefault(ended, []).append(text)
            if ended == "textarea":
                self.values.setdefault(name, []).append(text.removeprefix("\n"))
            if ended == tag:
                break

    def handle_data(self, data: str) -> None:
        """Text, in every element that is open."""
        for tag, heard, _ in self._open:
            if tag in HEARD:
                heard.append(data)

    def handle_comment(self, data: str) -> None:
        """A comment: nothing but where a person's part begins and ends."""
        self.kinds.add(("<!--", re.sub(r"^r:[2-9a-z]{13}$", "r:", data)))

    def handle_decl(self, decl: str) -> None:
        """`<!doctype …>`."""
        self.kinds.add(("<!", decl))

    def handle_pi(self, data: str) -> None:
        """`<?…>`."""
        self.kinds.add(("<?", data))

    def unknown_decl(self, data: str) -> None:
        """`<![…]>`."""
        self.kinds.add(("<![", data))


def _kind(name: str, value: str) -> str:
    if name not in ADDRESSES:
        return name
    begins = re.match(r"[\w+.-]*:|//|/|#|\?|", value)
    return f"{name}={begins[0] if begins else ''}"


def page_of(answer: Any, status: int = 200) -> Page:
    """The page of an answer of Django's test client."""
    assert answer.status_code == status
    return Page(answer.content.decode())


def given_back(post: Callable[[str], Any], *names: str) -> None:
    """All texts in one field are refused, and stand in it as they were typed: in the fields with
    these names, of the page with which `post` is answered."""
    for typed, plain in TYPED.values():
        page = page_of(post(typed), 422)
        assert page.kinds <= page_of(post(plain), 422).kinds
        for name in names:
            assert as_read(typed) in page.values[name], name


def crowd(texts: Iterable[str], *, waiting: bool = False) -> list[Submission]:
    """Many reflections at once, each of which says one of the texts in every field that has room
    for it; every other one has a picture."""
    key, area = vault.new(), Area.objects.get(slug="health")
    made: list[Submission] = []
    for place, text in enumerate(texts, rows().count() + 1):
        row = Submission(
            key=key,
            state="waiting" if waiting else "approved",
            language="en",
            received="2015-02-01",
            area=area,
            age_ok=True,
            consent_wall=True,
            consent_language="en",
            consent_version="2026-11-23",
            code_hash=f"{place:064}",
        )
        row.words, row.alt, row.name = text, text, text if len(text) <= 80 else ""
        if not waiting:
            row.place = row.area_place = row.language_place = place
        row.seal_said()
        made.append(row)
    rows().bulk_create(made)
    picture = partial(Picture, key=key, state="made", width=640, height=480)
    Picture.including_what_may_not_be_shown.bulk_create(
        picture(submission=row) for row in made[::2]
    )
    for rail in (rails.ALL, rails.of_area(area.pk), rails.of_language("en")):
        Rail.objects.update_or_create(name=rail, defaults={"last": rows().count()})
    return made
