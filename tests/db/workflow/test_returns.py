"""Work sent back: what reopens, rounds, and their clocks."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.errors import Invalid, MissingReason
from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from tests.db.workflow.hands import at, clock_row, drafts, wib


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
