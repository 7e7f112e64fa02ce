"""Every page that GET reaches, as everybody: axe, light and dark, at 1366 and 360 px.

Also: no sideways scroll, one h1, Indonesian, nothing on the console, no breach of the
content security policy. The table of pages is in ``tests.browser.pages``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from portal.testing.browser import Watch
from site_static.app import create_site
from tests.browser.checks import SIZES, check_widths
from tests.browser.pages import (
    ADMINISTRATOR,
    ANONYMOUS,
    OFFICIAL,
    PEOPLE,
    ROUTES,
    SITE_ROUTES,
    STATES,
    Kind,
)
from tests.browser.places import places
from tests.browser.stage import Stage

Window = tuple[Page, Watch]

VISITS = [
    (user, path)
    for route in ROUTES.values()
    if route.kind == Kind.PAGE
    for path in route.paths
    for user in route.open_to
] + list(STATES)


@pytest.fixture(scope="session")
def windows(browser: Browser, stage: Stage) -> Iterator[Callable[[str], Window]]:
    """``windows("admin")``: one window per person, with a warm cache; as wide as a desk."""
    made: dict[str, Window] = {}
    contexts: list[BrowserContext] = []

    def open_window(user: str) -> Window:
        if user not in made:
            context = browser.new_context(
                base_url=stage.url,
                locale="id-ID",
                timezone_id="Asia/Jakarta",
                reduced_motion="reduce",
            )
            contexts.append(context)
            if user:
                context.add_cookies(stage.log_in(user))
            page, watch = context.new_page(), Watch()
            watch.attach(page)
            made[user] = (page, watch)
        page, watch = made[user]
        watch.problems.clear()
        page.set_viewport_size({"width": 1366, "height": SIZES[1366]})
        return page, watch

    yield open_window
    for context in contexts:
        context.close()


def _name(visit: tuple[str, str]) -> str:
    user, path = visit
    return f"{PEOPLE.get(user, user)}-{path}"


@pytest.mark.parametrize("visit", VISITS, ids=_name)
def test_a_page_keeps_what_every_page_promises(
    stage: Stage, windows: Callable[[str], Window], visit: tuple[str, str]
) -> None:
    user, path = visit
    address = path.format(**places(stage))
    page, watch = windows(user)
    response = page.goto(address)
    assert response is not None
    assert response.status == 200, f"{response.status} for {page.url}"
    if path != "/":
        assert page.url == stage.url + address, "sent elsewhere"
    check_widths(page)
    assert watch.problems == []


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        (ANONYMOUS, "/tidak-ada", 404),
        (OFFICIAL, "/tidak-ada", 404),
        (OFFICIAL, "/sistem", 403),
        (OFFICIAL, "/keluar", 405),
        (OFFICIAL, "/tugas?setelah=kapan", 400),
        (ADMINISTRATOR, "/kasus/{running}", 404),
    ],
)
def test_an_error_page_keeps_it_too(
    stage: Stage,
    windows: Callable[[str], Window],
    user: str,
    path: str,
    status: int,
) -> None:
    page, watch = windows(user)
    response = page.goto(path.format(**places(stage)))
    assert response is not None
    assert response.status == status
    check_widths(page)
    assert watch.problems == []


@pytest.mark.parametrize("path", [path for paths in SITE_ROUTES.values() for path in paths])
def test_a_public_page_keeps_it_too(
    stage: Stage, windows: Callable[[str], Window], path: str
) -> None:
    page, watch = windows(ANONYMOUS)
    response = page.goto(stage.site + path)
    assert response is not None
    assert response.status == 200
    check_widths(page)
    assert watch.problems == []


OTHERS = sorted({user for route in ROUTES.values() for user in route.open_to} - set(PEOPLE))


@pytest.mark.parametrize("user", OTHERS)
def test_who_may_open_it_does(stage: Stage, user: str) -> None:
    client = stage.app.test_client()
    client.login(user)  # type: ignore[attr-defined]  # the portal's own client
    mine = [path for route in ROUTES.values() if user in route.open_to for path in route.paths]
    answers = {path: client.get(path.format(**places(stage))).status_code for path in mine}
    assert {path: status for path, status in answers.items() if status != 200} == {}


@pytest.mark.parametrize("user", PEOPLE, ids=PEOPLE.values())
def test_nobody_opens_what_is_not_for_them(stage: Stage, user: str) -> None:
    places(stage)
    stage.work()  # else /readyz says that nobody does
    client = stage.app.test_client()
    if user:
        client.login(user)  # type: ignore[attr-defined]  # the portal's own client
    found = {}
    for route in ROUTES.values():
        for path in route.paths:
            address = path.format(**places(stage))
            response = client.get(address)
            if user in route.open_to:
                right = {Kind.ELSEWHERE: (302, 303)}.get(route.kind, (200,))
            elif user:
                right = (302,) if path.startswith("/masuk") else (403, 404)
            else:
                right = (303,)
            if response.status_code not in right:
                found[address] = response.status_code
            if not user and response.status_code == 303:
                assert response.location.startswith("/masuk")
    assert found == {}


def _reached_by_get(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def test_each_route_has_a_row_in_the_table(stage: Stage) -> None:
    reached = _reached_by_get(stage.app)
    assert sorted(reached - set(ROUTES)) == [], "add a row to ROUTES in tests/browser/pages.py"
    assert sorted(set(ROUTES) - reached) == [], "these routes are gone"


def test_each_route_of_the_site_has_a_row_in_the_table(stage: Stage) -> None:
    site = create_site(stage.app.config["PORTAL"].publications)
    assert _reached_by_get(site) == set(SITE_ROUTES)
