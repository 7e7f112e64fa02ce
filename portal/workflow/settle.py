"""Make the rows equal the frontier: open what must be open, close what must not.

Called once in every act, after the steps that are done are marked. Main case and
lanes pull each other on until nothing changes: a lane's last step lets a join pass,
a join lets the main case enter the next segment, a segment opens the lanes again.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, update

from portal import audit
from portal.errors import Invalid
from portal.events import CaseEnded, TaskOpened
from portal.org import service as org
from portal.workflow import timing
from portal.workflow.behaviours import behaviours
from portal.workflow.corebook import guarded
from portal.workflow.definition import Again, ForEachUnit, Proxy
from portal.workflow.definition import Task as Step
from portal.workflow.models import Candidate, Case, CaseStatus, Task, TaskStatus, Timer
from portal.workflow.returning import close_inbox, send_back
from portal.workflow.routing import Node
from portal.workflow.run import Run, StepRow
from portal.workflow.waiting import waiting_at

CLOSED = (CaseStatus.CANCELLED,)


def settle(run: Run, *, came_from: str = "", reason: str = "") -> None:
    """Open and close steps until they equal the frontier, then tend clocks and states."""
    closed: dict[int, TaskStatus] = {}
    while _pass(run, came_from, reason, closed):
        pass
    for status in set(closed.values()):
        _close(run, [key for key, each in closed.items() if each == status], status)
    for case in run.cases.values():
        _state(run, case)
    run.root.version += 1
    run.session.flush()


def _pass(run: Run, came_from: str, reason: str, closed: dict[int, TaskStatus]) -> bool:
    """One look at every case; says whether anything changed, so that another is needed."""
    opened: list[tuple[Case, Node, Task]] = []
    known, gone = len(run.cases), len(closed)
    turned = False
    for case in list(run.cases.values()):
        if case.status in CLOSED:
            continue
        tree = run.tree(case)
        wanted, _complete = run.frontier(case)
        back = next((b for b in map(tree.block, wanted) if isinstance(b, Again)), None)
        if back is not None:
            _go_again(run, case, back)
            turned = True
            continue
        for key in wanted:
            node = tree.leaves[key]
            if isinstance(node.block, ForEachUnit):
                _ensure_lanes(run, node.block)
            elif key not in run.rows[case.id]:
                opened.append((case, node, _open(run, case, node, came_from, reason)))
        for key, row in list(run.rows[case.id].items()):
            if row.status == TaskStatus.OPEN and key not in wanted:
                closed[row.id] = _shut(run, case, row)
                run.changed()
    if opened:
        run.session.flush()
        _register(run, opened)
    return turned or bool(opened) or len(closed) > gone or len(run.cases) > known


def _shut(run: Run, case: Case, row: StepRow) -> TaskStatus:
    """An open step that the case has gone past: what becomes of it, in the working set."""
    if not run.plan.step(row.step).detached:
        del run.rows[case.id][row.step]
        return TaskStatus.CANCELLED
    row.status = TaskStatus.LAPSED
    audit.append(
        run.session,
        run.chain,
        "lapsed",
        {"step": row.step, "round": row.round, "case": case.number},
        case_id=run.root.id,
        task_id=row.id,
    )
    return TaskStatus.LAPSED


def _go_again(run: Run, case: Case, block: Again) -> None:
    """The branch has come to its end and turns back: its step opens in a new round."""
    audit.append(
        run.session,
        run.chain,
        "again",
        {"step": block.to, "case": case.number},
        case_id=run.root.id,
    )
    send_back(run, case, [(case, block.to)])


def _open(run: Run, case: Case, node: Node, came_from: str, reason: str) -> Task:
    step = node.block
    assert isinstance(step, Step)
    clock = timing.clock_of(run, case, node.stage)
    number = run.rounds.get((case.id, step.id), 0) + 1
    task = Task(
        case_id=case.id,
        root_id=run.root.id,
        step=step.id,
        stage=node.stage,
        title=step.title,
        kind=step.kind,
        round=number,
        status=TaskStatus.OPEN,
        opened_at=run.now,
        clock_from=clock.clock_from if clock else None,
        limit=clock.limit if clock else "",
        due=clock.due if clock else None,
        came_from=came_from,
        return_reason=reason,
        record={},
    )
    run.session.add(task)
    run.rounds[case.id, step.id] = number
    # the id is known after the flush; until then the row only says that the step is open
    run.rows[case.id][step.id] = StepRow(
        0, case.id, step.id, node.stage, number, TaskStatus.OPEN, "", False, None, None, run.now
    )
    return task


def _register(run: Run, opened: list[tuple[Case, Node, Task]]) -> None:
    """Candidates, reminders and the log entry of newly opened steps."""
    host = behaviours()
    waiting: list[dict[str, Any]] = []
    reminders: list[dict[str, Any]] = []
    for case, node, task in opened:
        run.rows[case.id][task.step].id = task.id
        step = node.block
        assert isinstance(step, Step)
        place = run.place(case)
        answer = host.assign(case, task)
        if answer is not None:
            positions = [position.id for position in answer]
        else:
            positions = run.cast.positions(step.by, place)
        positions = guarded(run.session, run.root, positions)
        candidates = dict.fromkeys(positions, False)
        if step.proxy is not None and _proxy_allowed(run, case, step.proxy):
            for position in run.cast.positions(step.proxy.by, place):
                candidates.setdefault(position, True)
        waiting += [
            waiting_at(case, task, position, proxy=proxy) for position, proxy in candidates.items()
        ]
        reminders += timing.first_timers(run, case, task, run.clocks.get((case.id, node.stage)))
        run.opened.append(task)
    for table, rows in ((Candidate, waiting), (Timer, reminders)):
        if rows:
            run.session.execute(insert(table), rows)
    host.event(run.session, *(_opened(run, case, task) for case, _node, task in opened))
    data = [[task.step, task.round, case.number] for case, _node, task in opened]
    audit.append(run.session, run.chain, "opened", {"steps": data}, case_id=run.root.id)


def _proxy_allowed(run: Run, case: Case, proxy: Proxy) -> bool:
    """Whether what has been recorded lets another official record the act."""
    if proxy.when is None:
        return True
    field, allowed = proxy.when
    step, _dot, name = field.rpartition(".")
    row = run.rows[case.id].get(step) or run.rows[run.root.id].get(step)
    return row is not None and (row.record or {}).get(name) in allowed


def _close(run: Run, ids: list[int], status: TaskStatus) -> None:
    """Steps that the case has gone past, or that were taken back, leave the inbox."""
    current = status == TaskStatus.LAPSED
    run.session.execute(
        update(Task)
        .where(Task.id.in_(ids))
        .values(status=status, current=current, version=Task.version + 1)
    )
    close_inbox(run.session, ids)
    run.opened = [task for task in run.opened if task.id not in ids]


def _ensure_lanes(run: Run, block: ForEachUnit) -> None:
    """Make the lane of every unit of the set, once."""
    if any(run.lanes(block.over)):
        return
    members = org.members_of_set(run.session, block.over, org.today())
    if not members:
        raise Invalid(
            _(
                "Himpunan unit %(key)s masih kosong; lengkapi dahulu di administrasi.",
                key=block.over,
            )
        )
    lanes = []
    for n, member in enumerate(members, start=1):
        lanes.append(
            Case(
                number=f"{run.root.number}-{n:02}",
                root_id=run.root.id,
                parent_id=run.root.id,
                definition_id=run.root.definition_id,
                plugin=run.root.plugin,
                workflow=run.root.workflow,
                over=block.over,
                standard=run.root.standard,
                title=member.unit.name,
                unit_id=member.unit_id,
                unit_name=member.unit.name,
                coordinator_id=member.coordinator_id,
                timezone=member.unit.timezone or "",
                status=CaseStatus.OPEN,
                data={},
                facts={},
                started_by=run.root.started_by,
                started_at=run.now,
            )
        )
    run.session.add_all(lanes)
    run.session.flush()
    run.cases.update((lane.id, lane) for lane in lanes)
    run.changed()


def _start_clocks(run: Run, case: Case, wanted: list[str]) -> None:
    """Let the time of a stage run also while its first steps are done by the units.

    A stage that only consists of the units' steps has no time of the main case.
    """
    tree = run.tree(case)
    for node in (tree.leaves[key] for key in wanted):
        if node.kind == "each" and any(
            leaf.stage == node.stage and leaf.kind == "task" for leaf in tree.leaves.values()
        ):
            timing.clock_of(run, case, node.stage)


def tell_opened(run: Run, case: Case, task: Task) -> None:
    """Tell the plugins that a step waits, or for whom it waits from now on."""
    behaviours().event(run.session, _opened(run, case, task))


def _opened(run: Run, case: Case, task: Task) -> TaskOpened:
    return TaskOpened(
        case_id=run.root.id,
        number=case.number,
        plugin=case.plugin,
        workflow=case.workflow,
        task_id=task.id,
        step=task.step,
        returned=bool(task.return_reason),
        given_to=task.claimed_by_id,
    )


def tell_end(run: Run) -> None:
    """Tell the plugins that the root case has ended."""
    root = run.root
    behaviours().event(
        run.session,
        CaseEnded(
            case_id=root.id,
            number=root.number,
            plugin=root.plugin,
            workflow=root.workflow,
            status=str(root.status),
        ),
    )


def active_stages(run: Run, case: Case) -> set[str]:
    """The stages that hold a step the case waits for (detached steps do not count)."""
    return _active(run, case, run.frontier(case)[0])


def _active(run: Run, case: Case, wanted: list[str]) -> set[str]:
    leaves = run.tree(case).leaves
    return {
        node.stage
        for node in (leaves[key] for key in wanted)
        if node.stage and not (isinstance(node.block, Step) and node.block.detached)
    }


def _state(run: Run, case: Case) -> None:
    if case.status in CLOSED:
        return
    wanted, complete = run.frontier(case)
    active = _active(run, case, wanted)
    _start_clocks(run, case, wanted)
    timing.tend(run, case, active)
    if active:
        case.stage = min(active, key=list(run.plan.stages).index)
    if complete and case.status != CaseStatus.DONE:
        case.status, case.ended_at = CaseStatus.DONE, run.now
        if case is run.root:
            tell_end(run)
    elif not complete and case.status == CaseStatus.DONE:
        case.status, case.ended_at = CaseStatus.OPEN, None
