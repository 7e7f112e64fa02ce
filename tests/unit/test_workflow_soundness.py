"""Each fault of a workflow is found, once, by a bad sample; the good samples have none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.testing.workflows import LETTER, MEETING, ROLES, UNIT_SET, UNITS
from portal.workflow.definition import (
    Block,
    ByField,
    Chosen,
    Fixed,
    OfUnit,
    Outcome,
    Role,
    Since,
    Start,
    Supervisor,
    Workflow,
    choice,
    for_each_unit,
    parallel,
    review,
    stage,
    task,
)
from portal.workflow.fields import DateTime, PickPosition, Rows, Select, Text
from portal.workflow.soundness import check

A = task("a", "A", by="boss")
B = task("b", "B", by="staff_1")
START = Start("new", "Baru", "Baru")
WRITER = ("writer", Role("Staf", default="staff"))


def flow(*steps: Block, **options: Any) -> Workflow:
    return Workflow(
        "bad", "Buruk", number="BAD",
        roles=options.get("roles", ROLES), starts=options.get("starts", (START,)), steps=steps,
    )  # fmt: skip


def lanes(*steps: Block, **options: Any) -> Block:
    return for_each_unit("u", "Unit", *steps, over=UNIT_SET, **options)


KIND = Select("jenis", "Jenis", choices=(("x", "X"), ("y", "Y")))
MANY = replace(KIND, many=True)

BAD: dict[str, tuple[Workflow, str]] = {
    "double step": (flow(A, A), "step id a is used 2 times"),
    "id unfit for an address": (flow(task("a/b", "A", by="boss")), "that an address cannot hold"),
    "double stage": (flow(stage("1", "X", A), stage("1", "Y", B)), "stage 1 is used 2 times"),
    "no step": (flow(), "has no step"),
    "no start": (flow(A, starts=()), "has no start"),
    "unreadable limit": (flow(stage("1", "X", A, limit="sebentar")), "limit 'sebentar'"),
    "unreadable wait": (
        flow(
            stage(
                "1",
                "X",
                task("a", "A", by="boss", record=[DateTime("t", "T", fact="f")]),
                limit="1 hari",
                since=Since("f", "f", "nanti"),
            )
        ),
        "limit 'nanti'",
    ),
    "fact that nobody records": (
        flow(stage("1", "X", A, limit="1 hari", since=Since("received"))),
        "no field records the fact 'received'",
    ),
    "fallback that nobody records": (
        flow(
            stage(
                "1",
                "X",
                task("a", "A", by="boss", record=[DateTime("t", "T", fact="f")]),
                limit="1 hari",
                since=Since("f", "delivered", "1 hari"),
            )
        ),
        "no field records the fact 'delivered'",
    ),
    "undeclared role": (flow(task("a", "A", by="nobody")), "role 'nobody' is not declared"),
    "undeclared role of a start": (
        flow(A, starts=(replace(START, by=("nobody",)),)),
        "role 'nobody' is not declared",
    ),
    "undeclared role of a release": (
        flow(lanes(task("a", "A", by="boss"), release_by="nobody")),
        "role 'nobody' is not declared",
    ),
    "role without position": (
        flow(task("a", "A", by="empty"), roles=(("empty", Role("Kosong")),)),
        "role 'empty' names no position",
    ),
    "unit role without position": (
        flow(lanes(task("a", "A", by=OfUnit("empty"))), roles=(("empty", Role("Kosong")),)),
        "names no position by unit and no default",
    ),
    "unknown default": (
        flow(
            lanes(task("a", "A", by=OfUnit("odd"))), roles=(("odd", Role("Aneh", default="cat")),)
        ),
        "neither head nor staff",
    ),
    "unit's actor in the main case": (
        flow(task("a", "A", by=OfUnit("writer")), roles=(WRITER,)),
        "stands outside a ForEachUnit",
    ),
    "supervisor in the main case": (
        flow(task("a", "A", by=Supervisor())),
        "stands outside a ForEachUnit",
    ),
    "chosen by no field": (flow(A, task("b", "B", by=Chosen("a.who"))), "not a PickPosition"),
    "chosen by a text": (
        flow(
            task("a", "A", by="boss", record=[Text("who", "Siapa")]),
            task("b", "B", by=Chosen("a.who")),
        ),
        "not a PickPosition",
    ),
    "actor by a field that the start lacks": (
        flow(task("a", "A", by=ByField("writer", "kantor")), roles=(WRITER,)),
        "an actor reads 'kantor'",
    ),
    "unique by a field that the start lacks": (
        flow(A, starts=(replace(START, unique=("tahun",)),)),
        "unique by 'tahun'",
    ),
    "title with a field that the start lacks": (
        flow(A, starts=(Start("new", "Baru", "Tahun {tahun}"),)),
        "the title names 'tahun'",
    ),
    "return forward": (flow(review("a", by="boss", back_to="b"), B), "does not come before it"),
    "return to a sibling": (
        flow(parallel("p", [A], [review("r", by="deputy", back_to="a")])),
        "does not come before it",
    ),
    "return to nowhere": (flow(A, review("r", by="deputy", back_to="z")), "target 'z' is unknown"),
    "return from a lane to the main case": (
        flow(A, lanes(review("r", by="deputy", back_to="a"))),
        "target 'a' is unknown",
    ),
    "return to a later block of units": (
        flow(A, review("r", by="deputy", back_to="b"), lanes(B)),
        "does not come before it",
    ),
    "return to a block itself": (
        flow(lanes(A), review("r", by="deputy", back_to="u")),
        "is not a step",
    ),
    "outcome of the engine": (
        flow(task("a", "A", by="boss", outcomes=[Outcome("return", "Balik")])),
        "is the engine's own",
    ),
    "no outcome": (flow(task("a", "A", by="boss", outcomes=[])), "has no outcome"),
    "choice by nothing": (flow(A, choice("k", on="z", branches={"done": [B]})), "decided by 'z'"),
    "choice before its step": (
        flow(choice("k", on="a", branches={"done": [B]}), A),
        "step a does not come before it",
    ),
    "outcome that leads nowhere": (
        flow(
            task("a", "A", by="boss", outcomes=[Outcome("x", "X"), Outcome("y", "Y")]),
            choice("k", on="a", branches={"x": [B]}),
        ),
        "outcome 'y' leads nowhere",
    ),
    "branch that is never taken": (
        flow(A, choice("k", on="a", branches={"done": [B], "z": []})),
        "branch 'z' is never taken",
    ),
    "value that leads nowhere": (
        flow(
            task("a", "A", by="boss", record=[KIND]),
            choice("k", on="a.jenis", branches={"x": [B]}),
        ),
        "outcome 'y' leads nowhere",
    ),
    "choice by a text": (
        flow(
            task("a", "A", by="boss", record=[Text("jenis", "Jenis")]),
            choice("k", on="a.jenis", branches={"x": [B]}),
        ),
        "is not a required Select",
    ),
    "choice by a field that may be empty": (
        flow(
            task("a", "A", by="boss", record=[replace(KIND, required=False)]),
            choice("k", on="a.jenis", branches={"x": [B], "y": []}),
        ),
        "is not a required Select",
    ),
    "several values, one branch": (
        flow(
            task("a", "A", by="boss", record=[MANY]),
            choice("k", on="a.jenis", branches={"x": [B], "y": []}),
        ),
        "the choice is not many",
    ),
    "review of nothing": (flow(A, review("r", by="deputy", reviews="z")), "which no step records"),
    "unknown condition": (flow(task("a", "A", by="boss", when="raining")), "condition 'raining'"),
    "double field": (
        flow(task("a", "A", by="boss", record=[Text("x", "X"), Text("x", "X")])),
        "field 'x' is declared 2 times",
    ),
    "field name with a blank": (
        flow(task("a", "A", by="boss", record=[Text("x y", "X")])),
        "is not an identifier",
    ),
    "column name with a blank": (
        flow(task("a", "A", by="boss", record=[Rows("t", "T", columns=(Text("x y", "X"),))])),
        "rows t: field name 'x y'",
    ),
    "field name of the form itself": (
        flow(task("a", "A", by="boss", record=[Text("note", "Catatan")])),
        "'note' is taken by the form itself",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_fault_is_found_once(fault: str) -> None:
    bad, text = BAD[fault]
    found = check(bad)
    assert len([each for each in found if text in each]) == 1, found


@pytest.mark.parametrize("good", [LETTER, UNITS, MEETING], ids=lambda flow: flow.key)
def test_a_good_workflow_has_no_fault(good: Workflow) -> None:
    assert check(good) == []


def test_a_picked_official_and_a_fixed_one_are_no_fault() -> None:
    picking = task("a", "A", by="boss", record=[PickPosition("who", "Siapa", roles=("staff_1",))])
    assert check(flow(picking, task("b", "B", by=Chosen("a.who")))) == []
    assert check(flow(task("a", "A", by=Fixed("boss")))) == []


def test_every_fault_stands_alone() -> None:
    """A bad sample has the fault it is for, and no other: else a check could hide behind one."""
    crowded = {name: check(bad) for name, (bad, _text) in BAD.items() if len(check(bad)) > 1}
    assert not crowded
