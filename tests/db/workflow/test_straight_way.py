"""A case from its start to its end: who acts, what opens, what stays."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.db import transaction
from portal.errors import Forbidden, NotFound
from portal.events import CaseEnded, CaseStarted, TaskDone
from portal.org.models import HolderKind
from portal.org.service import assign_holder
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER
from portal.workflow.definition import Workflow, task
from portal.workflow.models import Definition
from tests.db.workflow.hands import DRAFT, drafts, people, wib


def test_a_case_from_its_start_to_its_end(desk: Desk, host: SampleHost, number: str) -> None:
    assert number == "SRT-2026-0001"
    assert desk.case(number).title == "Surat undangan"
    assert desk.open() == ["a.I", "a.II"]
    drafts(desk)
    assert desk.open() == ["c"]
    for username, step in (("karo-otlak", "c"), ("deputi-aparatur", "d"), ("staf-akin-1", "e")):
        desk.act(username, step)
    case = desk.case(number)
    assert (case.status, desk.open()) == ("done", [])
    assert case.ended_at == wib(23, 9)
    told = [type(event) for event in host.events]
    assert [kind for kind in told if kind in (CaseStarted, TaskDone, CaseEnded)] == [
        CaseStarted,
        *[TaskDone] * 7,
        CaseEnded,
    ]
    assert host.events[-1].status == "done"  # type: ignore[attr-defined]  # CaseEnded


def test_what_was_recorded_stays_with_who_did_it_in_which_position(desk: Desk, number: str) -> None:
    desk.act("staf-akin-1", "a.I", record=DRAFT, note="Mohon periksa")
    done = desk.task("a.I", status="done")
    assert done.record == DRAFT
    assert done.note == "Mohon periksa"
    assert done.position_id == desk.world.position_id("staf-akin-1")
    assert done.acted_by.startswith("Staf ")


def test_a_step_waits_at_every_position_of_its_role(
    desk: Desk, number: str, session: Session
) -> None:
    desk.act("staf-akin-1", "a.I")
    assert people(session, desk.task("b.I").id) == ["kasubbag-ppe-1", "kasubbag-ppk-1"]
    desk.act("kasubbag-ppe-1", "b.I")
    assert desk.open() == ["a.II"]


def test_only_the_official_whose_turn_it_is_may_act(desk: Desk, number: str) -> None:
    for username in ("staf-akin-2", "karo-otlak", "admin", "menteri"):
        with pytest.raises(Forbidden):
            desk.act(username, "a.I")
    assert desk.open() == ["a.I", "a.II"]


def test_a_finished_step_leaves_every_inbox(desk: Desk, number: str, session: Session) -> None:
    desk.act("staf-akin-1", "a.I")
    assert people(session, desk.task("a.I", status="done").id) == []


def test_a_plt_acts_under_the_mandate(desk: Desk, number: str) -> None:
    with transaction() as session:
        assign_holder(
            session,
            position_id=desk.world.position_id("staf-akin-1"),
            person_id=desk.world.person_id("staf-tu-menteri"),
            kind=HolderKind.PLH,
            mandate="ND-1/2026",
            valid_from=date(2026, 11, 1),
        )
    desk.act("staf-tu-menteri", "a.I")
    assert desk.task("a.I", status="done").acted_by.startswith("Plh. Staf ")


def test_a_case_keeps_the_definition_it_began_under(
    desk: Desk, number: str, app: Flask, session: Session
) -> None:
    changed = Workflow(
        "letter", "Surat", number="SRT", roles=LETTER.roles, starts=LETTER.starts,
        steps=(task("z", "Lain", by="boss"),),
    )  # fmt: skip
    SampleHost(changed).install(app)
    second = desk.start("letter.new", "karo-otlak", {"hal": "baru"})
    assert desk.open(second) == ["z"]
    desk.act("staf-akin-1", "a.I", number=number)
    assert desk.open(number) == ["a.II", "b.I"]
    assert session.scalar(select(func.count()).select_from(Definition)) == 2


def test_a_definition_that_was_rolled_back_leaves_no_plan_behind(
    desk: Desk, host: SampleHost, app: Flask
) -> None:
    """SQLite gives its row number to the next definition, of another workflow."""
    with pytest.raises(RuntimeError), transaction() as session:
        from portal.workflow.starting import start_case, start_option

        actor = desk.actor("karo-otlak")
        option = start_option(session, actor, "letter.new")
        start_case(session, actor, option, {"hal": "batal"}, "k")
        raise RuntimeError
    desk.start("units.new", "karo-otlak")
    assert desk.open() == ["kirim.1", "kirim.2"]


def test_who_may_start_is_the_definitions_affair(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        desk.start("letter.new", "menteri", {"hal": "x"})
    with pytest.raises(NotFound):
        desk.start("letter.old", "karo-otlak")
    assert desk.start("meeting.ask", "menteri", {"hal": "x", "kantor": "setpres"})
