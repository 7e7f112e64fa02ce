"""A case rests and goes on: clocks, deadlines, inbox."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Conflict, Forbidden, MissingReason
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import ROLES
from portal.workflow import control
from portal.workflow.definition import Start, Workflow, stage, task
from portal.workflow.models import Candidate, StageClock, Task, Timer
from tests.db.workflow.hands import move, to_review, whole, wib, withdraw


def test_a_suspended_case_lets_nobody_act(desk: Desk, number: str) -> None:
    to_review(desk)
    whole(desk, control.suspend)
    assert desk.case(number).status == "suspended"
    with pytest.raises(Conflict, match="ditunda"):
        desk.act("staf-akin-2", "a.II")
    with pytest.raises(Conflict, match="ditunda"):
        withdraw(desk, "staf-akin-1", "a.I")
    with pytest.raises(Conflict, match="ditunda"):
        move(desk, "b.I", to="a.I")
    with pytest.raises(Conflict):
        whole(desk, control.suspend)


def test_resuming_moves_every_deadline_by_the_pause(
    desk: Desk, number: str, frozen_clock: FrozenClock, session: Session
) -> None:
    frozen_clock.set(wib(23, 9, 30))
    whole(desk, control.suspend)
    frozen_clock.set(wib(24, 9, 30))
    whole(desk, control.resume)
    # half an hour of two was used; the break of the lunch hour is not counted
    task = desk.task("a.I")
    assert (task.due, task.paused_at) == (wib(24, 11), None)
    row = session.scalars(select(StageClock)).one()
    assert (row.due, row.paused_at) == (wib(24, 11), None)
    dues = select(Candidate.due).join(Task, Task.id == Candidate.task_id)
    assert set(session.scalars(dues.where(Task.step == "a.I"))) == {wib(24, 11)}
    with pytest.raises(Conflict):
        whole(desk, control.resume)
    desk.act("staf-akin-1", "a.I")


def test_what_is_paused_is_not_late_in_the_inbox(
    desk: Desk, number: str, frozen_clock: FrozenClock, app: Flask
) -> None:
    from portal.workflow.inbox import inbox

    whole(desk, control.suspend)
    frozen_clock.set(wib(25, 9))
    with app.test_request_context():
        page = inbox(desk.world.session, desk.actor("staf-akin-1"))
    assert [(group.key, group.rows[0].state) for group in page.groups] == [("next", "paused")]
    assert page.counts["late"] == 0


def test_a_pause_does_not_count_as_used_time(
    desk: Desk, number: str, frozen_clock: FrozenClock, session: Session
) -> None:
    whole(desk, control.suspend)
    frozen_clock.set(wib(24, 9))
    whole(desk, control.resume)
    query = select(Timer.at).join(Task, Task.id == Timer.task_id)
    at = session.scalars(query.where(Task.step == "a.I", Timer.kind == "warn")).one()
    # three quarters of two hours, from 9.00 on the next day
    assert at == wib(24, 10, 30)


def test_a_detached_task_of_an_ended_stage_is_put_off_too(
    app: Flask, desk: Desk, frozen_clock: FrozenClock
) -> None:
    follow_up = task("b", "Menindaklanjuti", by="staff_1", detached=True)
    first = stage("1", "Satu", task("a", "Memulai", by="boss"), follow_up, limit="1 hari")
    begin = Start("new", "Baru", "Baru", by=("boss",))
    steps = (first, task("c", "Menutup", by="boss"))
    SampleHost(
        Workflow("after", "Sesudah", number="SD", roles=ROLES, starts=(begin,), steps=steps)
    ).install(app)
    desk.start("after.new", "karo-otlak")
    desk.act("karo-otlak", "a")
    before = desk.task("b").due
    whole(desk, control.suspend)
    frozen_clock.set(wib(24, 9))
    whole(desk, control.resume)
    after = desk.task("b")
    assert before is not None
    assert after.due is not None
    assert after.due > before
    assert after.paused_at is None


def test_who_manages_the_standard_may_suspend_and_nobody_else(desk: Desk, number: str) -> None:
    for username in ("staf-akin-1", "menteri", "admin"):
        with pytest.raises(Forbidden):
            whole(desk, control.suspend, username)
    with pytest.raises(MissingReason):
        whole(desk, control.suspend, reason="")
