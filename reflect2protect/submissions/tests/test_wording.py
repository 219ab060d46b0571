"""Whoever changes a sentence that people agree to decides whether they must be asked again."""

import hashlib
import re
from pathlib import Path

from django.utils.translation import gettext, override

from reflect2protect.core.languages import LANGUAGES
from reflect2protect.submissions.models import CONSENT_VERSIONS

FORMS = Path(__file__).parent.parent / "templates" / "submissions"
SENTENCE = re.compile(r'{% translate "([^"]+)"')
# What each version says, in all languages. A sentence that means something else needs a new
# version alone in CONSENT_VERSIONS; a mended one a new version beside the old, or this digest.
WORDINGS = {"2026-11-23": "9416095542e5c8c7"}


def wording() -> str:
    """A digest of the sentences of the consents, of the pause and of the period."""
    found = hashlib.sha256()
    for name in ("_consents.html", "_lasting.html", "_until.html"):
        for sentence in SENTENCE.findall((FORMS / name).read_text(encoding="utf-8")):
            for language in LANGUAGES:
                with override(language):
                    found.update(gettext(sentence).encode() + b"\0")
    return found.hexdigest()[:16]


def test_the_wording_is_that_of_the_version_that_is_asked() -> None:
    assert wording() == WORDINGS[CONSENT_VERSIONS[-1]]
