"""The same prepared data as the browser's tests."""

from tests.browser.conftest import prepared_data

__all__ = ["prepared_data"]
