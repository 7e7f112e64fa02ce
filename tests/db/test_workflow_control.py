"""Acts beside the steps: claim, hand over, withdraw, suspend, cancel, move; role bindings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.db import transaction
from portal.errors import Conflict, Forbidden, Invalid, MissingReason, NotFound
from portal.events import CaseEnded
from portal.org.models import HolderKind, Position
from portal.org.service import assign_holder
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, MEETING, ROLES, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow import bindings, control
from portal.workflow.definition import Start, Workflow, stage, task
from portal.workflow.fields import Number
from portal.workflow.models import Binding, Candidate, Case, StageClock, Task, Timer


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def host(app: Flask) -> SampleHost:
    return SampleHost(LETTER, UNITS, MEETING).install(app)


@pytest.fixture
def desk(host: SampleHost, world: World, frozen_clock: FrozenClock) -> Iterator[Desk]:
    yield Desk(world)
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", "karo-otlak", {"hal": "undangan"})


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def claim(desk: Desk, username: str, step: str, version: int | None = None) -> None:
    with transaction() as session:
        task = desk.task(step)
        control.claim(
            session, task.id, desk.actor(username), desk.key(),
            task.version if version is None else version,
        )  # fmt: skip


def hand_over(desk: Desk, username: str, step: str, to: str, reason: str = "Cuti") -> None:
    with transaction() as session:
        task = desk.task(step)
        person = desk.world.person_id(to) if to else None
        actor = desk.actor(username)
        control.hand_over(session, task.id, actor, person, reason, desk.key(), task.version)


def withdraw(desk: Desk, username: str, step: str, key: str = "", reason: str = "Keliru") -> None:
    with transaction() as session:
        task = desk.task(step, status="done")
        control.withdraw(session, task.id, desk.actor(username), reason, key or desk.key())


def whole(
    desk: Desk, act: Callable[[Session, int, object, str, str], object],
    username: str = "karo-otlak", reason: str = "Menunggu DIPA", key: str = "",
) -> None:  # fmt: skip
    with transaction() as session:
        root = session.scalars(select(Case).where(Case.parent_id.is_(None))).one()
        act(session, root.id, desk.actor(username), reason, key or desk.key())


def move(
    desk: Desk, step: str, to: str = "", position: str = "", username: str = "admin",
    reason: str = "Pejabat kosong",
) -> None:  # fmt: skip
    with transaction() as session:
        target = desk.world.position_id(position) if position else None
        actor, task = desk.actor(username), desk.task(step)
        control.move(session, task.id, actor, target, to, reason, desk.key())


def log(session: Session, kind: str) -> list[audit.AuditEvent]:
    query = select(audit.AuditEvent).where(audit.AuditEvent.kind == kind)
    return list(session.scalars(query.order_by(audit.AuditEvent.id)))


def opened(desk: Desk, step: str) -> None:
    """The official whose turn it is has looked at the task."""
    with transaction():
        desk.task(step).seen_at = wib(23, 9)


def to_review(desk: Desk) -> None:
    desk.act("staf-akin-1", "a.I")


def to_approval(desk: Desk) -> None:
    to_review(desk)
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("staf-akin-2", "a.II")
    desk.act("kabag-akin-2", "b.II")


# -- claim and hand over ------------------------------------------------------------------------


def test_a_claimed_task_is_closed_to_the_others(desk: Desk, number: str, session: Session) -> None:
    to_review(desk)
    claim(desk, "kasubbag-ppk-1", "b.I")
    assert "Kepala Subbagian" in desk.task("b.I").claimed_by
    with pytest.raises(Conflict, match="sedang dikerjakan"):
        desk.act("kasubbag-ppe-1", "b.I")
    desk.act("kasubbag-ppk-1", "b.I")
    assert log(session, "claimed")[0].data["step"] == "b.I"


def test_the_second_to_claim_learns_who_was_first(desk: Desk, number: str) -> None:
    to_review(desk)
    version = desk.task("b.I").version
    claim(desk, "kasubbag-ppk-1", "b.I", version)
    with pytest.raises(Conflict, match="sedang dikerjakan oleh Kepala Subbagian"):
        claim(desk, "kasubbag-ppe-1", "b.I", version)


def test_only_a_candidate_may_claim(desk: Desk, number: str) -> None:
    with pytest.raises(Forbidden):
        claim(desk, "menteri", "a.I")


def test_a_task_is_handed_to_another_who_may_do_it(
    desk: Desk, number: str, session: Session
) -> None:
    to_review(desk)
    hand_over(desk, "kasubbag-ppk-1", "b.I", "kasubbag-ppe-1")
    with pytest.raises(Conflict):
        desk.act("kasubbag-ppk-1", "b.I")
    desk.act("kasubbag-ppe-1", "b.I")
    assert log(session, "handed-over")[0].data["reason"] == "Cuti"


def test_a_task_is_given_back_to_all(desk: Desk, number: str) -> None:
    to_review(desk)
    claim(desk, "kasubbag-ppk-1", "b.I")
    hand_over(desk, "kasubbag-ppk-1", "b.I", "")
    desk.act("kasubbag-ppe-1", "b.I")


def test_a_hand_over_needs_a_reason_and_a_right_receiver(desk: Desk, number: str) -> None:
    to_review(desk)
    with pytest.raises(MissingReason):
        hand_over(desk, "kasubbag-ppk-1", "b.I", "kasubbag-ppe-1", reason=" ")
    with pytest.raises(Invalid):
        hand_over(desk, "kasubbag-ppk-1", "b.I", "menteri")
    with pytest.raises(Forbidden):
        hand_over(desk, "menteri", "b.I", "kasubbag-ppe-1")


# -- withdraw ------------------------------------------------------------------------------------


def test_an_act_is_taken_back_while_nobody_has_opened_the_next(
    desk: Desk, number: str, session: Session
) -> None:
    to_review(desk)
    withdraw(desk, "staf-akin-1", "a.I")
    assert desk.open() == ["a.II", "a.I#2"]
    assert desk.task("b.I", status="cancelled").current is False
    assert desk.task("a.I").return_reason == ""  # nobody has returned it
    assert log(session, "withdrawn")[0].data == {"step": "a.I", "case": number, "reason": "Keliru"}


def test_once_the_next_official_has_opened_it_it_stays(desk: Desk, number: str) -> None:
    to_review(desk)
    opened(desk, "b.I")
    with pytest.raises(Conflict, match="sudah membukanya"):
        withdraw(desk, "staf-akin-1", "a.I")
    assert desk.open() == ["a.II", "b.I"]


def test_once_the_next_official_has_acted_it_stays(desk: Desk, number: str) -> None:
    to_review(desk)
    desk.act("kasubbag-ppk-1", "b.I")
    with pytest.raises(Conflict):
        withdraw(desk, "staf-akin-1", "a.I")


def test_a_sibling_does_not_hinder_a_withdrawal(desk: Desk, number: str) -> None:
    to_review(desk)
    opened(desk, "a.II")
    withdraw(desk, "staf-akin-1", "a.I")
    assert desk.open() == ["a.II", "a.I#2"]


def test_only_ones_own_act_can_be_taken_back_and_with_a_reason(desk: Desk, number: str) -> None:
    to_review(desk)
    with pytest.raises(Conflict):
        withdraw(desk, "kasubbag-ppk-1", "a.I")
    with pytest.raises(MissingReason):
        withdraw(desk, "staf-akin-1", "a.I", reason=" ")


def test_a_second_click_withdraws_once(desk: Desk, number: str, session: Session) -> None:
    to_review(desk)
    task_id, actor = desk.task("a.I", status="done").id, desk.actor("staf-akin-1")
    for _click in range(2):
        with transaction() as writing:
            control.withdraw(writing, task_id, actor, "Keliru", "sekali")
    assert len(log(session, "withdrawn")) == 1
    assert desk.open() == ["a.II", "a.I#2"]


def test_an_unknown_task_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound), transaction() as session:
        control.withdraw(session, 999, desk.actor("menteri"), "x", "k")
    with pytest.raises(NotFound), transaction() as session:
        control.claim(session, 999, desk.actor("menteri"), "k", 1)


# -- suspend and resume ----------------------------------------------------------------------------


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


# -- cancel -------------------------------------------------------------------------------------


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


# -- the administrator's move ----------------------------------------------------------------------


def test_an_administrator_gives_a_task_to_another_position(
    desk: Desk, number: str, session: Session
) -> None:
    to_review(desk)
    claim(desk, "kasubbag-ppk-1", "b.I")
    move(desk, "b.I", position="kabag-akin-1")
    with pytest.raises(Forbidden):
        desk.act("kasubbag-ppk-1", "b.I")
    partners = control.partners(session, desk.task("b.I").id)
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


# -- bindings -----------------------------------------------------------------------------------


def bind(desk: Desk, role: str, position: str, start: date, unit: str = "") -> None:
    with transaction() as session:
        unit_id = desk.world.unit_id(unit) if unit else None
        where = desk.world.position_id(position)
        flow = UNITS if role in ("writer", "chief") else LETTER
        bindings.bind(session, desk.actor("admin"), flow, role, where, unit_id, start)


def who(desk: Desk, step: str, number: str = "") -> list[str]:
    query = select(Position.code).join(Candidate, Candidate.position_id == Position.id)
    found = desk.world.session.scalars(query.where(Candidate.task_id == desk.task(step, number).id))
    return sorted(found)


def test_a_binding_counts_from_its_day_on(desk: Desk, frozen_clock: FrozenClock) -> None:
    bind(desk, "staff_1", "staf-tu-menteri", date(2026, 11, 24))
    first = desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert who(desk, "a.I", first) == ["staf-akin-1"]
    frozen_clock.set(wib(24, 9))
    second = desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert who(desk, "a.I", second) == ["staf-tu-menteri"]
    assert who(desk, "a.I", first) == ["staf-akin-1"]


def test_a_later_binding_takes_over_and_the_earlier_ends(desk: Desk, session: Session) -> None:
    bind(desk, "staff_1", "staf-tu-menteri", date(2026, 11, 1))
    bind(desk, "staff_1", "staf-tu-setmen", date(2026, 12, 1))
    # put in between: it holds until the later one begins
    bind(desk, "staff_1", "staf-akin-2", date(2026, 11, 20))
    rows = session.execute(
        select(Position.code, Binding.valid_from, Binding.valid_to)
        .join(Position, Position.id == Binding.position_id)
        .order_by(Binding.valid_from)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("staf-tu-menteri", date(2026, 11, 1), date(2026, 11, 19)),
        ("staf-akin-2", date(2026, 11, 20), date(2026, 11, 30)),
        ("staf-tu-setmen", date(2026, 12, 1), None),
    ]


def test_a_binding_of_the_same_day_is_replaced(desk: Desk) -> None:
    bind(desk, "staff_1", "staf-tu-menteri", date(2026, 11, 1))
    bind(desk, "staff_1", "staf-tu-setmen", date(2026, 11, 1))
    desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert who(desk, "a.I") == ["staf-tu-setmen"]


def test_a_binding_for_one_unit_wins_over_one_for_all(desk: Desk) -> None:
    bind(desk, "writer", "staf-tu-menteri", date(2026, 11, 1))
    bind(desk, "writer", "staf-tu-setmen", date(2026, 11, 1), unit="setmen")
    desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    assert who(desk, "isi", "UNT-2026-0001-01") == ["staf-tu-menteri"]
    assert who(desk, "isi", "UNT-2026-0001-04") == ["staf-tu-setmen"]


def test_a_binding_is_ended(desk: Desk, session: Session) -> None:
    bind(desk, "staff_1", "staf-tu-menteri", date(2026, 11, 1))
    row = session.scalars(select(Binding)).one()
    key = row.id
    session.rollback()
    with transaction() as writing:
        bindings.unbind(writing, desk.actor("admin"), key)
    desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert who(desk, "a.I") == ["staf-akin-1"]
    with pytest.raises(NotFound), transaction() as writing:
        bindings.unbind(writing, desk.actor("admin"), 999)


def test_only_administrators_bind_known_roles_and_positions(desk: Desk) -> None:
    with pytest.raises(Invalid):
        bind(desk, "nobody", "menteri", date(2026, 11, 1))
    with pytest.raises(Invalid), transaction() as session:
        day = date(2026, 11, 1)
        bindings.bind(session, desk.actor("admin"), LETTER, "staff_1", 99999, None, day)
    with pytest.raises(Forbidden), transaction() as session:
        where = desk.world.position_id("menteri")
        actor = desk.actor("karo-otlak")
        bindings.bind(session, actor, LETTER, "staff_1", where, None, date(2026, 11, 1))


def test_a_vacant_position_waits_for_its_next_holder(
    desk: Desk, number: str, session: Session
) -> None:
    """Positions own tasks: who comes to hold one finds the work that waits."""
    with transaction() as writing:
        assign_holder(
            writing,
            position_id=desk.world.position_id("staf-akin-1"),
            person_id=desk.world.person_id("staf-setmen"),
            kind=HolderKind.PLT,
            mandate="SK-3/2026",
            valid_from=date(2026, 11, 1),
        )
    desk.act("staf-setmen", "a.I")
    assert desk.task("a.I", status="done").acted_by.startswith("Plt. ")
