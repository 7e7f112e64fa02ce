"""A workflow on paper: order, officials, limits and the latest ends."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.testing.workflows import LETTER, MEETING, UNITS
from portal.workflow.calendar_csv import shipped_hours
from portal.workflow.clock import OfficeCalendar
from portal.workflow.definition import Workflow
from portal.workflow.simulation import Move, simulate

CALENDAR = OfficeCalendar(tuple(shipped_hours()), {}, (), "Asia/Jakarta")
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def play(flow: Workflow, **outcomes: str) -> list[Move]:
    return list(simulate(flow, START, CALENDAR, outcomes))


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def test_every_step_once_in_order_with_its_official() -> None:
    moves = play(LETTER)
    assert [move.step for move in moves] == ["a.I", "b.I", "a.II", "b.II", "c", "d", "e"]
    assert moves[1].official == "Kepala Subbagian Perencanaan I atau Kepala Subbagian Evaluasi I"


def test_each_stage_uses_the_whole_of_its_limit() -> None:
    dues = {move.step: move.due for move in play(LETTER)}
    assert dues["a.I"] == dues["c"] == wib(23, 11)
    assert dues["d"] == wib(23, 12)
    assert dues["e"] == wib(24, 16)
    assert [move.limit for move in play(LETTER)][-2:] == ["1 jam", "1 hari kerja"]


def test_one_unit_stands_for_all() -> None:
    moves = play(UNITS)
    assert [move.step for move in moves if move.per_unit] == [
        "terima", "isi", "ttd", "analisis", "setuju",
    ]  # fmt: skip
    assert [move.step for move in moves][-1] == "arsip"


def test_units_and_main_case_share_the_time_of_a_stage() -> None:
    dues = {move.step: move.due for move in play(UNITS)}
    assert dues["analisis"] == dues["rekap"] == dues["periksa"]


def test_a_step_without_a_limit_has_no_end() -> None:
    last = play(UNITS)[-1]
    assert (last.due, last.limit) == (None, "")


def test_branches_follow_the_outcome() -> None:
    assert [m.step for m in play(MEETING)] == ["arahan", "disposisi", "balas", "acara", "selesai"]
    assert [m.step for m in play(MEETING, arahan="tidak")] == ["arahan", "tolak", "selesai"]
