"""The case page as data: stages with limit against actual time, lanes, records, what I may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.auth.rights import Actor
from portal.formats import durasi, waktu
from portal.org.models import Position, Unit
from portal.workflow.actors_text import actor_title
from portal.workflow.behaviours import behaviours
from portal.workflow.caseacts import open_tasks, possible_acts
from portal.workflow.caseparts import CaseView, LaneView, StageView, StepView
from portal.workflow.definition import RETURN, ForEachUnit
from portal.workflow.definition import Task as Step
from portal.workflow.diagram import swimlane
from portal.workflow.inbox import Deadline, deadline_of
from portal.workflow.limits import parse_limit
from portal.workflow.models import Case, CaseStatus, StageClock, Task, TaskStatus
from portal.workflow.outcome import results_of
from portal.workflow.questions import questions_of
from portal.workflow.recordform import describe
from portal.workflow.routing import Node, Plan
from portal.workflow.run import Run, load_run

STATUS = {
    CaseStatus.OPEN: "Berjalan",
    CaseStatus.SUSPENDED: "Ditunda",
    CaseStatus.DONE: "Selesai",
    CaseStatus.CANCELLED: "Dibatalkan",
}
STEP_STATES = {TaskStatus.DONE: "done", TaskStatus.LAPSED: "skipped"}
"""How a step that is not open any more is shown."""


def case_view(session: Session, actor: Actor, case: Case, root: Case, plan: Plan) -> CaseView:
    """Read a case for its page; at most a dozen queries, whatever its size."""
    run = load_run(session, root)
    case = run.cases[case.id]
    tasks = list(session.scalars(select(Task).where(Task.case_id == case.id).order_by(Task.id)))
    names = _names(run, tasks)
    zone = case.timezone or current_app.config["PORTAL"].timezone
    by_step: dict[str, list[Task]] = {}
    for task in tasks:
        by_step.setdefault(task.step, []).append(task)
    states = _states(run, case)
    found = [
        _stage(run, case, key, nodes, by_step, names, zone)
        for key, nodes in run.tree(case).stages.items()
        # a branch that was not taken is no work to come
        if not all(run.tree(case).passed_by(node, run.progress(case)) for node in nodes)
    ]
    # what the standard does not print (a telaahan and what follows it) shows once it is reached
    stages = [view for view in found if view.state != "todo" or not plan.stages[view.number].added]
    loose = [
        node
        for node in run.tree(case).leaves.values()
        if not node.stage and isinstance(node.block, Step)
        if not run.tree(case).passed_by(node, run.progress(case))
    ]
    if loose:
        rows = [_step(run, case, node, by_step, names, zone) for node in loose]
        steps = [step for step in rows if step is not None]
        state = "now" if any(step.state == "now" for step in steps) else "todo"
        state = (
            "done" if steps and all(step.state in ("done", "skipped") for step in steps) else state
        )
        stages.append(StageView("", _("Tindak lanjut"), "", state, "", False, None, None, steps))
    active = plan.stages.get(case.stage)
    view = CaseView(
        number=case.number,
        title=root.title,
        unit_name=case.unit_name,
        root_number=root.number,
        root_url=url_for("workflow.case", number=root.number),
        standard_title=root.standard,
        standard_url=_standard_url(root.plugin),
        status=str(case.status if root.status != CaseStatus.SUSPENDED else root.status),
        status_text=_(STATUS[CaseStatus(case.status)]),
        zone=zone,
        stage_text=_stage_text(case, active.title if active else "", plan),
        facts=_facts(case, root, zone),
        stages=stages,
        lanes=_lanes(run, session) if case is root else [],
        actions=open_tasks(session, actor, case, tasks),
        timeline=_timeline(session, root, case),
    )
    view.can = possible_acts(run, session, actor, case, tasks)
    view.questions = questions_of(session, actor, root, case=case)
    if case is root and root.status == CaseStatus.DONE:
        view.results = results_of(run, tasks, zone, names)
    view.diagram = _diagram(plan, states)
    return view


def _diagram(plan: Plan, states: Mapping[str, str]) -> Markup:
    return swimlane(plan.workflow, states, compact=True)


def _states(run: Run, case: Case) -> dict[str, str]:
    states = {}
    for case_id in (run.root.id, case.id):
        for step, row in run.rows[case_id].items():
            states[step] = "now" if row.status == TaskStatus.OPEN else "done"
    lanes = list(run.lanes())
    if case is run.root and lanes:
        for over, tree in run.plan.lanes.items():
            for key in tree.leaves:
                rows = [run.rows[lane.id].get(key) for lane in lanes if lane.over == over]
                done = [row for row in rows if row and row.status != TaskStatus.OPEN]
                if any(rows):
                    states[key] = "done" if len(done) == len(rows) else "now"
    return states


def _standard_url(plugin: str) -> str:
    if not behaviours().active(plugin):
        return ""
    return url_for("standards.show", slug=plugin.replace("_", "-"))


def _stage_text(case: Case, title: str, plan: Plan) -> str:
    """The stage reached; of how many only where every case goes through all of them."""
    if case.status in (CaseStatus.DONE, CaseStatus.CANCELLED) or not case.stage:
        return ""
    branches = any(node.kind == "choice" for node in plan.main.root.walk())
    counted = [str(n) for n in range(1, len(plan.stages) + 1)]
    if branches or list(plan.stages) != counted:
        return _("Langkah %(n)s: %(title)s", n=case.stage, title=title)
    return _(
        "Langkah %(n)s dari %(all)s: %(title)s", n=case.stage, all=len(plan.stages), title=title
    )


def _facts(case: Case, root: Case, zone: str) -> list[tuple[str, str]]:
    facts = [
        (_("Dimulai oleh"), root.started_by),
        (_("Dimulai pada"), waktu(root.started_at, zone)),
        (_("Standar"), root.standard),
    ]
    if case.unit_name:
        facts.insert(0, (_("Satuan organisasi"), case.unit_name))
    if case.out_of_hours:
        facts.append((_("Jadwal"), _("Sebagian dilayani di luar jam kerja (klausul II.G)")))
    if case.released:
        facts.append((_("Tidak ditunggu"), case.released_reason))
    if case.ended_at:
        facts.append((_("Berakhir pada"), waktu(case.ended_at, zone)))
    return facts


def _names(run: Run, tasks: Sequence[Task]) -> dict[str, str]:
    """Names of units and positions that records refer to by id."""
    units = {
        key
        for task in tasks
        for value in task.record.values()
        if isinstance(value, dict)
        for key in value
        if isinstance(key, str) and key.isdigit()
    }
    names = {str(lane.unit_id): lane.unit_name for lane in run.lanes()}
    if units - names.keys():
        others = select(Unit.id, Unit.name).where(Unit.id.in_(map(int, units - names.keys())))
        names.update({str(key): name for key, name in run.session.execute(others)})
    if run.plan.chosen:
        positions = run.session.execute(select(Position.id, Position.title))
        names.update({str(key): title for key, title in positions})
    return names


def _stage(
    run: Run,
    case: Case,
    number: str,
    nodes: Sequence[Node],
    by_step: Mapping[str, list[Task]],
    names: Mapping[str, str],
    zone: str,
) -> StageView:
    block = run.plan.stages[number]
    leaves = [leaf for node in nodes for leaf in node.walk() if leaf.kind in ("task", "each")]
    steps = [_step(run, case, leaf, by_step, names, zone) for leaf in leaves]
    shown = [step for step in steps if step is not None]
    timer = run.clocks.get((case.id, number))
    progress = run.progress(case)
    complete = run.tree(case).stage_complete(number, progress)
    started = timer is not None or any(step.state != "todo" for step in shown)
    state = "done" if complete and started else "now" if started else "todo"
    if state == "now" and run.root.status == CaseStatus.CANCELLED:
        state = "stopped"
    deadline, used, late = _time(run, case, timer)
    return StageView(
        number=number,
        title=block.title,
        limit_text=parse_limit(block.limit).text() if block.limit else "",
        state=state,
        used_text=used,
        late=late,
        deadline=deadline if state == "now" else None,
        due=timer.due if timer is not None else None,
        steps=shown,
    )


def _time(run: Run, case: Case, timer: StageClock | None) -> tuple[Deadline | None, str, bool]:
    if timer is None:
        return None, "", False
    calendar = run.calendar(case)
    end = timer.ended_at or timer.paused_at or run.now
    start = timer.clock_from
    if timer.due is not None:
        start = calendar.net_start(start, timer.due, parse_limit(timer.limit))
    used = durasi(calendar.used(start, end)) if end > start else ""
    late = timer.due is not None and end > timer.due
    paused = timer.paused_at is not None
    deadline = deadline_of(calendar, run.now, timer.clock_from, timer.due, paused, timer.limit)
    return deadline, used, late


def _step(
    run: Run,
    case: Case,
    node: Node,
    by_step: Mapping[str, list[Task]],
    names: Mapping[str, str],
    zone: str,
) -> StepView | None:
    block = node.block
    if isinstance(block, ForEachUnit):
        joined = node.id in run.joined()
        waiting = any(run.lanes(block.over)) and node.id in run.reached()
        state = "done" if joined and waiting else "now" if waiting else "todo"
        who = _("Setiap satuan organisasi/satuan kerja")
        return StepView("", block.title, who, state, None, "", "", "", 1, False, False, ())
    assert isinstance(block, Step)
    rounds = by_step.get(node.id, [])
    if not rounds and block.when:
        return None
    last = rounds[-1] if rounds else None
    current = last if last is not None and last.current else None
    state = "todo"
    if current is not None:
        state = STEP_STATES.get(current.status, "now")
    # an overtaken round says nothing of the step now, but for the return it ended with
    returned = last is not None and last.outcome == RETURN
    shown = current or (last if returned else None)
    outcome = ""
    if shown is not None and shown.outcome:
        labels = {each.key: each.label for each in block.outcomes}
        outcome = labels.get(shown.outcome, _("Dikembalikan") if shown.outcome == RETURN else "")
    elif state == "skipped":
        outcome = _("Tidak diperlukan lagi karena langkah sesudahnya telah selesai")
    records: list[tuple[str, Any]] = []
    if shown is not None and shown.done_at is not None:
        records = describe(block.record, shown.record, zone, names)
        if block.form and behaviours().active(case.plugin):
            own = behaviours().form(case.plugin, block.form)
            records += list(own.show(run.session, case, shown))
    return StepView(
        id=node.id,
        title=block.title,
        who=actor_title(run.plan.workflow, block.by),
        state=state,
        when=shown.done_at if shown is not None else None,
        by=shown.acted_by if shown is not None else "",
        outcome_text=outcome,
        note=shown.note if shown is not None else "",
        round=shown.round if shown is not None else 1,
        added=block.added,
        detached=block.detached,
        records=records,
        outside=_outside(run, case, shown),
    )


def _outside(run: Run, case: Case, task: Task | None) -> bool:
    """Whether the step was served outside office hours (clause G allows it)."""
    at = task.done_at if task is not None else None
    return at is not None and not run.calendar(case).is_open(at)


def _lanes(run: Run, session: Session) -> list[LaneView]:
    lanes = list(run.lanes())
    if not lanes:
        return []
    rows: Sequence[Task] = ()
    if any(row.status == TaskStatus.OPEN for row in run.all_rows()):
        query = select(Task).where(Task.root_id == run.root.id, Task.status == TaskStatus.OPEN)
        rows = session.scalars(query.order_by(Task.id)).all()
    opened: dict[int, Task] = {}
    for task in rows:
        step = run.plan.step(task.step)
        if not step.detached or task.case_id not in opened:
            opened[task.case_id] = task
    views = []
    for lane in lanes:
        task_row = opened.get(lane.id)
        calendar = run.calendar(lane)
        deadline = Deadline("none", "", 0.0)
        if task_row is not None:
            paused = task_row.paused_at is not None
            deadline = deadline_of(
                calendar, run.now, task_row.clock_from, task_row.due, paused, task_row.limit
            )
        state = _(STATUS[CaseStatus(lane.status)])
        if task_row is None and lane.status == CaseStatus.OPEN:
            state = _("Menunggu langkah berikutnya")
        elif task_row is not None:
            state = task_row.title
        who = ""
        if task_row is not None:
            who = actor_title(run.plan.workflow, run.plan.step(task_row.step).by)
        views.append(
            LaneView(
                number=lane.number,
                unit=lane.unit_name,
                state=state,
                stage=lane.stage,
                who=who,
                due_text=deadline.text,
                state_kind=deadline.state if task_row is not None else "done",
                url=url_for("workflow.case", number=lane.number),
                released=lane.released,
            )
        )
    return views


LOG = {
    "started": "Kasus dimulai",
    "done": "Menyelesaikan langkah %(step)s",
    "returned": "Mengembalikan dari langkah %(step)s",
    "claimed": "Mengambil tugas langkah %(step)s",
    "handed-over": "Menyerahkan tugas langkah %(step)s",
    "withdrawn": "Menarik kembali langkah %(step)s",
    "released": "Melanjutkan tanpa menunggu yang terlambat",
    "suspended": "Menunda kasus",
    "resumed": "Melanjutkan kasus",
    "cancelled": "Membatalkan kasus",
    "moved": "Memindahkan tugas langkah %(step)s",
    "asked": "Meminta keterangan kepada pemohon (langkah %(step)s)",
    "informed": "Pemohon memberi keterangan (langkah %(step)s)",
    "question.withdrawn": "Menarik pertanyaan kepada pemohon (langkah %(step)s)",
    "unsealed": "Membuka kasus tertutup",
    "lapsed": "Menutup langkah %(step)s yang tidak diperlukan lagi",
    "due-soon": "Waktu langkah %(step)s hampir habis",
    "overdue": "Batas waktu langkah %(step)s terlewati",
    "calendar.changed": "Batas waktu disesuaikan dengan kalender kerja",
}


def _timeline(session: Session, root: Case, case: Case) -> list[tuple[datetime, str, str, str]]:
    rows = session.execute(
        select(AuditEvent.at, AuditEvent.actor, AuditEvent.kind, AuditEvent.data)
        .where(AuditEvent.case_id == root.id, AuditEvent.kind.in_(LOG))
        .order_by(AuditEvent.id.desc())
        .limit(200)
    )
    entries = []
    for at, who, kind, data in rows:
        if case is not root and data.get("case") not in (None, case.number):
            continue
        text = _(LOG[kind]) % {"step": data.get("step", "")} if "%" in LOG[kind] else _(LOG[kind])
        entries.append((at, who, text, data.get("note") or data.get("reason") or ""))
    return entries
