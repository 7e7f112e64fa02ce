"""From what is done to what must be open: every block, and what a return takes back."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from portal.testing.workflows import LETTER, MEETING, ROLES, UNITS
from portal.workflow.definition import Start, Workflow, parallel, review, stage, task
from portal.workflow.routing import Plan, Progress, Result, after, build, segment_of


def done(*steps: str, **records: Mapping[str, object]) -> dict[str, Result]:
    return {**dict.fromkeys(steps, Result()), **{k: Result(record=v) for k, v in records.items()}}


def frontier(plan: Plan, results: Mapping[str, Result], *joined: str) -> list[str]:
    return plan.main.frontier(Progress(results, joined=frozenset(joined)))[0]


def lane(
    plan: Plan, results: Mapping[str, Result], *entered: str, flags: frozenset[str] = frozenset()
) -> tuple[list[str], bool]:
    (tree,) = plan.lanes.values()
    return tree.frontier(Progress(results, entered=frozenset(entered), flags=flags))


def test_parallel_branches_open_together_and_what_follows_waits_for_all() -> None:
    plan = build(LETTER)
    assert frontier(plan, {}) == ["a.I", "a.II"]
    assert frontier(plan, done("a.I")) == ["b.I", "a.II"]
    assert frontier(plan, done("a.I", "b.I", "a.II")) == ["b.II"]
    assert frontier(plan, done("a.I", "b.I", "a.II", "b.II")) == ["c"]


def test_the_last_step_completes_the_case() -> None:
    everything = done("a.I", "b.I", "a.II", "b.II", "c", "d", "e")
    assert build(LETTER).main.frontier(Progress(everything)) == ([], True)


def test_nothing_waits_for_a_detached_step() -> None:
    plan = build(UNITS)
    opened, _complete = lane(plan, {}, "isi.unit")
    assert opened == ["terima", "isi"]
    assert lane(plan, done("isi"), "isi.unit") == (["terima", "ttd"], False)


def test_a_detached_step_ends_with_the_steps_after_it_in_its_sequence() -> None:
    plan = build(UNITS)
    segments = plan.segments["sample.units"]
    assert lane(plan, done("isi", "ttd"), "isi.unit") == ([], False)
    assert lane(plan, done("isi", "ttd", "analisis", "setuju"), *segments) == ([], True)


def test_a_lapsed_step_does_not_open_again_when_what_followed_is_sent_back() -> None:
    (tree,) = build(UNITS).lanes.values()
    progress = Progress({}, entered=frozenset(["isi.unit"]), lapsed=frozenset(["terima"]))
    assert tree.frontier(progress) == (["isi"], False)


def test_a_detached_step_at_the_end_stays_open_after_all_else() -> None:
    steps = (task("a", "A", by="boss"), task("b", "B", by="boss", detached=True))
    plan = build(Workflow("x", "X", number="X", roles=ROLES, starts=(), steps=steps))
    assert plan.main.frontier(Progress(done("a"))) == (["b"], True)


def test_a_choice_by_outcome_opens_one_branch() -> None:
    plan = build(MEETING)
    assert frontier(plan, {"arahan": Result("tidak")}) == ["tolak"]
    assert frontier(plan, {"arahan": Result("ya")}) == ["disposisi"]


def test_a_choice_of_many_opens_the_chosen_branches_and_joins_them() -> None:
    plan = build(MEETING)
    both = {"arahan": Result("ya"), "disposisi": Result(record={"tindak": ["balas", "acara"]})}
    assert frontier(plan, both) == ["balas", "acara"]
    assert frontier(plan, {**both, "acara": Result()}) == ["balas"]
    assert frontier(plan, {**both, "acara": Result(), "balas": Result()}) == ["selesai"]
    one = {"arahan": Result("ya"), "disposisi": Result(record={"tindak": ["acara"]})}
    assert frontier(plan, one) == ["acara"]
    assert frontier(plan, {**one, "acara": Result()}) == ["selesai"]


def test_an_undecided_choice_holds_the_case() -> None:
    opened, complete = build(MEETING).main.frontier(Progress({"arahan": Result("ya")}))
    assert (opened, complete) == (["disposisi"], False)


def test_a_proxys_record_opens_the_confirmation_detached() -> None:
    plan = build(MEETING)
    proxied = {"arahan": Result("tidak", proxied=True)}
    assert frontier(plan, proxied) == ["arahan.konfirmasi", "tolak"]
    assert "arahan.konfirmasi" not in frontier(plan, {"arahan": Result("tidak")})
    whole = {**proxied, "tolak": Result(), "selesai": Result()}
    assert plan.main.frontier(Progress(whole)) == (["arahan.konfirmasi"], True)


def test_the_main_case_waits_for_each_block_until_it_is_joined() -> None:
    plan = build(UNITS)
    sent = done("kirim.1", "kirim.2")
    assert frontier(plan, sent) == ["isi.unit"]
    assert frontier(plan, sent, "isi.unit") == ["analisis.unit"]
    assert frontier(plan, sent, "isi.unit", "analisis.unit") == ["rekap"]


def test_a_lane_enters_a_segment_only_when_the_main_case_has_come_to_it() -> None:
    plan = build(UNITS)
    first = done("terima", "isi", "ttd")
    assert lane(plan, first, "isi.unit") == ([], False)
    assert lane(plan, first, "isi.unit", "analisis.unit") == (["analisis"], False)


def test_a_step_for_released_lanes_exists_only_there() -> None:
    plan = build(UNITS)
    results = done("terima", "isi", "ttd", "analisis", "setuju")
    segments = plan.segments["sample.units"]
    assert lane(plan, results, *segments) == ([], True)
    assert lane(plan, results, *segments, flags=frozenset(["released"])) == (["susulan"], True)


def test_a_return_takes_back_the_target_and_what_comes_after_but_no_sibling() -> None:
    assert build(LETTER).main.undone_by("a.II") == {"a.II", "b.II", "c", "d", "e"}
    assert build(LETTER).main.undone_by("b.I") == {"b.I", "c", "d", "e"}
    assert build(LETTER).main.undone_by("e") == {"e"}


def test_a_return_to_the_deciding_step_takes_back_every_branch() -> None:
    undone = build(MEETING).main.undone_by("disposisi")
    assert undone == {"disposisi", "balas", "acara", "selesai"}
    assert "arahan.konfirmasi" in build(MEETING).main.undone_by("arahan")


def test_a_return_in_a_lane_takes_back_later_segments_of_the_lane() -> None:
    tree = build(UNITS).lanes["sample.units"]
    assert tree.undone_by("isi") == {"isi", "ttd", "analisis", "setuju", "susulan"}
    assert tree.undone_by("terima") >= {"terima", "isi"}


def test_order_is_known_across_blocks() -> None:
    leaves = build(LETTER).main.leaves
    assert after(leaves["a.I"], leaves["c"])
    assert not after(leaves["c"], leaves["a.I"])
    assert not after(leaves["a.I"], leaves["a.II"])
    assert not after(leaves["a.I"], leaves["a.I"])


def test_a_leaf_of_a_lane_knows_its_segment() -> None:
    plan = build(UNITS)
    assert segment_of(plan.lanes["sample.units"].leaves["analisis"]) == "analisis.unit"
    assert segment_of(plan.main.leaves["rekap"]) == ""


def test_stages_end_with_their_last_step() -> None:
    main = build(LETTER).main
    assert not main.stage_complete("1", Progress(done("a.I", "b.I", "a.II", "b.II")))
    assert main.stage_complete("1", Progress(done("a.I", "b.I", "a.II", "b.II", "c")))


def test_a_stage_inside_a_branch_is_a_stage_of_its_own() -> None:
    flow = Workflow(
        "w", "W", number="W", roles=ROLES, starts=(Start("s", "S", "S"),),
        steps=(
            parallel(
                "p",
                [stage("1", "Satu", task("a", "A", by="boss"), limit="1 jam")],
                [stage("2", "Dua", task("b", "B", by="boss"), limit="2 jam")],
            ),
            review("c", by="deputy", reviews=["a", "b"], back_to=["a", "b"]),
        ),
    )  # fmt: skip
    plan = build(flow)
    assert frontier(plan, {}) == ["a", "b"]
    assert plan.main.stage_complete("1", Progress(done("a")))
    assert {node.stage for node in plan.main.leaves.values()} == {"1", "2", ""}


def test_steps_are_listed_in_reading_order_with_those_of_the_lanes() -> None:
    ids = [step.id for _node, step in build(UNITS).tasks()]
    assert ids == [
        "kirim.1", "kirim.2", "terima", "isi", "ttd", "analisis", "rekap", "periksa",
        "setuju", "susulan", "arsip",
    ]  # fmt: skip


def test_an_unknown_step_is_an_error() -> None:
    with pytest.raises(KeyError):
        build(LETTER).step("x")
