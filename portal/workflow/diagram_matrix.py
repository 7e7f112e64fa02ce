"""The SOP matrix of a workflow: a row per printed step, a column per official, symbols joined.

The five symbols are those of the government's SOP form: capsule, box, diamond, arrow and
(never needed on a page without leaves) the off-page connector. The table itself is a
template; here are its rows and the drawing of each cell, in lines that stretch with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from markupsafe import Markup

from portal.workflow.definition import Workflow
from portal.workflow.diagram_flow import Edge, Flow, Node, flow_of
from portal.workflow.diagram_order import ordered_titles
from portal.workflow.diagram_svg import element, join

RAILS = (8, 14)
"""Heights, in pixels below the upper edge of a row, at which lines run sideways."""

BYPASS = "90%"
"""Where in a column a line passes the symbols of rows it skips."""


@dataclass(slots=True)
class Cell:
    """One cell of an official's column: its symbol ("" for none) and the lines through it."""

    shape: str = ""
    double: bool = False
    arrow: bool = False
    wires: list[Markup] = field(default_factory=list)

    @property
    def svg(self) -> Markup:
        """The drawing; empty where nothing is."""
        if not self.shape and not self.wires:
            return Markup("")
        names = {"capsule": _("Mulai atau selesai"), "box": _("Proses"), "diamond": _("Keputusan")}
        spoken = {"role": "img", "aria_label": names[self.shape]} if self.shape else {}
        hidden = {} if self.shape else {"aria_hidden": "true"}
        return element(
            "svg",
            join(self.wires),
            symbol(self.shape, double=self.double, arrow=self.arrow),
            cls="sop-flow",
            **spoken,
            **hidden,
        )


@dataclass(slots=True)
class Row:
    """One row: ``span`` is how many rows the limit covers, 0 when a row above covers it."""

    node: Node
    cells: list[Cell]
    needs: str
    limit: str
    span: int
    returns: list[str]

    @property
    def output(self) -> str:
        """The outputs in words."""
        return "; ".join(self.node.outputs)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole matrix; ``officials`` are the headings of the columns."""

    title: str
    officials: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(workflow: Workflow, needs: Mapping[str, str] | None = None) -> Matrix:
    """Build the matrix; ``needs`` (kelengkapan) by printed number, else the outputs before."""
    flow = flow_of(workflow)
    officials = ordered_titles(flow)
    column = {title: number for number, title in enumerate(officials)}
    ends = {node.id for node in (*flow.first, *flow.last)}
    rows = []
    for number, node in enumerate(flow.nodes):
        cells = [Cell() for _title in officials]
        for _index, title in node.roles:
            cell = cells[column[title]]
            cell.shape = "capsule" if node.id in ends else "diamond" if node.decides else "box"
            cell.double = node.per_unit
        limit = node.stage.limit if node.stage else ""
        given = (needs or {}).get(node.id) or _needed(flow, node)
        span = _span(flow.nodes, number)
        rows.append(Row(node, cells, given, limit, span, _returns(flow, node)))
    for number in range(1, len(rows)):
        _wire(flow, rows, number, column)
    return Matrix(workflow.title, tuple(officials), tuple(rows))


def symbol(shape: str, *, double: bool = False, arrow: bool = False) -> Markup:
    """A symbol in the middle of its cell; ``double``: once per unit, ``arrow``: from above."""
    if not shape:
        return Markup("")
    parts = [outline(shape, 4, -4)] if double else []
    parts.append(outline(shape))
    if arrow:
        top = -16 if shape == "diamond" else -12
        parts.append(element("path", d=f"M-4 {top - 8}H4L0 {top}Z", cls="sop-head"))
    return element("svg", *parts, x="50%", y="50%", cls="sop-middle")


def outline(shape: str, x: int = 0, y: int = 0) -> Markup:
    """The outline of a symbol around the point (x, y)."""
    if shape == "diamond":
        return element("path", d=f"M{x} {y - 16}l26 16l-26 16l-26-16z", cls="sop-shape")
    radius = 12 if shape == "capsule" else None
    return element("rect", x=x - 24, y=y - 12, width=48, height=24, rx=radius, cls="sop-shape")


def legend() -> list[tuple[Markup, str]]:
    """The symbols with their meaning."""
    arrow = join(
        (
            element("line", x1=-24, y1=0, x2=16, y2=0),
            element("path", d="M14-5V5L24 0Z", cls="sop-head"),
        )
    )
    drawn = [
        (outline("capsule"), _("mulai atau selesai")),
        (outline("box"), _("proses")),
        (outline("diamond"), _("keputusan: setuju atau dikembalikan")),
        (arrow, _("arah alir")),
        (join((outline("box", 4, -4), outline("box"))), _("dikerjakan setiap unit")),
    ]
    return [
        (element("svg", shape, viewBox="-30 -20 60 40", cls="sop-sample", aria_hidden="true"), text)
        for shape, text in drawn
    ]


def _needed(flow: Flow, node: Node) -> str:
    outputs = [each for edge in flow.edges if edge.target is node for each in edge.source.outputs]
    return "; ".join(dict.fromkeys(outputs))


def _returns(flow: Flow, node: Node) -> list[str]:
    """The rows that the work may go back to: numbers, or the title of an added step."""
    rows = [row for row in flow.nodes if any(each in node.returns for each in row.ids)]
    return [f"“{row.title}”" if row.added else row.id for row in rows]


def _span(nodes: list[Node], at: int) -> int:
    """How many rows from here have the same stage; 0 if the row before has it already."""
    stage = nodes[at].stage
    if stage is None:
        return 1
    if at and nodes[at - 1].stage is stage:
        return 0
    end = at
    while end < len(nodes) and nodes[end].stage is stage:
        end += 1
    return end - at


def _wire(flow: Flow, rows: list[Row], number: int, column: Mapping[str, int]) -> None:
    """Draw all lines that end in the row of that number."""
    order = {row.node.id: place for place, row in enumerate(rows)}
    edges = [edge for edge in flow.edges if edge.target is rows[number].node]
    for rail, group in enumerate(_bundles(edges)):
        starts: dict[int, str] = {}
        for edge in group:
            source = order[edge.source.id]
            for col in _columns(edge.source, edge.source_index, column):
                far = source < number - 1
                starts[col] = BYPASS if far else starts.get(col, "50%")
                _leave(rows, source, number, col, far, edge.detached)
        ends = {col for edge in group for col in _columns(edge.target, edge.target_index, column)}
        detached = all(edge.detached for edge in group)
        _arrive(rows[number], starts, ends, RAILS[rail % len(RAILS)], detached)


def _bundles(edges: list[Edge]) -> list[list[Edge]]:
    """Edges that share an end belong together: each bundle gets a line of its own."""
    bundles: list[list[Edge]] = []
    for edge in edges:
        touching = [bundle for bundle in bundles if any(_touch(edge, other) for other in bundle)]
        merged = [other for bundle in touching for other in bundle]
        bundles = [bundle for bundle in bundles if bundle not in touching]
        bundles.append([*merged, edge])
    return bundles


def _touch(one: Edge, other: Edge) -> bool:
    same_source = (one.source.id, one.source_index) == (other.source.id, other.source_index)
    return same_source or one.target_index == other.target_index


def _columns(node: Node, index: int, column: Mapping[str, int]) -> list[int]:
    return [column[title] for each, title in node.roles if each == index]


def _leave(rows: list[Row], source: int, target: int, col: int, far: bool, dashed: bool) -> None:
    """From the symbol down to the next row, or past the symbols of the rows between."""
    cell = rows[source].cells[col]
    if not far:
        cell.wires.append(_line("50%", "50%", "50%", "100%", dashed))
        return
    cell.wires.append(_line("50%", "50%", BYPASS, "50%", dashed))
    cell.wires.append(_line(BYPASS, "50%", BYPASS, "100%", dashed))
    for row in rows[source + 1 : target]:
        row.cells[col].wires.append(_line(BYPASS, "0", BYPASS, "100%", dashed))


def _arrive(row: Row, starts: Mapping[int, str], ends: set[int], rail: int, dashed: bool) -> None:
    """From the upper edge along a rail to the symbols of the row."""
    if starts == dict.fromkeys(ends, "50%") and len(ends) == 1:
        (col,) = ends
        row.cells[col].wires.append(_line("50%", "0", "50%", "50%", dashed))
        row.cells[col].arrow = True
        return
    first, last = min((*starts, *ends)), max((*starts, *ends))
    for col in range(first, last + 1):
        wires = row.cells[col].wires
        left = "0" if col > first else starts.get(col, "50%")
        right = "100%" if col < last else "50%" if col in ends else starts.get(col, "50%")
        if col == first and col in ends:
            left = "50%"
        if col == last and starts.get(col) == BYPASS:
            right = BYPASS
        wires.append(_line(left, rail, right, rail, dashed))
        if col in starts:
            wires.append(_line(starts[col], "0", starts[col], rail, dashed))
        if col in ends:
            wires.append(_line("50%", rail, "50%", "50%", dashed))
            row.cells[col].arrow = True


def _line(x1: str, y1: str | int, x2: str, y2: str | int, dashed: bool) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, cls="sop-dashed" if dashed else None)
