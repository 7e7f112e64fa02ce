"""Filing a complaint: where it goes, what is written where, and the code that comes back.

The identity is written into a table of its own; of a hidden name the engine, its log and its
forms of a second click learn nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.models import Account
from portal.auth.rights import Actor
from portal.complaints.chart import holders_of, load_chart, seats_of
from portal.complaints.codes import code_of, hash_of
from portal.complaints.conflict import Chart, Route, bar_of, route
from portal.complaints.definition import COMPLAINT
from portal.complaints.facts import ComplaintFacts, Kind
from portal.complaints.models import Complaint, ComplaintIdentity
from portal.complaints.settings import load_settings, officer_of
from portal.documents.files import attach
from portal.errors import Invalid, NotFound
from portal.org import service as org
from portal.org.models import Person, Position
from portal.workflow.access import case_by_number
from portal.workflow.acting import signature
from portal.workflow.corebook import CORE
from portal.workflow.models import Barred, Case, SealedReader, Task, TaskStatus
from portal.workflow.starting import StartOption, begin_case

HIDDEN = "Pelapor (nama dirahasiakan)"
"""What the log and the officials read in place of a hidden name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reporter writes. ``about``: a position's id; ``administrator``: the portal's."""

    kind: Kind
    text: str
    standard: str = ""
    case_number: str = ""
    about: int | None = None
    administrator: bool = False
    hidden: bool = False
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """What the acknowledgement shows; ``repeated``: this form had been sent before."""

    number: str
    code: str
    due: datetime | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom it is about: the position, its words, and the people who must not have it."""

    position: Position | None
    words: str
    people: frozenset[int]


def file_complaint(session: Session, actor: Actor, draft: Draft, form_key: str) -> Filed:
    """Take a complaint in the caller's transaction; a repeated form gives the first answer.

    Raises:
        Invalid: the form is incomplete, names what does not exist, or nobody may handle it.
        NotFound: the case it names is none that the reporter may view.
    """
    if not form_key:
        raise Invalid(_("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi."))
    # clicks of one person wait for each other, else two could both miss the first's row
    person = select(Person.id).where(Person.id == actor.person_id)
    session.execute(person.with_for_update(key_share=True))
    mark = hashlib.sha256(f"{actor.person_id}:{form_key}".encode()).hexdigest()
    code = code_of(current_app.config["PORTAL"].secret_key, actor.person_id, form_key)
    known = session.scalar(
        select(Complaint)
        .join(ComplaintIdentity, ComplaintIdentity.complaint_id == Complaint.id)
        .where(ComplaintIdentity.form_hash == mark)
    )
    if known is not None:
        return Filed(known.number, code, _due(session, known.case_id), repeated=True)
    return _file(session, actor, draft, mark, code)


def _file(session: Session, actor: Actor, draft: Draft, mark: str, code: str) -> Filed:
    if draft.case_number:
        case_by_number(session, draft.case_number, actor)
    settings = load_settings(session)
    chart = load_chart(session, org.today())
    subject = _subject(session, chart, draft)
    standard = _standard(draft.standard)
    officer = officer_of(session, settings).id
    about = subject.position.id if subject.position is not None else None
    proposed, delegates = _proposed(session, draft, standard, subject)
    theirs = seats_of(session, select(Person.id).where(Person.id.in_(subject.people)))
    shut = theirs | actor.own_position_ids
    way = route(chart, proposed=proposed, officer=officer, about=about, shut=shut)
    keeper = route(chart, proposed=officer, officer=officer, about=about, shut=theirs)
    if way is None or keeper is None:
        raise Invalid(
            _("Pengaduan ini tidak dapat ditangani di dalam kementerian. Sampaikan kepada"
              " Ombudsman Republik Indonesia.")
        )  # fmt: skip
    receiver = session.get_one(Position, way.seat)

    def prepare(case: Case) -> None:
        row = Complaint(
            case_id=case.id,
            number=case.number,
            kind=str(draft.kind),
            standard=draft.standard,
            standard_title=standard.title if standard is not None else "",
            case_number=draft.case_number,
            about_id=about,
            about=subject.words,
            text=draft.text,
            hidden=draft.hidden,
            code_hash=hash_of(code),
            receiver_id=receiver.id,
            receiver=receiver.title,
            officer_id=keeper.seat,
            delegates=delegates,
            alone=way.alone,
            filed_at=case.started_at,
        )
        session.add(row)
        session.flush()
        session.add(
            ComplaintIdentity(complaint_id=row.id, person_id=actor.person_id, form_hash=mark)
        )
        if draft.hidden and keeper.seat != way.seat:
            session.add(SealedReader(case_id=case.id, position_id=keeper.seat))
        session.add_all(_bars(chart, case.id, way, about, subject.people))
        # no case_id: the log of the case would name who brought the files
        attach(session, draft.files, "complaint", row.id, None, actor=actor)

    own = actor.own_holdings
    name = signature(actor, own[0]) if own else actor.name
    data: dict[str, Any] = {
        "kind": str(draft.kind),
        "receiver": [way.seat],
        "limit": f"{settings.days[str(draft.kind)]} hari",
        "sealed": True,
    }
    case = begin_case(
        session,
        StartOption(CORE, COMPLAINT, COMPLAINT.starts[0]),
        data,
        person_id=None if draft.hidden else actor.person_id,
        name=HIDDEN if draft.hidden else name,
        came_from=HIDDEN if draft.hidden else name,
        prepare=prepare,
    )
    return Filed(case.number, code, _due(session, case.id))


def _subject(session: Session, chart: Chart, draft: Draft) -> _Subject:
    if draft.administrator:
        admins = select(Account.person_id).where(Account.is_admin)
        return _Subject(None, _("Administrator portal"), frozenset(session.scalars(admins)))
    if draft.about is None:
        return _Subject(None, "", frozenset())
    position = session.get(Position, draft.about)
    if position is None or position.id not in chart.seats:
        raise Invalid(_("Pilih jabatan dari daftar."), {"about": _("Pilih dari daftar.")})
    people = holders_of(session, position.id, org.today())
    return _Subject(position, position.title, frozenset(people))


def _standard(key: str) -> Any:
    """The standard of that key; None when the complaint names none."""
    if not key:
        return None
    for each in current_app.extensions["portal_host"].standards():
        if each.plugin == key:
            return each.standard
    raise NotFound(_("Standar pelayanan itu tidak ada; pilih dari daftar."))


def _proposed(
    session: Session, draft: Draft, standard: Any, subject: _Subject
) -> tuple[int | None, list[int]]:
    """Whom plugins or clause H name as receiver, and to whom that one may delegate."""
    facts = ComplaintFacts(
        kind=str(draft.kind),
        standard=draft.standard,
        about=subject.position.code if subject.position is not None else "",
        case_number=draft.case_number,
    )
    answer = current_app.extensions["portal_host"].route_complaint(session, facts)
    codes = () if standard is None else standard.complaints.delegates
    first = "" if standard is None else standard.complaints.receiver
    found = org.positions_by_code(session, {first, *codes} - {""})
    delegates = [found[code].id for code in codes if code in found]
    if answer is not None:
        return answer.id, delegates
    return (found[first].id if first in found else None), delegates


def _bars(
    chart: Chart, case_id: int, way: Route, about: int | None, people: frozenset[int]
) -> list[Barred]:
    """From whom the case is kept; about the highest official, the unit is everybody."""
    units = frozenset[int]() if way.alone else bar_of(chart, about).units
    return [
        *(Barred(case_id=case_id, person_id=key) for key in sorted(people)),
        *(Barred(case_id=case_id, position_id=key) for key in [about] if key is not None),
        *(Barred(case_id=case_id, unit_id=key) for key in sorted(units)),
    ]


def _due(session: Session, case_id: int) -> datetime | None:
    """The promised time: the deadline of what is open now."""
    query = select(Task.due).where(Task.case_id == case_id, Task.status == TaskStatus.OPEN)
    return session.scalars(query.order_by(Task.id.desc())).first()
