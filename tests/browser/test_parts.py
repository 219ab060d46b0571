"""Pages with more than one form, and files that no server would read: nothing is lost unsaid."""

import pytest

from tests.browser.browser import Witness
from tests.browser.conftest import Open
from tests.browser.people import Participant, say

PHONE = 360
OTHER = (
    "You have also changed another part of this page, and it is not saved with this one. Save "
    "that part first, or press again to go on without it."
)
LARGE = "This file is larger than 25 MB. Please send a smaller one."


def saved(page: Witness, part: str) -> None:
    page.page.locator(f"form[data-part={part}] [data-sending]").click()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_was_changed_in_another_part_is_not_lost_unsaid(language: str, somebody: Open) -> None:
    witness = somebody(js=True, width=PHONE)
    woman, page = Participant(witness, language), witness.page
    woman.open(woman.send("Kestrel at first"))
    page.fill("[name=words]", "Kestrel once more")
    page.check("[name=seen][value=mirror]")
    before = page.url
    saved(witness, "seen")
    line = page.locator("form[data-part=seen] .wrong[role=alert]")
    assert line.inner_text() == say(language, OTHER)
    assert page.url == before
    assert witness.axe() == [] and witness.sideways() == []
    # She saves the other part first, then presses twice: both are as she wanted.
    saved(witness, "change")
    page.locator("form[data-part=change] .wrong[role=alert]").wait_for()
    saved(witness, "change")
    page.locator("p.done").wait_for()
    assert page.input_value("[name=words]") == "Kestrel once more"
    page.check("[name=seen][value=mirror]")
    saved(witness, "seen")
    page.locator("p.done").wait_for()
    assert page.locator("[name=seen][value=mirror]").is_checked()
    assert page.input_value("[name=words]") == "Kestrel once more"
    assert witness.take_faults() == []


def test_a_file_that_is_too_large_is_told_before_it_is_sent(somebody: Open) -> None:
    """The server would read no further, and have no words to give back."""
    witness = somebody(js=True, width=PHONE)
    woman, page = Participant(witness, "en"), witness.page
    witness.visit("/en/participate/")
    button = woman.fill("Kestrel with a large file", picture=b"\xff\xd8" + bytes(26 * 1024 * 1024))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    button.click()
    page.get_by_text(LARGE).wait_for()
    assert "POST" not in asked
    assert page.input_value("[name=words]") == "Kestrel with a large file"
    assert witness.take_faults() == []
