"""One root case with its lanes, loaded and locked for one act.

A :class:`Run` is the working set of a transaction: the root row is locked first
(without that lock a join of many lanes can be missed on PostgreSQL), then cases,
step rows and stage clocks are read once, as light rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import bindparam, null, select
from sqlalchemy import case as decided
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import NotFound
from portal.org import service as org
from portal.workflow.actors import Cast, Place
from portal.workflow.calendar import load_calendar
from portal.workflow.clock import OfficeCalendar
from portal.workflow.definition import Workflow
from portal.workflow.definition_json import from_json
from portal.workflow.fields import Field
from portal.workflow.models import Case, Definition, StageClock, Task, TaskStatus
from portal.workflow.routing import Plan, Progress, Result, Tree, build

FRESH = "portal.workflow.fresh_definition"
"""In ``session.info``: the transaction that made a definition row, and the row's id."""


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
    position_id: int | None
    opened_at: datetime | None = None
    seen_at: datetime | None = None
    record: dict[str, Any] | None = None


class Run:
    """The working set of one root case; see the module."""

    def __init__(self, session: Session, root: Case, plan: Plan) -> None:
        self.session = session
        self.root = root
        self.plan = plan
        self.now: datetime = clock.now()
        self.cases: dict[int, Case] = {root.id: root}
        self.rows: dict[int, dict[str, StepRow]] = defaultdict(dict)
        self.rounds: dict[tuple[int, str], int] = {}
        self.opened: list[Task] = []
        self.private = False
        """Whether this run is read for a reader of its sealed case; the view says so."""
        self._clocks: dict[tuple[int, str], StageClock] | None = None
        self._cast: Cast | None = None
        self._calendars: dict[str, OfficeCalendar] = {}
        self._done: dict[int, dict[str, Result]] = {}
        self._joined: frozenset[str] | None = None
        self._reached: frozenset[str] | None = None
        self._progress: dict[int, Progress] = {}
        self._frontiers: dict[int, tuple[list[str], bool]] = {}

    @property
    def chain(self) -> str:
        """Name of the log chain of this root case."""
        return f"case:{self.root.id}"

    @property
    def clocks(self) -> dict[tuple[int, str], StageClock]:
        """The newest clock of each stage by case and stage, read when first asked for."""
        if self._clocks is None:
            rows = self.session.scalars(CLOCKS, {"root": self.root.id})
            self._clocks = {(row.case_id, row.stage): row for row in rows}
        return self._clocks

    @property
    def cast(self) -> Cast:
        """The resolver of actors, made when the first step opens."""
        if self._cast is None:
            self._cast = Cast(
                self.session, self.plan.workflow, org.today(), units=self._asked_units
            )
        return self._cast

    def _asked_units(self) -> set[int]:
        return {case.unit_id for case in self.cases.values() if case.unit_id is not None}

    def lanes(self, over: str | None = None) -> Iterator[Case]:
        """The lanes (over one unit set, or all), in their order."""
        for case in self.cases.values():
            if case.parent_id is not None and over in (None, case.over):
                yield case

    @property
    def may_read(self) -> bool:
        """Whether this reader may read the case, and not only the task that waits for them."""
        return self.private or not self.root.sealed

    def shown(self, fields: Sequence[Field]) -> tuple[Field, ...]:
        """Those of a step's fields that this reader is asked for and shown."""
        return tuple(each for each in fields if self.private or not each.sealed)

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
            for row in (self.rows[case.id].get(step) or self.rows[self.root.id].get(step),)
            if row is not None and row.record
            for name, value in row.record.items()
        }
        return Place(case.unit_id, case.coordinator_id, self.root.data, chosen)

    def all_rows(self) -> Iterator[StepRow]:
        """The current rows of the case and all its lanes."""
        for rows in self.rows.values():
            yield from rows.values()

    def changed(self) -> None:
        """A step is done, taken back or closed, or a lane came or was released: derive anew."""
        self._done.clear()
        self._progress.clear()
        self._frontiers.clear()
        self._joined = self._reached = None

    def done(self, case_id: int) -> dict[str, Result]:
        """The finished steps of one case."""
        if case_id not in self._done:
            self._done[case_id] = {
                step: Result(row.outcome, row.record or {}, row.proxied)
                for step, row in self.rows[case_id].items()
                if row.status == TaskStatus.DONE
            }
        return self._done[case_id]

    def progress(self, case: Case) -> Progress:
        """What the frontier of this case is derived from."""
        if case.id not in self._progress:
            self._progress[case.id] = self._derive(case)
        return self._progress[case.id]

    def _derive(self, case: Case) -> Progress:
        if case.parent_id is None:
            return Progress(self.done(case.id), joined=self.joined(), lapsed=self._lapsed(case))
        flags = frozenset(["released"]) if case.released else frozenset[str]()
        return Progress(
            self.done(case.id), entered=self._entered(case), flags=flags, lapsed=self._lapsed(case)
        )

    def _lapsed(self, case: Case) -> frozenset[str]:
        rows = self.rows[case.id].items()
        return frozenset(step for step, row in rows if row.status == TaskStatus.LAPSED)

    def frontier(self, case: Case) -> tuple[list[str], bool]:
        """The steps of this case that must be open, and whether it waits for nothing more."""
        if case.id not in self._frontiers:
            self._frontiers[case.id] = self.tree(case).frontier(self.progress(case))
        return self._frontiers[case.id]

    def joined(self) -> frozenset[str]:
        """The ``ForEachUnit`` blocks that no lane holds up: finished or released lanes only."""
        if self._joined is None:
            self._joined = frozenset(self._find_joined())
        return self._joined

    def _find_joined(self) -> Iterator[str]:
        for over, segments in self.plan.segments.items():
            lanes = list(self.lanes(over))
            if not lanes:
                continue
            everywhere = frozenset(segments)
            waited = [
                Progress(self.done(lane.id), entered=everywhere)
                for lane in lanes
                if not lane.released
            ]
            tree = self.plan.lanes[over]
            for node, key in zip(tree.root.children, segments, strict=True):
                if not all(tree.complete(node, progress) for progress in waited):
                    break
                yield key

    def _entered(self, lane: Case) -> frozenset[str]:
        segments = self.plan.segments[lane.over]
        if lane.released:
            return frozenset(segments)
        known = self.rows[lane.id]
        tree = self.plan.lanes[lane.over]
        return self.reached() | {
            key for key, tasks in tree.segments.items() if not tasks.isdisjoint(known)
        }

    def reached(self) -> frozenset[str]:
        """The ``ForEachUnit`` blocks that the main case has come to, or has passed."""
        if self._reached is None:
            done, joined = self.done(self.root.id), self.joined()
            self._reached = frozenset(
                key
                for segments in self.plan.segments.values()
                for key in segments
                if key in self.plan.main.frontier(Progress(done, joined=joined - {key}))[0]
            )
        return self._reached


# Written once: every act runs these, and building a statement costs more than SQLite's answer.
_fresh = {"populate_existing": True}
ROOT = (
    select(Case).where(Case.id == bindparam("root")).with_for_update().execution_options(**_fresh)
)
LANES = (
    select(Case)
    .where(Case.parent_id == bindparam("root"))
    .order_by(Case.id)
    .execution_options(**_fresh)
)
CLOCKS = (
    select(StageClock)
    .where(StageClock.root_id == bindparam("root"))
    .order_by(StageClock.round)
    .execution_options(**_fresh)
)
STEPS = select(
    Task.id,
    Task.case_id,
    Task.step,
    Task.stage,
    Task.round,
    Task.status,
    Task.outcome,
    Task.proxied,
    Task.person_id,
    Task.position_id,
    Task.opened_at,
    Task.seen_at,
    Task.current,
    # the choices of the case turn on the records of a few steps; the others are not read
    decided((Task.step.in_(bindparam("deciding", expanding=True)), Task.record), else_=null()),
).where(Task.root_id == bindparam("root"))


def lock_run(session: Session, root_id: int) -> Run:
    """Lock the root case and load the run.

    Raises:
        NotFound: there is no such case.
    """
    root = session.scalar(ROOT, {"root": root_id})
    if root is None:
        raise NotFound(_("Kasus tidak ditemukan."))
    return load_run(session, root)


def load_run(session: Session, root: Case) -> Run:
    """Read lanes and steps of a root case (whose row the caller holds)."""
    run = Run(session, root, plan_of(session, root.definition_id))
    if run.plan.lanes:
        lanes = session.scalars(LANES, {"root": root.id})
        run.cases.update((lane.id, lane) for lane in lanes)
    _read_steps(run)
    return run


def _read_steps(run: Run) -> None:
    asked = {"root": run.root.id, "deciding": sorted(run.plan.deciding)}
    for *values, current, record in run.session.execute(STEPS, asked):
        row = StepRow(*values)
        row.status = TaskStatus(row.status)
        key = (row.case_id, row.step)
        run.rounds[key] = max(run.rounds.get(key, 0), row.round)
        if current:
            run.rows[row.case_id][row.step] = row
            if row.status == TaskStatus.DONE:
                row.record = record


def plan_of(session: Session, definition_id: int) -> Plan:
    """The compiled workflow of a definition row; rows never change, so the app keeps it.

    Not so for a row of this very transaction: if it is rolled back, SQLite gives its id
    to the next definition.
    """
    known: dict[int, Plan] = current_app.extensions.setdefault("portal_plans", {})
    if definition_id in known:
        return known[definition_id]
    body = session.scalar(select(Definition.body).where(Definition.id == definition_id))
    if body is None:
        raise NotFound(_("Definisi alur kerja tidak ditemukan."))
    workflow = from_json(body)
    assert isinstance(workflow, Workflow)
    plan = build(workflow)
    if session.info.get(FRESH) != (session.get_transaction(), definition_id):
        known[definition_id] = plan
    return plan
