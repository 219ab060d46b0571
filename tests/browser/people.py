"""What people do here: somebody takes part, somebody reads what was sent and decides."""

import functools
from dataclasses import dataclass
from pathlib import Path

import polib
from playwright.sync_api import FilePayload, Locator

from reflect2protect.media.tests.pictures import encode, exif, jpeg_segment, quarters, xmp
from tests.browser.browser import ROOT, Witness
from tests.browser.server import Account, Server

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FORM = "form[data-reflection]"


@functools.cache
def _messages(language: str) -> dict[str, str]:
    folder = {"zh-hans": "zh_Hans"}.get(language, language)
    entries = polib.pofile(str(ROOT / "locale" / folder / "LC_MESSAGES" / "django.po"))
    return {entry.msgid: entry.msgstr for entry in entries if entry.translated()}


def say(language: str, english: str) -> str:
    """A sentence of the interface in a language (in English where it is not translated)."""
    return _messages(language).get(english, english)


def planted_jpeg() -> bytes:
    """A picture with a place, names and a small copy of itself hidden in it, all marked."""
    plain = encode(quarters(1200, 900), "jpeg")
    hidden = jpeg_segment(0xE1, b"Exif\0\0" + exif())
    hidden += jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp())
    return plain[:2] + hidden + plain[2:]


@dataclass(frozen=True)
class Participant:
    """Somebody who takes part in a language."""

    witness: Witness
    language: str

    def path(self, rest: str) -> str:
        """A path in her language."""
        return f"/{self.language}/{rest}"

    def fill(self, words: str, *, name: str = "", alt: str = "", picture: bytes = b"") -> Locator:
        """Fill the form in on its page, with the yes that it needs; the button that sends it."""
        page = self.witness.page
        page.fill("[name=words]", words)
        page.fill("[name=name]", name)
        page.check(f"[name=seen][value={'face' if picture else 'words'}]")
        if picture:
            page.fill("[name=alt]", alt)
            file = FilePayload(name="IMG_1.jpg", mimeType="image/jpeg", buffer=picture)
            page.set_input_files("[name=picture]", file)
        page.check("[name=age_ok]")
        page.check("[name=consent_wall]")
        return page.locator(f"{FORM} [data-sending]")

    def send(self, words: str, *, name: str = "", alt: str = "", picture: bytes = b"") -> str:
        """Send a reflection; the code on the receipt."""
        self.witness.visit(self.path("participate/"))
        self.fill(words, name=name, alt=alt, picture=picture).click()
        return self.code()

    def code(self) -> str:
        """The code that stands on the receipt: 30 digits."""
        key = self.witness.page.locator(".key")
        key.wait_for()
        return "".join(key.inner_text().split())

    def open(self, code: str) -> str:
        """Type a code into the form; the heading that answers."""
        self.witness.visit(self.path("my-reflection/"))
        self.witness.page.fill("[name=code]", code)
        self.witness.page.locator("main form button").first.click()
        self.witness.page.wait_for_load_state()
        return self.heading()

    def heading(self) -> str:
        """The first heading of the page she looks at."""
        return self.witness.page.locator("h1").inner_text()


@dataclass(frozen=True)
class Moderator:
    """Somebody of the staff, signed in."""

    witness: Witness

    @classmethod
    def signs_in(cls, witness: Witness, account: Account) -> "Moderator":
        """Through the door that staff use."""
        witness.visit("/staff/login/?next=/staff/desk/")
        witness.page.fill("[name=username]", account.username)
        witness.page.fill("[name=password]", account.password)
        witness.page.locator("form [type=submit]").click()
        witness.page.wait_for_url(lambda url: "/login/" not in url)
        return cls(witness)

    def waiting(self, words: str) -> Locator:
        """The entries in the queue that show these words."""
        assert self.witness.visit("/staff/desk/") == 200
        return self.witness.page.locator("ul.queue a").filter(has_text=words)

    def read(self, words: str) -> None:
        """Open the one case that shows these words."""
        cases = self.waiting(words)
        assert cases.count() == 1
        cases.click()
        self.witness.page.locator("[name=decision]").first.wait_for()

    def approve(self, words: str) -> None:
        """Put it on the wall."""
        self.read(words)
        if self.witness.page.locator("[name=looked]").count():
            self.witness.page.check("[name=looked]")
        self.witness.page.click("[name=decision][value=approve]")
        self.witness.page.locator("p.done").wait_for()

    def decline(self, words: str, reason: str, note: str = "") -> None:
        """Decline it with a reason."""
        self.read(words)
        self.witness.page.select_option("[name=reason]", reason)
        self.witness.page.fill("[name=note]", note)
        self.witness.page.click("[name=decision][value=decline]")
        self.witness.page.locator("p.done").wait_for()


def files_with(server: Server, *needles: bytes) -> list[Path]:
    """The files under the data folder (and the server's log) that hold any of these bytes."""
    files = [path for path in server.data.rglob("*") if path.is_file()]
    return [
        path for path in [*files, server.log] if any(needle in _bytes(path) for needle in needles)
    ]


def _bytes(path: Path) -> bytes:
    """What a file holds; nothing when it went meanwhile (a draft of the publisher's)."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
