"""A workflow in time, without a case: what opens when, and when it must be done.

Everybody uses the whole limit of a stage; steps without a limit take no time. Choices
are answered by the caller. Clocks that wait for a recorded fact start when their stage
opens, since nothing is recorded here.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portal.errors import Invalid
from portal.workflow.definition import ForEachUnit, Task, Workflow
from portal.workflow.routing import Plan, Progress, Result, Tree, build

Deadline = Callable[[datetime, str], datetime | None]
"""``(start, printed limit)``: the end of the limit, None if there is none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A step: when it opens, and the end of its stage's limit (None: no limit)."""

    step: Task
    stage: str
    opens: datetime
    due: datetime | None
    unit_set: str = ""


@dataclass(slots=True)
class _Walk:
    """One walk through a tree: the main case, or one unit's lane in one segment."""

    plan: Plan
    tree: Tree
    over: str
    answers: Mapping[str, Result]
    deadline: Deadline
    rows: list[Row] = field(default_factory=list)
    done: dict[str, Result] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()
    entered: frozenset[str] = frozenset()
    dues: dict[str, datetime | None] = field(default_factory=dict)

    def run(self, now: datetime, lanes: dict[str, _Walk]) -> datetime:
        """Walk until nothing opens any more; returns the instant of the end."""
        waiting: list[tuple[datetime, int, str]] = []
        seen: set[str] = set(self.done)
        end = now
        while True:
            for key in self.tree.frontier(self._progress())[0]:
                if key not in seen:
                    seen.add(key)
                    heapq.heappush(waiting, (self._open(key, now, lanes), len(seen), key))
            if not waiting:
                return end
            now, _order, key = heapq.heappop(waiting)
            now = self._finish(key, now)
            end = max(end, now)

    def _progress(self) -> Progress:
        return Progress(self.done, self.joined, self.entered)

    def _open(self, key: str, now: datetime, lanes: dict[str, _Walk]) -> datetime:
        """Open a leaf; returns when it can be finished."""
        node = self.tree.leaves[key]
        if isinstance(node.block, ForEachUnit):
            return self._lane(node.block, now, lanes)
        assert isinstance(node.block, Task)
        if node.stage not in self.dues:
            limit = self.plan.stages[node.stage].limit if node.stage else ""
            self.dues[node.stage] = self.deadline(now, limit)
        self.rows.append(Row(node.block, node.stage, now, self.dues[node.stage], self.over))
        return now

    def _lane(self, block: ForEachUnit, now: datetime, lanes: dict[str, _Walk]) -> datetime:
        """All units walk alike, so one lane stands for them."""
        tree = self.plan.lanes[block.over]
        walk = lanes.setdefault(
            block.over, _Walk(self.plan, tree, block.over, self.answers, self.deadline, self.rows)
        )
        walk.entered |= {block.id}
        return walk.run(now, lanes)

    def _finish(self, key: str, now: datetime) -> datetime:
        """Mark a leaf as done; the last one of a stage is done at the end of its limit."""
        node = self.tree.leaves[key]
        if isinstance(node.block, ForEachUnit):
            self.joined |= {key}
            return now
        assert isinstance(node.block, Task)
        first = node.block.outcomes[0].key if node.block.outcomes else "done"
        self.done[key] = self.answers.get(key, Result(first))
        if node.stage and self.tree.stage_complete(node.stage, self._progress()):
            return max(now, self.dues[node.stage] or now)
        return now


def simulate(
    workflow: Workflow,
    start: datetime,
    deadline: Deadline,
    answers: Mapping[str, Result] | None = None,
) -> tuple[list[Row], datetime]:
    """The steps in the order in which they open, and the end of the main case.

    ``answers`` says how steps end (their first outcome if not named); a choice that
    they leave open ends the walk there.
    """
    plan = build(workflow)
    walk = _Walk(plan, plan.main, "", answers or {}, deadline)
    end = walk.run(start, {})
    return sorted(walk.rows, key=lambda row: row.opens), end


def answers_of(workflow: Workflow, choices: tuple[str, ...]) -> dict[str, Result]:
    """Read ``STEP=OUTCOME`` and ``STEP.FIELD=VALUE[,VALUE]``.

    Raises:
        Invalid: a choice that is none, or an unknown step.
    """
    plan = build(workflow)
    steps = {node.id for node, _task in plan.tasks()}
    found: dict[str, Result] = {}
    for choice in choices:
        name, sign, value = choice.partition("=")
        step, field_name = (name, "") if name in steps else name.rpartition(".")[::2]
        if not sign or step not in steps:
            raise Invalid(f"{choice}: tulis LANGKAH=HASIL atau LANGKAH.ISIAN=NILAI.")
        before = found.get(step, Result(plan.step(step).outcomes[0].key))
        if not field_name:
            found[step] = Result(value, before.record)
            continue
        values = value.split(",")
        record = {**before.record, field_name: values if len(values) > 1 else value}
        found[step] = Result(before.outcome, record)
    return found
