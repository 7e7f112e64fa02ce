"""Letters and memoranda that the cases of a person have numbered: the register they may read.

An entry is shown to whoever may see its case, with what the register keeps of it; a sealed
case has a neutral subject there. Registers of a plugin's own (a key with a point) are its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CompoundSelect, or_, select, union
from sqlalchemy.orm import Session, aliased

from portal.auth.rights import Actor
from portal.documents.models import EntryStatus, Register, RegisterEntry
from portal.workflow.access import standing_of, visible_cases
from portal.workflow.models import Candidate, Case, SealedReader, Task

PAGE = 25


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One number with the letter it was given to."""

    id: int
    register: str
    number: str
    day: date
    subject: str
    case_number: str
    cancelled: bool
    reason: str


def letters_of(
    session: Session,
    actor: Actor,
    *,
    register: str = "",
    year: int | None = None,
    words: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[Sequence[LetterRow], int | None]:
    """A page of letters, the newest first, and the cursor of the next one."""
    query = (
        select(
            RegisterEntry.id,
            Register.key,
            RegisterEntry.number,
            RegisterEntry.day,
            RegisterEntry.subject,
            Case.number,
            RegisterEntry.status == EntryStatus.CANCELLED,
            RegisterEntry.reason,
        )
        .join(Register, Register.id == RegisterEntry.register_id)
        .join(Case, Case.id == RegisterEntry.case_id)
        .where(Register.key.not_like("%.%"), visible_cases(session, actor))
        .order_by(RegisterEntry.id.desc())
        .limit(limit + 1)
    )
    own = _own_cases(session, actor)
    if own is not None:
        query = query.where(RegisterEntry.case_id.in_(own))
    if register:
        query = query.where(Register.key == register)
    if year is not None:
        query = query.where(Register.year == year)
    for word in words.split()[:5]:
        query = query.where(
            or_(
                RegisterEntry.subject.icontains(word, autoescape=True),
                RegisterEntry.number.icontains(word, autoescape=True),
                Case.number.icontains(word, autoescape=True),
            )
        )
    if before is not None:
        query = query.where(RegisterEntry.id < before)
    rows = [LetterRow(*row) for row in session.execute(query)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def _own_cases(session: Session, actor: Actor) -> CompoundSelect[int] | None:
    """The few cases of somebody who performs no standard; None for who sees many.

    Without them the whole register would be read to find the few letters of these cases.
    """
    standing = standing_of(session, actor)
    if standing.performing or standing.served:
        return None
    root = aliased(Case)
    begun = select(root.id).where(root.started_by_id == actor.person_id)
    waited = select(Task.case_id).join(Candidate, Candidate.task_id == Task.id)
    return union(
        select(Case.id).where(Case.root_id.in_(begun)),
        select(Case.id).where(Case.unit_id.in_({each.unit_id for each in actor.holdings})),
        waited.where(Candidate.position_id.in_(actor.position_ids)),
        select(Case.id)
        .join(SealedReader, SealedReader.case_id == Case.root_id)
        .where(SealedReader.position_id.in_(actor.own_position_ids)),
    )


def letter_registers(session: Session) -> tuple[list[str], list[int]]:
    """The registers there are, and their years, newest first; one query."""
    rows = session.execute(
        select(Register.key, Register.year).where(Register.key.not_like("%.%"))
    ).all()
    keys = sorted({key for key, _year in rows})
    return keys, sorted({year for _key, year in rows}, reverse=True)
