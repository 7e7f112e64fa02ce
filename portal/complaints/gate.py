"""Who may read a complaint as an official, and who is its reporter.

Every page, file and list of complaints asks here. The readers are those of the sealed case;
unlike a sealed letter, a complaint goes on while its official is absent, so a delegate reads
it a.n. that official, unless the conflict rule keeps it from the delegate.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.complaints.models import Complaint, ComplaintIdentity
from portal.workflow.barring import applies_to
from portal.workflow.models import Barred, SealedReader


def kept_from(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Complaint`` that the person may not have it as an official.

    It is kept from them, it is their own, or it is for the complaint officer alone and
    they only act a.n. that officer.
    """
    own = exists().where(
        ComplaintIdentity.complaint_id == Complaint.id,
        ComplaintIdentity.person_id == actor.person_id,
    )
    barred = exists(
        select(Barred.id)
        .where(Barred.case_id == Complaint.case_id, applies_to(actor))
        .correlate(Complaint)
    )
    alone = and_(Complaint.alone, Complaint.receiver_id.not_in(actor.own_position_ids))
    return or_(own, barred, alone)


def may_handle(session: Session, actor: Actor, complaint: Complaint) -> bool:
    """Whether the person may read it as an official, or a.n. one who is absent."""
    query = select(Complaint.id).where(Complaint.id == complaint.id, is_handled_by(actor)).limit(1)
    return session.scalar(query) is not None


def is_handled_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Complaint`` of :func:`may_handle`."""
    return and_(read_by(actor), not_(kept_from(actor)))


def read_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Complaint`` that a position of the person has it or had it."""
    return exists(
        select(SealedReader.case_id)
        .where(
            SealedReader.case_id == Complaint.case_id,
            SealedReader.position_id.in_(actor.position_ids),
        )
        .correlate(Complaint)
    )


def filed(session: Session, actor: Actor, complaint_id: int) -> bool:
    """Whether the person is the reporter."""
    query = select(ComplaintIdentity.person_id).where(
        ComplaintIdentity.complaint_id == complaint_id
    )
    return session.scalar(query) == actor.person_id
