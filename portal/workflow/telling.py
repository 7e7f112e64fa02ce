"""Who may be told of a task or a case, and what a message may say of it.

Messages leave the page that has asked for a right: so the recipients are chosen here, by
the same rules as who may act (candidates on this day, delegates, the claim, conflicts of
interest), and here is said what is private. Messages themselves are a plugin's affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.auth.contacts import contacts
from portal.auth.rights import Actor, actor_of
from portal.org.holders import HolderView
from portal.workflow.access import may_view
from portal.workflow.barring import barred_cases
from portal.workflow.corebook import own_page
from portal.workflow.models import Case, Task, TaskStatus
from portal.workflow.run import plan_of
from portal.workflow.turns import partners


@dataclass(frozen=True, slots=True)
class TaskNews:
    """What may be told of a task.

    ``private``: a sealed case, or one with a page of its own (a complaint); then ``step`` is
    empty, and a message that leaves the portal must not name the case. ``root_id`` is the
    root case, ``path`` where the portal shows the task, ``zone`` that of its deadline.
    """

    task_id: int
    root_id: int
    number: str
    step: str
    private: bool
    path: str
    opened_at: datetime
    due: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class CaseNews:
    """What may be told of a case; ``requester_id`` is who began it, if that person may read it."""

    root_id: int
    number: str
    private: bool
    path: str
    status: str
    ended_at: datetime | None
    requester_id: int | None


def recipients_of_task(session: Session, task_id: int) -> list[HolderView]:
    """Everybody whom an open task waits for now, each once; only people with an open account.

    Holders and delegates of the positions at which it waits, without those from whom the
    case is kept; of a claimed task only the one who has claimed it.
    """
    task = session.get(Task, task_id)
    if task is None or task.status != TaskStatus.OPEN:
        return []
    found = partners(session, task_id)
    taken = [view for view in found if view.person_id == task.claimed_by_id]
    found = taken or found  # a claim of somebody who lost the right to it holds nobody up
    reached = contacts(session, [view.person_id for view in found])
    return [view for view in found if view.person_id in reached]


def news_of_task(session: Session, task_id: int) -> TaskNews | None:
    """What may be told of a task, whether it is open or not; None if there is none."""
    found = session.execute(
        select(Task, Case).join(Case, Case.id == Task.case_id).where(Task.id == task_id)
    ).first()
    if found is None:
        return None
    task, case = found
    root = case if case.parent_id is None else session.get_one(Case, task.root_id)
    private = _private(root)
    return TaskNews(
        task_id=task.id,
        root_id=root.id,
        number=case.number,
        step="" if private else task.title,
        private=private,
        path=_path(root, "workflow.task", number=case.number, task_id=task.id),
        opened_at=task.opened_at,
        due=task.due,
        zone=case.timezone or current_app.config["PORTAL"].timezone,
    )


def news_of_case(session: Session, case_id: int) -> CaseNews | None:
    """What may be told of a root case; None if there is none."""
    root = session.get(Case, case_id)
    if root is None:
        return None
    requester = root.started_by_id
    if requester is not None:
        actor = actor_of(session, requester)
        plan = plan_of(session, root.definition_id)
        if not may_view(session, actor, root, root, plan):
            requester = None
    return CaseNews(
        root_id=root.id,
        number=root.number,
        private=_private(root),
        path=_path(root, "workflow.case", number=root.number),
        status=str(root.status),
        ended_at=root.ended_at,
        requester_id=requester,
    )


def cases_kept_from(actor: Actor) -> Select[int]:
    """Ids of the root cases that are kept from the person by a conflict of interest."""
    return barred_cases(actor)


def _private(root: Case) -> bool:
    return root.sealed or bool(own_page(root))


def _path(root: Case, endpoint: str, **values: object) -> str:
    """The address without its host: a job has no request that would know one."""
    own = own_page(root)
    if own:
        endpoint, values = own, {"number": root.number}
    return current_app.url_map.bind("").build(endpoint, values)
