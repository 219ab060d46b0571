"""A page of the site as a page of a copy, bit by bit."""

import pytest

from reflect2protect.publishing.work.relative import Links
from reflect2protect.publishing.work.rewrite import Words, rewrite

FILES = frozenset(
    {"index.html", "fr/index.html", "fr/wall/index.html", "a.css", "p/1.webp", "v.vtt", "f.mp4"}
)
WORDS = Words(head="[head]", instead_of_a_form="[form]", instead_of_a_film="[film]", foot="[foot]")
DRAWINGS = (
    b'<svg><g id="hd"><path d="M1"/></g><symbol id="f1"><use href="#hd"/></symbol>'
    b'<symbol id="f2"><path/></symbol></svg>'
)


def changed(page: str, at: str = "fr/wall/index.html", files: frozenset[str] = FILES) -> str:
    links = Links(files, "https://campaign.example")
    bodies = {"v.vtt": b"WEBVTT", "d.svg": DRAWINGS}
    return rewrite(page, at, links, WORDS, bodies.__getitem__)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/fr/">', '<a href="../index.html">'),
        ('<a href="/">', '<a href="../../index.html">'),
        ('<a href="/fr/wall/?a=1#b">', '<a href="index.html?a=1#b">'),
        (
            '<a href="/files/x.pdf" download>',
            '<a href="https://campaign.example/files/x.pdf" download>',
        ),
        ('<a href="#menu">', '<a href="#menu">'),
        (
            '<a href="/leave" data-leave="https://other.example/">',
            '<a href="https://other.example/" data-leave="https://other.example/">',
        ),
        ('<a href="https://other.example/">', '<a href="https://other.example/">'),
        ('<img src="/p/1.webp" alt="x">', '<img src="../../p/1.webp" alt="x">'),
        ('<img src="/p/2.webp" alt="x">', '<img alt="x">'),
        ('<img src="https://other.example/1.png">', "<img>"),
        ('<img src="data:,">', '<img src="data:,">'),
        (
            '<source srcset="/p/1.webp 320w, /p/2.webp 640w">',
            '<source srcset="../../p/1.webp 320w">',
        ),
        ('<link rel="stylesheet" href="/a.css">', '<link rel="stylesheet" href="../../a.css">'),
        ('<link rel="stylesheet" href="/b.css">', '<link rel="stylesheet">'),
        ('<link rel="preload" href="/a.css" as="style" crossorigin>', ""),
        (
            '<link rel="alternate" href="/fr/feed.rss">',
            '<link rel="alternate" href="https://campaign.example/fr/feed.rss">',
        ),
        (
            '<form action="/fr/" method="post"><input><script src="/x.js"></script></form>.',
            "[form].",
        ),
        ('<form action="/fr/"><input></form>.', "."),
        ('<script src="/form.js" defer></script>.', "."),
        ('<iframe src="https://other.example/"></iframe>.', "."),
        ('<video src="/f.mp4"></video>', '<video src="../../f.mp4"></video>'),
        ('<video src="/g.mp4"><track src="/v.vtt"></video>.', "[film]."),
        ('<track src="/v.vtt">', '<track src="data:text/vtt;base64,V0VCVlRU">'),
        ('<meta charset="utf-8">', '<meta charset="utf-8">[head]'),
        ("<footer>a</footer></body>", "<footer>a[foot]</footer></body>"),
        ("<p>b</p></body>", "<p>b</p>[foot]</body>"),
    ],
)
def test_what_a_folder_cannot_do_is_changed(before: str, after: str) -> None:
    assert changed(before) == after


@pytest.mark.parametrize(
    "text",
    [
        '<p title="x href=" lang="/fr/">&amp; &lt;a href="/fr/"&gt; é</p>',
        '<img alt="&quot; src=&quot;/fr/" src="data:,">',
        "<!--r:abc-->\n\n<b>x</b><!--/r-->",
        "<blockquote>&lt;/form&gt;&lt;!--/r--&gt;</blockquote>",
    ],
)
def test_what_people_wrote_stays_byte_for_byte(text: str) -> None:
    assert changed(text) == text


def test_drawings_of_another_file_come_into_the_page() -> None:
    page = changed('<body><svg><use href="/d.svg#f1"/></svg></body>', files=FILES | {"d.svg"})
    assert '<svg><use href="#f1"/></svg>' in page
    assert '<div hidden><svg><symbol id="f1">' in page
    assert '<g id="hd">' in page
    assert "f2" not in page
