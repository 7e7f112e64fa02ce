"""Files of complaints and of their answers: for the reporter and the officials, nobody else.

Reading is not logged: of a hidden name the log must learn nothing.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.complaints.gate import filed, may_handle
from portal.complaints.models import Complaint, ComplaintMessage
from portal.documents.files import register_owner

COMPLAINT = "complaint"
"""Owner of what the reporter brought; its id is the complaint's."""
MESSAGE = "complaint-answer"
"""Owner of what came with an answer; its id is the message's."""


def readable(session: Session, actor: Actor, complaint_id: int) -> bool:
    """Whether the person may read the files of a complaint."""
    complaint = session.get(Complaint, complaint_id)
    if complaint is None:
        return False
    if filed(session, actor, complaint_id):
        return True
    return may_handle(session, actor, complaint)


def answer_readable(session: Session, actor: Actor, message_id: int) -> bool:
    """Whether the person may read the files of an answer."""
    message = session.get(ComplaintMessage, message_id)
    return message is not None and readable(session, actor, message.complaint_id)


register_owner(COMPLAINT, readable)
register_owner(MESSAGE, answer_readable)
