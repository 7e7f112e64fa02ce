"""Browser tests: the fixtures are public, so that plugins can use them too."""

from __future__ import annotations

import pytest

from portal.testing.browser import *  # noqa: F403


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
