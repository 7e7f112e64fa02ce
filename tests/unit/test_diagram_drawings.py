"""The swimlane and the SOP matrix: what is drawn, where, and that it is safe and styled outside."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from portal.workflow.definition import (
    Block,
    OfCoordinator,
    OfUnit,
    Role,
    Workflow,
    for_each_unit,
    parallel,
    review,
    sign,
    stage,
    task,
)
from portal.workflow.diagram import lay_out, swimlane
from portal.workflow.diagram_flow import flow_of
from portal.workflow.diagram_matrix import Matrix, legend, matrix

SVG = "{http://www.w3.org/2000/svg}"

ROLES = (
    ("staf_I", Role("Staf Bagian Contoh I")),
    ("staf_II", Role("Staf Bagian Contoh II")),
    ("analis", Role("Staf Bagian Contoh I/Bagian Contoh II")),
    ("kepala_I", Role("Kepala Bagian Contoh I")),
    ("kepala_II", Role("Kepala Bagian Contoh II")),
    ("karo", Role("Kepala Biro Contoh")),
    ("deputi", Role("Deputi Contoh")),
    ("unit", Role("Pimpinan unit", default="head")),
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


def boxes(drawn: str) -> dict[str, str]:
    """The class of each box by what a pointer shows."""
    found = {}
    for group in ElementTree.fromstring(drawn).iter(f"{SVG}g"):
        title = group.find(f"{SVG}title")
        assert title is not None
        found[(title.text or "").split(" ")[0]] = group.get("class", "")
    return found


def shapes(drawn: Matrix) -> list[list[str]]:
    """The symbols of the matrix, row by row."""
    return [[cell.shape for cell in row.cells] for row in drawn.rows]


def test_the_swimlane_is_well_formed_and_has_a_box_per_row() -> None:
    assert set(boxes(swimlane(mirrored()))) == {"1a", "1b", "1c", "2", "2b", "+"}


@pytest.mark.parametrize("compact", [False, True])
def test_a_drawing_has_no_style_and_no_colour_of_its_own(compact: bool) -> None:
    drawn = swimlane(mirrored(), {"1a.I": "now"}, compact=compact)
    assert not re.search(r"\b(style|fill|stroke|font-\w+|onclick)=|#[0-9a-f]{3,6}\b|<style", drawn)


def test_a_drawing_says_what_it_shows() -> None:
    root = ElementTree.fromstring(swimlane(mirrored(), prefix="satu"))
    title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert about is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {about.get('id')}"
    assert root.get("role") == "img"
    assert "1a Staf Bagian Contoh I, Staf Bagian Contoh II" in (about.text or "")


def test_two_drawings_on_a_page_share_no_id() -> None:
    first, second = swimlane(mirrored(), prefix="satu"), swimlane(mirrored(), prefix="dua")
    assert not set(re.findall(r'\bid="([^"]+)"', first)) & set(
        re.findall(r'\bid="([^"]+)"', second)
    )


def test_the_live_state_is_in_classes_marks_and_words() -> None:
    drawn = swimlane(mirrored(), {"1a.I": "done", "1a.II": "done", "1b.I": "now"})
    found = boxes(drawn)
    assert found["1a"] == "flow-box is-done"
    assert found["1b"] == "flow-box is-now"
    assert found["2"] == "flow-box is-todo"
    assert found["+"] == "flow-box is-todo is-added"
    assert "✓ 1a" in drawn
    assert "▶ 1b" in drawn
    assert "Selesai: 1a. Sedang berjalan: 1b. Belum mulai: 1c, 2, 2b, +." in drawn


def test_titles_cannot_become_markup() -> None:
    drawn = swimlane(workflow(task("1", '<b onload="x">A & B</b>', by="karo")))
    assert "<b" not in drawn
    ElementTree.fromstring(drawn)


def test_work_that_moves_up_stays_in_one_column_and_stages_share_none() -> None:
    layout = lay_out(flow_of(mirrored()))
    assert layout.column_of["1a"] == layout.column_of["1b"] == layout.column_of["1c"]
    assert layout.column_of["2"] > layout.column_of["1c"]
    assert layout.stages["1"][1] < layout.stages["2"][0]


def test_no_two_boxes_stand_on_each_other() -> None:
    layout = lay_out(flow_of(mirrored()))
    places = [(layout.column_of[key], layout.lane_of[key]) for key in layout.column_of]
    assert len(set(places)) == len(places)


def test_a_line_never_runs_through_a_box_of_its_column() -> None:
    # 3 follows 1 two lanes above; 2 stands between, so 3 needs a column of its own.
    flow = workflow(
        task("1", "A", by="staf_I"),
        review("2", by="karo", back_to="1"),
        review("3", by="deputi", back_to="1"),
        task("4", "D", by="staf_I"),
        review("5", by="deputi", back_to="4"),
    )
    layout = lay_out(flow_of(flow))
    assert layout.column_of["1"] == layout.column_of["2"] == layout.column_of["3"]
    assert layout.column_of["4"] == layout.column_of["5"] == layout.column_of["3"] + 1


def test_lanes_join_what_differs_only_by_its_number() -> None:
    names = [lane.name for lane in lay_out(flow_of(mirrored())).lanes]
    assert "Staf Bagian Contoh I/II" in names
    assert len(names) == 4


def test_a_stage_shows_its_limit_or_that_it_has_none() -> None:
    drawn = swimlane(mirrored())
    assert "2 jam" in drawn
    assert "tanpa batas" in drawn


def test_the_matrix_has_a_column_per_official_and_the_five_symbols() -> None:
    drawn = matrix(mirrored())
    assert drawn.officials[:2] == ("Staf Bagian Contoh I", "Staf Bagian Contoh II")
    first, second, third, fourth, fifth, last = shapes(drawn)
    assert first == ["capsule", "capsule", "", "", "", ""]
    assert second == ["", "", "diamond", "diamond", "", ""]
    assert third == ["", "", "", "", "diamond", ""]
    assert fourth == ["", "", "", "", "", "box"]
    assert fifth == ["capsule", "capsule", "", "", "", ""]
    assert last == ["", "", "", "", "box", ""]


def test_the_limit_of_a_stage_covers_its_rows() -> None:
    rows = matrix(mirrored()).rows
    assert [(row.limit, row.span) for row in rows] == [
        ("2 jam", 3),
        ("2 jam", 0),
        ("2 jam", 0),
        ("", 2),
        ("", 0),
        ("", 1),
    ]


def test_kelengkapan_is_the_printed_one_or_what_came_before() -> None:
    rows = matrix(mirrored(), {"1c": "Dua konsep"}).rows
    assert [row.needs for row in rows[:3]] == ["", "Konsep", "Dua konsep"]
    assert rows[0].output == "Konsep"


def test_a_review_says_where_the_work_may_go_back_to() -> None:
    assert [row.returns for row in matrix(mirrored()).rows] == [[], ["1a"], ["1a"], [], ["2"], []]


def test_symbols_speak_and_lines_are_silent() -> None:
    drawn = matrix(mirrored())
    assert 'aria-label="Keputusan"' in drawn.rows[1].cells[2].svg
    passing = drawn.rows[2].cells[3]
    assert not passing.shape
    assert 'aria-hidden="true"' in passing.svg
    assert drawn.rows[0].cells[5].svg == ""


def test_every_cell_is_well_formed() -> None:
    for row in matrix(mirrored()).rows:
        for cell in row.cells:
            if cell.svg:
                ElementTree.fromstring(cell.svg)
    assert len(legend()) == 5


def skipping() -> Workflow:
    """A detached row between two steps: the line has to pass it."""
    return workflow(
        stage("1", "A", task("1", "A", by="staf_I")),
        task("2", "B", by="staf_I", detached=True, added=True),
        stage("2", "C", task("3", "C", by="karo")),
    )


def test_a_line_passes_beside_the_symbols_of_rows_it_skips() -> None:
    first, second, third = (row.cells[0] for row in matrix(skipping()).rows)
    assert '<line x1="50%" y1="50%" x2="90%" y2="50%">' in first.svg
    assert '<line x1="90%" y1="0" x2="90%" y2="100%">' in second.svg
    assert '<line x1="90%" y1="0" x2="90%"' in third.svg
    assert 'class="sop-dashed"' in second.svg
