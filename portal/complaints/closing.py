"""Closing by time: an answered complaint to which nobody objected in time is closed."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from portal import audit, clock
from portal.complaints.models import Complaint
from portal.db import db, reading, transaction
from portal.jobs import every
from portal.workflow.run import lock_run

BATCH = 200
"""How many complaints one turn closes at most; the rest wait for the next turn."""


@every(3600, "complaints.close")
def close() -> None:
    """Close what nobody objected to in time."""
    close_over(BATCH)


def close_over(limit: int) -> int:
    """Close up to ``limit`` complaints whose time to object is over; returns how many."""
    due = select(Complaint.id, Complaint.case_id).where(
        Complaint.closed_at.is_(None), Complaint.reopen_until < clock.now()
    )
    with reading():
        rows = db.session.execute(due.order_by(Complaint.reopen_until).limit(limit)).all()
        db.session.rollback()
    closed = 0
    for complaint_id, case_id in rows:
        with transaction() as session:
            lock_run(session, case_id)
            row = session.get_one(Complaint, complaint_id, populate_existing=True)
            until = row.reopen_until
            if row.closed_at is not None or until is None or until >= clock.now():
                continue
            row.closed_at = until
            closed += 1
            reason = _("Tidak ada keberatan sampai batas waktunya.")
            audit.append(
                session,
                f"case:{case_id}",
                "complaint.closed",
                {"case": row.number, "reason": reason},
                case_id=case_id,
            )
    return closed
