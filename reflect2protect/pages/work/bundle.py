"""Reading a campaign bundle; errors say file, line and what was expected."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from reflect2protect.pages.work import schema
from reflect2protect.pages.work.prose import rich_text

Read = TypeVar("Read")

PAGES = (
    "about",
    "films",
    "defenders",
    "wall",
    "support",
    "act",
    "library",
    "stay-safe",
    "privacy",
    "rules",
    "accessibility",
    "contact",
)


class BundleError(Exception):
    """What is wrong with a bundle; `problems` are lines “file:line: what was expected”."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Texts:
    """All texts of one language; keys are codes of areas and slugs of the rest."""

    campaign: schema.CampaignTextShape
    areas: dict[str, schema.AreaTextShape]
    films: dict[str, schema.FilmTextShape]
    resources: dict[str, schema.ResourceTextShape]
    organisations: dict[str, schema.OrganisationTextShape]
    home: schema.HomeShape
    pages: dict[str, schema.PageShape]


@dataclass(frozen=True)
class Bundle:
    """A whole campaign; `texts` by the language's slug, the source language first."""

    folder: Path
    campaign: schema.CampaignShape
    areas: list[schema.AreaShape]
    films: list[schema.FilmShape]
    resources: list[schema.ResourceShape]
    organisations: list[schema.OrganisationShape]
    examples: list[schema.ExampleShape]
    texts: dict[str, Texts]


def read_bundle(folder: Path) -> Bundle:
    """The bundle in `folder`. Raises BundleError with every problem that was found."""
    reader = _Reader(folder)
    campaign = reader.read("campaign.yaml", schema.CampaignShape)
    if campaign is None:
        raise BundleError(reader.problems)
    areas = reader.read("areas.yaml", list[schema.AreaShape]) or []
    films = reader.read("films.yaml", list[schema.FilmShape]) or []
    resources = reader.read("resources.yaml", list[schema.ResourceShape], optional=True) or []
    organisations = (
        reader.read("organisations.yaml", list[schema.OrganisationShape], optional=True) or []
    )
    examples = reader.read("examples.yaml", list[schema.ExampleShape], optional=True) or []
    texts: dict[str, Texts] = {}
    others = [slug for slug in campaign.languages if slug != campaign.source_language]
    for slug in (campaign.source_language, *others):
        texts[slug] = reader.texts(slug)
    if not reader.problems:
        reader.compare(campaign, areas, films, resources, organisations, examples, texts)
    if reader.problems:
        raise BundleError(reader.problems)
    return Bundle(folder, campaign, areas, films, resources, organisations, examples, texts)


class _Reader:
    """Reads files and gathers what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def read(self, name: str, shape: type[Read], *, optional: bool = False) -> Read | None:
        """One file as `shape`; None (and a problem noted) where it does not fit."""
        path = self.folder / name
        if not path.is_file():
            if not optional:
                self.problems.append(f"{path}:1: this file is missing.")
            return None
        try:
            tree = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            self.problems.append(f"{path}:1: expected text in UTF-8.")
            return None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            self.problems.append(f"{path}:{line}: not readable as YAML: {error.problem}.")
            return None
        except YAMLError:
            self.problems.append(f"{path}:1: not readable as YAML.")
            return None
        try:
            return TypeAdapter(shape).validate_python(_plain(tree))
        except ValidationError as error:
            for found in error.errors(include_url=False):
                line = _line(tree, found["loc"])
                at = ".".join(str(step) for step in found["loc"]) or "the file"
                self.problems.append(f"{path}:{line}: {at}: {found['msg']}.")
            return None

    def texts(self, slug: str) -> Any:
        """All texts of one language, with None for what could not be read."""
        at = f"texts/{slug}"
        return Texts(
            campaign=self.read(f"{at}/campaign.yaml", schema.CampaignTextShape),  # type: ignore[arg-type]
            areas=self.read(f"{at}/areas.yaml", dict[str, schema.AreaTextShape]) or {},
            films=self.read(f"{at}/films.yaml", dict[str, schema.FilmTextShape]) or {},
            resources=self.read(
                f"{at}/resources.yaml", dict[str, schema.ResourceTextShape], optional=True
            )
            or {},
            organisations=self.read(
                f"{at}/organisations.yaml", dict[str, schema.OrganisationTextShape], optional=True
            )
            or {},
            home=self.read(f"{at}/pages/home.yaml", schema.HomeShape),  # type: ignore[arg-type]
            pages={
                page: text
                for page in PAGES
                if (text := self.read(f"{at}/pages/{page}.yaml", schema.PageShape))
            },
        )

    def compare(
        self,
        campaign: schema.CampaignShape,
        areas: list[schema.AreaShape],
        films: list[schema.FilmShape],
        resources: list[schema.ResourceShape],
        organisations: list[schema.OrganisationShape],
        examples: list[schema.ExampleShape],
        texts: dict[str, Texts],
    ) -> None:
        """What files say of each other: every text in every language, every area known."""
        codes = {area.code for area in areas}
        pointers = [("films.yaml", film.slug, film.area) for film in films]
        pointers += [("examples.yaml", example.key, example.area) for example in examples]
        for name, slug, code in pointers:
            if code and code not in codes:
                self._add(name, f"{slug}: there is no area {code} in areas.yaml")
        for area in areas:
            for slug in campaign.languages:
                if slug not in area.names:
                    self._add("areas.yaml", f"{area.code}: no official name in {slug}")
        source = texts[campaign.source_language]
        for slug, found in texts.items():
            self._all(f"texts/{slug}/areas.yaml", codes, found.areas)
            self._all(f"texts/{slug}/films.yaml", {film.slug for film in films}, found.films)
            self._all(f"texts/{slug}/resources.yaml", {r.slug for r in resources}, found.resources)
            wanted = {organisation.slug for organisation in organisations}
            self._all(f"texts/{slug}/organisations.yaml", wanted, found.organisations)
            for page, text in found.pages.items():
                self._parallel(f"texts/{slug}/pages/{page}.yaml", source.pages[page], text)
            self._parallel(f"texts/{slug}/pages/home.yaml", source.home, found.home)

    def _add(self, name: str, problem: str) -> None:
        self.problems.append(f"{self.folder / name}:1: {problem}.")

    def _all(self, name: str, wanted: set[str], found: dict[str, Any]) -> None:
        for key in sorted(wanted - set(found)):
            self._add(name, f"expected an entry {key}, as in the campaign's own list")
        for key in sorted(set(found) - wanted):
            self._add(name, f"{key} is not in the campaign's own list")

    def _parallel(self, name: str, source: Any, found: Any) -> None:
        """A translation has the blocks of its source, in its order, and their paragraphs."""
        expected, actual = _outline(source.model_dump()), _outline(found.model_dump())
        for place in expected.keys() | actual.keys():
            if expected.get(place) != actual.get(place):
                self._add(
                    name,
                    f"{place}: expected {expected.get(place, 'nothing')} as in the source, "
                    f"found {actual.get(place, 'nothing')}",
                )


def _outline(value: Any, place: str = "") -> dict[str, str]:
    """Where texts are, and how many paragraphs each has, to compare two languages."""
    if isinstance(value, dict):
        parts = {k: v for k, v in value.items() if v is not None}
        steps = {f"{place}.{k}".strip("."): v for k, v in parts.items()}
    elif isinstance(value, list):
        steps = {f"{place}[{index}]": item for index, item in enumerate(value)}
    elif isinstance(value, str) and value:
        html = rich_text(value)
        paragraphs = html.count("<p>") + html.count("<li>")
        return {place: f"{paragraphs} paragraph(s) and {html.count('<a ')} link(s)"}
    else:
        return {}
    found: dict[str, str] = {}
    for step, item in steps.items():
        found |= _outline(item, step)
    return found


def _plain(tree: Any) -> Any:
    """The tree without its marks."""
    if isinstance(tree, dict):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    return tree


def _line(tree: Any, steps: tuple[int | str, ...]) -> int:
    """The line (from 1) of the deepest part of `steps` that the file has."""
    line = 1
    for step in steps:
        marks = getattr(tree, "lc", None)
        if marks is None:
            break
        try:
            mark = marks.key(step) if isinstance(tree, dict) else marks.item(step)
            line = mark[0] + 1
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            break
    return line
