"""The graph behind the drawings, who stands where, and officials in words."""

from __future__ import annotations

from portal.workflow.actors_text import actor_title
from portal.workflow.definition import (
    Block,
    ByField,
    Chosen,
    Fixed,
    OfCoordinator,
    OfUnit,
    Outcome,
    Role,
    Supervisor,
    Workflow,
    any_of,
    choice,
    for_each_unit,
    parallel,
    review,
    sign,
    stage,
    task,
)
from portal.workflow.diagram_flow import Flow, expand_numerals, flow_of, numeral_group
from portal.workflow.diagram_order import ordered_titles
from portal.workflow.fields import PickPosition, Select

ROLES = (
    ("staf_I", Role("Staf Bagian Contoh I")),
    ("staf_II", Role("Staf Bagian Contoh II")),
    ("analis", Role("Staf Bagian Contoh I/Bagian Contoh II")),
    ("kepala_I", Role("Kepala Bagian Contoh I")),
    ("kepala_II", Role("Kepala Bagian Contoh II")),
    ("karo", Role("Kepala Biro Contoh")),
    ("deputi", Role("Deputi Contoh")),
    ("unit", Role("Pimpinan unit", default="head")),
    ("tanpa", Role("", default="head")),
)


def workflow(*steps: Block) -> Workflow:
    """A workflow with the roles above."""
    return Workflow("contoh", "Alur contoh", number="C", roles=ROLES, starts=(), steps=steps)


def mirrored() -> Workflow:
    """Two mirrored branches, a review of both, a fan-out, a detached end."""
    return workflow(
        stage(
            "1",
            "Konsep",
            parallel(
                "1ab",
                *[
                    [
                        task(f"1a.{n}", f"Menyusun bagian {n}", by=f"staf_{n}", output="Konsep"),
                        review(f"1b.{n}", by=f"kepala_{n}", back_to=f"1a.{n}"),
                    ]
                    for n in ("I", "II")
                ],
            ),
            sign("1c", by="karo", back_to=["1a.I", "1a.II"]),
            limit="2 jam",
        ),
        stage(
            "2",
            "Unit",
            for_each_unit(
                "2.unit",
                "Unit",
                task("2", "Mengisi", by=OfUnit("unit")),
                review("2b", by=OfCoordinator("analis"), back_to="2"),
                over="contoh.unit",
            ),
        ),
        task("akhir", "Memutuskan", by="karo", detached=True, added=True),
    )


def edges(flow: Flow) -> list[tuple[str, str]]:
    """Pairs of steps that follow each other."""
    return [
        (edge.source.ids[edge.source_index], edge.target.ids[edge.target_index])
        for edge in flow.edges
    ]


def test_mirrored_branches_share_a_row_and_keep_their_own_line() -> None:
    flow = flow_of(mirrored())
    assert [node.id for node in flow.nodes] == ["1a", "1b", "1c", "2", "2b", "akhir"]
    assert flow.nodes[0].title == "Menyusun bagian I/II"
    assert flow.nodes[0].officials == ["Staf Bagian Contoh I", "Staf Bagian Contoh II"]
    assert edges(flow)[:4] == [
        ("1a.I", "1b.I"),
        ("1a.II", "1b.II"),
        ("1b.I", "1c"),
        ("1b.II", "1c"),
    ]


def test_nothing_follows_a_detached_step() -> None:
    flow = flow_of(mirrored())
    assert [node.id for node in flow.first] == ["1a"]
    assert [node.id for node in flow.last] == ["2b"]
    assert flow.edges[-1].detached
    assert flow.nodes[-1].label == "+"


def test_other_branches_are_rows_of_their_own() -> None:
    flow = flow_of(
        workflow(
            parallel("p", [task("a", "A", by="karo")], [task("b", "B", by="karo")]),
            task("c", "C", by="karo"),
        )
    )
    assert edges(flow) == [("a", "c"), ("b", "c")]


def test_a_choice_is_a_decision_with_named_branches() -> None:
    kinds = Select("jenis", "Jenis", choices=(("surat", "Surat"), ("acara", "Acara")))
    flow = flow_of(
        workflow(
            task("1", "Memilah", by="karo", record=[kinds]),
            choice(
                "jalur",
                on="1.jenis",
                branches={
                    "surat": [task("2a", "Membalas", by="staf_I")],
                    "acara": [task("2b", "Menyusun acara", by="staf_I")],
                },
            ),
            task("3", "Menutup", by="karo"),
        )
    )
    assert flow.nodes[0].decides
    assert [(edge.target.id, edge.label) for edge in flow.edges[:2]] == [
        ("2a", "Surat"),
        ("2b", "Acara"),
    ]
    assert edges(flow)[2:] == [("2a", "3"), ("2b", "3")]


def test_a_choice_by_outcome_is_named_after_its_button() -> None:
    outcomes = (Outcome("ya", "Terima"), Outcome("tidak", "Tolak"))
    flow = flow_of(
        workflow(
            task("1", "Memutus", by="karo", outcomes=outcomes),
            choice("c", on="1", branches={"ya": [task("2", "Lanjut", by="karo")], "tidak": []}),
            task("3", "Menutup", by="karo"),
        )
    )
    assert [(edge.target.id, edge.label) for edge in flow.edges] == [
        ("2", "Terima"),
        ("3", ""),
        ("3", "Tolak"),
    ]


def test_reviewers_stand_above_those_they_review_and_units_last() -> None:
    assert ordered_titles(flow_of(mirrored())) == [
        "Staf Bagian Contoh I",
        "Staf Bagian Contoh II",
        "Kepala Bagian Contoh I",
        "Kepala Bagian Contoh II",
        "Kepala Biro Contoh",
        "Pimpinan unit",
    ]


def test_two_who_review_each_other_do_not_break_the_order() -> None:
    flow = flow_of(
        workflow(
            task("1", "A", by="karo"),
            review("2", by="deputi", back_to="1"),
            review("3", by="karo", back_to="2"),
        )
    )
    assert ordered_titles(flow) == ["Kepala Biro Contoh", "Deputi Contoh"]


def test_the_state_of_a_row_is_that_of_its_steps() -> None:
    row = flow_of(mirrored()).nodes[0]
    assert row.state({}) == ""
    assert row.state({"1a.I": "done", "1a.II": "done"}) == "done"
    assert row.state({"1a.I": "done"}) == "now"
    assert row.state({"1a.I": "todo", "1a.II": "skipped"}) == "todo"


def test_roman_numbers_are_recognised_at_the_end_only() -> None:
    assert numeral_group("Kepala Bagian Contoh II") == ("Kepala Bagian Contoh", "II")
    assert numeral_group("Deputi Contoh") == ("Deputi Contoh", "")
    assert expand_numerals("Staf Bagian A I/Bagian A II") == ["Staf Bagian A I", "Staf Bagian A II"]
    assert expand_numerals("Satuan organisasi/satuan kerja") == ["Satuan organisasi/satuan kerja"]


def test_officials_are_named_as_the_standard_names_them() -> None:
    pick = PickPosition("pimpinan", "Pimpinan", roles=("karo", "deputi"))
    flow = workflow(task("1", "Memilih", by="karo", record=[pick]))
    assert actor_title(flow, Fixed("karo")) == "Kepala Biro Contoh"
    assert (
        actor_title(flow, any_of("karo", OfUnit("unit"))) == "Kepala Biro Contoh atau Pimpinan unit"
    )
    assert actor_title(flow, OfUnit("tanpa")) == "Kepala satuan organisasi"
    assert actor_title(flow, ByField("deputi", "kantor")) == "Deputi Contoh"
    assert actor_title(flow, Supervisor()) == "Atasan langsung"
    assert actor_title(flow, Chosen("1.pimpinan")) == "Kepala Biro Contoh atau Deputi Contoh"
    assert actor_title(flow, Chosen("9.lain")) == "Pejabat yang ditunjuk"
