"""An administrator moves a task, seeing number and step only."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import transaction
from portal.errors import Conflict, Forbidden, Invalid, MissingReason
from portal.testing.desk import Desk
from portal.workflow import control, turns
from portal.workflow.models import Timer
from tests.db.workflow.hands import claim, log, move, to_approval, to_review


def test_an_administrator_gives_a_task_to_another_position(
    desk: Desk, number: str, session: Session
) -> None:
    to_review(desk)
    claim(desk, "kasubbag-ppk-1", "b.I")
    move(desk, "b.I", position="kabag-akin-1")
    with pytest.raises(Forbidden):
        desk.act("kasubbag-ppk-1", "b.I")
    partners = turns.partners(session, desk.task("b.I").id)
    assert [view.person_id for view in partners] == [desk.world.person_id("kabag-akin-1")]
    session.rollback()
    desk.act("kabag-akin-1", "b.I")
    entry = log(session, "moved")[0]
    assert entry.actor == "Administrator (Administrator)"
    assert entry.data["reason"] == "Pejabat kosong"


def test_a_moved_task_keeps_its_reminders(desk: Desk, number: str, session: Session) -> None:
    move(desk, "a.I", position="kabag-akin-1")
    query = select(Timer.kind).where(Timer.task_id == desk.task("a.I").id)
    assert sorted(session.scalars(query)) == ["late", "warn"]


def test_a_moved_task_comes_back_to_a_former_position(desk: Desk, number: str) -> None:
    move(desk, "a.I", position="kabag-akin-1")
    move(desk, "a.I", position="staf-akin-1")
    desk.act("staf-akin-1", "a.I")


def test_an_administrator_sends_a_case_back_a_step(desk: Desk, number: str) -> None:
    to_approval(desk)
    move(desk, "c", to="a.II")
    assert desk.open() == ["a.II#2"]


def test_a_move_needs_right_reason_and_target(desk: Desk, number: str, session: Session) -> None:
    to_review(desk)
    with pytest.raises(Forbidden):
        move(desk, "b.I", to="a.I", username="karo-otlak")
    with pytest.raises(MissingReason):
        move(desk, "b.I", to="a.I", reason=" ")
    for bad in ("a.II", "c", "x"):
        with pytest.raises(Invalid):
            move(desk, "b.I", to=bad)
    with pytest.raises(Invalid):
        move(desk, "b.I")
    with pytest.raises(Invalid), transaction() as writing:
        control.move(writing, desk.task("b.I").id, desk.actor("admin"), 99999, "", "x", "k")
    done = desk.task("a.I", status="done").id
    with pytest.raises(Conflict), transaction() as writing:
        control.move(writing, done, desk.actor("admin"), None, "a.I", "x", "k")
