"""The pages of the demo with at most fifteen statements, the inbox with eight.

The table of pages is the browser suite's, so a new page is counted as soon as it has a row
there. What a first request keeps for the process (calendar, procedures) is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from portal import clock
from portal.bench.measure import CONTROL
from portal.db import db
from portal.testing.client import PortalClient
from tests.browser.pages import ROUTES, STATES, Kind
from tests.browser.places import places
from tests.browser.stage import NOW, Stage, staged

MOST, MOST_INBOX = 15, 8
OFFICIALS = ("menteri", "deputi-aparatur", "karo-otlak", "karo-tu", "kabag-akin-1",
             "staf-tu-menteri", "staf-setpres", "admin")  # fmt: skip
"""They open the pages of everybody too, each with what waits for them."""

VISITS = sorted(
    {
        (user, path)
        for route in ROUTES.values()
        if route.kind == Kind.PAGE
        for path in route.paths
        for user in {*route.open_to, *(OFFICIALS if len(route.open_to) > 1 else ())}
        if user
    }
    | set(STATES)
)


class Counter:
    """Counts the statements of the block."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(CONTROL):
            self.statements.append(statement)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The demo's data, as the browser tests have it."""
    with staged(tmp_path_factory.mktemp("queries") / "instance") as made:
        yield made


@pytest.fixture(scope="module")
def counter(stage: Stage) -> Iterator[Counter]:
    count = Counter()
    with stage.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    yield count
    event.remove(engine, "before_cursor_execute", count)


def _most(path: str) -> int:
    return MOST_INBOX if path.startswith("/tugas") else MOST


def test_no_page_needs_more_statements_than_it_may(stage: Stage, counter: Counter) -> None:
    clients: dict[str, PortalClient] = {}
    too_many, seen = {}, 0
    with clock.frozen(NOW):
        known = places(stage)
        for user, path in VISITS:
            if user not in clients:
                clients[user] = PortalClient(stage.app, stage.app.response_class)
                clients[user].login(user)
            address = path.format(**known)
            if clients[user].get(address).status_code != 200:
                continue
            counter.statements.clear()
            clients[user].get(address)
            seen += 1
            if len(counter.statements) > _most(path):
                too_many[f"{user} {address}"] = len(counter.statements)
    assert too_many == {}
    assert seen > 200


def test_the_counter_counts(stage: Stage, counter: Counter) -> None:
    counter.statements.clear()
    stage.ask(lambda session: session.connection().exec_driver_sql("SELECT 1").scalar())
    assert counter.statements == ["SELECT 1"]
