"""Fixtures for tests in Debian's Chromium: a real server, pages that watch for errors, axe.

A suite takes them in its ``conftest.py``::

    from portal.testing.browser import *  # noqa: F403

``browser`` itself comes from pytest-playwright; no browser is downloaded.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from werkzeug.serving import make_server

from portal.testing.world import PASSWORD

__all__ = [
    "LiveServer",
    "axe",
    "browser_type_launch_args",
    "database_url",
    "live_server",
    "log_in",
    "new_page",
    "page",
]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
DESKTOP, PHONE = (1366, 900), (360, 740)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the browser: Debian's, with the flags we need."""
    return {"executable_path": shutil.which("chromium"), "args": list(FLAGS)}


@pytest.fixture(params=["sqlite"])
def database_url(
    request: pytest.FixtureRequest, bare_settings: Any, seeds: Any, database_templates: Any
) -> Iterator[str]:
    """As the plugin's, but on SQLite only: the browser does not see the difference."""
    with database_templates.copy(request.param, bare_settings, seeds) as url:
        yield url


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A running server; ``url`` has no slash at the end."""

    url: str
    app: Flask


@pytest.fixture
def live_server(app: Flask, session: Any, world: Any) -> Iterator[LiveServer]:
    """The application on a random loopback port, with the shipped organisation."""
    session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield LiveServer(f"http://127.0.0.1:{server.server_port}", app)
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Watch:
    """What went wrong in a page: console errors, exceptions, failed resources, CSP."""

    problems: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """Listen to the page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A page of ours that says 403 is no error of the page; see _response.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.problems.append(f"console {message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        document = response.request.resource_type == "document"
        if response.status >= (500 if document else 400):
            self.problems.append(f"{response.status} for {response.url}")


@pytest.fixture
def new_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """``new_page(javascript=True, size=DESKTOP)``: a page of a new person's browser.

    The test fails at its end if any of its pages logged an error, broke the
    content security policy or missed a resource.
    """
    contexts: list[BrowserContext] = []
    watch = Watch()

    def make(*, javascript: bool = True, size: tuple[int, int] = DESKTOP, **more: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            reduced_motion="reduce",  # nobody waits for a page that still scrolls
            **more,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.attach(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert watch.problems == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page at 1366 px with JavaScript."""
    return new_page()


@pytest.fixture
def log_in() -> Callable[..., None]:
    """``log_in(page, "karo-otlak")``: through the form, as a person does."""

    def enter(page: Page, username: str, password: str = PASSWORD) -> None:
        page.goto("/masuk")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/masuk" not in url)

    return enter


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)``: fails with each violation of WCAG 2.2 AA and best practice."""
    source = (files("portal.testing") / "static" / "axe.min.js").read_text(encoding="utf-8")

    def run(page: Page) -> None:
        # Evaluated, not loaded as a script: this works under our content security policy.
        page.evaluate(source)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found = [
            f"{rule['id']}: {rule['help']} at {', '.join(str(n['target']) for n in rule['nodes'])}"
            for rule in result["violations"]
        ]
        assert found == [], page.url

    return run
