"""Which pages the wall has, and which of them a change touches, and no others."""

from collections.abc import Iterator
from dataclasses import dataclass

from reflect2protect.core.models import Area
from reflect2protect.publishing.registry import Topic
from reflect2protect.publishing.work.make import languages
from reflect2protect.submissions.models import Rail, Submission
from reflect2protect.submissions.work import rails
from reflect2protect.wall.work.hang import ON_FIRST, newest_bucket, own_pages


@dataclass(frozen=True)
class Touch:
    """A change on one rail: whether its first page shows it, and which buckets' own pages do.

    `ref`: the slug of the area or of the language.
    """

    ref: str
    first: bool
    older: tuple[int, ...] = ()


def touches(topic: Topic, kind: str) -> Iterator[Touch]:
    """What a change means for the rails of one kind (`rails.ALL`, `AREA` or `LANGUAGE`)."""
    if topic.kind == "submission":
        yield from _hanging(topic.ref, kind)
    elif topic.kind == "bucket":
        rail, _, number = topic.ref.rpartition(":")
        if rail.partition(":")[0] == kind:
            yield from _opened(rail, int(number))


def _hanging(public_id: str, kind: str) -> Iterator[Touch]:
    """The page on which a reflection hangs; nothing of one that may not be shown."""
    row = Submission.objects.select_related("area").filter(public_id=public_id).first()
    if row is None:
        return
    if kind == rails.ALL:
        yield _on(rails.ALL, row.place, "")
    elif kind == rails.AREA and row.area:
        yield _on(rails.of_area(row.area.pk), row.area_place, row.area.slug)
    elif kind == rails.LANGUAGE and row.language in languages():
        yield _on(rails.of_language(row.language), row.language_place, row.language)


def _on(rail: str, place: int, ref: str) -> Touch:
    bucket = rails.bucket_of(place)
    older = bucket in own_pages(newest_bucket(rail))
    return Touch(ref, not older, (bucket,) if older else ())


def _opened(rail: str, number: int) -> Iterator[Touch]:
    """A new bucket pushes one from the first page to a page of its own, and the page before that
    leads to it from now on."""
    ref = _ref(rail)
    if ref is not None:
        pushed = number - ON_FIRST
        yield Touch(ref, True, tuple(bucket for bucket in (pushed, pushed - 1) if bucket > 0))


def _ref(rail: str) -> str | None:
    kind, _, which = rail.partition(":")
    if kind == rails.AREA:
        area = Area.objects.filter(pk=int(which)).first()
        return area.slug if area else None
    if kind == rails.LANGUAGE:
        return which if which in languages() else None
    return ""


def own_buckets(kind: str) -> Iterator[tuple[str, int]]:
    """Every bucket with its own page on the rails of one kind, with the slug of the area or of
    the language; two queries."""
    last = dict(Rail.objects.values_list("name", "last"))
    named = {rails.ALL: ""}
    if kind == rails.AREA:
        named = {rails.of_area(pk): slug for pk, slug in Area.objects.values_list("pk", "slug")}
    elif kind == rails.LANGUAGE:
        named = {rails.of_language(slug): slug for slug in languages()}
    for rail, slug in named.items():
        for number in own_pages(rails.bucket_of(last.get(rail, 0))):
            yield slug, number
