"""The form before anything is typed into it, and the pictures that may be seen."""

from collections.abc import Iterator

from reflect2protect.core.countries import country_choices
from reflect2protect.core.languages import Language
from reflect2protect.core.render import render_page
from reflect2protect.publishing.registry import (
    Document,
    NotPublished,
    Publication,
    page,
    publish,
)
from reflect2protect.submissions.models import Picture
from reflect2protect.submissions.work import shelf
from reflect2protect.submissions.work.cards import area_links

FILES = {"webp": "image/webp", "jpg": "image/jpeg"}


def _participate(language: Language) -> Document:
    return page(
        render_page(
            "submissions/participate.html",
            language=language,
            path=f"/{language.slug}/participate/",
            section="participate",
            context={"form": None, **choices(language)},
        )
    )


def choices(language: Language) -> dict[str, object]:
    """What the form's two lists offer: areas as (slug, label), countries as (code, name)."""
    return {
        "area_choices": [(link.slug, link.label) for link in area_links(language).values()],
        "country_choices": country_choices(language.slug),
    }


def _my_reflection(language: Language) -> Document:
    return page(
        render_page(
            "submissions/my_reflection.html",
            language=language,
            path=f"/{language.slug}/my-reflection/",
            section="participate",
            context={"form": None},
        )
    )


def _picture(name: str, file: str) -> Document:
    if not Picture.objects.filter(name=name).exists():
        raise NotPublished
    try:
        return Document(shelf.get(name, file), FILES[file.rsplit(".", 1)[1]])
    except FileNotFoundError as error:
        raise NotPublished from error


def _pictures() -> Iterator[dict[str, str]]:
    for name in Picture.objects.values_list("name", flat=True):
        for width in ("320", "640", "1280"):
            for kind in FILES:
                yield {"name": name, "file": f"{width}.{kind}"}


PARTICIPATE = Publication("submissions:participate", "participate/", _participate)
MY_REFLECTION = Publication("submissions:my-reflection", "my-reflection/", _my_reflection)
PICTURE = Publication(
    "submissions:picture",
    "pictures/<slug:name>/<picture_file:file>",
    _picture,
    _pictures,
    localised=False,
)

publish(PARTICIPATE)
publish(MY_REFLECTION)
publish(PICTURE)
