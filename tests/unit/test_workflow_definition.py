"""Definitions as data: the short forms, canonical JSON and its digest."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from portal.testing.workflows import LETTER, MEETING, UNITS
from portal.workflow.definition import (
    AnyOf,
    Fixed,
    OfUnit,
    Task,
    Workflow,
    any_of,
    parallel,
    review,
    sign,
    task,
)
from portal.workflow.definition_json import canonical, digest, from_json, to_json
from portal.workflow.fields import Rows, Select, Text

SAMPLES = pytest.mark.parametrize("flow", [LETTER, UNITS, MEETING], ids=lambda flow: flow.key)


@SAMPLES
def test_json_and_back_gives_the_same_definition(flow: Workflow) -> None:
    again = from_json(json.loads(json.dumps(to_json(flow))))
    assert again == flow
    assert digest(again) == digest(flow)


def test_the_digest_is_the_same_in_every_release() -> None:
    tiny = Workflow("w", "W", number="W", roles=(), starts=(), steps=(task("a", "A", by="r"),))
    assert canonical(tiny) == (
        '{"_":"Workflow","key":"w","number":"W","roles":[],"starts":[],"steps":'
        '[{"_":"Task","by":{"_":"Fixed","role":"r"},"id":"a","title":"A"}],"title":"W"}'
    )
    assert digest(tiny) == "f60b2d6ebfb2c511c7886be0ba4ee7bc0ce916425e86481ff309f0145a03b40b"


def test_another_definition_has_another_digest() -> None:
    assert digest(replace(LETTER, title="Lain")) != digest(LETTER)


def test_lists_mean_the_same_as_tuples() -> None:
    given = [("a", "A")]
    listed = task("x", "X", by="r", record=[Select("s", "S", choices=given)])  # type: ignore[arg-type]  # an author's list
    columns = [Text("t", "T")]
    rows = task("y", "Y", by="r", record=[Rows("r", "R", columns=columns)])  # type: ignore[arg-type]  # the same
    for each in (listed, rows):
        again = from_json(json.loads(json.dumps(to_json(each))))
        assert to_json(again) == to_json(each)


def test_an_unknown_block_is_refused() -> None:
    with pytest.raises(KeyError):
        from_json({"_": "os.system"})


def test_a_plain_name_is_a_fixed_role() -> None:
    assert task("a", "A", by="boss").by == Fixed("boss")
    assert task("a", "A", by=OfUnit("x")).by == OfUnit("x")


def test_any_of_is_flat() -> None:
    assert any_of("a", any_of("b", OfUnit("c"))) == AnyOf((Fixed("a"), Fixed("b"), OfUnit("c")))


def test_short_forms_take_one_name_or_several() -> None:
    one = review("r", by="boss", back_to="a", reviews=["a", "b"])
    assert (one.back_to, one.reviews, one.kind) == (("a",), ("a", "b"), "review")
    assert [each.key for each in sign("s", by="boss").outcomes] == ["sign"]
    assert [each.key for each in one.outcomes] == ["approve"]


def test_a_parallel_takes_its_branches_in_order() -> None:
    block = parallel("p", [task("a", "A", by="r")], [task("b", "B", by="r")])
    ids = [step.id for branch in block.branches for step in branch if isinstance(step, Task)]
    assert ids == ["a", "b"]
