"""Reads one letter: its words and its pictures, and nothing else of it.

Run by work/contents.py in a child that is shut in, since a letter can be made so that to read it
takes for ever. Only the standard library. The letter comes in; one line of JSON goes out, and the
pictures behind it.
"""

import codecs
import json
import re
import resource
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from html.parser import HTMLParser

SECONDS = 10  # of the processor
MEMORY = 1024 * 1024 * 1024  # bytes
MOST_TEXT = 200_000  # bytes of one text
MOST_PARTS = 500
MOST_PICTURES = 3  # that are worth a try
# Others are not needed for letters, and some take forms that explode.
CHARSETS = re.compile(
    r"utf-?(8|16|7)\w*|(us-)?ascii|iso-?8859-?\d+|windows-?\d+|cp\d+|koi8-[rut]|mac-\w+"
    r"|gb2312|gbk|gb18030|big5\w*|hz|euc[-_]\w+|iso-?2022-\w+|shift_?jis|tis-?620"
)
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table", "section"}
UNREAD = {"head", "style", "script", "title", "template", "noscript"}


class Plain(HTMLParser):
    """The words of a page, line by line; what is quoted in it is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.quoted = False
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new line, or something that is not read up to its end."""
        marked = " ".join(value or "" for name, value in attrs if name in {"class", "id"})
        quote = tag == "blockquote" or (tag == "div" and "gmail_quote" in marked)
        if quote or tag in UNREAD or (tag in self._skipped and tag != "br"):
            self._skipped.append(tag)
            self.quoted |= quote
        elif tag in BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """The end of what is not read, or of a line."""
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
        elif tag in BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Words; line ends mean nothing in a page."""
        if not self._skipped:
            self.found.append(re.sub(r"[ \t\r\n]+", " ", data))

    def text(self) -> str:
        """All that was found, with one empty line at most between two others."""
        lines = (line.strip() for line in "".join(self.found).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def parts_of(letter: Message) -> Iterator[Message]:
    """What a letter is made of, in its order. A letter within it is not opened."""
    stack, seen = [letter], 0
    while stack and seen < MOST_PARTS:
        part = stack.pop()
        seen += 1
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            stack.extend(inner for inner in reversed(payload) if isinstance(inner, Message))
        elif part.get_content_maintype() != "message":
            yield part


def bytes_of(part: Message) -> bytes:
    """What a part holds, whatever it came wrapped in."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def text_of(part: Message) -> str:
    """A text, as well as its alphabet can be told."""
    data = bytes_of(part)[:MOST_TEXT]
    told = (part.get_content_charset() or "utf-8").lower()
    for charset in (told, "utf-8", "windows-1252"):
        if CHARSETS.fullmatch(charset):
            try:
                return codecs.decode(data, charset, "replace" if charset == told else "strict")
            except (LookupError, ValueError):
                continue
    return data.decode("latin-1")


def joined(text: str) -> str:
    """Lines that only their program has broken (RFC 3676) become one again."""
    made = ""
    for line in text.split("\n"):
        line = line.removeprefix(" ")
        made += line if line.endswith(" ") and line != "-- " else f"{line}\n"
    return made


def own_words(text: str, flowed: bool) -> tuple[str, bool]:
    """What she wrote herself, and whether something was left out: a signature, quoted lines and
    the line that leads to them."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    said, mark, _ = f"\n{whole}".partition("\n-- \n")
    kept: list[str] = []
    before = ""
    for line in said.split("\n"):
        if not line.startswith(">"):
            kept.append(line)
        elif not before.startswith(">"):
            while kept and not kept[-1].strip():
                kept.pop()
            if kept and kept[-1].rstrip().endswith((":", "：")):
                kept.pop()
        before = line
    left_out = bool(mark) or "\n>" in said
    found = "\n".join(kept)
    return (joined(found) if flowed else found).strip(), left_out


def words_of(parts: list[Message]) -> tuple[str, bool]:
    """The words of a letter, and whether something of them was left out."""
    texts = [part for part in parts if part.get_content_disposition() != "attachment"]
    plain = [part for part in texts if part.get_content_type() == "text/plain"]
    found = [own_words(text_of(p), p.get_param("format") == "flowed") for p in plain]
    said = "\n\n".join(words for words, _ in found if words)
    left_out = any(left for _, left in found)
    page = next((part for part in texts if part.get_content_type() == "text/html"), None)
    if said or page is None:
        return said, left_out
    reading = Plain()
    reading.feed(text_of(page))
    reading.close()
    return reading.text(), left_out or reading.quoted


def is_picture(data: bytes) -> bool:
    """Whether it begins like one of those that can be laundered."""
    begins = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n"))
    return begins or data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def pictures_of(parts: list[Message]) -> tuple[list[bytes], bool]:
    """Pictures, those that were attached first, and whether there was one of another kind."""
    others = [part for part in parts if part.get_content_maintype() != "text"]
    others.sort(key=lambda part: part.get_content_disposition() != "attachment")
    found, unknown = [], False
    for part in others:
        data = bytes_of(part)
        if is_picture(data):
            found.append(data)
        elif data:
            unknown = True
    return found, unknown


def read(raw: bytes) -> tuple[dict[str, object], list[bytes]]:
    """What a letter holds: facts, and the bytes of its pictures."""
    parts = list(parts_of(message_from_bytes(raw)))
    words, left_out = words_of(parts)
    pictures, unknown = pictures_of(parts)
    told: dict[str, object] = {"words": words, "left_out": left_out, "unknown": unknown}
    told["pictures"] = len(pictures)
    worth = pictures[:MOST_PICTURES]
    return told | {"sizes": [len(data) for data in worth]}, worth


def main() -> None:
    """Read one letter from the standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    told, pictures = read(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    for data in pictures:
        sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
