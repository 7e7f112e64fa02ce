"""What the reader of a case page may do: their open tasks, and the acts beside the steps."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.workflow.actors import cast_of
from portal.workflow.caseparts import ActionView
from portal.workflow.control import withdrawal_problem
from portal.workflow.definition import Fixed
from portal.workflow.inbox import ACTIONS
from portal.workflow.models import Candidate, Case, CaseStatus, Task, TaskStatus
from portal.workflow.releasing import late_lanes, waiting_block
from portal.workflow.run import Run
from portal.workflow.starting import NOWHERE, manages


def open_tasks(
    session: Session, actor: Actor, case: Case, tasks: Sequence[Task]
) -> list[ActionView]:
    """The tasks of this case that wait for the reader."""
    opened = {task.id: task for task in tasks if task.status == TaskStatus.OPEN}
    if not opened or not actor.position_ids:
        return []
    ids = session.scalars(
        select(Candidate.task_id)
        .where(
            Candidate.task_id.in_(opened),
            Candidate.position_id.in_(actor.position_ids),
            Candidate.is_open,
        )
        .distinct()
        .order_by(Candidate.task_id)
    )
    return [
        ActionView(
            task_id=key,
            title=opened[key].title,
            step=opened[key].step,
            label=_(ACTIONS.get(opened[key].kind, "Kerjakan")),
            kind=opened[key].kind,
            url=url_for("workflow.task", number=case.number, task_id=key),
            claimed_by=(
                "" if opened[key].claimed_by_id == actor.person_id else opened[key].claimed_by
            ),
        )
        for key in ids
    ]


def possible_acts(
    run: Run, session: Session, actor: Actor, case: Case, tasks: Sequence[Task]
) -> dict[str, str]:
    """The acts beside the steps that this person may do now, by name, with their address.

    What concerns the case as a whole is done on the main case's page; a lane leads there.
    """
    can = _whole(run, session, actor)
    if case is not run.root and can:
        can = {"root": url_for("workflow.case", number=run.root.number, _anchor="tindakan")}
    last = [task for task in tasks if task.person_id == actor.person_id and task.current]
    if last and not withdrawal_problem(run, last[-1], actor):
        can["withdraw"] = url_for("workflow.withdraw", number=case.number, task_id=last[-1].id)
    return can


def _whole(run: Run, session: Session, actor: Actor) -> dict[str, str]:
    """The acts on the case as a whole."""
    can: dict[str, str] = {}
    root = run.root
    if root.sealed:  # its readers alone come here, and they alone may open it
        can["unseal"] = url_for("workflow.unseal", number=root.number)

    def address(act: str) -> str:
        return url_for("workflow.control_case", number=root.number, act=act)

    if root.status not in (CaseStatus.OPEN, CaseStatus.SUSPENDED):
        return can
    managing = manages(session, actor, root, run.plan.workflow) is not None
    if managing and root.status == CaseStatus.OPEN:
        can["suspend"] = address("tunda")
    if managing and root.status == CaseStatus.SUSPENDED:
        can["resume"] = address("lanjutkan")
    begun = any(row.status == TaskStatus.DONE for row in run.all_rows())
    own = root.started_by_id == actor.person_id and not begun
    if managing or own:
        can["cancel" if managing else "take_back"] = address(
            "batalkan" if managing else "tarik-permohonan"
        )
    block = waiting_block(run)
    if block is not None and block.release_by and late_lanes(run, block):
        holders = cast_of(session, run.plan.workflow).positions(Fixed(block.release_by), NOWHERE)
        if actor.position_ids & set(holders):
            can["release"] = address("tanpa-menunggu")
    return can
