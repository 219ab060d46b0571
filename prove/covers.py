"""Covers: what is under them is in nothing that is sent."""

from typing import Any

from tests.browser.browser import chromium
from tests.browser.covers import try_pairs

PAIRS = 500


def covers() -> dict[str, Any]:
    """Pairs of pictures that differ only under the covers, covered by the page's own tool."""
    with chromium() as browser:
        return dict(try_pairs(browser, PAIRS))
