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
from portal.auth.rights import Actor
from portal.complaints.codes import hash_of
from portal.complaints.definition import (
    DELEGATE,
    OUTCOME_OF,
    PASS_ON,
    RECEIVE,
)
from portal.complaints.facts import KIND_NAMES, Kind
from portal.complaints.files import COMPLAINT, MESSAGE
from portal.complaints.handling import ANSWER
from portal.complaints.models import Complaint, ComplaintIdentity, ComplaintMessage
from portal.documents.files import FileRef, files_of
from portal.formats import tanggal
from portal.org.models import Position
from portal.workflow.calendar import load_calendar
from portal.workflow.inbox import Deadline, deadline_of
from portal.workflow.models import Candidate, Task, TaskStatus

LOOKS = {
    "received": ("info", "circle-dot"),
    "handled": ("info", "circle-dot"),
    "answered": ("ok", "circle-check"),
    "closed": ("neutral", "circle-check"),
    "withdrawn": ("neutral", "arrow-back-up"),
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
    """What the office answered (``kind`` answer), or the reporter objected or took back."""

    kind: str
    author: str
    text: str
    at: datetime
    files: Sequence[FileRef] = ()

    @property
    def mine(self) -> bool:
        """Whether the reporter said it."""
        return self.kind != ANSWER


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

    @property
    def may_object(self) -> bool:
        """Whether the reporter may object to the answer, or be content with it."""
        return self.state == "answered"

    @property
    def may_withdraw(self) -> bool:
        """Whether the reporter may take it back."""
        return self.state in ("received", "handled")

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
        "withdrawn": _("Ditarik pelapor"),
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


def steps_of(session: Session, complaint: Complaint) -> Sequence[Task]:
    """The steps in their last round, in order."""
    query = select(Task).where(Task.case_id == complaint.case_id, Task.current)
    return session.scalars(query.order_by(Task.id)).all()


def status_of(
    session: Session, complaint: Complaint, steps: Sequence[Task] | None = None
) -> Status:
    """Everything that a page about one complaint shows; a handful of queries."""
    steps = steps_of(session, complaint) if steps is None else steps
    opened = next((each for each in steps if each.status == TaskStatus.OPEN), None)
    decided = next((s for s in steps if s.step == RECEIVE and s.status == TaskStatus.DONE), None)
    answered = next((s for s in reversed(steps) if s.step in OUTCOME_OF and s is not opened), None)
    titles = officials_of(session, [opened.id] if opened is not None else [])
    official = titles.get(opened.id, "") if opened is not None else ""
    state = state_of(complaint, opened)
    files = files_of(session, COMPLAINT, [complaint.id])[complaint.id]
    return Status(
        number=complaint.number,
        kind=kind_name(complaint.kind),
        state=state,
        state_text=state_words()[state],
        official=official,
        due=opened.due if opened is not None else None,
        deadline=deadline_now(session, opened),
        standard=complaint.standard_title,
        about=complaint.about,
        text=complaint.text,
        case_number=complaint.case_number,
        hidden=complaint.hidden,
        filed_at=complaint.filed_at,
        stages=_way(complaint, state, opened, decided, answered, official),
        messages=_messages(session, complaint),
        files=[FileRef.of(each) for each in files],
        reopen_until=complaint.reopen_until,
    )


def _messages(session: Session, complaint: Complaint) -> list[Message]:
    rows = session.scalars(
        select(ComplaintMessage)
        .where(ComplaintMessage.complaint_id == complaint.id)
        .order_by(ComplaintMessage.id)
    ).all()
    files = files_of(session, MESSAGE, [row.id for row in rows]) if rows else {}
    return [
        Message(row.kind, row.author, row.text, row.at, [FileRef.of(f) for f in files[row.id]])
        for row in rows
    ]


def kind_name(kind: str) -> str:
    """The kind in words."""
    return str(KIND_NAMES[Kind(kind)])


def state_of(complaint: Complaint, opened: Task | None) -> str:
    """received, handled, answered, closed or withdrawn; ``opened``: the step that waits."""
    if complaint.withdrawn_at is not None:
        return "withdrawn"
    if complaint.closed_at is not None:
        return "closed"
    if complaint.reopen_until is not None:
        return "answered" if complaint.reopen_until >= clock.now() else "closed"
    return "received" if opened is None or opened.step == RECEIVE else "handled"


def deadline_now(session: Session, opened: Task | None) -> Deadline:
    """How the limit of the open step stands now."""
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


def officials_of(session: Session, task_ids: Sequence[int]) -> dict[int, str]:
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
    filed = (
        _("Pengaduan diterima"),
        _("Nama pelapor dirahasiakan") if complaint.hidden else _("Tercatat dengan nama"),
        tanggal(complaint.filed_at),
    )
    if complaint.withdrawn_at is not None:
        end = (_("Ditarik pelapor"), _("Tidak ditindaklanjuti lagi"))
        return [
            StageLine(*filed, "done"),
            StageLine(*end, tanggal(complaint.withdrawn_at), "done"),
        ]
    due = opened.due if opened is not None else answered.due if answered is not None else None
    promised = _("paling lambat %(day)s", day=tanggal(due)) if due is not None else ""
    place = {"received": 1, "handled": 2, "answered": 4, "closed": 5}[state]
    ways = {DELEGATE: _("Didelegasikan kepada kepala bagian"), PASS_ON: _("Diteruskan")}
    outcome = decided.outcome if decided is not None else ""
    done_at = answered.done_at if answered is not None else None
    until = complaint.closed_at or complaint.reopen_until
    rows = [
        filed,
        (
            _("Ditelaah penerima pengaduan"),
            official if state == "received" else complaint.receiver,
            " · ".join(filter(None, (_day(decided), ways.get(outcome, "")))) or promised,
        ),
        (
            _("Ditindaklanjuti"),
            official if state == "handled" else "",
            promised if place < 3 else "",
        ),
        (
            _("Jawaban disampaikan"),
            _("Pelapor dapat menyatakan keberatan atas jawaban"),
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
