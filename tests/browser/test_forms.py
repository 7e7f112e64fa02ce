"""The form of every step of the procedure, as the official whose turn it is sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select

from portal import clock
from portal.org.models import Position
from portal.workflow.models import Candidate, Case, Task
from portal.workflow.player import Player
from tests.browser.checks import check_widths
from tests.browser.stage import NOW, Play, Stage, agreed, before


class Visitor(Play):
    """Plays a year and looks at each form before it is sent, each kind of step once."""

    def __init__(self, stage: Stage, look: Callable[[str, str], None]) -> None:
        self.stage, self.look = stage, look
        self.seen: set[str] = set()
        super().__init__(Player(), before(NOW, 60), stage.year())

    def act(self, step: str, **sent: Any) -> None:
        """Look, then act."""
        self._visit(self.number, step)
        super().act(step, **sent)

    def lane(self, code: str, step: str, **sent: Any) -> None:
        """Look, then act."""
        self._visit(self.units[code], step)
        super().lane(code, step, **sent)

    def _visit(self, number: str, step: str) -> None:
        kind = step.removesuffix(".II").removesuffix(".I")
        if kind not in self.seen:
            self.seen.add(kind)
            self.look(official(self.stage, number, step), self.stage.task(number, step))


def official(stage: Stage, number: str, step: str) -> str:
    """The log-in name of the first official at whom a step waits."""

    def find(session: Any) -> str:
        query = select(Position.code).join(Candidate, Candidate.position_id == Position.id)
        query = query.join(Task, Task.id == Candidate.task_id)
        query = query.join(Case, Case.id == Task.case_id)
        query = query.where(Case.number == number, Task.step == step, Candidate.is_open)
        return str(session.scalars(query.order_by(Candidate.proxy, Candidate.id)).first())

    return str(stage.ask(find))


def test_each_form_of_the_procedure_is_as_good_as_any_page(
    stage: Stage, new_page: Callable[..., Page]
) -> None:
    page = new_page()

    def look(username: str, address: str) -> None:
        page.context.clear_cookies()
        page.context.add_cookies(stage.log_in(username))
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, address
        check_widths(page)

    with clock.frozen(NOW), stage.app.app_context():
        visitor = Visitor(stage, look)
        agreed(visitor)
        visitor.forward(days=1)
        visitor.act("publikasi", record={"izin": True})
    assert len(visitor.seen) > 25
