"""One root case with its lanes, loaded and locked for one act.

A :class:`Run` is the working set of a transaction: the root row is locked first
(without that lock a join of many lanes can be missed on PostgreSQL), then cases,
step rows and stage clocks are read once, as light rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import NotFound
from portal.org import service as org
from portal.workflow.actors import Cast, Place
from portal.workflow.calendar import load_calendar
from portal.workflow.clock import OfficeCalendar
from portal.workflow.definition import Workflow, from_json
from portal.workflow.models import Case, Definition, StageClock, Task, TaskStatus
from portal.workflow.routing import Plan, Progress, Result, Tree, build


@dataclass(slots=True)
class StepRow:
    """The current row of a step in one case, without its record."""

    id: int
    case_id: int
    step: str
    stage: str
    round: int
    status: TaskStatus
    outcome: str
    proxied: bool
    person_id: int | None
    record: dict[str, Any] | None = None


class Run:
    """The working set of one root case; see the module."""

    def __init__(self, session: Session, root: Case, plan: Plan) -> None:
        self.session = session
        self.root = root
        self.plan = plan
        self.now: datetime = clock.now()
        self.cases: dict[int, Case] = {root.id: root}
        self.rows: dict[tuple[int, str], StepRow] = {}
        self.rounds: dict[tuple[int, str], int] = {}
        self.clocks: dict[tuple[int, str], StageClock] = {}
        self.opened: list[Task] = []
        self._cast: Cast | None = None
        self._calendars: dict[str, OfficeCalendar] = {}

    @property
    def chain(self) -> str:
        """Name of the log chain of this root case."""
        return f"case:{self.root.id}"

    @property
    def cast(self) -> Cast:
        """The resolver of actors, made when the first step opens."""
        if self._cast is None:
            self._cast = Cast(self.session, self.plan.workflow, org.today())
        return self._cast

    def lanes(self, over: str | None = None) -> Iterator[Case]:
        """The lanes (over one unit set, or all), in their order."""
        for case in self.cases.values():
            if case.parent_id is not None and over in (None, case.over):
                yield case

    def tree(self, case: Case) -> Tree:
        """The tree that this case walks."""
        return self.plan.tree(case.over or None)

    def calendar(self, case: Case) -> OfficeCalendar:
        """The office calendar of the case's zone."""
        zone = case.timezone or current_app.config["PORTAL"].timezone
        if zone not in self._calendars:
            self._calendars[zone] = load_calendar(self.session, zone)
        return self._calendars[zone]

    def place(self, case: Case) -> Place:
        """Where the actors of this case are resolved."""
        chosen = {
            f"{step}.{name}": value
            for step in self.plan.chosen
            for row in (self.rows.get((case.id, step)) or self.rows.get((self.root.id, step)),)
            if row is not None and row.record
            for name, value in row.record.items()
        }
        return Place(case.unit_id, case.coordinator_id, self.root.data, chosen)

    def progress(self, case: Case, *, without: str = "") -> Progress:
        """What is done in the case; ``without`` leaves one join out of account."""
        done = {
            step: Result(row.outcome, row.record or {}, row.proxied)
            for (case_id, step), row in self.rows.items()
            if case_id == case.id and row.status == TaskStatus.DONE
        }
        if case.parent_id is None:
            joined = frozenset(key for key in self.joined() if key != without)
            return Progress(done, joined=joined)
        flags = frozenset(["released"]) if case.released else frozenset[str]()
        return Progress(done, entered=self._entered(case), flags=flags)

    def joined(self) -> frozenset[str]:
        """The ``ForEachUnit`` blocks that no lane holds up: finished or released lanes only."""
        result = set()
        for over, segments in self.plan.segments.items():
            lanes = [lane for lane in self.lanes(over) if not lane.released]
            if not any(self.lanes(over)):
                continue
            tree = self.plan.lanes[over]
            done = [self._finished(lane) for lane in lanes]
            for node, key in zip(tree.root.children, segments, strict=True):
                if not all(tree.complete(node, progress) for progress in done):
                    break
                result.add(key)
        return frozenset(result)

    def _finished(self, lane: Case) -> Progress:
        """The lane's progress as the join sees it: every segment may be entered."""
        done = {
            step: Result(row.outcome, row.record or {}, row.proxied)
            for (case_id, step), row in self.rows.items()
            if case_id == lane.id and row.status == TaskStatus.DONE
        }
        return Progress(done, entered=frozenset(self.plan.segments[lane.over]))

    def _entered(self, lane: Case) -> frozenset[str]:
        segments = self.plan.segments[lane.over]
        if lane.released:
            return frozenset(segments)
        tree = self.plan.lanes[lane.over]
        entered = {key for key in segments if self.reached(key)}
        for node in tree.root.children:
            if any((lane.id, leaf.id) in self.rows for leaf in node.walk() if leaf.kind == "task"):
                entered.add(node.id)
        return frozenset(entered)

    def reached(self, each_id: str) -> bool:
        """Whether the main case has come to this ``ForEachUnit`` (or past it)."""
        progress = self.progress(self.root, without=each_id)
        return each_id in self.plan.main.frontier(progress)[0]


def lock_run(session: Session, root_id: int) -> Run:
    """Lock the root case and load the run.

    Raises:
        NotFound: there is no such case.
    """
    root = session.scalar(
        select(Case)
        .where(Case.id == root_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if root is None:
        raise NotFound(_("Kasus tidak ditemukan."))
    return load_run(session, root)


def load_run(session: Session, root: Case) -> Run:
    """Read lanes, steps and clocks of a root case (whose row the caller holds)."""
    run = Run(session, root, plan_of(session, root.definition_id))
    if run.plan.lanes:
        lanes = session.scalars(
            select(Case)
            .where(Case.parent_id == root.id)
            .order_by(Case.id)
            .execution_options(populate_existing=True)
        )
        run.cases.update((lane.id, lane) for lane in lanes)
    _read_steps(run)
    clocks = session.scalars(
        select(StageClock)
        .where(StageClock.root_id == root.id)
        .order_by(StageClock.round)
        .execution_options(populate_existing=True)
    )
    run.clocks.update(((row.case_id, row.stage), row) for row in clocks)
    return run


def _read_steps(run: Run) -> None:
    columns = (
        Task.id,
        Task.case_id,
        Task.step,
        Task.stage,
        Task.round,
        Task.status,
        Task.outcome,
        Task.proxied,
        Task.person_id,
        Task.current,
    )
    rows = run.session.execute(select(*columns).where(Task.root_id == run.root.id))
    for *values, current in rows:
        row = StepRow(*values)
        row.status = TaskStatus(row.status)
        key = (row.case_id, row.step)
        run.rounds[key] = max(run.rounds.get(key, 0), row.round)
        if current:
            run.rows[key] = row
    wanted = [
        row.id
        for row in run.rows.values()
        if row.status == TaskStatus.DONE and row.step in run.plan.deciding
    ]
    if wanted:
        by_id = {row.id: row for row in run.rows.values()}
        records = run.session.execute(select(Task.id, Task.record).where(Task.id.in_(wanted)))
        for key_id, record in records:
            by_id[key_id].record = record


def plan_of(session: Session, definition_id: int) -> Plan:
    """The compiled workflow of a definition row; rows never change, so the app keeps it."""
    known: dict[int, Plan] = current_app.extensions.setdefault("portal_plans", {})
    if definition_id not in known:
        body = session.scalar(select(Definition.body).where(Definition.id == definition_id))
        if body is None:
            raise NotFound(_("Definisi alur kerja tidak ditemukan."))
        workflow = from_json(body)
        assert isinstance(workflow, Workflow)
        known[definition_id] = build(workflow)
    return known[definition_id]
