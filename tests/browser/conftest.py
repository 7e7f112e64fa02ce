"""Browser tests: the fixtures are public, so that plugins can use them too.

Here one portal with the demo's data serves all tests of a process (``stage``), and its clock
stands still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from portal import clock
from portal.testing.browser import *  # noqa: F403
from portal.testing.browser import DESKTOP, LiveServer
from tests.browser.hands import WAYS, Hands
from tests.browser.stage import NOW, Stage, staged


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The portal of this process; see ``tests.browser.stage``."""
    with staged(tmp_path_factory.mktemp("stage") / "instance") as made:
        yield made


@pytest.fixture(scope="session")
def live_server(stage: Stage) -> LiveServer:
    """The same, under the name by which the public fixtures know it."""
    return LiveServer(stage.url, stage.app)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def person(stage: Stage, new_page: Callable[..., Page]) -> Callable[..., Page]:
    """``person("karo-otlak", javascript=False)``: a page of somebody who is logged in.

    ``fresh=True`` gives a session that no other test shares, for tests that end it.
    """

    def make(
        username: str, *, fresh: bool = False, size: tuple[int, int] = DESKTOP, **more: Any
    ) -> Page:
        page = new_page(size=size, **more)
        page.context.add_cookies(stage.log_in(username, fresh=fresh))
        return page

    return make


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def hands(request: pytest.FixtureRequest) -> Hands:
    """How the test works its pages; see ``tests.browser.hands``."""
    way: Hands = request.param
    return way
