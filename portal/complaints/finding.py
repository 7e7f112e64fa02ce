"""Finding a complaint by its number, by who filed it or handles it. Words are never looked for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.complaints.gate import kept_from, read_by
from portal.complaints.models import Complaint, ComplaintIdentity


@dataclass(frozen=True, slots=True)
class FoundComplaint:
    """A complaint; ``own`` if the person filed it, otherwise they handle it."""

    number: str
    own: bool


def find_complaint(session: Session, actor: Actor, number: str) -> FoundComplaint | None:
    """The complaint of that whole number, if the person may open it; one query."""
    filed = (
        select(ComplaintIdentity.complaint_id)
        .where(
            ComplaintIdentity.complaint_id == Complaint.id,
            ComplaintIdentity.person_id == actor.person_id,
        )
        .correlate(Complaint)
        .exists()
    )
    handled = read_by(actor) & not_(kept_from(actor))
    row = session.execute(
        select(Complaint.number, filed).where(
            Complaint.number == number.upper(), or_(filed, handled)
        )
    ).one_or_none()
    return None if row is None else FoundComplaint(row[0], bool(row[1]))
