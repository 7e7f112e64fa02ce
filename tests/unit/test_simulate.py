"""A workflow simulated in time: order, limits shared by a stage, joins, lanes, choices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.errors import Invalid
from portal.workflow.definition import (
    Outcome,
    Role,
    Start,
    Workflow,
    choice,
    for_each_unit,
    parallel,
    stage,
    task,
)
from portal.workflow.routing import Result
from portal.workflow.simulate import answers_of, simulate

NINE = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def hours(start: datetime, limit: str) -> datetime | None:
    """A calendar in which the office never closes: ``2 jam`` are two hours."""
    return start + timedelta(hours=int(limit.split()[0])) if limit else None


def flow(*steps: object) -> Workflow:
    return Workflow(
        "toy",
        "Contoh",
        number="TOY",
        roles=(("staf", Role("Staf", position="staf")),),
        starts=(Start("mulai", "Mulai", "Contoh"),),
        steps=tuple(steps),  # type: ignore[arg-type]  # any blocks
    )


def times(workflow: Workflow, **answers: Result) -> dict[str, tuple[int, int | None]]:
    """By step: hours from the start until it opens, and until its limit ends."""
    rows, _end = simulate(workflow, NINE, hours, answers)

    def since(instant: datetime | None) -> int | None:
        return None if instant is None else (instant - NINE) // timedelta(hours=1)

    return {row.step.id: (since(row.opens) or 0, since(row.due)) for row in rows}


def test_a_stage_shares_its_limit_and_the_next_begins_at_its_end() -> None:
    workflow = flow(
        stage("1", "Satu", task("1a", "A", by="staf"), task("1b", "B", by="staf"), limit="2 jam"),
        stage("2", "Dua", task("2a", "C", by="staf"), limit="3 jam"),
    )
    assert times(workflow) == {"1a": (0, 2), "1b": (0, 2), "2a": (2, 5)}


def test_a_join_waits_for_the_slower_branch() -> None:
    workflow = flow(
        parallel(
            "p",
            [stage("1", "Satu", task("1a", "A", by="staf"), limit="1 jam")],
            [stage("2", "Dua", task("2a", "B", by="staf"), limit="4 jam")],
        ),
        task("3", "C", by="staf"),
    )
    assert times(workflow) == {"1a": (0, 1), "2a": (0, 4), "3": (4, None)}


def test_one_lane_stands_for_all_units() -> None:
    workflow = flow(
        for_each_unit(
            "e", "Unit", stage("4", "Empat", task("4", "A", by="staf"), limit="5 jam"), over="u"
        ),
        task("5", "B", by="staf"),
    )
    rows, end = simulate(workflow, NINE, hours)
    assert [(row.step.id, row.unit_set) for row in rows] == [("4", "u"), ("5", "")]
    assert end == NINE + timedelta(hours=5)


def test_a_choice_takes_the_answered_branch() -> None:
    workflow = flow(
        task("1", "A", by="staf", outcomes=[Outcome("ya", "Ya"), Outcome("tidak", "Tidak")]),
        choice("c", on="1", branches={"ya": [task("2", "B", by="staf")], "tidak": []}),
    )
    assert set(times(workflow)) == {"1", "2"}
    answers = answers_of(workflow, ("1=tidak",))
    assert {row.step.id for row in simulate(workflow, NINE, hours, answers)[0]} == {"1"}


def test_a_field_answers_too_with_one_value_or_several() -> None:
    workflow = flow(task("1.a", "A", by="staf"), task("2", "B", by="staf"))
    found = answers_of(workflow, ("1.a.jenis=surat", "2.jenis=surat,acara"))
    assert found["1.a"].record == {"jenis": "surat"}
    assert found["2"].record == {"jenis": ["surat", "acara"]}


@pytest.mark.parametrize("choice_", ["9=ya", "1.a", "x.y=z"])
def test_a_choice_of_a_step_that_is_not_there_is_refused(choice_: str) -> None:
    with pytest.raises(Invalid, match="LANGKAH"):
        answers_of(flow(task("1.a", "A", by="staf")), (choice_,))
