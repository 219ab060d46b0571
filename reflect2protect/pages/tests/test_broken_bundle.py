"""A broken bundle is told by file, line and what was expected; nothing of it is loaded."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from reflect2protect.pages.work.bundle import BundleError, read_bundle

SMALL = Path(__file__).parent.parent.parent.parent / "tests" / "bundles" / "small"
Break = Callable[[Path], object]


def swap(name: str, old: str, new: str) -> Break:
    def do(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return do


def line_of(name: str, part: str) -> int:
    lines = (SMALL / name).read_text(encoding="utf-8").splitlines()
    return next(at for at, line in enumerate(lines, 1) if part in line)


def latin(folder: Path) -> None:
    path = folder / "texts/fr/films.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1", "replace"))


FR, AR = "texts/fr", "texts/ar"
# What breaks it; the file and line that are named; a part of what is said.
BROKEN: dict[str, tuple[Break, str, int, str]] = {
    "bad YAML": (
        swap("films.yaml", "{slug: at-the-spring", "{slug: [at-the-spring"),
        "films.yaml", 2, "not readable as YAML",
    ),
    "a key twice": (
        swap("campaign.yaml", "starts:", "ends:"),
        "campaign.yaml", 7, "not readable as YAML",
    ),
    "an unknown key": (
        swap("films.yaml", "order: 3", "order: 3, director: nobody"),
        "films.yaml", 3, "2.director: Extra inputs are not permitted",
    ),
    "a wrong type": (
        swap("films.yaml", "release: 2031-03-15", "release: soon"),
        "films.yaml", 3, "2.release",
    ),
    "a missing key": (
        swap(f"{AR}/campaign.yaml", "tagline:", "# tagline:"),
        f"{AR}/campaign.yaml", 1, "tagline: Field required",
    ),
    "a missing file": (
        lambda folder: (folder / f"{AR}/pages/rules.yaml").unlink(),
        f"{AR}/pages/rules.yaml", 1, "this file is missing",
    ),
    "a missing list": (
        lambda folder: (folder / "areas.yaml").unlink(), "areas.yaml", 1, "this file is missing",
    ),
    "a language without texts": (
        lambda folder: shutil.rmtree(folder / AR), f"{AR}/campaign.yaml", 1, "is missing",
    ),
    "a text that is missing in one language": (
        swap(f"{AR}/films.yaml", "by-the-river:", "by-the-lake:"),
        f"{AR}/films.yaml", 1, "expected an entry by-the-river",
    ),
    "an official name that is missing": (
        swap("areas.yaml", ', ar: "الينابيع (مثال)"', ""),
        "areas.yaml", 1, "no official name in ar",
    ),
    "a paragraph more": (
        swap(f"{AR}/pages/about.yaml", "فقرة ثانية.", "فقرة.\n\n      فقرة ثانية."),
        f"{AR}/pages/about.yaml", 1, "expected 4 paragraph(s) and 1 link(s)",
    ),
    "a link less": (
        swap(f"{AR}/pages/about.yaml", "[رابط](/participate/)", "رابط"),
        f"{AR}/pages/about.yaml", 1, "link(s)",
    ),
    "a block less": (
        swap(f"{AR}/pages/about.yaml", "  - note: ملاحظة.\n", ""),
        f"{AR}/pages/about.yaml", 1, "expected 1 paragraph(s)",
    ),
    "a block of two kinds": (
        swap(f"{FR}/pages/about.yaml", "  - note: Une note.", "  - note: Une note.\n    text: x"),
        f"{FR}/pages/about.yaml", line_of(f"{FR}/pages/about.yaml", "note: "),
        "expected one of heading, text, ledger, note",
    ),
    "an unknown country": (
        swap("films.yaml", "country: NZ", "country: QQ"), "films.yaml", 2, "QQ is no country code",
    ),
    "an unknown area": (
        swap("films.yaml", "area: S2", "area: S9"), "films.yaml", 1, "there is no area S9",
    ),
    "an unknown area of an example": (
        swap("examples.yaml", "area: S1", "area: S9"), "examples.yaml", 1, "there is no area S9",
    ),
    "an unknown language": (
        swap("campaign.yaml", "[fr, ar]", "[fr, ar, tlh]"), "campaign.yaml", 4, "languages.2",
    ),
    "a source that is no language of it": (
        swap("campaign.yaml", "source_language: fr", "source_language: en"),
        "campaign.yaml", 1, "the source language must be one of the campaign's languages",
    ),
    "an end before its start": (
        swap("campaign.yaml", "ends: 2031-05-31", "ends: 2030-05-31"),
        "campaign.yaml", 1, "the campaign ends before it starts",
    ),
    "a hashtag that is none": (
        swap("campaign.yaml", "#eauclaire", "eau claire"), "campaign.yaml", 3, "hashtag",
    ),
    "a sharing text with something else in braces": (
        swap(f"{FR}/campaign.yaml", "{hashtag}", "{name}"),
        f"{FR}/campaign.yaml", 1, "share_text may hold {hashtag} and {url} and nothing else",
    ),
    "an address that is none": (
        swap("resources.yaml", "https://example.org/feuille", "javascript:alert(1)"),
        "resources.yaml", 4, "href",
    ),
    "not UTF-8": (latin, f"{FR}/films.yaml", 1, "expected text in UTF-8"),
    "an empty file": (
        lambda folder: (folder / "films.yaml").write_text(""), "films.yaml", 1, "list",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_it_says_where_and_what_was_expected(tmp_path: Path, case: str) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "bundle"))
    breaks, file, line, expected = BROKEN[case]
    breaks(folder)
    with pytest.raises(BundleError) as caught:
        read_bundle(folder)
    place = f"{folder / file}:{line}: "
    told = [problem for problem in caught.value.problems if problem.startswith(place)]
    assert any(expected in problem for problem in told), caught.value.problems


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "bundle"))
    for case in ("an unknown country", "a missing file", "a missing key", "not UTF-8"):
        BROKEN[case][0](folder)
    with pytest.raises(BundleError) as caught:
        read_bundle(folder)
    named = {problem.removeprefix(str(folder)).split(":")[0] for problem in caught.value.problems}
    assert named == {
        "/films.yaml", f"/{AR}/pages/rules.yaml", f"/{AR}/campaign.yaml", f"/{FR}/films.yaml"
    }  # fmt: skip


def test_no_folder_at_all_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as caught:
        read_bundle(tmp_path / "nowhere")
    assert caught.value.problems == [f"{tmp_path}/nowhere/campaign.yaml:1: this file is missing."]


def test_the_campaign_that_ships_has_no_problem() -> None:
    bundle = read_bundle(Path(settings.CAMPAIGN_DIR))
    assert (len(bundle.areas), len(bundle.films), len(bundle.examples)) == (12, 14, 24)
    assert set(bundle.texts) == {"ar", "zh-hans", "en", "fr", "ru", "es"}
    assert next(iter(bundle.texts)) == bundle.campaign.source_language == "en"


def test_html_in_a_bundle_is_text() -> None:
    from reflect2protect.pages.work.prose import rich_text

    html = rich_text("Hello <script>alert(1)</script> [x](javascript:alert(1))")
    assert "<script" not in html
    assert "href" not in html
