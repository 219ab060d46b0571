"""Proving that the folder is what the database says it should be."""

from collections.abc import Callable, Iterator

from reflect2protect.publishing.models import Copy, CopyState
from reflect2protect.publishing.registry import EVERYTHING
from reflect2protect.publishing.work.aside import lies_aside
from reflect2protect.publishing.work.folder import Folder
from reflect2protect.publishing.work.ledger import FOLDER, held
from reflect2protect.publishing.work.make import document_at, languages
from reflect2protect.publishing.work.places import affected

Looked = Callable[[str, int], None]


def differences(progress: Looked = lambda file, of: None) -> Iterator[str]:
    """Each way in which folder, ledger and database differ, as a sentence; none when all is well.

    Renders every public file, so it takes as long as making them.
    """
    folder = Folder()
    found = {place.file: place for place in affected(EVERYTHING, languages())}
    wanted: set[str] = set()
    for file, place in sorted(found.items()):
        progress(file, len(found))
        document, body = document_at(place), folder.get(file)
        holds = document.holds if document else frozenset()
        if document is not None:
            wanted.add(file)
            if body is None:
                yield f"{file} is missing"
            elif body != document.body:
                yield f"{file} is not what the database says"
            elif folder.flaws(file):
                yield f"{file} and its compressed copies differ"
        if held(file) != holds and not lies_aside(file):
            yield f"{file}: the ledger does not say whose content is in it"
    for file in folder.files():
        if file not in wanted:
            yield f"{file} should not be there"
    rows = Copy.objects.filter(channel=FOLDER).exclude(state=CopyState.GONE)
    for file in rows.values_list("file", flat=True).distinct():
        if file not in wanted and not lies_aside(file):
            yield f"{file}: the ledger knows a copy that should not be there"
