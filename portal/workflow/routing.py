"""How a case moves: pure functions from what is done to what must be open.

The engine keeps no tokens. ``Tree.frontier`` derives the open steps from the
finished ones; after every act the engine opens and closes rows until they equal
the frontier. A return marks the target and all that comes after it as not done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.workflow.definition import (
    Actor,
    Again,
    AnyOf,
    Block,
    Choice,
    Chosen,
    ForEachUnit,
    Parallel,
    Stage,
    Task,
    Workflow,
)

PROXIED = "proxied:"
"""Begins the condition of a confirmation, before the id of the step that was recorded for it."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a finished step ended; ``proxied``: recorded by another official."""

    outcome: str = "done"
    record: Mapping[str, Any] = field(default_factory=dict)
    proxied: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """What the frontier is derived from, for one case (the main one or a lane).

    ``joined``: ids of ``ForEachUnit`` blocks that wait for no lane any more (main case).
    ``entered``: ids of the segments that this lane may be in (lane).
    ``lapsed``: detached steps that were overtaken before anybody did them.
    """

    done: Mapping[str, Result]
    joined: frozenset[str] = frozenset()
    entered: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    lapsed: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class Node:
    """A block in its place: ``kind`` is seq, par, choice, segment, task,
    each or again."""

    kind: str
    id: str
    stage: str
    parent: Node | None
    index: int
    block: Block | None = None
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Tree:
    """The blocks of the main case, or of one kind of lane, with their leaves by id."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.leaves: dict[str, Node] = {
            node.id: node for node in root.walk() if node.kind in ("task", "each", "again")
        }
        self.stages: dict[str, list[Node]] = {}
        for node in root.walk():
            if node.stage and (node.parent is None or node.parent.stage != node.stage):
                self.stages.setdefault(node.stage, []).append(node)
        self.segments: dict[str, frozenset[str]] = {
            node.id: frozenset(leaf.id for leaf in node.walk() if leaf.kind == "task")
            for node in root.children
        }
        """Ids of the tasks below each child of the root: of a lane, its segments."""

    def block(self, key: str) -> Block | None:
        """The block of a leaf."""
        return self.leaves[key].block

    def frontier(self, progress: Progress) -> tuple[list[str], bool]:
        """Ids of the leaves that must be open, and whether nothing is waited for any more."""
        return _frontier(self.root, progress)

    def complete(self, node: Node, progress: Progress) -> bool:
        """Whether nothing below the node is waited for."""
        return _frontier(node, progress)[1]

    def passed_by(self, node: Node, progress: Progress) -> bool:
        """Whether the node stands in a branch that a decided choice has not taken."""
        for below in _ancestors(node):
            choice = below.parent
            if choice is not None and isinstance(choice.block, Choice):
                keys = chosen_branches(choice.block, progress)
                if keys is not None and not keys & set(below.id.split("|")):
                    return True
        return False

    def stage_complete(self, stage: str, progress: Progress) -> bool:
        """Whether all blocks of the stage are complete."""
        return all(_frontier(node, progress)[1] for node in self.stages.get(stage, ()))

    def undone_by(self, target: str) -> set[str]:
        """The target and every leaf that comes after it: what a return takes back."""
        node = self.leaves[target]
        return {target} | {key for key, other in self.leaves.items() if after(node, other)}


@dataclass(frozen=True, slots=True)
class Plan:
    """A workflow with its trees: the main one and, by unit set, that of the lanes.

    ``chosen``: steps in which a later official is picked; ``deciding``: all steps whose
    record the frontier or an actor reads.
    """

    workflow: Workflow
    main: Tree
    lanes: dict[str, Tree]
    segments: dict[str, tuple[str, ...]]
    stages: dict[str, Stage]
    chosen: frozenset[str]
    deciding: frozenset[str]

    def tree(self, over: str | None) -> Tree:
        """The tree of the main case (None) or of a lane over that set."""
        return self.main if over is None else self.lanes[over]

    def step(self, step_id: str) -> Task:
        """The task of that id, wherever it stands; raises KeyError."""
        for tree in (self.main, *self.lanes.values()):
            node = tree.leaves.get(step_id)
            if node is not None and isinstance(node.block, Task):
                return node.block
        raise KeyError(step_id)

    def tasks(self) -> Iterator[tuple[Node, Task]]:
        """All tasks in reading order, lanes where their segment stands."""
        for node in self.main.leaves.values():
            if isinstance(node.block, Task):
                yield node, node.block
            elif isinstance(node.block, ForEachUnit):
                for inner in self.lanes[node.block.over].leaves.values():
                    if segment_of(inner) == node.id and isinstance(inner.block, Task):
                        yield inner, inner.block


def build(workflow: Workflow) -> Plan:
    """Compile a workflow; the caller checks soundness first."""
    segments: dict[str, list[tuple[ForEachUnit, str]]] = {}
    root = _sequence(workflow.steps, "", None, 0, segments)
    lanes = {}
    for over, blocks in segments.items():
        lane = Node("seq", "", "", None, 0)
        for index, (block, stage) in enumerate(blocks):
            segment = Node("segment", block.id, stage, lane, index, block)
            segment.children.append(_sequence(block.steps, stage, segment, 0, {}))
            lane.children.append(segment)
        lanes[over] = Tree(lane)
    ids = {over: tuple(block.id for block, _ in blocks) for over, blocks in segments.items()}
    nodes = [node for tree in (Tree(root), *lanes.values()) for node in tree.root.walk()]
    chosen = frozenset(
        single.field.rpartition(".")[0]
        for node in nodes
        if isinstance(node.block, Task)
        for single in _singles(node.block.by)
        if isinstance(single, Chosen)
    )
    on = {node.block.on for node in nodes if isinstance(node.block, Choice)}
    on |= {
        node.block.proxy.when[0]
        for node in nodes
        if isinstance(node.block, Task) and node.block.proxy and node.block.proxy.when
    }
    return Plan(
        workflow,
        Tree(root),
        lanes,
        ids,
        stages={stage.number: stage for stage in stage_blocks(workflow)},
        chosen=chosen,
        deciding=chosen | {key for each in on for key in (each, each.rpartition(".")[0])},
    )


def stage_blocks(workflow: Workflow) -> Iterator[Stage]:
    """All stages of a workflow, in reading order."""
    yield from _stages(workflow.steps)


def _singles(actor: Actor) -> Iterator[Actor]:
    yield from actor.actors if isinstance(actor, AnyOf) else (actor,)


def confirmation_of(task: Task) -> Task:
    """The detached confirmation that a proxy's record opens for the official named."""
    assert task.proxy is not None
    return Task(
        f"{task.id}.konfirmasi",
        task.proxy.confirm,
        task.by,
        kind="review",
        outcomes=task.outcomes[:1],
        added=True,
        detached=True,
        reviews=(task.id,),
        when=PROXIED + task.id,
    )


def after(first: Node, second: Node) -> bool:
    """Whether ``second`` can only run once ``first`` is done (later in a common sequence)."""
    chain = {id(node): node for node in _ancestors(first)}
    below = second
    for node in _ancestors(second):
        if id(node) in chain:
            if node.kind != "seq":
                return False
            mine = next(n for n in _ancestors(first) if n.parent is node)
            return below.index > mine.index
        below = node
    return False


def segment_of(node: Node) -> str:
    """Id of the segment a lane's leaf stands in; empty in the main tree."""
    return next((n.id for n in _ancestors(node) if n.kind == "segment"), "")


def _ancestors(node: Node) -> Iterator[Node]:
    current: Node | None = node
    while current is not None:
        yield current
        current = current.parent


def _sequence(
    blocks: tuple[Block, ...],
    stage: str,
    parent: Node | None,
    index: int,
    segments: dict[str, list[tuple[ForEachUnit, str]]],
) -> Node:
    sequence = Node("seq", "", stage, parent, index)
    for block in blocks:
        _place(block, stage, sequence, segments)
    return sequence


def _place(
    block: Block,
    stage: str,
    sequence: Node,
    segments: dict[str, list[tuple[ForEachUnit, str]]],
) -> None:
    index = len(sequence.children)
    match block:
        case Task():
            sequence.children.append(Node("task", block.id, stage, sequence, index, block))
            if block.proxy is not None:
                extra = confirmation_of(block)
                node = Node("task", extra.id, stage, sequence, index + 1, extra)
                sequence.children.append(node)
        case Stage():
            inner = _sequence(block.steps, block.number, sequence, index, segments)
            inner.block = block
            sequence.children.append(inner)
        case Parallel():
            par = Node("par", block.id, stage, sequence, index, block)
            par.children = [
                _sequence(branch, stage, par, n, segments)
                for n, branch in enumerate(block.branches)
            ]
            sequence.children.append(par)
        case Choice():
            node = Node("choice", block.id, stage, sequence, index, block)
            for n, (key, steps) in enumerate(block.branches):
                branch = _sequence(steps, stage, node, n, segments)
                branch.id = key
                node.children.append(branch)
            sequence.children.append(node)
        case ForEachUnit():
            segments.setdefault(block.over, []).append((block, stage))
            sequence.children.append(Node("each", block.id, stage, sequence, index, block))
        case Again():
            sequence.children.append(Node("again", block.id, stage, sequence, index, block))


def _stages(blocks: tuple[Block, ...]) -> Iterator[Stage]:
    for block in blocks:
        match block:
            case Stage():
                yield block
                yield from _stages(block.steps)
            case Parallel():
                for branch in block.branches:
                    yield from _stages(branch)
            case Choice():
                for _, branch in block.branches:
                    yield from _stages(branch)
            case ForEachUnit():
                yield from _stages(block.steps)
            case Task() | Again():
                pass


def _exists(task: Task, progress: Progress) -> bool:
    if not task.when:
        return True
    if task.when.startswith(PROXIED):
        result = progress.done.get(task.when.removeprefix(PROXIED))
        return result is not None and result.proxied
    return task.when in progress.flags


def chosen_branches(block: Choice, progress: Progress) -> set[str] | None:
    """Keys of the branches the choice takes; None while it is not decided."""
    step, _, name = block.on.partition(".")
    # a step id may itself hold dots: the longest finished id wins
    for candidate in (block.on, block.on.rpartition(".")[0], step):
        if candidate in progress.done:
            step, name = candidate, block.on[len(candidate) + 1 :]
            break
    else:
        return None
    result = progress.done[step]
    value = result.record.get(name) if name else result.outcome
    return set(value) if isinstance(value, list) else {str(value)}


def _frontier(node: Node, progress: Progress) -> tuple[list[str], bool]:
    match node.kind:
        case "task":
            assert isinstance(node.block, Task)
            settled = node.id in progress.done or node.id in progress.lapsed
            if settled or not _exists(node.block, progress):
                return [], True
            return [node.id], node.block.detached
        case "each":
            return ([], True) if node.id in progress.joined else ([node.id], False)
        case "again":
            return [node.id], False
        case "segment" if node.id not in progress.entered:
            return [], False
        case "choice":
            assert isinstance(node.block, Choice)
            keys = chosen_branches(node.block, progress)
            if keys is None:
                return [], False
            taken = [child for child in node.children if keys & set(child.id.split("|"))]
            return _all(taken, progress)
        case "par":
            return _all(node.children, progress)
    opened: list[str] = []
    for child in node.children:
        ids, complete = _frontier(child, progress)
        opened += ids
        if not complete:
            return opened, False
    late = {child.id for child in node.children if _overtaken(child)}
    return [key for key in opened if key not in late], True


def _overtaken(node: Node) -> bool:
    """Whether a step has nothing left to say once its sequence has come to its end.

    So it is with a detached step before others: with the unit's work its receipt. One at the
    end of its sequence follows it up, and what an official directed orally, that official
    confirms whenever there is time.
    """
    block, around = node.block, node.parent
    if not isinstance(block, Task) or not block.detached or block.when.startswith(PROXIED):
        return False
    later = around.children[node.index + 1 :] if around is not None else []
    return any(not (isinstance(each.block, Task) and each.block.detached) for each in later)


def _all(nodes: list[Node], progress: Progress) -> tuple[list[str], bool]:
    results = [_frontier(node, progress) for node in nodes]
    return [key for ids, _ in results for key in ids], all(complete for _, complete in results)
