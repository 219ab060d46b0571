"""The form before anything is typed into it, and the pictures that may be seen."""

from collections.abc import Iterator

from django.db.models import QuerySet

from reflect2protect.core import vault
from reflect2protect.core.countries import country_choices
from reflect2protect.core.drawings import COLOURS, MIRRORS, SILHOUETTES
from reflect2protect.core.languages import Language
from reflect2protect.core.render import absolute, campaign_view, render_page
from reflect2protect.publishing.registry import (
    Document,
    Keys,
    NotPublished,
    Publication,
    Topic,
    Turn,
    page,
    publish,
)
from reflect2protect.submissions.models import CONSENT_VERSIONS, Picture
from reflect2protect.submissions.work import shelf
from reflect2protect.submissions.work.cards import area_links

FILES = {"webp": "image/webp", "jpg": "image/jpeg"}


def _participate(language: Language) -> Document:
    return _offer("participate", "participate/", language)


def _sheet(language: Language) -> Document:
    """The form on paper, to be printed."""
    address = absolute(f"/{language.slug}/my-reflection/").partition("://")[2]
    return _offer("sheet", "participate/sheet/", language, address=address)


def _offer(template: str, rest: str, language: Language, **context: object) -> Document:
    """A way to take part, for as long as the campaign takes anything in."""
    campaign = campaign_view(language)
    name = "ended" if campaign.archived else template
    return page(
        render_page(
            f"submissions/{name}.html",
            language=language,
            path=f"/{language.slug}/{rest}",
            section="participate",
            campaign=campaign,
            context={"form": None, **choices(language), **context},
        )
    )


def choices(language: Language) -> dict[str, object]:
    """What the form's lists offer: areas as (slug, label), countries as (code, name), drawings;
    and the wording of the consents."""
    return {
        "wording": CONSENT_VERSIONS[-1],
        "silhouettes": SILHOUETTES,
        "mirrors": MIRRORS,
        "colours": COLOURS,
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
    picture = Picture.objects.select_related("submission").filter(name=name).first()
    if picture is None or picture.submission is None:
        raise NotPublished
    try:
        body = shelf.get(name, file, vault.key(picture.key))
    except (FileNotFoundError, vault.Unreadable) as error:
        raise NotPublished from error
    return Document(body, FILES[file.rsplit(".", 1)[1]], frozenset({picture.submission.public_id}))


def _pictures() -> Iterator[Keys]:
    return _files_of(Picture.objects.all())


def _touched(topic: Topic) -> Iterator[Keys]:
    if topic.kind == "submission":
        yield from _files_of(Picture.objects.filter(submission__public_id=topic.ref))


def _files_of(pictures: QuerySet[Picture]) -> Iterator[Keys]:
    for name in pictures.values_list("name", flat=True):
        for width in ("320", "640", "1280"):
            for kind in FILES:
                yield {"name": name, "file": f"{width}.{kind}"}


PARTICIPATE = Publication("submissions:participate", "participate/", _participate, turn=Turn.PAGE)
MY_REFLECTION = Publication(
    "submissions:my-reflection", "my-reflection/", _my_reflection, turn=Turn.PAGE
)
SHEET = Publication("submissions:sheet", "participate/sheet/", _sheet, turn=Turn.PAGE)
PICTURE = Publication(
    "submissions:picture",
    "pictures/<slug:name>/<picture_file:file>",
    _picture,
    _pictures,
    localised=False,
    touched=_touched,
    turn=Turn.FILE,
    part="wall",
    personal=True,
)

publish(PARTICIPATE)
publish(MY_REFLECTION)
publish(SHEET)
publish(PICTURE)
