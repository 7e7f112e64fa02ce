"""Files of complaints: their reporter and their handlers may read them, nobody else."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.complaints.models import Complaint, ComplaintIdentity
from portal.documents.files import register_owner
from portal.workflow.access import may_view
from portal.workflow.models import Case
from portal.workflow.run import plan_of


def readable(session: Session, actor: Actor, complaint_id: int) -> bool:
    """Whether the person may read the files of a complaint."""
    complaint = session.get(Complaint, complaint_id)
    if complaint is None:
        return False
    reporter = session.scalar(
        select(ComplaintIdentity.person_id).where(ComplaintIdentity.complaint_id == complaint_id)
    )
    if reporter == actor.person_id:
        return True
    case = session.get_one(Case, complaint.case_id)
    return may_view(session, actor, case, case, plan_of(session, case.definition_id))


register_owner("complaint", readable)
