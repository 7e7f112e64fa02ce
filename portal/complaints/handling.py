"""What officials do with a complaint: decide, answer, revoke a delegation, open a name.

The steps are acts of the engine; here is what goes along with them: who may read from now
on, the conversation, and the rule that no step ever waits at somebody with a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, select, union
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.auth.rights import Actor
from portal.complaints.chart import load_chart, seats_of
from portal.complaints.conflict import Chart, Route, bar_of, may_have, route
from portal.complaints.definition import (
    ANSWERED,
    ANSWERS,
    COMPLAINT,
    DECIDED,
    DELEGATE,
    HANDLE,
    RECEIVE,
    SAVED,
)
from portal.complaints.files import MESSAGE
from portal.complaints.gate import is_handled_by
from portal.complaints.models import Complaint, ComplaintIdentity, ComplaintMessage
from portal.complaints.settings import load_settings
from portal.documents.files import attach
from portal.errors import Conflict, Forbidden, Invalid, MissingReason, NotFound
from portal.events import ComplaintAnswered
from portal.org import service as org
from portal.org.models import Person
from portal.workflow.acting import ActInput, ActResult, act, signature
from portal.workflow.behaviours import EffectContext, behaviours
from portal.workflow.calendar import load_calendar
from portal.workflow.corebook import register
from portal.workflow.entry import ActRequest, enter, remember
from portal.workflow.limits import parse_limit
from portal.workflow.models import (
    Barred,
    Candidate,
    Case,
    SealedReader,
    Task,
    TaskStatus,
)
from portal.workflow.returning import send_back
from portal.workflow.run import lock_run
from portal.workflow.settle import settle

ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Choices:
    """To whom the receiver may give it: titles by position id, without anybody in conflict."""

    delegates: dict[int, str]
    officials: dict[int, str]


def complaint_of(session: Session, actor: Actor, number: str) -> tuple[Complaint, Case]:
    """The complaint of that number, if the person handles it.

    Raises:
        NotFound: there is none, or none that this person may know of.
    """
    found = session.execute(
        select(Complaint, Case)
        .join(Case, Case.id == Complaint.case_id)
        .where(Complaint.number == number, is_handled_by(actor))
    ).first()
    if found is None:
        raise NotFound(missing())
    complaint, case = found
    return complaint, case


def missing() -> str:
    """The one sentence for a number that is wrong and for one that is not theirs."""
    return _("Pengaduan tidak ditemukan, atau bukan pengaduan yang boleh Anda lihat.")


# -- the rule, for every step ----------------------------------------------------------------


def _judge(session: Session, complaint: Complaint) -> tuple[Chart, Route, frozenset[int]]:
    """The organisation today, the complaint's way and the seats shut besides."""
    chart = load_chart(session, org.today())
    bar = bar_of(chart, complaint.about_id)
    way = Route(complaint.receiver_id, complaint.alone, bar)
    people = union(
        select(Barred.person_id).where(
            Barred.case_id == complaint.case_id, Barred.person_id.is_not(None)
        ),
        select(ComplaintIdentity.person_id).where(ComplaintIdentity.complaint_id == complaint.id),
    ).subquery()
    return chart, way, seats_of(session, select(people.c.person_id))


def guard(session: Session, root: Case, positions: Sequence[int]) -> list[int]:
    """Of the positions a step would wait at, those without a conflict; else the superior.

    Whoever gets a step may read the case from then on.
    """
    complaint = session.scalar(select(Complaint).where(Complaint.case_id == root.id))
    if complaint is None:
        raise Invalid(missing())
    chart, way, shut = _judge(session, complaint)
    fit = [key for key in positions if may_have(chart, way, key, shut)]
    if not fit:
        first = next(iter(positions), None)
        other = route(
            chart,
            proposed=first,
            officer=complaint.officer_id,
            about=complaint.about_id,
            shut=shut,
        )
        if other is None:
            raise Invalid(_("Tidak ada pejabat yang boleh menangani pengaduan ini."))
        fit = [other.seat]
    known = set(
        session.scalars(select(SealedReader.position_id).where(SealedReader.case_id == root.id))
    )
    session.add_all(
        SealedReader(case_id=root.id, position_id=key) for key in fit if key not in known
    )
    return fit


def choices(session: Session, complaint: Complaint) -> Choices:
    """To whom the receiver may delegate (clause H), and to which officials pass it on."""
    chart, way, shut = _judge(session, complaint)
    taken = complaint.receiver_id

    def free(keys: Iterable[int]) -> dict[int, str]:
        fit = [key for key in keys if key != taken and may_have(chart, way, key, shut)]
        return {key: chart.seats[key].title for key in fit}

    return Choices(free(complaint.delegates), free(chart.heads.values()))


def refresh_readers(session: Session, complaint: Complaint) -> None:
    """Only the receiver, those who have it or answered it, and the keeper of a hidden name."""
    session.flush()
    case_id = complaint.case_id
    waiting = select(Candidate.position_id).join(Task, Task.id == Candidate.task_id)
    waiting = waiting.where(Task.case_id == case_id, Candidate.is_open)
    decided = select(Task.position_id).where(
        Task.case_id == case_id,
        Task.status == TaskStatus.DONE,
        Task.current,
        Task.position_id.is_not(None),
    )
    keep = {*session.scalars(waiting), *session.scalars(decided)}
    keep |= {complaint.officer_id} if complaint.hidden else set()
    session.execute(
        delete(SealedReader)
        .where(SealedReader.case_id == case_id, SealedReader.position_id.not_in(keep))
        .execution_options(synchronize_session=False)
    )


# -- what goes along with the steps ------------------------------------------------------------


def _decided(context: EffectContext) -> None:
    """The receiver chose: a delegate or an official must be one who may have it."""
    complaint = _by_case(context.session, context.case.id)
    if context.outcome == HANDLE:
        return
    allowed = choices(context.session, complaint)
    wanted = allowed.delegates if context.outcome == DELEGATE else allowed.officials
    to = str(context.record.get("to") or "")
    if not to.isdecimal() or int(to) not in wanted:
        text = _("Pilih pejabat dari daftar.")
        raise Invalid(text, {"to": text})


def _answered(context: EffectContext) -> None:
    """The answer goes into the conversation; the time to object begins."""
    session, complaint = context.session, _by_case(context.session, context.case.id)
    days = load_settings(session).reopen_days
    now = clock.now()
    session.add(
        ComplaintMessage(
            complaint_id=complaint.id,
            kind=ANSWER,
            author=context.task.acted_by,
            position_id=context.task.position_id,
            text=context.record["answer"],
            at=now,
        )
    )
    calendar = load_calendar(session, current_app.config["PORTAL"].timezone)
    complaint.answered_at = now
    complaint.reopen_until = calendar.deadline(now, parse_limit(f"{days} hari"))
    case = context.case
    reporter = session.get_one(ComplaintIdentity, complaint.id).person_id
    behaviours().event(
        session,
        ComplaintAnswered(
            case_id=case.id,
            number=case.number,
            plugin=case.plugin,
            workflow=case.workflow,
            person_id=None if complaint.hidden else reporter,
        ),
    )


def _by_case(session: Session, case_id: int) -> Complaint:
    return session.scalars(select(Complaint).where(Complaint.case_id == case_id)).one()


def handle(
    session: Session,
    actor: Actor,
    number: str,
    task_id: int,
    sent: ActInput,
    files: Sequence[str] = (),
) -> ActResult:
    """Do the open step as the official whose turn it is; see ``portal.workflow.acting.act``.

    ``files`` are uploads that go with an answer.
    """
    complaint, case = complaint_of(session, actor, number)
    task = session.get(Task, task_id)
    if task is None or task.case_id != case.id:
        raise NotFound(missing())
    result = act(session, task_id, actor, sent)
    if not result.repeated:
        if sent.outcome == ANSWERED:
            attach(session, files, MESSAGE, _last_answer(session, complaint), case.id, actor=actor)
        refresh_readers(session, complaint)
    return result


def _last_answer(session: Session, complaint: Complaint) -> int:
    query = select(ComplaintMessage.id).where(
        ComplaintMessage.complaint_id == complaint.id, ComplaintMessage.kind == ANSWER
    )
    return session.scalars(query.order_by(ComplaintMessage.id.desc()).limit(1)).one()


def reason_text(text: str) -> str:
    """The reason without blanks around it; raises MissingReason when nothing was written."""
    if not text.strip():
        raise MissingReason(_("Tulis alasannya."), {"reason": _("Alasan wajib diisi.")})
    return text.strip()


def revoke(session: Session, actor: Actor, number: str, reason: str, form_key: str) -> None:
    """Take a delegation back while it is not answered; a repeated form changes nothing.

    Raises:
        Forbidden: another official delegated it.
        Conflict: nothing is delegated (any more).
    """
    complaint, case = complaint_of(session, actor, number)
    run = lock_run(session, case.id)
    request = ActRequest("revoke", COMPLAINT.key, case)
    if enter(session, actor, request, form_key, case) is not None:
        return
    row = run.rows[case.id].get(ANSWERS[DELEGATE])
    if row is None or row.status != TaskStatus.OPEN:
        raise Conflict(_("Delegasi ini sudah dijawab atau sudah dicabut."))
    giver = run.rows[case.id][RECEIVE].position_id
    holding = next((each for each in actor.holdings if each.position_id == giver), None)
    if holding is None:
        raise Forbidden(_("Hanya pejabat yang mendelegasikan yang dapat mencabutnya."))
    text = reason_text(reason)
    remember(session, form_key, actor, case, "revoke")
    send_back(run, run.root, [(run.root, RECEIVE)])
    audit.append(
        session,
        run.chain,
        "complaint.revoked",
        {"step": row.step, "case": case.number, "reason": text},
        actor=signature(actor, holding),
        person_id=actor.person_id,
        case_id=case.id,
    )
    settle(run, came_from=holding.title, reason=_("Delegasi dicabut: %(why)s", why=text))
    refresh_readers(session, complaint)


def open_identity(session: Session, actor: Actor, number: str, reason: str) -> Person:
    """The reporter behind a hidden name, for the complaint officer; each view is logged.

    Raises:
        Forbidden: the person is not the officer who keeps this name.
    """
    complaint, case = complaint_of(session, actor, number)
    if not keeps_name(actor, complaint):
        raise Forbidden(_("Hanya petugas pengaduan yang dapat membuka nama pelapor."))
    run = lock_run(session, case.id)
    own = actor.own_holdings
    holding = next(each for each in own if each.position_id == complaint.officer_id)
    audit.append(
        session,
        run.chain,
        "complaint.identity",
        {"case": case.number, "reason": reason_text(reason)},
        actor=signature(actor, holding),
        person_id=actor.person_id,
        case_id=case.id,
    )
    return session.get_one(Person, session.get_one(ComplaintIdentity, complaint.id).person_id)


def keeps_name(actor: Actor, complaint: Complaint) -> bool:
    """Whether the person, who may view this complaint, may open its hidden name.

    A delegate of the complaint officer does not.
    """
    return complaint.hidden and complaint.officer_id in actor.own_position_ids


register(
    COMPLAINT,
    effects={DECIDED: _decided, SAVED: _answered},
    guard=guard,
    page="complaints.handle_page",
)
