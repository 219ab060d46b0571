"""Copies that cannot be called back: who is in them, what breaks them, how people leave them."""

import random
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from nacl.signing import SigningKey

from reflect2protect.publishing.actions import mark_of, recall
from reflect2protect.publishing.models import Exported
from reflect2protect.publishing.work import export, sealed
from reflect2protect.publishing.work.copies import removed_list
from reflect2protect.publishing.work.manifest import PEOPLE, verify
from reflect2protect.publishing.work.parcel import Unreadable, open_parcel, write_zip
from reflect2protect.publishing.work.removal import list_of
from reflect2protect.publishing.work.signing import fingerprint, public_of, sign
from reflect2protect.publishing.work.update import update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mid_campaign")]
DAY = date(2015, 2, 4)
KEY = SigningKey(bytes(range(32)))
OF = "#reflect2protect"


@dataclass(frozen=True)
class Person:
    """All that a copy could tell of her."""

    id: str
    words: str
    name: str
    picture: str

    def traces(self, root: Path) -> list[str]:
        """The files in which anything of her can be found."""
        said = [t.encode() for t in (self.id, self.words, self.name, self.picture) if t]
        return [
            str(path)
            for path in root.rglob("*")
            if path.is_file() and any(t in path.read_bytes() + str(path).encode() for t in said)
        ]


@pytest.fixture
def meet(hang: Callable[..., Any]) -> Callable[..., Person]:
    """Hangs somebody on the wall."""

    def one(**fields: Any) -> Person:
        words, name = f"words {secrets.token_hex(8)}", f"name {secrets.token_hex(8)}"
        usual = {"consent_press": True, "language": "fr", "words": words, "name": name}
        row = hang(**usual | fields)
        picture = getattr(row, "picture", None)
        return Person(row.public_id, words, name, picture.name if picture else "")

    return one


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes a copy in one language."""
    monkeypatch.setattr(export, "languages", lambda: ["fr"])

    def one(name: str = "copy", **fields: Any) -> Path:
        root = tmp_path / name
        root.mkdir()
        edition = export.Edition(OF, DAY, "https://campaign.example", **fields)
        export.make_copy(root, edition, KEY, mark_of, lambda file, of: None)
        return root

    return one


def flaws(root: Path) -> list[str]:
    return verify(open_parcel(root)).flaws


def apply(root: Path, marks: set[str], key: SigningKey = KEY) -> list[str]:
    body = list_of(marks, OF)
    return update(open_parcel(root), body, sign(key, body)).flaws


def test_only_who_allowed_press_and_partners_is_in_a_copy(
    meet: Callable[..., Person], make: Callable[..., Path]
) -> None:
    inside = [meet(picture="made"), meet()]
    outside = [meet(picture="made", consent_press=False), meet(consent_press=False)]
    root = make()
    assert flaws(root) == []
    assert all(person.traces(root) for person in inside)
    assert [person.traces(root) for person in outside] == [[], []]
    assert set(Exported.objects.values_list("ref", flat=True)) == {p.id for p in inside}


def test_the_same_state_gives_the_same_bytes(
    meet: Callable[..., Person], make: Callable[..., Path], tmp_path: Path
) -> None:
    meet(picture="made")
    zips = []
    for name in ("one", "two"):
        root = make(name, onion="http://abc.onion", films=True)
        write_zip(root, open_parcel(root).names(), DAY, tmp_path / f"{name}.zip")
        zips.append((tmp_path / f"{name}.zip").read_bytes())
    assert zips[0] == zips[1]


def test_whoever_is_removed_leaves_no_trace_and_all_else_still_verifies(
    meet: Callable[..., Person], make: Callable[..., Path], tmp_path: Path
) -> None:
    people = [meet(picture="made" if number % 2 else "") for number in range(7)]
    whole, chance = make(), random.Random(5)
    marks = {row.ref: row.mark for row in Exported.objects.all()}
    assert len(marks) == len(people)
    for turn in range(12):
        gone = chance.sample(people, chance.randrange(len(people) + 1))
        root = tmp_path / f"turn-{turn}"
        shutil.copytree(whole, root)
        for few in (gone[: len(gone) // 2], gone):  # one list after the other
            assert apply(root, {marks[p.id] for p in few}) == []
        assert flaws(root) == []
        for person in people:
            assert bool(person.traces(root)) == (person not in gone)


def test_a_zip_is_updated_as_a_folder_is(
    meet: Callable[..., Person], make: Callable[..., Path], tmp_path: Path
) -> None:
    person, root, packed = meet(picture="made"), make(), tmp_path / "copy.zip"
    write_zip(root, open_parcel(root).names(), DAY, packed)
    assert flaws(packed) == []
    assert apply(packed, {Exported.objects.get().mark}) == []
    assert flaws(packed) == []
    shutil.unpack_archive(packed, tmp_path / "out")
    assert person.traces(tmp_path / "out") == []


def test_an_interrupted_update_can_be_done_again(
    meet: Callable[..., Person], make: Callable[..., Path], tmp_path: Path
) -> None:
    person, whole = meet(picture="made"), make()
    body = list_of({Exported.objects.get().mark}, OF)

    class Broken(Exception):
        pass

    for steps in range(1, 60, 7):
        root = tmp_path / f"broken-{steps}"
        shutil.copytree(whole, root)
        parcel, left = open_parcel(root), [steps]
        plain = parcel.apply

        def limping(changes: Any, plain: Any = plain, left: list[int] = left) -> None:
            for name, value in changes.items():
                if not left[0]:
                    raise Broken
                left[0] -= 1
                plain({name: value})

        parcel.apply = limping  # type: ignore[method-assign]
        try:
            update(parcel, body, sign(KEY, body))
        except Broken:
            assert update(open_parcel(root), body, sign(KEY, body)).flaws == []
        assert flaws(root) == []
        assert person.traces(root) == []


def _flip(path: Path, chance: random.Random) -> None:
    body = bytearray(path.read_bytes())
    body[chance.randrange(len(body))] ^= 1
    path.write_bytes(bytes(body))


def test_any_other_change_is_noticed(
    meet: Callable[..., Person], make: Callable[..., Path], tmp_path: Path
) -> None:
    meet(picture="made"), meet()
    whole, chance = make(), random.Random(7)
    names = open_parcel(whole).names()
    for turn in range(40):
        root = tmp_path / "changed"
        shutil.copytree(whole, root)
        name = chance.choice(names)
        if turn % 4 == 0:
            (root / name).unlink()
        elif turn % 4 == 1:
            (root / name).with_name("added.html").write_text("added")
        else:
            _flip(root / name, chance)
        assert flaws(root), name
        shutil.rmtree(root)


def test_nobody_can_be_removed_without_a_signed_list(
    meet: Callable[..., Person], make: Callable[..., Path]
) -> None:
    meet()
    root, mark = make(), Exported.objects.get().mark
    wall = root / "fr/wall/index.html"
    page = wall.read_bytes()
    wall.write_bytes(sealed.cut(page))
    assert flaws(root) == ["fr/wall/index.html misses somebody whom no signed list removes."]
    wall.write_bytes(page)
    with pytest.raises(Unreadable):
        apply(root, {mark}, SigningKey.generate())
    assert flaws(root) == []


def test_an_older_list_is_refused_and_a_removed_part_cannot_be_put_back(
    meet: Callable[..., Person], make: Callable[..., Path]
) -> None:
    meet(), meet()
    root = make()
    page, people = (root / "fr/wall/index.html").read_bytes(), (root / PEOPLE).read_bytes()
    first, second = Exported.objects.values_list("mark", flat=True)
    assert apply(root, {first, second}) == []
    with pytest.raises(Unreadable):
        apply(root, {first})
    (root / "fr/wall/index.html").write_bytes(page)
    assert flaws(root) == ["fr/wall/index.html still shows somebody who was removed."]
    (root / PEOPLE).write_bytes(people)
    assert len(flaws(root)) > 1


def test_the_key_that_is_expected_must_have_signed(make: Callable[..., Path]) -> None:
    root, public = make(), public_of(KEY)
    parcel = open_parcel(root)
    for said in (public, fingerprint(public), f"Ed25519 public key: {public}\n"):
        assert verify(parcel, said).flaws == []
    other = public_of(SigningKey.generate())
    assert verify(parcel, fingerprint(other)).flaws
    assert verify(parcel, "nonsense").flaws


def test_what_a_person_takes_back_is_on_the_list_under_no_name_of_hers(
    meet: Callable[..., Person], make: Callable[..., Path]
) -> None:
    person = meet()
    make()
    assert removed_list() == list_of([], OF)
    recall(person.id)
    first = Exported.objects.get()
    assert removed_list() == list_of([first.mark], OF)
    assert person.id.encode() not in removed_list()
    # If she is approved once more, later copies know her by another mark.
    assert mark_of(person.id) != first.mark
    assert removed_list() == list_of([first.mark], OF)


def test_whoever_takes_hers_back_meanwhile_has_the_copy_made_again(
    meet: Callable[..., Person], make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = meet()
    read_me = export._read_me

    def meanwhile(*args: Any) -> str:
        rows = apps.get_model("submissions", "Submission")._default_manager
        rows.filter(public_id=person.id).update(consent_press=False)
        return read_me(*args)

    monkeypatch.setattr(export, "_read_me", meanwhile)
    with pytest.raises(export.Restless):
        make()


def test_a_page_out_of_which_nobody_could_be_cut_is_not_copied(
    meet: Callable[..., Person], make: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    meet()
    monkeypatch.setattr(sealed, "people_in", lambda page: set())
    monkeypatch.setattr(sealed, "seal", lambda page, seal_of: page)
    with pytest.raises(export.Uncuttable):
        make()
