"""What a person has started: state, who has it now, promised time; a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.auth.rights import Actor
from portal.workflow.actors_text import actor_title
from portal.workflow.calendar import load_calendar
from portal.workflow.case_filters import CaseFilter
from portal.workflow.corebook import CORE
from portal.workflow.inbox import deadline_of, read_cursor
from portal.workflow.models import Case, CaseStatus, Task, TaskStatus
from portal.workflow.questions import waiting_questions
from portal.workflow.run import plan_of

PAGE = 25
BATCH = 500
STATUS = {
    CaseStatus.OPEN: "Berjalan",
    CaseStatus.SUSPENDED: "Ditunda",
    CaseStatus.DONE: "Selesai",
    CaseStatus.CANCELLED: "Dibatalkan",
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One case that the person started; ``units`` says for how many of them it waits.

    ``question_url``: an open question to answer; ``withdraw_url``: where it may still be taken
    back; ``outcome_url``: what came of it, once it is done.
    """

    number: str
    title: str
    url: str
    status: str
    status_text: str
    stage_text: str
    who: str
    units: str
    due_text: str
    due_state: str
    started_at: datetime
    question_url: str
    withdraw_url: str
    outcome_url: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A page of them, newest first."""

    rows: tuple[RequestRow, ...]
    next_cursor: str
    start_url: str


def requests_of(
    session: Session,
    actor: Actor,
    *,
    cursor: str = "",
    wanted: CaseFilter | None = None,
    size: int = PAGE,
) -> RequestPage:
    """The cases this person started; a handful of queries whatever their number."""
    wanted = wanted or CaseFilter()
    query = (
        select(Case)
        .where(
            Case.started_by_id == actor.person_id,
            Case.parent_id.is_(None),
            Case.plugin != CORE,  # shown by its own domain
            *wanted.wanted().conditions,
            *wanted.words(),
        )
        .order_by(Case.started_at.desc(), Case.id.desc())
        .limit(size + 1)
    )
    if cursor:
        instant, number = read_cursor(cursor)
        same = and_(Case.started_at == instant, Case.id < number)
        query = query.where(or_(Case.started_at < instant, same))
    cases = list(session.scalars(query))
    more, cases = len(cases) > size, cases[:size]
    waiting_for = _waited(session, cases)
    counts = _lane_counts(session, [key for key, (_task, lanes) in waiting_for.items() if lanes])
    calendar = load_calendar(session, current_app.config["PORTAL"].timezone)
    asked = {each.case_id: each.url for each in waiting_questions(session, actor, limit=size)}
    begun = _begun(session, cases)
    now = clock.now()
    views = []
    for case in cases:
        waiting, lanes = waiting_for.get(case.id, (None, set()))
        if case.sealed:  # who began it may not read it: number, date and whether it runs
            waiting = None
        who, units, due_text, state = "", "", "", "none"
        if waiting is not None:
            if lanes:
                every = counts[case.id]
                units = _("menunggu %(n)s dari %(all)s satuan organisasi", n=len(lanes), all=every)
            else:
                plan = plan_of(session, case.definition_id)
                who = actor_title(plan.workflow, plan.step(waiting.step).by)
            paused = waiting.paused_at is not None
            deadline = deadline_of(
                calendar, now, waiting.clock_from, waiting.due, paused, waiting.limit
            )
            due_text, state = deadline.text, deadline.state
        running = case.status in (CaseStatus.OPEN, CaseStatus.SUSPENDED) and not case.sealed
        views.append(
            RequestRow(
                number=case.number,
                title=case.title,
                url="" if case.sealed else url_for("workflow.case", number=case.number),
                status=str(case.status),
                status_text=_(STATUS[CaseStatus(case.status)]),
                stage_text=_("Langkah %(n)s", n=case.stage) if running and case.stage else "",
                who=who,
                units=units,
                due_text=due_text,
                due_state=state,
                started_at=case.started_at,
                question_url=asked.get(case.id, ""),
                withdraw_url=(
                    url_for("workflow.control_case", number=case.number, act="tarik-permohonan")
                    if running and case.id not in begun
                    else ""
                ),
                outcome_url=(
                    url_for("workflow.case", number=case.number, _anchor="hasil")
                    if case.status == CaseStatus.DONE and not case.sealed
                    else ""
                ),
            )
        )
    last = cases[-1] if more else None
    next_cursor = f"{last.started_at.isoformat()}~{last.id}" if last is not None else ""
    return RequestPage(tuple(views), next_cursor, url_for("workflow.starts"))


def all_requests(session: Session, actor: Actor, wanted: CaseFilter) -> Iterator[RequestRow]:
    """Every request of the filter, newest first, read in portions."""
    cursor = ""
    while True:
        page = requests_of(session, actor, cursor=cursor, wanted=wanted, size=BATCH)
        yield from page.rows
        session.expunge_all()
        cursor = page.next_cursor
        if not cursor:
            return


def _begun(session: Session, cases: Sequence[Case]) -> set[int]:
    """Those of the cases in which somebody has finished a step: they are not taken back."""
    ids = [case.id for case in cases if case.status in (CaseStatus.OPEN, CaseStatus.SUSPENDED)]
    query = select(Task.root_id).where(Task.root_id.in_(ids), Task.status == TaskStatus.DONE)
    return set(session.scalars(query.distinct())) if ids else set()


def _waited(session: Session, cases: Sequence[Case]) -> dict[int, tuple[Task, set[int]]]:
    """By case, the first due of the tasks it waits for; of lanes, with all that are waited for.

    What nothing waits for (a detached task, a lane that was released) counts only where
    a main case has nothing else.
    """
    definitions = {case.id: case.definition_id for case in cases}
    rows = session.execute(
        select(Task, Case.released)
        .join(Case, Case.id == Task.case_id)
        .where(Task.root_id.in_(definitions), Task.status == TaskStatus.OPEN)
        .order_by(Task.due.is_(None), Task.due, Task.id)
    ).all()
    found: dict[int, tuple[Task, set[int]]] = {}
    aside: dict[int, Task] = {}
    for task, released in rows:
        root = task.root_id
        if plan_of(session, definitions[root]).step(task.step).detached:
            if task.case_id == root:
                aside.setdefault(root, task)
        elif task.case_id == root:
            if root not in found or found[root][1]:
                found[root] = (task, set())
        elif not released:
            _first, lanes = found.setdefault(root, (task, {task.case_id}))
            if lanes:
                lanes.add(task.case_id)
    return {key: (task, set()) for key, task in aside.items()} | found


def _lane_counts(session: Session, roots: Sequence[int]) -> dict[int, int]:
    """How many lanes each of these cases has."""
    query = select(Case.parent_id, func.count()).where(Case.parent_id.in_(roots))
    rows = session.execute(query.group_by(Case.parent_id)) if roots else ()
    return {key: number for key, number in rows if key is not None}
