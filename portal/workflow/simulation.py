"""A workflow played on paper: every step in order, with its official, limit and latest end.

Pure: no database and no people. One unit stands for all units of a set, and each stage
uses the whole of its limit, so the dates are the latest ones the standard allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portal.workflow.actors_text import actor_title
from portal.workflow.clock import OfficeCalendar
from portal.workflow.definition import Choice, Task, Workflow
from portal.workflow.fields import Select
from portal.workflow.limits import parse_limit
from portal.workflow.routing import Plan, Progress, Result, Tree, build


@dataclass(frozen=True, slots=True)
class Move:
    """One step as it was played; ``due`` None is "tanpa batas waktu"."""

    step: str
    title: str
    official: str
    stage: str
    limit: str
    opened: datetime
    due: datetime | None
    per_unit: bool


@dataclass(slots=True)
class _Walk:
    """The main case (``over`` None) or the one lane of a unit set."""

    over: str | None
    tree: Tree
    done: dict[str, Result] = field(default_factory=dict)


def simulate(
    workflow: Workflow,
    start: datetime,
    calendar: OfficeCalendar,
    outcomes: Mapping[str, str] | None = None,
) -> Iterator[Move]:
    """Play the workflow from ``start`` to its end.

    ``outcomes`` gives the outcome of a step by its id, else each step ends with its first.
    """
    plan = build(workflow)
    walks = [_Walk(over, tree) for over, tree in plan.lanes.items()]
    walks.append(_Walk(None, plan.main))
    now = start
    dues: dict[str, datetime | None] = {}
    while (found := _next(plan, walks)) is not None:
        walk, task = found
        stage = walk.tree.leaves[task.id].stage
        limit = plan.stages[stage].limit if stage else ""
        if stage not in dues:
            dues[stage] = calendar.deadline(now, parse_limit(limit)) if limit else None
        due = dues[stage]
        yield Move(
            task.id,
            task.title,
            actor_title(workflow, task.by),
            stage,
            parse_limit(limit).text() if limit else "",
            now,
            due,
            walk.over is not None,
        )
        walk.done[task.id] = _result(plan, task, (outcomes or {}).get(task.id))
        # the time of a stage ends in the case that the stage stands in
        whole = walks[-1] if stage in plan.main.stages else walk
        if due is not None and whole.tree.stage_complete(stage, _progress(plan, walks, whole)):
            now = max(now, due)


def _next(plan: Plan, walks: list[_Walk]) -> tuple[_Walk, Task] | None:
    for walk in walks:
        for key in walk.tree.frontier(_progress(plan, walks, walk))[0]:
            block = walk.tree.leaves[key].block
            if isinstance(block, Task):
                return walk, block
    return None


def _progress(plan: Plan, walks: list[_Walk], walk: _Walk) -> Progress:
    joined: set[str] = set()
    for lane in walks:
        if lane.over is not None:
            everything = Progress(lane.done, entered=frozenset(plan.segments[lane.over]))
            for node in lane.tree.root.children:
                if not lane.tree.complete(node, everything):
                    break
                joined.add(node.id)
    main = Progress(walks[-1].done, joined=frozenset(joined))
    if walk.over is None:
        return main
    return Progress(walk.done, entered=frozenset(joined | set(plan.main.frontier(main)[0])))


def _result(plan: Plan, task: Task, outcome: str | None) -> Result:
    record = {}
    for tree in (plan.main, *plan.lanes.values()):
        for node in tree.root.walk():
            if isinstance(node.block, Choice) and node.block.on.startswith(f"{task.id}."):
                name = node.block.on[len(task.id) + 1 :]
                for each in task.record:
                    if each.name == name and isinstance(each, Select):
                        values = [value for value, _label in each.choices]
                        record[name] = values if each.many else outcome or values[0]
    return Result(outcome or task.outcomes[0].key, record)
