"""Reading a case from outside the engine: one gate for the right to see it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.workflow.access import case_by_number
from portal.workflow.models import Case


def find_case(session: Session, number: str, actor: Actor) -> Case:
    """The case of that number, if the person may read it.

    Raises:
        NotFound: no such case, or none that this person may know of.
    """
    case, _root, _plan = case_by_number(session, number, actor)
    return case
