"""Limits of stages: shared, counted in working days, or none."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from portal.workflow.models import Candidate
from tests.db.workflow.hands import at, drafts, wib


def test_steps_of_one_stage_share_its_limit(
    desk: Desk, number: str, frozen_clock: FrozenClock
) -> None:
    at(frozen_clock, 23, 10)
    desk.act("staf-akin-1", "a.I")
    assert desk.task("b.I").due == desk.task("a.II").due == wib(23, 11)
    assert desk.task("b.I").limit == "2 jam"


def test_a_working_day_does_not_count_the_day_it_begins(desk: Desk, number: str) -> None:
    drafts(desk)
    desk.act("karo-otlak", "c")
    desk.act("deputi-aparatur", "d")
    assert desk.task("e").due == wib(24, 16)


def test_a_step_without_a_limit_comes_last_in_the_inbox(desk: Desk, session: Session) -> None:
    desk.start("meeting.ask", "menteri", {"hal": "x", "kantor": "setpres"})
    assert desk.task("arahan").due is None
    query = select(Candidate.due).where(Candidate.task_id == desk.task("arahan").id)
    assert {due.year for due in session.scalars(query)} == {9999}
