"""Finding files by name, inside the cases that a person may see and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session, aliased

from portal.auth.rights import Actor
from portal.documents.models import FileState, StoredFile
from portal.org.finding import has_words
from portal.workflow.access import Standing, is_visible
from portal.workflow.corebook import CORE
from portal.workflow.models import Case, Task

WINDOW = 1000
"""Names are looked for among so many files, the newest."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file with the case that it belongs to."""

    name: str
    token: str
    case_number: str
    case_title: str
    created_at: datetime


def find_files(
    session: Session, actor: Actor, standing: Standing, words: str, limit: int
) -> list[FoundFile]:
    """Files of steps and starts whose name has every word, newest first; one query."""
    owned = (
        select(StoredFile)
        .where(StoredFile.owner_kind.in_(("task", "case")), StoredFile.kept_until.is_(None))
        .order_by(StoredFile.id.desc())
        .limit(WINDOW)
        .subquery()
    )
    stored, root = aliased(StoredFile, owned), aliased(Case)
    of = case((stored.owner_kind == "task", Task.case_id), else_=stored.owner_id)
    rows = session.execute(
        select(stored.name, stored.token, Case.number, root.title, stored.created_at)
        .outerjoin(Task, (Task.id == stored.owner_id) & (stored.owner_kind == "task"))
        .join(Case, Case.id == of)
        .join(root, root.id == Case.root_id)
        .where(
            has_words(words, stored.name),
            stored.state != FileState.INFECTED,
            Case.plugin != CORE,
            is_visible(actor, standing),
        )
        .order_by(stored.id.desc())
        .limit(limit)
    )
    return [FoundFile(*row) for row in rows]
