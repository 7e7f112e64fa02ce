"""Is a workflow sound: checked when it is published, and by ``portal workflow check``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from portal.errors import Invalid
from portal.workflow.definition import (
    RETURN,
    Actor,
    Again,
    AnyOf,
    ByField,
    Chosen,
    Fixed,
    ForEachUnit,
    FromCase,
    OfCoordinator,
    OfUnit,
    Supervisor,
    Task,
    Workflow,
)
from portal.workflow.fields import Field, PerUnit, PickPosition, Rows, Select
from portal.workflow.limits import parse_limit
from portal.workflow.routing import Plan, Tree, after, build, segment_of, stage_blocks

TAKEN = frozenset(
    {"note", "outcome", "targets", "isi", "form_key", "version", "csrf_token", "_rows"}
    | {"_labels", "_draft"}
    | {"data", "errors", "form_errors", "meta", "process", "validate", "populate_obj"}
    | {"validate_on_submit", "is_submitted", "hidden_tag"}
)
"""Names that the form of an act, or WTForms, uses itself."""

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*\Z")


def check(workflow: Workflow) -> list[str]:
    """Every fault of the workflow, in English, for its author; empty means sound."""
    plan = build(workflow)
    return [
        *_ids(workflow, plan),
        *_limits(plan),
        *_actors(workflow, plan),
        *_returns(plan),
        *_turns(plan),
        *_choices(plan),
        *_records(workflow, plan),
    ]


def _all_tasks(plan: Plan) -> Iterator[tuple[Tree, Task]]:
    for tree in (plan.main, *plan.lanes.values()):
        for node in tree.leaves.values():
            if isinstance(node.block, Task):
                yield tree, node.block


def _ids(workflow: Workflow, plan: Plan) -> Iterator[str]:
    ids = [
        node.id
        for tree in (plan.main, *plan.lanes.values())
        for node in tree.root.walk()
        if node.kind in ("task", "each", "par", "choice")
    ]
    # a branch point may share its number with a step, as stages do; steps may not
    steps = Counter(
        node.id
        for tree in (plan.main, *plan.lanes.values())
        for node in tree.root.walk()
        if node.kind in ("task", "each")
    )
    yield from (f"step id {key} is used {n} times" for key, n in steps.items() if n > 1)
    yield from (f"step id {key!r} has characters that an address cannot hold"
                for key in ids if not _ID.match(key))  # fmt: skip
    stages = Counter(stage.number for stage in stage_blocks(workflow))
    yield from (f"stage {key} is used {n} times" for key, n in stages.items() if n > 1)
    if not any(True for _ in plan.tasks()):
        yield f"workflow {workflow.key} has no step"
    if not workflow.starts:
        yield f"workflow {workflow.key} has no start"


def _limits(plan: Plan) -> Iterator[str]:
    for stage in plan.stages.values():
        for text in (stage.limit, stage.since.wait if stage.since else ""):
            if not text:
                continue
            try:
                parse_limit(text)
            except Invalid:
                yield f"stage {stage.number}: limit {text!r} cannot be read"
        if stage.since:
            wanted = (stage.since.fact, *filter(None, [stage.since.fallback]))
            yield from (f"stage {stage.number}: no field records the fact {fact!r}"
                        for fact in wanted if fact not in _facts(plan))  # fmt: skip


def _facts(plan: Plan) -> set[str]:
    facts: set[str] = set()
    for _, task in _all_tasks(plan):
        for field in task.record:
            facts.add(field.fact)
            if isinstance(field, PerUnit) and field.of is not None:
                facts.add(field.of.fact)
    return facts - {""}


def _actors(workflow: Workflow, plan: Plan) -> Iterator[str]:
    roles = dict(workflow.roles)
    lanes = {id(tree) for tree in plan.lanes.values()}
    for tree, task in _all_tasks(plan):
        proxies = [task.proxy.by] if task.proxy else []
        for single in (each for actor in (task.by, *proxies) for each in _singles(actor)):
            where = f"step {task.id}"
            match single:
                case Fixed(role) | OfUnit(role) | OfCoordinator(role) | ByField(role, _):
                    if role not in roles:
                        yield f"{where}: role {role!r} is not declared"
                        continue
                    yield from _binding(where, single, workflow)
                case FromCase(role) if role not in roles:
                    yield f"{where}: role {role!r} is not declared"
                case Chosen(field):
                    step, _, name = field.rpartition(".")
                    if not any(
                        other.id == step
                        and any(
                            f.name == name and isinstance(f, PickPosition) for f in other.record
                        )
                        for _, other in _all_tasks(plan)
                    ):
                        yield f"{where}: {field!r} is not a PickPosition field"
                case _:
                    pass
            if isinstance(single, OfUnit | OfCoordinator | Supervisor) and id(tree) not in lanes:
                yield f"{where}: an actor of the unit stands outside a ForEachUnit"
    for start in workflow.starts:
        yield from (f"start {start.key}: role {role!r} is not declared"
                    for role in start.by if role not in roles)  # fmt: skip
    for tree in (plan.main,):
        for node in tree.leaves.values():
            if isinstance(node.block, ForEachUnit) and node.block.release_by not in ("", *roles):
                yield f"block {node.id}: role {node.block.release_by!r} is not declared"


def _binding(where: str, single: Actor, workflow: Workflow) -> Iterator[str]:
    assert isinstance(single, Fixed | OfUnit | OfCoordinator | ByField)
    role = workflow.role(single.role)
    if isinstance(single, Fixed) and not role.position:
        yield f"{where}: role {single.role!r} names no position"
    if not isinstance(single, Fixed) and not (role.positions or role.default):
        yield f"{where}: role {single.role!r} names no position by unit and no default"
    if role.default not in ("", "head", "staff"):
        yield f"{where}: default of role {single.role!r} is neither head nor staff"


def _singles(actor: Actor) -> Iterator[Actor]:
    if isinstance(actor, AnyOf):
        for each in actor.actors:
            yield from _singles(each)
    else:
        yield actor


def _turns(plan: Plan) -> Iterator[str]:
    for tree in (plan.main, *plan.lanes.values()):
        for node in tree.leaves.values():
            if not isinstance(node.block, Again):
                continue
            target = tree.leaves.get(node.block.to)
            if target is None or not isinstance(target.block, Task) or not after(target, node):
                yield f"block {node.id}: {node.block.to!r} is no step before it"


def _returns(plan: Plan) -> Iterator[str]:
    for tree, task in _all_tasks(plan):
        node = tree.leaves[task.id]
        for target in task.back_to:
            if target in tree.leaves:
                other = tree.leaves[target]
                if not isinstance(other.block, Task):
                    yield f"step {task.id}: return target {target!r} is not a step"
                elif not after(other, node):
                    yield f"step {task.id}: return target {target!r} does not come before it"
                continue
            lane = next((t for t in plan.lanes.values() if target in t.leaves), None)
            if lane is None or tree is not plan.main:
                yield f"step {task.id}: return target {target!r} is unknown"
            elif not after(plan.main.leaves[segment_of(lane.leaves[target])], node):
                yield f"step {task.id}: return target {target!r} does not come before it"
        if any(outcome.key == RETURN for outcome in task.outcomes):
            yield f"step {task.id}: the outcome {RETURN!r} is the engine's own"
        if not task.outcomes:
            yield f"step {task.id}: has no outcome"


def _choices(plan: Plan) -> Iterator[str]:
    tasks = {task.id: (tree, task) for tree, task in _all_tasks(plan)}
    for tree in (plan.main, *plan.lanes.values()):
        for node in tree.root.walk():
            if node.kind != "choice" or node.block is None:
                continue
            on = getattr(node.block, "on", "")
            step = on if on in tasks else on.rpartition(".")[0]
            if step not in tasks or tasks[step][0] is not tree:
                yield f"choice {node.id}: decided by {on!r}, which is no step of this case"
                continue
            task = tasks[step][1]
            if not after(tree.leaves[step], node):
                yield f"choice {node.id}: step {step} does not come before it"
            keys = {key for child in node.children for key in child.id.split("|")}
            if step == on:
                possible = {outcome.key for outcome in task.outcomes}
            else:
                found = next((f for f in task.record if f.name == on[len(step) + 1 :]), None)
                if not isinstance(found, Select) or not found.required:
                    yield f"choice {node.id}: {on!r} is not a required Select field"
                    continue
                if found.many and not getattr(node.block, "many", False):
                    yield f"choice {node.id}: {on!r} has several values, the choice is not many"
                possible = {value for value, _label in found.choices}
            yield from (f"choice {node.id}: outcome {key!r} leads nowhere"
                        for key in sorted(possible - keys))  # fmt: skip
            yield from (f"choice {node.id}: branch {key!r} is never taken"
                        for key in sorted(keys - possible))  # fmt: skip


def _records(workflow: Workflow, plan: Plan) -> Iterator[str]:
    places = [(f"step {task.id}", task.record) for _, task in _all_tasks(plan)]
    places += [(f"start {start.key}", start.record) for start in workflow.starts]
    steps = {task.id for _, task in _all_tasks(plan)}
    for where, record in places:
        yield from _names(where, record)
        yield from (f"{where}: field name {field.name!r} is taken by the form itself"
                    for field in record if field.name in TAKEN)  # fmt: skip
    yield from _starts(workflow, plan)
    for _, task in _all_tasks(plan):
        for name in (*task.signs, *task.reviews):
            if name not in steps and name.rpartition(".")[0] not in steps:
                yield f"step {task.id}: signs or reviews {name!r}, which no step records"
        if task.when.startswith("proxied:") or task.when in ("", "released"):
            continue
        yield f"step {task.id}: condition {task.when!r} is unknown"


def _starts(workflow: Workflow, plan: Plan) -> Iterator[str]:
    """Titles and actors read fields of the start: each start that leads there must have them."""
    read = {
        single.field
        for _, task in _all_tasks(plan)
        for actor in (task.by, *([task.proxy.by] if task.proxy else []))
        for single in _singles(actor)
        if isinstance(single, ByField)
    }
    for start in workflow.starts:
        names = {field.name for field in start.record}
        braces = {name for _, name, _, _ in Formatter().parse(start.case_title) if name is not None}
        yield from (f"start {start.key}: the title names {name!r}, which is no field"
                    for name in sorted(braces - names))  # fmt: skip
        yield from (f"start {start.key}: unique by {name!r}, which is no field"
                    for name in start.unique if name not in names)  # fmt: skip
        yield from (f"start {start.key}: an actor reads {name!r}, which is no field"
                    for name in sorted(read - names))  # fmt: skip


def _names(where: str, record: tuple[Field, ...]) -> Iterator[str]:
    counts = Counter(field.name for field in record)
    yield from (f"{where}: field {name!r} is declared {n} times"
                for name, n in counts.items() if n > 1)  # fmt: skip
    for field in record:
        if not field.name.isidentifier():
            yield f"{where}: field name {field.name!r} is not an identifier"
        if isinstance(field, Rows):
            yield from _names(f"{where}, rows {field.name}", field.columns)
