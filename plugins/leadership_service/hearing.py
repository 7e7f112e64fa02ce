"""What the plugin hears of: a sealed letter that its leader has opened enters the books."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.leadership_service.effects import kind_of_event
from plugins.leadership_service.models import CLOSED, AgendaEvent, RegisterLine
from portal.api import Case, CaseUnsealed, Event, step_record, transaction

SEALED_TITLE = "Surat tertutup"


def hear(event: Event) -> None:
    """An opened case: its line and its events say what an ordinary letter's say."""
    if isinstance(event, CaseUnsealed):
        with transaction() as session:
            open_books(session, session.get_one(Case, event.case_id))


def open_books(session: Session, case: Case) -> None:
    """Register and agenda of an opened case; done twice it changes nothing more."""
    line = session.scalar(select(RegisterLine).where(RegisterLine.case_id == case.id))
    if line is not None:
        line.sealed = False
        if case.title != SEALED_TITLE:
            line.subject = line.subject or case.title
    rows = session.scalars(
        select(AgendaEvent).where(AgendaEvent.case_id == case.id, AgendaEvent.kind == CLOSED)
    )
    for row in rows:
        record = step_record(session, case.id, row.step)
        row.title = str(record.get("judul") or row.title)
        row.place = str(record.get("tempat") or row.place)
        row.kind = kind_of_event(session, case, row.step)
