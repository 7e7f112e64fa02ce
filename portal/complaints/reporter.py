"""What the reporter does with a complaint, by name or by code: object, be content, withdraw."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.complaints.definition import RECEIVE
from portal.complaints.files import MESSAGE
from portal.complaints.handling import ANSWER, reason_text, refresh_readers
from portal.complaints.models import Complaint, ComplaintMessage
from portal.documents.files import files_of
from portal.documents.models import StoredFile
from portal.errors import Conflict
from portal.events import ComplaintWithdrawn
from portal.workflow.behaviours import behaviours
from portal.workflow.control import end_unfinished
from portal.workflow.models import TaskStatus
from portal.workflow.returning import send_back
from portal.workflow.run import Run, lock_run
from portal.workflow.settle import settle, tell_end
from portal.workflow.turns import partners

OBJECTION, WITHDRAWAL = "objection", "withdrawal"
REPORTER = "Pelapor"


def object_to(session: Session, complaint: Complaint, reason: str) -> None:
    """The reporter objects to the answer in time: the receiver gets it anew, with a new limit.

    Raises:
        Conflict: it is not answered, or the time to object is over.
        MissingReason: nothing was written.
    """
    text = reason_text(reason)
    run = _answer_open(session, complaint)
    _say(session, run, "complaint.reopened", text)
    _message(session, complaint, OBJECTION, text)
    complaint.answered_at = complaint.reopen_until = None
    send_back(run, run.root, [(run.root, RECEIVE)])
    settle(run, came_from=REPORTER, reason=_("Keberatan pelapor: %(why)s", why=text))
    refresh_readers(session, complaint)


def accept(session: Session, complaint: Complaint) -> None:
    """The reporter is content: the complaint is closed before its time.

    Raises:
        Conflict: it is not answered, or closed already.
    """
    run = _answer_open(session, complaint)
    complaint.closed_at = clock.now()
    _say(session, run, "complaint.closed", "")


def withdraw(session: Session, complaint: Complaint, reason: str) -> None:
    """The reporter takes it back before it is answered: the case ends, the officials read why.

    Raises:
        Conflict: it is answered, closed or withdrawn already.
        MissingReason: nothing was written.
    """
    text = reason_text(reason)
    run = _lock(session, complaint)
    if complaint.reopen_until is not None:
        raise Conflict(
            _("Pengaduan ini sudah dijawab. Nyatakan keberatan, atau tutup bila jawabannya cukup.")
        )
    if complaint.closed_at is not None:
        raise Conflict(_("Pengaduan ini sudah ditutup."))
    complaint.withdrawn_at = complaint.closed_at = clock.now()
    _message(session, complaint, WITHDRAWAL, text)
    waiting = [row.id for row in run.all_rows() if row.status == TaskStatus.OPEN]
    people = {view.person_id for task_id in waiting for view in partners(session, task_id)}
    end_unfinished(run)
    _say(session, run, "complaint.withdrawn", text)
    tell_end(run)
    event = ComplaintWithdrawn(
        case_id=run.root.id,
        number=run.root.number,
        plugin=run.root.plugin,
        workflow=run.root.workflow,
        person_ids=tuple(sorted(people)),
    )
    behaviours().event(session, event)


def answer_file(session: Session, complaint: Complaint, token: str) -> StoredFile | None:
    """A file that came with an answer of this complaint, for the holder of its code."""
    messages = session.scalars(
        select(ComplaintMessage.id).where(
            ComplaintMessage.complaint_id == complaint.id, ComplaintMessage.kind == ANSWER
        )
    ).all()
    for rows in files_of(session, MESSAGE, messages).values():
        for row in rows:
            if row.token == token:
                return row
    return None


def _lock(session: Session, complaint: Complaint) -> Run:
    run = lock_run(session, complaint.case_id)
    session.refresh(complaint)
    return run


def _answer_open(session: Session, complaint: Complaint) -> Run:
    """Lock the case of a complaint that was answered and may still be objected to."""
    run = _lock(session, complaint)
    if complaint.withdrawn_at is not None:
        raise Conflict(_("Pengaduan ini sudah ditarik. Bila perlu, sampaikan pengaduan baru."))
    if complaint.reopen_until is None:
        raise Conflict(_("Pengaduan ini belum dijawab, atau sudah ditangani kembali."))
    if complaint.closed_at is not None or complaint.reopen_until < clock.now():
        raise Conflict(
            _("Pengaduan ini sudah ditutup. Bila masih ada masalah, sampaikan pengaduan baru.")
        )
    return run


def _message(session: Session, complaint: Complaint, kind: str, text: str) -> None:
    session.add(ComplaintMessage(complaint_id=complaint.id, kind=kind, text=text, at=clock.now()))


def _say(session: Session, run: Run, kind: str, reason: str) -> None:
    audit.append(
        session,
        run.chain,
        kind,
        {"case": run.root.number, "reason": reason},
        actor=REPORTER,
        case_id=run.root.id,
    )
