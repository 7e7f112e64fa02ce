"""The swimlane of a workflow as SVG: a lane per kind of official, a box per printed row.

Drawn from the definition alone; with the states of a case it shows how far that case is.
The SOP matrix, which is a table, is in ``diagram_matrix.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _
from markupsafe import Markup

from portal.workflow.definition import Workflow
from portal.workflow.diagram_flow import Flow, Node, flow_of, numeral_group
from portal.workflow.diagram_order import ordered_titles
from portal.workflow.diagram_svg import block, element, join, lines

MARKS = {"done": "✓ ", "now": "▶ ", "todo": "", "": ""}


@dataclass(frozen=True, slots=True)
class Metrics:
    """Sizes in SVG units; ``letters`` is how many fit in a line of a box."""

    box: int
    height: int
    gap: int
    label: int
    label_letters: int
    head: int
    letters: int
    rows: int


FULL = Metrics(box=124, height=56, gap=26, label=196, label_letters=31, head=40, letters=20, rows=3)
COMPACT = Metrics(
    box=48, height=30, gap=24, label=176, label_letters=28, head=40, letters=0, rows=0
)


@dataclass(slots=True)
class Lane:
    """A lane: the titles it is for, and where it lies once that is known."""

    titles: list[str]
    top: int = 0
    height: int = 0

    @property
    def name(self) -> str:
        """ "Kepala Bagian Akuntabilitas Kinerja I/II": what differs is named once."""
        groups: dict[str, list[str]] = {}
        for title in self.titles:
            stem, number = numeral_group(title)
            groups.setdefault(stem, []).append(number)
        names = (f"{stem} {'/'.join(numbers)}".strip() for stem, numbers in groups.items())
        return str(_(" atau ")).join(names)


@dataclass(slots=True)
class Layout:
    """Where everything stands: lane and column of each node, columns of each stage."""

    lanes: list[Lane]
    lane_of: dict[str, int]
    column_of: dict[str, int]
    stages: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return max(self.column_of.values(), default=-1) + 1


def swimlane(
    workflow: Workflow,
    states: Mapping[str, str] | None = None,
    *,
    compact: bool = False,
    prefix: str = "alur",
) -> Markup:
    """Draw the workflow; ``prefix`` keeps ids apart when a page has several drawings.

    ``states`` maps step ids to ``done``, ``now`` or ``todo``; steps without one are to do.
    ``compact`` leaves the words out of the boxes, for a case page that lists the steps.
    """
    flow = flow_of(workflow)
    metrics = COMPACT if compact else FULL
    layout = lay_out(flow)
    return _Drawing(workflow, flow, layout, metrics, dict(states or {}), prefix).draw()


def lay_out(flow: Flow) -> Layout:
    """Give every node a lane and a column; the columns of a stage belong to it alone."""
    lanes, index_of = _lanes(flow)
    lane_of = {node.id: index_of[node.roles[0][1]] for node in flow.nodes}
    layout = Layout(lanes, lane_of, {})
    taken: set[tuple[int, int]] = set()
    stage, floor = "", 0
    for node in flow.nodes:
        number = node.stage.number if node.stage else ""
        if number != stage:
            stage, floor = number, layout.columns
        # an arrow back from a later step gives no place
        placed = layout.column_of
        before = [
            edge.source.id
            for edge in flow.edges
            if edge.target is node and edge.source.id in placed
        ]
        column = floor
        for other in dict.fromkeys(before):
            column = max(column, _column_after(layout, taken, other, node.id))
        while (column, lane_of[node.id]) in taken:
            column += 1
        layout.column_of[node.id] = column
        for other in before:
            if layout.column_of[other] == column:
                low, high = sorted((lane_of[other], lane_of[node.id]))
                taken |= {(column, lane) for lane in range(low, high + 1)}
        taken.add((column, lane_of[node.id]))
        if number:
            first, last = layout.stages.get(number, (column, column))
            layout.stages[number] = (min(first, column), max(last, column))
    return layout


def _column_after(layout: Layout, taken: set[tuple[int, int]], before: str, node: str) -> int:
    """The first column in which a node may follow: the same one if the way is free."""
    column = layout.column_of[before]
    start, end = layout.lane_of[before], layout.lane_of[node]
    step = 1 if end > start else -1
    way = {(column, lane) for lane in range(start + step, end + step, step)} if end != start else ()
    return column if way and not way & taken else column + 1


def _lanes(flow: Flow) -> tuple[list[Lane], dict[str, int]]:
    """Lanes by title without its Roman number; mere alternatives share the lane of the first."""
    leading = {node.roles[0][1]: node for node in flow.nodes}
    stems = {numeral_group(title)[0] for title in leading}
    home: dict[str, str] = {}
    for node in flow.nodes:
        first = numeral_group(node.roles[0][1])[0]
        for _index, title in node.roles:
            stem = numeral_group(title)[0]
            home.setdefault(title, stem if stem in stems else first)
    lanes: dict[str, Lane] = {}
    for title in ordered_titles(flow):
        if numeral_group(title)[0] in stems:
            lanes.setdefault(home[title], Lane([]))
    for title in ordered_titles(flow):
        lanes[home[title]].titles.append(title)
    order = list(lanes)
    return list(lanes.values()), {title: order.index(stem) for title, stem in home.items()}


class _Drawing:
    """One drawing in the making; every method returns a part of it."""

    def __init__(
        self,
        workflow: Workflow,
        flow: Flow,
        layout: Layout,
        metrics: Metrics,
        states: dict[str, str],
        prefix: str,
    ) -> None:
        self.workflow, self.flow, self.layout, self.m = workflow, flow, layout, metrics
        self.states, self.prefix = states, prefix
        top = metrics.head
        for lane in layout.lanes:
            rows = len(lines(lane.name, metrics.label_letters, 8))
            lane.top, lane.height = top, max(metrics.height + 16, rows * 13 + 14)
            top += lane.height
        self.height = top
        self.width = metrics.label + layout.columns * (metrics.box + metrics.gap) + 6

    def draw(self) -> Markup:
        name, about = f"{self.prefix}-judul", f"{self.prefix}-uraian"
        return element(
            "svg",
            element("title", _("Diagram lajur: %(title)s", title=self.workflow.title), id=name),
            element("desc", self.description(), id=about),
            element("defs", self.marker()),
            join(self.lane(number) for number in range(len(self.layout.lanes))),
            join(self.stage(number, *span) for number, span in self.layout.stages.items()),
            join(self.edges()),
            join(self.box(node) for node in self.flow.nodes),
            xmlns="http://www.w3.org/2000/svg",
            cls="flowchart",
            viewBox=f"0 0 {self.width} {self.height}",
            width=self.width,
            height=self.height,
            role="img",
            aria_labelledby=f"{name} {about}",
        )

    def description(self) -> str:
        """The drawing in words: the order of the boxes, or how far the case is."""
        if not self.states:
            rows = (f"{node.label} {', '.join(node.officials)}" for node in self.flow.nodes)
            return str(_("Urutan langkah dan pelaksana: %(rows)s.", rows="; ".join(rows)))
        labels = {"done": _("Selesai"), "now": _("Sedang berjalan"), "todo": _("Belum mulai")}
        found = {
            state: [node.label for node in self.flow.nodes if node.state(self.states) == state]
            for state in labels
        }
        return " ".join(f"{labels[key]}: {', '.join(ids)}." for key, ids in found.items() if ids)

    def marker(self) -> Markup:
        return element(
            "marker",
            element("path", d="M0 0L8 4L0 8z", cls="flow-head"),
            id=f"{self.prefix}-panah",
            viewBox="0 0 8 8",
            refX=7,
            refY=4,
            markerWidth=7,
            markerHeight=7,
            orient="auto",
        )

    def lane(self, number: int) -> Markup:
        lane = self.layout.lanes[number]
        rows = lines(lane.name, self.m.label_letters, 8)
        base = lane.top + lane.height / 2 - (len(rows) - 1) * 6.5 + 4
        kind = "flow-lane" if number % 2 else "flow-lane flow-lane-even"
        return join(
            (
                element("rect", x=0, y=lane.top, width=self.width, height=lane.height, cls=kind),
                block(rows, 10, base, 13, "flow-official"),
            )
        )

    def stage(self, number: str, first: int, last: int) -> Markup:
        stage = next(n.stage for n in self.flow.nodes if n.stage and n.stage.number == number)
        left = self.x_of(first) - self.m.gap / 2 + 3
        right = self.x_of(last) + self.m.box + self.m.gap / 2 - 3
        middle = (left + right) / 2
        return join(
            (
                element("line", x1=left, y1=self.m.head, x2=left, y2=self.height, cls="flow-grid"),
                element("text", number, x=middle, y=16, cls="flow-stage"),
                element("text", stage.limit or _("tanpa batas"), x=middle, y=31, cls="flow-limit"),
            )
        )

    def edges(self) -> list[Markup]:
        pairs = {(edge.source.id, edge.target.id): edge for edge in reversed(self.flow.edges)}
        return [
            element(
                "path",
                d=self.path(edge.source, edge.target),
                cls="flow-edge flow-detached" if edge.detached else "flow-edge",
                marker_end=f"url(#{self.prefix}-panah)",
            )
            for edge in reversed(pairs.values())
        ]

    def path(self, source: Node, target: Node) -> str:
        """Straight down or up within a column; else through the gaps between columns."""
        from_x, from_y = self.corner(source)
        to_x, to_y = self.corner(target)
        half_box, half_height, half_gap = self.m.box / 2, self.m.height / 2, self.m.gap / 2
        if from_x == to_x and from_y != to_y:
            sign = 1 if to_y > from_y else -1
            end = to_y - sign * half_height
            return f"M{from_x + half_box:g} {from_y + sign * half_height:g}V{end:g}"
        turn = from_x + self.m.box + half_gap
        start = f"M{from_x + self.m.box} {from_y:g}H{turn:g}"
        if self.layout.column_of[target.id] == self.layout.column_of[source.id] + 1:
            return f"{start}V{to_y:g}H{to_x}"
        lane = self.layout.lanes[self.layout.lane_of[source.id]]
        channel = lane.top + 4 if to_y < from_y else lane.top + lane.height - 4
        return f"{start}V{channel}H{to_x - half_gap:g}V{to_y:g}H{to_x}"

    def box(self, node: Node) -> Markup:
        x, y = self.corner(node)
        top = y - self.m.height / 2
        state = node.state(self.states)
        classes = ["flow-box", f"is-{state}" if state else "", "is-added" if node.added else ""]
        parts = [element("title", self.hint(node, state))]
        if node.per_unit:
            parts.append(self.frame(x + 4, top - 4))
        parts.append(self.frame(x, top))
        name = MARKS[state] + node.label
        if self.m.rows:
            parts.append(element("text", name, x=x + 9, y=top + 15, cls="flow-number"))
            rows = lines(node.title, self.m.letters, self.m.rows)
            parts.append(block(rows, x + 9, top + 27, 11, "flow-words"))
        else:
            middle = x + self.m.box / 2
            parts.append(element("text", name, x=middle, y=y + 4, cls="flow-number flow-middle"))
        return element("g", *parts, cls=" ".join(filter(None, classes)))

    def hint(self, node: Node, state: str) -> str:
        """What a pointer shows: number, title, officials, state."""
        words = {"done": _("selesai"), "now": _("sedang berjalan"), "todo": _("belum mulai")}
        hint = f"{node.label} {node.title} – {', '.join(node.officials)}"
        return f"{hint} ({words[state]})" if state else hint

    def frame(self, x: float, y: float) -> Markup:
        return element("rect", x=x, y=y, width=self.m.box, height=self.m.height, rx=7)

    def x_of(self, column: int) -> int:
        return self.m.label + column * (self.m.box + self.m.gap) + self.m.gap // 2

    def corner(self, node: Node) -> tuple[int, float]:
        """The left edge of a node and its middle line."""
        lane = self.layout.lanes[self.layout.lane_of[node.id]]
        return self.x_of(self.layout.column_of[node.id]), lane.top + lane.height / 2
