"""A case is cancelled: by whom, and what becomes of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Conflict, Forbidden, Invalid
from portal.events import CaseEnded
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import ROLES
from portal.workflow import control
from portal.workflow.definition import Start, Workflow, task
from portal.workflow.fields import Number
from portal.workflow.models import Candidate, Case, StageClock, Timer
from tests.db.workflow.hands import to_review, whole, withdraw


def test_a_year_is_begun_once_unless_it_was_cancelled(app: Flask, desk: Desk) -> None:
    begin = Start(
        "new", "Baru", "Tahun {tahun}", by=("boss",), unique=("tahun",),
        record=(Number("tahun", "Tahun", whole=True),),
    )  # fmt: skip
    steps = (task("a", "Mengisi", by="boss"),)
    SampleHost(
        Workflow("yearly", "Tahunan", number="TH", roles=ROLES, starts=(begin,), steps=steps)
    ).install(app)
    number = desk.start("yearly.new", "karo-otlak", {"tahun": 2027})
    with pytest.raises(Invalid, match=f"Tahun 2027 sudah ada: kasus {number}"):
        desk.start("yearly.new", "karo-otlak", {"tahun": 2027})
    whole(desk, control.cancel)
    again = desk.start("yearly.new", "karo-otlak", {"tahun": 2027})
    desk.act("karo-otlak", "a")
    assert desk.case(again).status == "done"
    with pytest.raises(Invalid):
        desk.start("yearly.new", "karo-otlak", {"tahun": 2027})


def test_a_cancelled_case_ends_with_its_lanes(
    desk: Desk, host: SampleHost, session: Session
) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    whole(desk, control.cancel)
    assert desk.open() == []
    assert {str(status) for status in session.scalars(select(Case.status))} == {"cancelled"}
    assert not session.scalars(select(Candidate).where(Candidate.is_open)).all()
    assert not session.scalars(select(Timer).where(Timer.fired_at.is_(None))).all()
    assert not session.scalars(select(StageClock).where(StageClock.ended_at.is_(None))).all()
    last = host.events[-1]
    assert isinstance(last, CaseEnded)
    assert (last.number, last.status) == (number, "cancelled")
    with pytest.raises(Conflict, match="berakhir"):
        whole(desk, control.cancel)


def test_nothing_moves_in_a_cancelled_case(desk: Desk, number: str) -> None:
    to_review(desk)
    review = desk.task("b.I").id
    whole(desk, control.cancel)
    with pytest.raises(Conflict, match="dibatalkan"):
        desk.act("kasubbag-ppk-1", "b.I", task_id=review)
    with pytest.raises(Conflict, match="dibatalkan"):
        withdraw(desk, "staf-akin-1", "a.I")
    with pytest.raises(Conflict):
        whole(desk, control.suspend)


def test_who_began_a_case_may_cancel_it_until_a_step_is_done(desk: Desk) -> None:
    desk.start("meeting.ask", "staf-akin-1", {"hal": "x", "kantor": "setpres"})
    with pytest.raises(Forbidden):
        whole(desk, control.cancel, "staf-akin-2")
    whole(desk, control.cancel, "staf-akin-1")
    assert desk.open() == []


def test_a_case_that_has_begun_is_no_longer_the_starters_to_cancel(desk: Desk) -> None:
    desk.start("meeting.ask", "staf-akin-1", {"hal": "x", "kantor": "setpres"})
    desk.act("kasetpres", "arahan", "ya")
    with pytest.raises(Forbidden):
        whole(desk, control.cancel, "staf-akin-1")
