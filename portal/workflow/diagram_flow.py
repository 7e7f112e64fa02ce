"""The flow of a workflow as a graph that drawings share: nodes, edges, lanes.

Nodes are the printed rows: the same step in several branches of a ``Parallel`` ("2a.I",
"2a.II") is one node with several officials. Where a node stands on the paper is decided
in ``diagram.py`` and ``diagram_matrix.py``; what is open in a case, in ``routing.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.workflow.actors_text import actor_title, walk_tasks
from portal.workflow.definition import (
    Actor,
    Again,
    AnyOf,
    Block,
    Choice,
    ForEachUnit,
    Parallel,
    Stage,
    Task,
    Workflow,
)


@dataclass(slots=True)
class Node:
    """One row or box: the steps in ``ids`` (one per branch), all of the same stage.

    ``titles`` are the officials in words, one per id; ``roles`` the single titles behind
    them, as (index of the id, title), so that "A atau B" has two entries.
    """

    id: str
    title: str
    stage: Stage | None
    kind: str
    ids: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    roles: list[tuple[int, str]] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)
    added: bool = False
    detached: bool = False
    per_unit: bool = False
    decides: bool = False

    @property
    def label(self) -> str:
        """The printed number; steps that the source does not print have none, only "+"."""
        return "+" if self.added else self.id

    @property
    def officials(self) -> list[str]:
        """The officials in words, without doubles."""
        return list(dict.fromkeys(self.titles))

    def state(self, states: Mapping[str, str]) -> str:
        """``done``, ``now`` or ``todo`` from the states of its steps; "" without any states.

        A step that is not there, or whose state is another word, is still to do.
        """
        if not states:
            return ""
        known = {states.get(each, "todo") for each in self.ids}
        if known == {"done"}:
            return "done"
        return "now" if known & {"done", "now"} else "todo"


@dataclass(frozen=True, slots=True)
class Edge:
    """From one step of a node to one step of another; indexes are those of ``Node.ids``."""

    source: Node
    source_index: int
    target: Node
    target_index: int
    label: str = ""
    detached: bool = False


@dataclass(slots=True)
class Flow:
    """The whole graph: nodes in reading order, and edges between consecutive steps."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    @property
    def first(self) -> list[Node]:
        """Nodes that nothing leads to."""
        reached = {id(edge.target) for edge in self.edges}
        return [node for node in self.nodes if id(node) not in reached]

    @property
    def last(self) -> list[Node]:
        """Nodes that nothing follows, but for detached steps."""
        left = {id(edge.source) for edge in self.edges if not edge.detached}
        return [node for node in self.nodes if id(node) not in left and not node.detached]


def flow_of(workflow: Workflow) -> Flow:
    """Read the graph from the blocks."""
    builder = _Builder(workflow)
    builder.sequence(workflow.steps, None, [])
    builder.mark_decisions()
    return builder.flow


Ends = list[tuple[Node, int, str]]
"""Open ends of the flow: node, index of its step, label of the branch it came by."""


class _Builder:
    """Walks the blocks once; ``before`` are the ends that the next step hangs on."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.flow = Flow()
        self.per_unit = False

    def sequence(self, blocks: Iterable[Block], stage: Stage | None, before: Ends) -> Ends:
        for block in blocks:
            before = self.block(block, stage, before)
        return before

    def block(self, block: Block, stage: Stage | None, before: Ends) -> Ends:
        match block:
            case Task():
                return self.task(block, self.node(block, stage), before)
            case Stage():
                return self.sequence(block.steps, block, before)
            case Parallel():
                return self.parallel(block, stage, before)
            case Choice():
                return self.choice(block, stage, before)
            case ForEachUnit():
                self.per_unit = True
                after = self.sequence(block.steps, stage, before)
                self.per_unit = False
                return after
            case Again():
                return self.again(block, before)

    def again(self, block: Again, before: Ends) -> Ends:
        """An arrow back to the step that opens anew; nothing follows here."""
        target = next((node for node in self.flow.nodes if block.to in node.ids), None)
        if target is not None:
            index = target.ids.index(block.to)
            for source, source_index, label in before:
                self.flow.edges.append(Edge(source, source_index, target, index, label, False))
        return []

    def node(self, task: Task, stage: Stage | None) -> Node:
        node = Node(
            task.id,
            task.title,
            stage,
            task.kind,
            added=task.added,
            detached=task.detached,
            per_unit=self.per_unit,
        )
        self.flow.nodes.append(node)
        return node

    def task(self, task: Task, node: Node, before: Ends) -> Ends:
        index = len(node.ids)
        node.ids.append(task.id)
        node.titles.append(actor_title(self.workflow, task.by))
        node.roles += [(index, title) for title in _single_titles(self.workflow, task.by)]
        node.outputs += [task.output] if task.output and task.output not in node.outputs else []
        node.returns += [each for each in task.back_to if each not in node.returns]
        for source, source_index, label in before:
            self.flow.edges.append(Edge(source, source_index, node, index, label, task.detached))
        return before if task.detached else [(node, index, "")]

    def parallel(self, block: Parallel, stage: Stage | None, before: Ends) -> Ends:
        shared = _shared_rows(block)
        if shared is None:
            branches = [self.sequence(branch, stage, before) for branch in block.branches]
            return [end for branch in branches for end in branch]
        tails = [before for _branch in block.branches]
        for base, row in shared:
            node = self.node(row[0], stage)
            node.id = base
            if len({task.title for task in row}) > 1:
                node.title = _common_title([task.title for task in row])
            tails = [self.task(task, node, tails[n]) for n, task in enumerate(row)]
        return [end for tail in tails for end in tail]

    def choice(self, block: Choice, stage: Stage | None, before: Ends) -> Ends:
        for node, _index, _label in before:
            node.decides = True
        after: Ends = []
        for key, steps in block.branches:
            start = [(node, index, self.branch_label(block, key)) for node, index, _ in before]
            after += self.sequence(steps, stage, start)
        return after

    def branch_label(self, block: Choice, key: str) -> str:
        """What the outcome or the choice is called; its key if nothing names it."""
        for node in self.flow.nodes:
            for each in node.ids:
                if block.on == each or block.on.startswith(f"{each}."):
                    return _label(self.workflow, each, block.on[len(each) + 1 :], key)
        return key

    def mark_decisions(self) -> None:
        """A step that can send work back decides as well."""
        for node in self.flow.nodes:
            node.decides = node.decides or bool(node.returns)


def numeral_group(title: str) -> tuple[str, str]:
    """("Kepala Bagian Akuntabilitas Kinerja", "II"): the title without its Roman number."""
    words = title.split(" ")
    if len(words) > 1 and words[-1] and not words[-1].strip("IVX"):
        return " ".join(words[:-1]), words[-1]
    return title, ""


def expand_numerals(title: str) -> list[str]:
    """ "Staf Bagian A I/Bagian A II" names two officials; any other title names one."""
    first, *more = title.split("/")
    stem, number = numeral_group(first)
    numbers = [numeral_group(part)[1] for part in more]
    if not number or not all(numbers):
        return [title]
    return [f"{stem} {each}" for each in (number, *numbers)]


def _single_titles(workflow: Workflow, actor: Actor) -> list[str]:
    parts: Sequence[Actor] = actor.actors if isinstance(actor, AnyOf) else (actor,)
    titles = [each for part in parts for each in expand_numerals(actor_title(workflow, part))]
    return list(dict.fromkeys(titles))


def _shared_rows(block: Parallel) -> list[tuple[str, list[Task]]] | None:
    """The rows of branches that mirror each other ("2a.I" beside "2a.II"), else None."""
    if len({len(branch) for branch in block.branches}) != 1:
        return None
    rows: list[tuple[str, list[Task]]] = []
    for row in zip(*block.branches, strict=True):
        tasks = [task for task in row if isinstance(task, Task)]
        bases = {task.id.rpartition(".")[0] for task in tasks}
        if len(tasks) != len(row) or len(bases) != 1 or "" in bases:
            return None
        rows.append((bases.pop(), tasks))
    return rows


def _common_title(titles: Sequence[str]) -> str:
    """One title for mirrored steps: the common words, the differing last ones joined."""
    parts = [numeral_group(title) for title in titles]
    if len({stem for stem, _number in parts}) == 1:
        return f"{parts[0][0]} {'/'.join(number for _stem, number in parts)}"
    return titles[0]


def _label(workflow: Workflow, step: str, field_name: str, key: str) -> str:
    for task in walk_tasks(workflow.steps):
        if task.id != step:
            continue
        if not field_name:
            return next((o.label for o in task.outcomes if o.key == key), key)
        for recorded in task.record:
            if recorded.name == field_name:
                choices: dict[str, str] = dict(getattr(recorded, "choices", ()))
                return " / ".join(choices.get(each, each) for each in key.split("|"))
    return key
