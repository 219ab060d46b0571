"""The signed manifest of a copy, and whether a copy is what was signed.

`manifest.json` lists every file that is nobody's, pages by what is left of them when every person's
part is cut (`work.sealed`). What is one person's alone is listed by a commitment; `people.json`
holds what opens it: the mark, and salt, path and digest of the file. When somebody is removed, her
opening shrinks to her mark and a digest, and the signed list of removed people says that it had to.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from nacl.signing import SigningKey

from reflect2protect.publishing.work import sealed
from reflect2protect.publishing.work.parcel import Parcel, Unreadable
from reflect2protect.publishing.work.removal import APPLIED, read_applied
from reflect2protect.publishing.work.signing import fingerprint, is_key, sign, signed_by

MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.sig"
PEOPLE = "people.json"
FORMAT = 1
ABOUT = (MANIFEST, SIGNATURE, PEOPLE, APPLIED)

Row = dict[str, Any]


@dataclass
class Found:
    """What was found: who signed, of which day, how many were removed, and all that is wrong."""

    public: str = ""
    day: str = ""
    campaign: str = ""
    origin: str = ""
    removed: int = 0
    flaws: list[str] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Of the key that signed."""
        return fingerprint(self.public) if self.public else ""


def dump(value: object) -> bytes:
    """JSON that is the same for the same value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=0).encode() + b"\n"


def opening(mark: str, salt: str, path: str, sha256: str, size: int) -> Row:
    """A row of `people.json`."""
    return {"mark": mark, "salt": salt, "path": path, "sha256": sha256, "size": size}


def closed(row: Row) -> Row:
    """What stays of a row when its person is removed."""
    if "inner" in row:
        return row
    text = f"file\0{row['salt']}\0{row['path']}\0{row['sha256']}\0{row['size']}"
    return {"mark": row["mark"], "inner": hashlib.sha256(text.encode()).hexdigest()}


def commitment(row: Row) -> str:
    """What is signed of a row: the same before and after it is closed."""
    left = closed(row)
    return hashlib.sha256(f"{left['mark']}\0{left['inner']}".encode()).hexdigest()


def people_file(rows: list[Row]) -> bytes:
    """`people.json`, in an order that tells nothing."""
    return dump(sorted(rows, key=commitment))


def about_files(about: Row, files: Row, people: list[Row], key: SigningKey) -> dict[str, bytes]:
    """The manifest, its signature, and the openings."""
    signed = {**about, "format": FORMAT, "files": files}
    body = dump(signed | {"people": sorted(commitment(row) for row in people)})
    return {MANIFEST: body, SIGNATURE: sign(key, body), PEOPLE: people_file(people)}


def entry(name: str, parcel: Parcel) -> Row:
    """What the manifest says of a file that is nobody's alone."""
    if name.endswith(".html"):
        page = parcel.read(name)
        if sealed.marks_in(page) or sealed.marks_cut(page):
            return {"parts": sealed.digest(page)}
    sha256, size = parcel.digest(name)
    return {"sha256": sha256, "size": size}


def verify(parcel: Parcel, expected: str = "", *, removing: frozenset[str] = frozenset()) -> Found:
    """Whether a copy is what was signed: every file, nothing missing, nothing added.

    `expected`: the key that must have signed (fingerprint, key, or text that holds one). With
    `removing`, what belongs to these marks may be there or not: an update is under way.
    """
    found = Found()
    try:
        signed = _signed(parcel, found, expected)
        if not found.flaws:
            _Check(parcel, signed, found, removing).run()
    except (Unreadable, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error) if isinstance(error, Unreadable) else "The manifest cannot be read."
        found.flaws.append(reason)
    return found


def _signed(parcel: Parcel, found: Found, expected: str) -> Row:
    body, signature = parcel.read(MANIFEST), parcel.read(SIGNATURE)
    signed: Row = json.loads(body)
    if signed["format"] != FORMAT:
        raise Unreadable("The manifest is of a format that this version does not know.")
    found.public, found.day = signed["key"], signed["day"]
    found.campaign, found.origin = signed["campaign"], signed["origin"]
    if not signed_by(found.public, body, signature):
        found.flaws.append("The manifest was changed after it was signed.")
    if expected and not is_key(found.public, expected):
        found.flaws.append("Another key signed this copy than the one that you expect.")
    return signed


class _Check:
    """One look through a copy."""

    def __init__(self, parcel: Parcel, signed: Row, found: Found, removing: frozenset[str]) -> None:
        self.parcel, self.signed, self.found, self.removing = parcel, signed, found, removing
        self.names = set(parcel.names())
        self.known = {MANIFEST, SIGNATURE, PEOPLE}
        self.removed: frozenset[str] = frozenset()
        self.gone: set[str] = set()

    def run(self) -> None:
        """Fill `found`."""
        if APPLIED in self.names:
            self.removed = read_applied(self.parcel.read(APPLIED), self.found.public)
            self.known.add(APPLIED)
        for name, said in self.signed["files"].items():
            self._file(name, said)
        self._people()
        for name in sorted(self.names - self.known):
            self._flaw(f"{name} was added.")
        self.found.removed = len(self.gone)

    def _flaw(self, sentence: str) -> None:
        self.found.flaws.append(sentence)

    def _file(self, name: str, said: Row) -> None:
        self.known.add(name)
        if name not in self.names:
            self._flaw(f"{name} is missing.")
            return
        if entry(name, self.parcel) != said:
            self._flaw(f"{name} was changed.")
        elif "parts" in said:
            page = self.parcel.read(name)
            self._marks(name, there=sealed.marks_in(page), cut=sealed.marks_cut(page))

    def _marks(self, name: str, *, there: set[str], cut: set[str]) -> None:
        if there & self.removed - self.removing:
            self._flaw(f"{name} still shows somebody who was removed.")
        if cut - self.removed - self.removing:
            self._flaw(f"{name} misses somebody whom no signed list removes.")
        self.gone |= cut

    def _people(self) -> None:
        body = self.parcel.read(PEOPLE)
        rows: list[Row] = json.loads(body)
        whole = sorted(map(commitment, rows)) == self.signed["people"]
        if not whole or body != people_file(rows):
            self._flaw(f"{PEOPLE} was changed.")
            return
        for row in rows:
            if "inner" in row:
                self._marks(PEOPLE, there=set(), cut={row["mark"]})
            elif row["mark"] in self.removing:
                self.known.add(row["path"])
            else:
                self._marks(row["path"], there={row["mark"]}, cut=set())
                self._theirs(row)

    def _theirs(self, row: Row) -> None:
        name = row["path"]
        self.known.add(name)
        if name not in self.names:
            self._flaw(f"{name} is missing.")
        elif self.parcel.digest(name) != (row["sha256"], row["size"]):
            self._flaw(f"{name} was changed.")
