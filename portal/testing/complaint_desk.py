"""For tests of complaints in the database: file one, act on it, see where it waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.complaints.facts import Kind
from portal.complaints.filing import Draft, Filed, file_complaint
from portal.complaints.handling import handle
from portal.complaints.models import Complaint
from portal.db import db, transaction
from portal.org.models import Position
from portal.testing.complaints import KEY
from portal.testing.desk import Desk
from portal.workflow.acting import ActInput
from portal.workflow.models import Candidate, Case, SealedReader, Task

REPORTER = "staf-setpres"


def complain(
    desk: Desk, about: str = "", who: str = REPORTER, key: str = "", **changes: Any
) -> Filed:
    """File a complaint with the sample standard; ``about`` is a position's code."""
    values: dict[str, Any] = {"kind": Kind.GRIEVANCE, "text": "Belum dijawab.", "standard": KEY}
    with transaction() as session:
        if about:
            values["about"] = desk.world.position_id(about)
        draft = Draft(**{**values, **changes})
        return file_complaint(session, desk.actor(who), draft, key or desk.key())


def complaint(number: str) -> Complaint:
    """The complaint of that number, as it is now."""
    query = select(Complaint).where(Complaint.number == number)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def waiting(number: str) -> list[str]:
    """Codes of the positions at which the open step waits."""
    return list(
        db.session.scalars(
            select(Position.code)
            .join(Candidate, Candidate.position_id == Position.id)
            .join(Task, Task.id == Candidate.task_id)
            .join(Case, Case.id == Task.case_id)
            .where(Case.number == number, Candidate.is_open)
            .order_by(Position.code)
        )
    )


def readers(number: str) -> set[str]:
    """Codes of the positions that may read it."""
    return set(
        db.session.scalars(
            select(Position.code)
            .join(SealedReader, SealedReader.position_id == Position.id)
            .join(Case, Case.id == SealedReader.case_id)
            .where(Case.number == number)
        )
    )


def do(desk: Desk, who: str, number: str, outcome: str, to: str = "", answer: str = "") -> None:
    """Do the open step as the holder of a position; ``to``: the position it goes to."""
    with transaction() as session:
        task = session.scalars(
            select(Task)
            .join(Case, Case.id == Task.case_id)
            .where(Case.number == number, Task.status == "open")
        ).one()
        record: dict[str, Any] = {"to": str(desk.world.position_id(to))} if to else {}
        if answer:
            record["answer"] = answer
        note = "Bukan bidang kami." if outcome == "return" else ""
        sent = ActInput(outcome, desk.key(), task.version, record=record, note=note)
        handle(session, desk.actor(who), number, task.id, sent)
