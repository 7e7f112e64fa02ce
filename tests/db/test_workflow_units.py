"""Lanes of units: joins, chosen units sent back, receipt, late ones and their catching up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.db import transaction
from portal.errors import Conflict, Forbidden, Invalid, MissingReason
from portal.org.models import Position
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import HEADS, UNITS, UNITS_OF_1, UNITS_OF_2, plant_units
from portal.testing.world import World, plant
from portal.workflow import control, releasing
from portal.workflow.models import Candidate, StageClock, Task

ALL = (*UNITS_OF_1, *UNITS_OF_2)
LANE = {unit: f"UNT-2026-0001-{n:02}" for n, unit in enumerate(ALL, start=1)}


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Iterator[Desk]:
    SampleHost(UNITS).install(app)
    yield Desk(world)
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


def wib(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour - 7, minute, tzinfo=UTC)


def send(desk: Desk, when: datetime | None = None) -> str:
    """Start, and deliver the request to every unit; returns the root's number."""
    root = desk.start("units.new", "karo-otlak")
    iso = (when or wib(23, 9)).isoformat()
    for digit, units in (("1", UNITS_OF_1), ("2", UNITS_OF_2)):
        record = {"waktu": {str(desk.world.unit_id(unit)): iso for unit in units}}
        desk.act(f"staf-akin-{digit}", f"kirim.{digit}", record=record)
    return root


def submit(desk: Desk, *units: str) -> None:
    for unit in units or ALL:
        desk.act(f"staf-{unit}", "isi", number=LANE[unit], record={"uraian": unit})
        desk.act(HEADS[unit], "ttd", number=LANE[unit])


def receive(desk: Desk, unit: str, when: datetime) -> None:
    record = {"waktu": when.isoformat()}
    desk.act(f"staf-{unit}", "terima", number=LANE[unit], record=record)


def analyse(desk: Desk, *units: str) -> None:
    for unit in units or ALL:
        analyst = "staf-akin-1" if unit in UNITS_OF_1 else "staf-akin-2"
        desk.act(analyst, "analisis", number=LANE[unit])


def waiting(desk: Desk, step: str) -> list[str]:
    """Lanes (or "" for the main case) in which the step waits."""
    return [text.partition("@")[2].partition("#")[0] for text in desk.open()
            if text.partition("@")[0].partition("#")[0] == step]  # fmt: skip


def release(desk: Desk, username: str = "karo-otlak", reason: str = "Dikejar waktu") -> int:
    with transaction() as session:
        root = desk.case("UNT-2026-0001")
        return releasing.release(session, root.id, desk.actor(username), reason, desk.key())


def who(session: Session, task: Task) -> list[str]:
    query = select(Position.code).join(Candidate, Candidate.position_id == Position.id)
    return sorted(session.scalars(query.where(Candidate.task_id == task.id, Candidate.is_open)))


# -- joins ---------------------------------------------------------------------------------


def test_every_unit_gets_a_lane_of_its_own(desk: Desk, session: Session) -> None:
    send(desk)
    assert waiting(desk, "isi") == ["01", "02", "03", "04", "05"]
    lane = desk.case(LANE["istana-tampaksiring"])
    assert lane.title == lane.unit_name
    assert lane.timezone == "Asia/Makassar"
    assert who(session, desk.task("isi", LANE["setmen"])) == ["staf-setmen"]
    assert who(session, desk.task("terima", LANE["setmen"])) == ["sesmen", "staf-setmen"]


def test_the_join_waits_for_the_last_unit_and_opens_once(desk: Desk) -> None:
    send(desk)
    submit(desk, *ALL[:-1])
    assert waiting(desk, "analisis") == []
    submit(desk, ALL[-1])
    assert waiting(desk, "analisis") == ["01", "02", "03", "04", "05"]


def test_each_bagian_analyses_its_own_units(desk: Desk) -> None:
    send(desk)
    submit(desk)
    with pytest.raises(Forbidden):
        desk.act("staf-akin-2", "analisis", number=LANE["setpres"])
    analyse(desk)
    assert waiting(desk, "rekap") == [""]


def test_the_supervisor_of_each_unit_approves(desk: Desk, session: Session) -> None:
    send(desk)
    submit(desk)
    analyse(desk)
    desk.act("staf-akin-1", "rekap")
    desk.act("kabag-akin-1", "periksa")
    assert waiting(desk, "setuju") == ["01", "02", "03", "04", "05"]
    assert who(session, desk.task("setuju", LANE["setmen"])) == ["menteri"]
    above = {unit: who(session, desk.task("setuju", LANE[unit])) for unit in ALL}
    assert above["istana-tampaksiring"] == ["kasetpres"]
    for unit in ALL:
        desk.act(above[unit][0], "setuju", number=LANE[unit])
    desk.act("staf-akin-1", "arsip")
    assert desk.case("UNT-2026-0001").status == "done"
    assert waiting(desk, "terima") == []
    assert {str(desk.case(number).status) for number in LANE.values()} == {"done"}


def test_an_empty_unit_set_stops_the_act_with_advice(desk: Desk, session: Session) -> None:
    from portal.org.models import UnitSetMember

    for row in session.scalars(select(UnitSetMember)):
        session.delete(row)
    session.commit()
    desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    with pytest.raises(Invalid, match="masih kosong"):
        desk.act("staf-akin-2", "kirim.2")
    assert desk.open() == ["kirim.2"]


def test_a_receipt_that_nobody_confirmed_lapses_when_the_unit_has_submitted(
    desk: Desk, session: Session
) -> None:
    send(desk)
    receive(desk, "setpres", wib(23, 9))
    submit(desk, "setpres", "setmen")
    assert waiting(desk, "terima") == ["02", "03", "05"]
    assert desk.task("terima", LANE["setpres"], "done").current
    lapsed = desk.task("terima", LANE["setmen"], "lapsed")
    assert lapsed.current
    assert who(session, lapsed) == []
    entry = session.scalars(select(AuditEvent).where(AuditEvent.kind == "lapsed")).one()
    assert (entry.task_id, entry.data["step"]) == (lapsed.id, "terima")
    with pytest.raises(Conflict):
        desk.act("staf-setmen", "terima", task_id=lapsed.id)


# -- returns -------------------------------------------------------------------------------


def test_chosen_units_reopen_after_the_join_and_it_waits_again(desk: Desk) -> None:
    send(desk)
    submit(desk)
    analyse(desk)
    desk.act("staf-akin-1", "rekap")
    two = [f"isi@{desk.case(LANE[unit]).id}" for unit in ("setwapres", "setmen")]
    desk.send_back("kabag-akin-1", "periksa", *two)
    assert desk.open("UNT-2026-0001") == [
        "isi@02#2", "isi@04#2",
    ]  # fmt: skip
    assert desk.task("isi", LANE["setpres"], "done").current
    submit(desk, "setwapres")
    assert waiting(desk, "analisis") == []
    submit(desk, "setmen")
    assert waiting(desk, "analisis") == ["02", "04"]
    analyse(desk, "setwapres", "setmen")
    assert desk.task("rekap").round == 2


def test_the_analyst_sends_one_unit_back_and_the_others_go_on(desk: Desk) -> None:
    send(desk)
    submit(desk)
    desk.send_back("staf-akin-1", "analisis", number=LANE["setpres"])
    assert waiting(desk, "isi") == ["01"]
    assert waiting(desk, "analisis") == ["02", "03", "04", "05"]
    analyse(desk, *ALL[1:])
    assert waiting(desk, "rekap") == []
    submit(desk, "setpres")
    assert waiting(desk, "analisis") == ["01"]
    analyse(desk, "setpres")
    assert waiting(desk, "rekap") == [""]


def test_a_unit_sent_back_gets_a_new_round_with_its_own_limit(
    desk: Desk, frozen_clock: FrozenClock
) -> None:
    send(desk)
    submit(desk)
    frozen_clock.set(wib(7, 10, month=12))
    desk.send_back("staf-akin-1", "analisis", number=LANE["setpres"])
    # twenty working days from Monday 7 December
    assert desk.task("isi", LANE["setpres"]).due == datetime(2027, 1, 4, 9, tzinfo=UTC)


# -- clocks --------------------------------------------------------------------------------


def test_twenty_working_days_count_from_the_units_receipt(
    desk: Desk, frozen_clock: FrozenClock
) -> None:
    send(desk)
    due = desk.task("isi", LANE["setpres"]).due
    assert due == wib(21, 16, month=12)  # from the recorded delivery, until somebody confirms
    frozen_clock.set(wib(24, 10))
    receive(desk, "setpres", wib(24, 9))
    assert desk.task("isi", LANE["setpres"]).due == wib(22, 16, month=12)
    assert desk.task("isi", LANE["setwapres"]).due == due


def test_a_receipt_later_than_a_working_day_does_not_help(
    desk: Desk, frozen_clock: FrozenClock
) -> None:
    send(desk)
    frozen_clock.set(wib(27, 10))
    receive(desk, "setpres", wib(27, 9))
    assert desk.task("isi", LANE["setpres"]).due == wib(21, 16, month=12)


def test_every_unit_counts_from_its_own_delivery(desk: Desk, frozen_clock: FrozenClock) -> None:
    """Both Bagian record deliveries to their own units; the second must not hide the first."""
    desk.start("units.new", "karo-otlak")
    frozen_clock.set(wib(25, 9))
    for digit, units, day in (("1", UNITS_OF_1, 24), ("2", UNITS_OF_2, 25)):
        iso = wib(day, 8).isoformat()
        record = {"waktu": {str(desk.world.unit_id(unit)): iso for unit in units}}
        desk.act(f"staf-akin-{digit}", f"kirim.{digit}", record=record)
    assert desk.task("isi", LANE["setpres"]).clock_from == wib(24, 8)
    assert desk.task("isi", LANE["setmen"]).clock_from == wib(25, 8)


def test_office_close_is_the_units_own(desk: Desk) -> None:
    send(desk)
    jakarta = desk.task("isi", LANE["setpres"]).due
    bali = desk.task("isi", LANE["istana-tampaksiring"]).due
    assert jakarta is not None
    assert bali is not None
    assert (jakarta - bali).total_seconds() == 3600


def test_a_stage_of_units_and_the_main_case_has_one_time(
    desk: Desk, frozen_clock: FrozenClock, session: Session
) -> None:
    """Analysis and summary share five days: they begin when the last unit has submitted."""
    send(desk)
    submit(desk)
    root = desk.case("UNT-2026-0001")
    query = select(StageClock).where(StageClock.case_id == root.id, StageClock.stage == "3")
    assert session.scalars(query).one().due == wib(30, 16)
    frozen_clock.set(wib(25, 9))
    analyse(desk)
    assert desk.task("rekap").due == wib(30, 16)


def test_the_main_case_has_no_time_of_its_own_for_the_units_stage(
    desk: Desk, session: Session
) -> None:
    root = send(desk)
    query = select(StageClock.stage).where(StageClock.case_id == desk.case(root).id)
    assert set(session.scalars(query)) == {"1"}


def test_the_main_stage_pauses_while_units_mend(
    desk: Desk, frozen_clock: FrozenClock, session: Session
) -> None:
    send(desk)
    submit(desk)
    analyse(desk)
    desk.act("staf-akin-1", "rekap")
    frozen_clock.set(wib(24, 9))
    desk.send_back("kabag-akin-1", "periksa", f"isi@{desk.case(LANE['setpres']).id}")
    root = desk.case("UNT-2026-0001")
    query = select(StageClock).where(StageClock.case_id == root.id, StageClock.stage == "3")
    row = session.scalars(query).one()
    assert row.paused_at == wib(24, 9)
    session.rollback()
    frozen_clock.set(wib(25, 9))
    submit(desk, "setpres")
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    # one working day later, and already while the unit is analysed again
    assert row.paused_at is None
    assert row.due == wib(1, 16, month=12)


# -- late units ------------------------------------------------------------------------------


def test_the_case_goes_on_without_the_late_units(desk: Desk) -> None:
    send(desk)
    submit(desk, *ALL[:-1])
    assert release(desk) == 1
    lane = desk.case(LANE["dep-hukum"])
    assert (lane.released, lane.released_reason) == (True, "Dikejar waktu")
    assert waiting(desk, "analisis") == ["01", "02", "03", "04"]
    assert waiting(desk, "isi") == ["05"]


def test_a_late_unit_catches_up_by_itself(desk: Desk) -> None:
    send(desk)
    submit(desk, *ALL[:-1])
    release(desk)
    analyse(desk, *ALL[:-1])
    assert waiting(desk, "rekap") == [""]
    submit(desk, "dep-hukum")
    assert waiting(desk, "analisis") == ["05"]
    assert waiting(desk, "rekap") == [""]  # the main case does not wait again
    analyse(desk, "dep-hukum")
    desk.act("menteri", "setuju", number=LANE["dep-hukum"])
    assert waiting(desk, "susulan") == ["05"]
    assert desk.case(LANE["dep-hukum"]).status == "done"


def test_only_the_role_named_may_release_and_with_a_reason(desk: Desk) -> None:
    send(desk)
    with pytest.raises(Forbidden):
        release(desk, "kabag-akin-1")
    with pytest.raises(MissingReason):
        release(desk, reason=" ")
    submit(desk)
    analyse(desk)
    with pytest.raises(Conflict):
        release(desk)  # the main case works itself now


# -- withdrawing in lanes ----------------------------------------------------------------------


def withdraw(desk: Desk, username: str, step: str, number: str) -> None:
    with transaction() as session:
        task = desk.task(step, number, "done")
        control.withdraw(session, task.id, desk.actor(username), "Keliru", desk.key())


def test_a_unit_takes_its_act_back_in_a_later_segment_too(desk: Desk) -> None:
    send(desk)
    submit(desk)
    analyse(desk, "setpres")
    withdraw(desk, "staf-akin-1", "analisis", LANE["setpres"])
    assert waiting(desk, "analisis") == ["01", "02", "03", "04", "05"]


def test_what_the_main_case_has_passed_stays(desk: Desk) -> None:
    send(desk)
    submit(desk)
    with pytest.raises(Conflict, match="lebih jauh"):
        withdraw(desk, "kasetpres", "ttd", LANE["setpres"])


def test_a_request_that_units_have_got_stays(desk: Desk) -> None:
    send(desk)
    with pytest.raises(Conflict, match="dibagikan"):
        withdraw(desk, "staf-akin-2", "kirim.2", "UNT-2026-0001")
