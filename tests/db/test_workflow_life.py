"""The life of a case: who acts, what opens, returns and rounds, limits and their clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.db import transaction
from portal.errors import Conflict, Forbidden, Invalid, MissingReason, NotFound
from portal.events import CaseEnded, CaseStarted, TaskDone
from portal.org.models import HolderKind
from portal.org.service import assign_holder
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, MEETING, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow.definition import Workflow, task
from portal.workflow.models import Act, Candidate, Definition, StageClock, TaskStatus
from portal.workflow.run import plan_of

DRAFT = {"konsep": {"subject": "Undangan", "to": "Semua", "body": "Isi"}}


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def host(app: Flask) -> SampleHost:
    return SampleHost(LETTER, UNITS, MEETING).install(app)


@pytest.fixture
def desk(host: SampleHost, world: World, frozen_clock: FrozenClock) -> Iterator[Desk]:
    yield Desk(world)
    # whatever a test did: every chain of the log must hold
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", "karo-otlak", {"hal": "undangan"})


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in WIB."""
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def at(clock: FrozenClock, day: int, hour: int, minute: int = 0) -> None:
    clock.set(wib(day, hour, minute))


def clock_row(session: Session, stage: str, turn: int = 1) -> StageClock:
    query = select(StageClock).where(StageClock.stage == stage, StageClock.round == turn)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def drafts(desk: Desk) -> None:
    desk.act("staf-akin-1", "a.I", record=DRAFT)
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("staf-akin-2", "a.II")
    desk.act("kabag-akin-2", "b.II")


def people(session: Session, task_id: int) -> list[str]:
    from portal.org.models import Position

    query = (
        select(Position.code)
        .join(Candidate, Candidate.position_id == Position.id)
        .where(Candidate.task_id == task_id, Candidate.is_open)
        .order_by(Position.code)
    )
    return list(session.scalars(query))


# -- the straight way ----------------------------------------------------------------------


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


# -- refusals ------------------------------------------------------------------------------


def test_an_unknown_outcome_is_refused(desk: Desk, number: str) -> None:
    with pytest.raises(Invalid):
        desk.act("staf-akin-1", "a.I", "approve")


def test_an_unmet_requirement_stops_the_act(desk: Desk, app: Flask) -> None:
    needy = Workflow(
        "needy", "Bersyarat", number="BSY", roles=LETTER.roles, starts=LETTER.starts,
        steps=(task("z", "Menulis", by="staff_1", requires="paper"),),
    )  # fmt: skip
    problems: list[str | None] = ["Kertas habis."]
    SampleHost(needy, checks={"paper": lambda *_: problems[0]}).install(app)
    desk.start("needy.new", "karo-otlak", {"hal": "x"})
    with pytest.raises(Invalid, match="Kertas habis"):
        desk.act("staf-akin-1", "z")
    problems[0] = None
    desk.act("staf-akin-1", "z")
    assert desk.open() == []


def test_an_effect_that_raises_undoes_the_whole_act(
    desk: Desk, app: Flask, session: Session
) -> None:
    flow = Workflow(
        "fx", "Berakibat", number="FX", roles=LETTER.roles, starts=LETTER.starts,
        steps=(task("z", "Menulis", by="staff_1", effect="boom"),),
    )  # fmt: skip
    heard: list[Any] = []

    def boom(context: Any) -> None:
        heard.append((context.outcome, context.record))
        raise Invalid("Printer mati.")

    SampleHost(flow, effects={"boom": boom}).install(app)
    desk.start("fx.new", "karo-otlak", {"hal": "x"})
    with pytest.raises(Invalid, match="Printer mati"):
        desk.act("staf-akin-1", "z", record={"a": 1}, form_key="sekali")
    assert heard == [("done", {"a": 1})]
    assert desk.open() == ["z"]
    assert session.get(Act, "sekali") is None


def test_ones_own_draft_cannot_be_checked(desk: Desk, number: str) -> None:
    give(desk, "kasubbag-ppk-1", "staf-akin-1")
    desk.act("staf-akin-1", "a.I")
    with pytest.raises(Forbidden, match="menyusun"):
        desk.act("staf-akin-1", "b.I")
    desk.act("kasubbag-ppe-1", "b.I")


def test_signing_ones_own_draft_is_warned_and_recorded(
    desk: Desk, number: str, session: Session
) -> None:
    give(desk, "deputi-aparatur", "staf-akin-2")
    drafts(desk)
    desk.act("karo-otlak", "c")
    result = desk.act("staf-akin-2", "d")
    assert len([each for each in result.warnings if "menyusun" in each]) == 1
    assert logged(session, "done")[-1].data["warnings"] == list(result.warnings)


def test_one_person_in_two_positions_of_a_chain_is_warned_and_recorded(
    desk: Desk, number: str, session: Session
) -> None:
    give(desk, "karo-otlak", "kasubbag-ppk-1")
    drafts(desk)
    result = desk.act("kasubbag-ppk-1", "c")
    assert "b.I" in result.warnings[0]
    assert logged(session, "done")[-1].data["warnings"] == list(result.warnings)


def test_the_same_official_in_one_position_is_no_conflict(desk: Desk, number: str) -> None:
    drafts(desk)
    assert desk.act("karo-otlak", "c").warnings == ()


def give(desk: Desk, position: str, username: str) -> None:
    """Let somebody act for another official."""
    with transaction() as session:
        assign_holder(
            session,
            position_id=desk.world.position_id(position),
            person_id=desk.world.person_id(username),
            kind=HolderKind.PLH,
            mandate="ND-2/2026",
            valid_from=date(2026, 11, 1),
        )


def logged(session: Session, kind: str) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.id)
    return list(session.scalars(query))


# -- stale pages and second clicks ------------------------------------------------------------


def test_a_repeated_form_gives_the_first_result_and_does_nothing(
    desk: Desk, number: str, session: Session
) -> None:
    task_id = desk.task("a.I").id
    first = desk.act("staf-akin-1", "a.I", form_key="k", note="satu")
    again = desk.act("staf-akin-1", "a.I", form_key="k", task_id=task_id, note="dua")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.case_number, again.outcome) == (first.case_number, "done")
    assert desk.task("a.I", status="done").note == "satu"
    assert len(logged(session, "done")) == 1


def test_somebody_elses_form_key_is_refused(desk: Desk, number: str) -> None:
    desk.act("staf-akin-1", "a.I", form_key="k")
    with pytest.raises(Invalid):
        desk.act("kasubbag-ppk-1", "b.I", form_key="k")
    with pytest.raises(Invalid):
        desk.act("kasubbag-ppk-1", "b.I", form_key="k", task_id=desk.task("b.I").id)


def test_a_form_without_a_key_is_refused(desk: Desk, number: str) -> None:
    from portal.workflow.acting import ActInput, act

    task_id, version = desk.task("a.I").id, desk.task("a.I").version
    with pytest.raises(Invalid), transaction() as session:
        act(session, task_id, desk.actor("staf-akin-1"), ActInput("done", "", version))


def test_a_stale_page_is_a_conflict(desk: Desk, number: str) -> None:
    with pytest.raises(Conflict, match="telah berubah"):
        desk.act("staf-akin-1", "a.I", version=99)


def test_a_finished_task_names_who_was_first(desk: Desk, number: str) -> None:
    task_id = desk.task("a.I").id
    desk.act("staf-akin-1", "a.I")
    with pytest.raises(Conflict, match="diselesaikan oleh Staf "):
        desk.act("staf-akin-1", "a.I", task_id=task_id)


def test_a_repeated_start_gives_the_first_case(desk: Desk) -> None:
    from portal.workflow.starting import start_case, start_option

    def start(key: str, username: str = "karo-otlak") -> str:
        with transaction() as session:
            actor = desk.actor(username)
            option = start_option(session, desk.actor("karo-otlak"), "letter.new")
            return start_case(session, actor, option, {"hal": "x"}, key).number

    assert start("k") == start("k")
    assert start("l") != start("k")
    with pytest.raises(Invalid):
        start("k", "menteri")
    with pytest.raises(Invalid):
        start("")


# -- returns and rounds ------------------------------------------------------------------------


def test_a_return_reopens_only_its_target(desk: Desk, number: str) -> None:
    drafts(desk)
    desk.send_back("karo-otlak", "c", "a.II", note="Lampiran kurang.")
    assert desk.open() == ["a.II#2"]
    again = desk.task("a.II")
    assert again.return_reason == "Lampiran kurang."
    assert "Kepala Biro" in again.came_from
    assert desk.task("b.I", status="done").current
    desk.act("staf-akin-2", "a.II")
    desk.act("kabag-akin-2", "b.II")
    assert desk.open() == ["c#2"]


def test_several_targets_reopen_together_and_the_join_waits_for_both(
    desk: Desk, number: str
) -> None:
    drafts(desk)
    desk.send_back("karo-otlak", "c", "a.I", "a.II")
    assert desk.open() == ["a.I#2", "a.II#2"]
    desk.act("staf-akin-1", "a.I")
    desk.act("kasubbag-ppk-1", "b.I")
    assert desk.open() == ["a.II#2"]


def test_a_return_needs_a_reason_and_a_legal_target(desk: Desk, number: str) -> None:
    drafts(desk)
    with pytest.raises(MissingReason):
        desk.send_back("karo-otlak", "c", "a.I", note="  ")
    for targets in ([], ["b.I"], ["a.I", "x"]):
        with pytest.raises(Invalid):
            desk.send_back("karo-otlak", "c", *targets)
    assert desk.open() == ["c"]


def test_the_only_target_need_not_be_named(desk: Desk, number: str) -> None:
    desk.act("staf-akin-1", "a.I")
    desk.send_back("kasubbag-ppk-1", "b.I")
    assert desk.open() == ["a.II", "a.I#2"]
    assert desk.task("b.I", status="returned").current is False


def test_inside_a_stage_the_clock_runs_on_after_a_return(
    desk: Desk, number: str, frozen_clock: FrozenClock, session: Session
) -> None:
    drafts(desk)
    at(frozen_clock, 23, 10)
    desk.send_back("karo-otlak", "c", "a.II")
    assert desk.task("a.II").due == wib(23, 11)
    assert clock_row(session, "1").due == wib(23, 11)


def test_a_return_into_a_finished_stage_is_a_new_round_with_its_own_limit(
    desk: Desk, number: str, frozen_clock: FrozenClock, session: Session
) -> None:
    drafts(desk)
    desk.act("karo-otlak", "c")
    assert clock_row(session, "1").ended_at == wib(23, 9)
    at(frozen_clock, 23, 9, 20)
    desk.send_back("deputi-aparatur", "d", "a.II")
    assert desk.task("a.II").due == wib(23, 11, 20)
    assert clock_row(session, "1", 2).due == wib(23, 11, 20)
    assert clock_row(session, "1").due == wib(23, 11)


def test_the_waiting_stages_clock_pauses_and_goes_on(
    desk: Desk, number: str, frozen_clock: FrozenClock, session: Session
) -> None:
    drafts(desk)
    desk.act("karo-otlak", "c")
    assert desk.task("d").due == wib(23, 10)
    at(frozen_clock, 23, 9, 20)
    desk.send_back("deputi-aparatur", "d", "a.II")
    assert clock_row(session, "2").paused_at == wib(23, 9, 20)
    at(frozen_clock, 23, 11)
    desk.act("staf-akin-2", "a.II")
    desk.act("kabag-akin-2", "b.II")
    desk.act("karo-otlak", "c")
    row = clock_row(session, "2")
    assert (row.round, row.paused_at) == (1, None)
    # 20 of 60 minutes were used; 40 are left from 11.00
    assert row.due == wib(23, 11, 40)
    assert desk.task("d").due == wib(23, 11, 40)


def test_the_step_after_a_return_starts_a_round_of_its_own(desk: Desk, number: str) -> None:
    drafts(desk)
    desk.send_back("karo-otlak", "c", "a.II")
    desk.act("staf-akin-2", "a.II")
    desk.send_back("kabag-akin-2", "b.II")
    assert desk.open() == ["a.II#3"]
    desk.act("staf-akin-2", "a.II")
    desk.act("kabag-akin-2", "b.II")
    assert desk.task("b.II", status="done").round == 3
    assert desk.open() == ["c#2"]


# -- limits ------------------------------------------------------------------------------------


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


# -- actors ------------------------------------------------------------------------------------


def meeting(desk: Desk, office: str = "setpres") -> str:
    return desk.start("meeting.ask", "staf-akin-1", {"hal": "x", "kantor": office})


def test_an_official_is_found_by_a_field_of_the_start(desk: Desk, session: Session) -> None:
    meeting(desk, "setwapres")
    assert people(session, desk.task("arahan").id) == ["kasetwapres", "staf-setwapres"]
    with pytest.raises(Forbidden):
        desk.act("kasetpres", "arahan")


def test_a_proxy_records_and_the_confirmation_opens_by_itself(desk: Desk, session: Session) -> None:
    number = meeting(desk)
    desk.act("staf-setpres", "arahan", "tidak", note="Lisan, 23 November")
    assert desk.task("arahan", status="done").proxied
    assert desk.open() == ["arahan.konfirmasi", "tolak"]
    assert people(session, desk.task("arahan.konfirmasi").id) == ["kasetpres"]
    desk.act("staf-akin-1", "tolak")
    desk.act("karo-otlak", "selesai")
    assert desk.case(number).status == "done"
    desk.act("kasetpres", "arahan.konfirmasi")
    assert desk.open() == []


def test_the_official_in_person_needs_no_confirmation(desk: Desk) -> None:
    meeting(desk)
    desk.act("kasetpres", "arahan", "tidak")
    assert not desk.task("arahan", status="done").proxied
    assert desk.open() == ["tolak"]


def test_a_chosen_official_gets_the_step(desk: Desk, session: Session) -> None:
    meeting(desk)
    desk.act("kasetpres", "arahan", "ya")
    picked = {"tindak": ["balas"], "pelaksana": desk.world.position_id("kasubbag-ppe-1")}
    desk.act("kabag-akin-1", "disposisi", record=picked)
    assert desk.open() == ["balas"]
    assert people(session, desk.task("balas").id) == ["kasubbag-ppe-1"]


def test_several_branches_open_and_join(desk: Desk) -> None:
    number = meeting(desk)
    desk.act("kasetpres", "arahan", "ya")
    picked = {"tindak": ["balas", "acara"], "pelaksana": desk.world.position_id("kasubbag-ppk-1")}
    desk.act("kabag-akin-1", "disposisi", record=picked)
    assert desk.open() == ["balas", "acara"]
    desk.act("kabag-akin-2", "acara")
    assert desk.open() == ["balas"]
    desk.act("kasubbag-ppk-1", "balas")
    desk.act("karo-otlak", "selesai")
    assert desk.case(number).status == "done"


def test_a_plugin_may_say_where_a_step_waits(
    desk: Desk, host: SampleHost, session: Session
) -> None:
    from portal.org.service import position_by_code

    host.assigned["a.I"] = [position_by_code(session, "menteri")]
    desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert people(session, desk.task("a.I").id) == ["menteri"]


def test_the_plan_of_a_case_is_read_once(desk: Desk, number: str, app: Flask) -> None:
    with transaction() as session:
        definition = desk.case(number).definition_id
        assert plan_of(session, definition) is plan_of(session, definition)
    with pytest.raises(NotFound), transaction() as session:
        plan_of(session, 999)
    assert desk.task("a.I").status == TaskStatus.OPEN
