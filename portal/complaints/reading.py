"""A complaint as pages show it: to its reporter, to the holder of the code, to its handlers.

Who may see which of these is decided in the views; nothing here names the reporter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import AuditEvent
from portal.auth.rights import Actor
from portal.complaints.codes import hash_of
from portal.complaints.definition import DELEGATE, OUTCOME_OF, PASS_ON, RECEIVE
from portal.complaints.facts import KIND_NAMES, Kind
from portal.complaints.handling import ANSWER
from portal.complaints.models import Complaint, ComplaintIdentity, ComplaintMessage
from portal.documents.files import FileRef, files_of
from portal.errors import Invalid
from portal.formats import tanggal
from portal.org.models import Position
from portal.workflow.barring import barred_cases
from portal.workflow.calendar import load_calendar
from portal.workflow.inbox import Deadline, deadline_of
from portal.workflow.models import Candidate, SealedReader, Task, TaskStatus

PAGE = 25
LOOKS = {
    "received": ("info", "circle-dot"),
    "handled": ("info", "circle-dot"),
    "answered": ("ok", "circle-check"),
    "closed": ("neutral", "circle-check"),
}


@dataclass(frozen=True, slots=True)
class StageLine:
    """One line of a complaint's way; ``state`` is done, now or todo."""

    title: str
    who: str
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class Message:
    """What the office answered (``mine`` False) or the reporter objected."""

    mine: bool
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """Where a complaint stands; ``official`` has it now, ``due`` is what was promised."""

    number: str
    kind: str
    state: str
    state_text: str
    official: str
    due: datetime | None
    deadline: Deadline
    standard: str
    about: str
    text: str
    case_number: str
    hidden: bool
    filed_at: datetime
    stages: Sequence[StageLine]
    messages: Sequence[Message]
    files: Sequence[FileRef]
    reopen_until: datetime | None
    may_object: bool

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon of the state's badge."""
        return LOOKS[self.state]


@dataclass(frozen=True, slots=True)
class Line:
    """A complaint in a list."""

    number: str
    kind: str
    standard: str
    state: str
    state_text: str
    official: str
    deadline: Deadline
    filed_at: datetime

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon of the state's badge."""
        return LOOKS[self.state]


def state_words() -> dict[str, str]:
    """The states in words."""
    return {
        "received": _("Sedang ditelaah"),
        "handled": _("Sedang ditindaklanjuti"),
        "answered": _("Sudah dijawab"),
        "closed": _("Ditutup"),
    }


def by_code(session: Session, code: str) -> Complaint | None:
    """The complaint of a tracking code; the same work for a wrong one."""
    return session.scalar(select(Complaint).where(Complaint.code_hash == hash_of(code)))


def mine(session: Session, actor: Actor, number: str) -> Complaint | None:
    """The complaint of that number if the person filed it."""
    return session.scalar(
        select(Complaint)
        .join(ComplaintIdentity, ComplaintIdentity.complaint_id == Complaint.id)
        .where(Complaint.number == number, ComplaintIdentity.person_id == actor.person_id)
    )


# -- one complaint -----------------------------------------------------------------------------


def status_of(session: Session, complaint: Complaint) -> Status:
    """Everything that a page about one complaint shows; five queries."""
    steps = session.scalars(
        select(Task).where(Task.case_id == complaint.case_id, Task.current).order_by(Task.id)
    ).all()
    opened = next((each for each in steps if each.status == TaskStatus.OPEN), None)
    decided = next((s for s in steps if s.step == RECEIVE and s.status == TaskStatus.DONE), None)
    answered = next((s for s in reversed(steps) if s.step in OUTCOME_OF and s is not opened), None)
    titles = _officials(session, [opened.id] if opened is not None else [])
    official = titles.get(opened.id, "") if opened is not None else ""
    state = _state(complaint, opened)
    messages = session.scalars(
        select(ComplaintMessage)
        .where(ComplaintMessage.complaint_id == complaint.id)
        .order_by(ComplaintMessage.id)
    ).all()
    files = files_of(session, "complaint", [complaint.id])[complaint.id]
    until = complaint.reopen_until
    return Status(
        number=complaint.number,
        kind=kind_name(complaint.kind),
        state=state,
        state_text=state_words()[state],
        official=official,
        due=opened.due if opened is not None else None,
        deadline=_deadline(session, opened),
        standard=complaint.standard_title,
        about=complaint.about,
        text=complaint.text,
        case_number=complaint.case_number,
        hidden=complaint.hidden,
        filed_at=complaint.filed_at,
        stages=_way(complaint, state, opened, decided, answered, official),
        messages=[
            Message(each.kind != ANSWER, each.author, each.text, each.at) for each in messages
        ],
        files=[FileRef.of(each) for each in files],
        reopen_until=until,
        may_object=state == "answered",
    )


def kind_name(kind: str) -> str:
    """The kind in words."""
    return str(KIND_NAMES[Kind(kind)])


def _state(complaint: Complaint, opened: Task | None) -> str:
    if complaint.closed_at is not None:
        return "closed"
    if complaint.reopen_until is not None:
        return "answered" if complaint.reopen_until >= clock.now() else "closed"
    return "received" if opened is None or opened.step == RECEIVE else "handled"


def _deadline(session: Session, opened: Task | None) -> Deadline:
    if opened is None:
        return Deadline("none", "", 0.0)
    calendar = load_calendar(session, current_app.config["PORTAL"].timezone)
    return deadline_of(
        calendar,
        clock.now(),
        opened.clock_from,
        opened.due,
        opened.paused_at is not None,
        opened.limit,
    )


def _officials(session: Session, task_ids: Sequence[int]) -> dict[int, str]:
    """Titles of the positions at which open tasks wait, by task."""
    rows = session.execute(
        select(Candidate.task_id, Position.title)
        .join(Position, Position.id == Candidate.position_id)
        .where(Candidate.task_id.in_(task_ids), Candidate.is_open)
        .order_by(Candidate.id)
    )
    found: dict[int, list[str]] = {}
    for task_id, title in rows:
        found.setdefault(task_id, []).append(title)
    return {task_id: ", ".join(each) for task_id, each in found.items()}


def _way(
    complaint: Complaint,
    state: str,
    opened: Task | None,
    decided: Task | None,
    answered: Task | None,
    official: str,
) -> list[StageLine]:
    due = opened.due if opened is not None else answered.due if answered is not None else None
    promised = _("paling lambat %(day)s", day=tanggal(due)) if due is not None else ""
    place = {"received": 1, "handled": 2, "answered": 4, "closed": 5}[state]
    named = _("Nama Anda dirahasiakan") if complaint.hidden else _("Tercatat atas nama Anda")
    ways = {DELEGATE: _("Didelegasikan kepada kepala bagian"), PASS_ON: _("Diteruskan")}
    outcome = decided.outcome if decided is not None else ""
    done_at = answered.done_at if answered is not None else None
    until = complaint.closed_at or complaint.reopen_until
    rows = [
        (_("Pengaduan diterima"), named, tanggal(complaint.filed_at)),
        (
            _("Ditelaah penerima pengaduan"),
            official if state == "received" else complaint.receiver,
            " · ".join(filter(None, (_day(decided), ways.get(outcome, "")))) or promised,
        ),
        (_("Ditindaklanjuti"), official if state == "handled" else "", promised),
        (
            _("Jawaban disampaikan"),
            _("Anda dapat menyatakan keberatan atas jawaban"),
            tanggal(done_at) if done_at is not None else promised,
        ),
        (
            _("Ditutup"),
            _("Bila tidak ada keberatan sampai waktunya"),
            "" if until is None
            else tanggal(until) if state == "closed"
            else _("paling lambat %(day)s", day=tanggal(until)),
        ),
    ]  # fmt: skip
    return [
        StageLine(title, who, when, "done" if n < place else "now" if n == place else "todo")
        for n, (title, who, when) in enumerate(rows)
    ]


def _day(task: Task | None) -> str:
    return tanggal(task.done_at) if task is not None and task.done_at is not None else ""


LOG = {
    "started": "Pengaduan disampaikan",
    "done": "Menyelesaikan langkah %(step)s",
    "returned": "Mengembalikan dari langkah %(step)s",
    "moved": "Memindahkan tugas langkah %(step)s",
    "due-soon": "Waktu penanganan hampir habis",
    "overdue": "Batas waktu penanganan terlewati",
    "complaint.revoked": "Mencabut delegasi",
    "complaint.reopened": "Menyatakan keberatan; pengaduan dibuka kembali",
    "complaint.closed": "Pengaduan ditutup",
    "complaint.identity": "Membuka nama pelapor",
}


def history(session: Session, complaint: Complaint) -> list[tuple[datetime, str, str, str]]:
    """What the log of the case says, newest first, for its handlers."""
    rows = session.execute(
        select(AuditEvent.at, AuditEvent.actor, AuditEvent.kind, AuditEvent.data)
        .where(AuditEvent.case_id == complaint.case_id, AuditEvent.kind.in_(LOG))
        .order_by(AuditEvent.id.desc())
        .limit(200)
    )
    return [
        (
            at,
            who,
            _(LOG[kind]) % {"step": data.get("step", "")} if "%" in LOG[kind] else _(LOG[kind]),
            data.get("note") or data.get("reason") or "",
        )
        for at, who, kind, data in rows
    ]


# -- lists -------------------------------------------------------------------------------------


def filed_by(session: Session, actor: Actor, before: str = "") -> tuple[list[Line], str]:
    """A page of what the person filed, newest first, and the cursor of the next page."""
    query = (
        select(Complaint)
        .join(ComplaintIdentity, ComplaintIdentity.complaint_id == Complaint.id)
        .where(ComplaintIdentity.person_id == actor.person_id)
        .order_by(ComplaintIdentity.complaint_id.desc())
        .limit(PAGE + 1)
    )
    if before:
        query = query.where(ComplaintIdentity.complaint_id < _cursor(before))
    return _lines(session, session.scalars(query).all())


def handled_by(session: Session, actor: Actor, before: str = "") -> tuple[list[Line], str]:
    """A page of what the person's positions handle or may read, newest first."""
    if not actor.position_ids:
        return [], ""
    ids = (
        select(Complaint.id)
        .join(SealedReader, SealedReader.case_id == Complaint.case_id)
        .where(
            SealedReader.position_id.in_(actor.position_ids),
            Complaint.case_id.not_in(barred_cases(actor)),
        )
        .group_by(Complaint.id)
        .order_by(Complaint.id.desc())
        .limit(PAGE + 1)
    )
    if before:
        ids = ids.where(Complaint.id < _cursor(before))
    found = session.scalars(ids).all()
    query = select(Complaint).where(Complaint.id.in_(found)).order_by(Complaint.id.desc())
    return _lines(session, session.scalars(query).all())


def _cursor(text: str) -> int:
    if not text.isdecimal() or not 0 < len(text) < 10:
        raise Invalid(_("Alamat halaman ini tidak lengkap. Mulailah dari awal daftar."))
    return int(text)


def _lines(session: Session, rows: Sequence[Complaint]) -> tuple[list[Line], str]:
    more, rows = len(rows) > PAGE, rows[:PAGE]
    tasks = session.scalars(
        select(Task).where(
            Task.case_id.in_([row.case_id for row in rows]), Task.status == TaskStatus.OPEN
        )
    )
    opened = {task.case_id: task for task in tasks}
    officials = _officials(session, [task.id for task in opened.values()])
    words = state_words()
    lines = []
    for row in rows:
        task = opened.get(row.case_id)
        state = _state(row, task)
        lines.append(
            Line(
                number=row.number,
                kind=kind_name(row.kind),
                standard=row.standard_title,
                state=state,
                state_text=words[state],
                official=officials.get(task.id, "") if task is not None else "",
                deadline=_deadline(session, task),
                filed_at=row.filed_at,
            )
        )
    return lines, str(rows[-1].id) if more else ""
