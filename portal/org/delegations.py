"""Delegation for an absence: given, read and ended; what the rights see of it.

A delegation counts on a day when its period covers the day, nobody has ended it, and the
giver still is the definitive holder. The rules are in ``portal.org.delegation_rules``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal import clock
from portal.errors import Invalid, NotFound
from portal.formats import tanggal
from portal.org.dates import end_of, in_force, today
from portal.org.delegation_rules import Span, passed_on, refusals
from portal.org.holders import HolderView
from portal.org.journal import SYSTEM, Editor, lock, record
from portal.org.models import (
    Delegation,
    Holder,
    HolderKind,
    Person,
    Position,
    PositionKind,
    Unit,
)

PAGE = 25


@dataclass(frozen=True, slots=True)
class Given:
    """The new delegation's id and the sentences to warn of."""

    delegation_id: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """A page of the administrators' list; ``after`` is the next cursor, 0 at the end."""

    rows: tuple[Delegation, ...]
    after: int


def holds(day: date) -> ColumnElement[bool]:
    """The condition that the giver of a ``Delegation`` is the definitive holder on a day."""
    held = select(Holder.id).where(
        Holder.position_id == Delegation.position_id,
        Holder.person_id == Delegation.from_person_id,
        Holder.kind == HolderKind.DEFINITIVE,
        in_force(Holder, day),
    )
    return exists(held.correlate(Delegation))


def counts_on(day: date) -> ColumnElement[bool]:
    """The SQL condition that a ``Delegation`` gives its right on a day."""
    return and_(
        in_force(Delegation, day),
        or_(Delegation.ended_at.is_(None), Delegation.ended_at >= end_of(day)),
        holds(day),
    )


def mandate_text(name: str, first: date, last: date) -> str:
    """What a document says of a delegate: who gave the work, and for which days."""
    return _(
        "pelimpahan dari %(name)s, %(first)s sampai %(last)s",
        name=name,
        first=tanggal(first),
        last=tanggal(last),
    )


def delegates_on(
    session: Session, position_ids: Iterable[int], day: date
) -> dict[int, list[HolderView]]:
    """Who may act a.n. the holder of each position on a day; every given id is a key.

    Beside :func:`~portal.org.holders.holders_on` this is everybody who may act.
    """
    found: dict[int, list[HolderView]] = {key: [] for key in position_ids}
    if not found:
        return found
    rows = session.scalars(
        select(Delegation)
        .where(Delegation.position_id.in_(found), counts_on(day))
        .options(joinedload(Delegation.giver), joinedload(Delegation.receiver))
        .order_by(Delegation.id)
    )
    for row in rows:
        found[row.position_id].append(
            HolderView(
                id=row.id,
                position_id=row.position_id,
                person_id=row.to_person_id,
                name=row.receiver.name,
                nip=row.receiver.nip,
                rank=row.receiver.rank,
                kind=HolderKind.DELEGATE,
                mandate=mandate_text(row.giver.name, row.valid_from, row.valid_to),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
        )
    return found


def delegate(
    session: Session,
    *,
    position_id: int,
    from_person_id: int,
    to_person_id: int,
    valid_from: date,
    valid_to: date,
    reason: str,
    by: Editor = SYSTEM,
) -> Given:
    """Let somebody act a.n. the holder of a position for a period; logged.

    The same again changes nothing, so that a second click gives the first one.

    Raises:
        NotFound: no such position or person.
        Invalid: ``fields`` says where: oneself, a circle, an overlap, the period, the
            reason, a position that the giver does not hold or may not pass on.
    """
    lock(session)  # two delegations at the same time could close a circle together
    position = session.get(Position, position_id)
    receiver = session.get(Person, to_person_id)
    if position is None or receiver is None:
        raise NotFound(_("Jabatan atau orang itu tidak ditemukan; pilih dari daftar."))
    reason = " ".join(reason.split())
    new = Span(position_id, from_person_id, to_person_id, valid_from, valid_to)
    open_rows = _open(session)
    known = next((row for row, span in open_rows if _same(span, new)), None)
    if known is not None:
        return Given(known, ())
    others = [span for _id, span in open_rows]
    shared = position.kind == PositionKind.STAFF
    found = refusals(others, new, today(), shared=shared)
    found += _seats(session, position, new, receiver)
    if not reason:
        found.append(("reason", _("Tulis alasannya, misalnya nomor surat cuti atau surat tugas.")))
    elif len(reason) > 300:
        found.append(("reason", _("Alasan paling panjang 300 huruf.")))
    if found:
        raise Invalid(found[0][1], dict(reversed(found)))
    row = Delegation(
        position_id=position_id,
        from_person_id=from_person_id,
        to_person_id=to_person_id,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
    )
    session.add(row)
    session.flush()
    record(session, "delegation.given", {**_facts(session, row), "reason": reason}, by)
    return Given(row.id, tuple(_cautions(session, others, new, receiver.name)))


def end_delegation(
    session: Session, delegation_id: int, *, reason: str = "", by: Editor = SYSTEM
) -> Delegation:
    """End a delegation at once; logged. One that has ended stays as it is.

    Raises:
        NotFound: no such delegation.
    """
    lock(session)
    row = session.scalar(select(Delegation).where(Delegation.id == delegation_id).with_for_update())
    if row is None:
        raise NotFound(_("Pelimpahan itu tidak ditemukan."))
    if row.ended_at is None:
        row.ended_at = clock.now()
        session.flush()
        record(session, "delegation.ended", {**_facts(session, row), "reason": reason}, by)
    return row


def end_over(session: Session) -> int:
    """End what is over by its period, or because the giver lost the position; how many."""
    day = today()
    over = select(Delegation.id).where(
        Delegation.ended_at.is_(None),
        or_(Delegation.valid_to < day, and_(Delegation.valid_from <= day, ~holds(day))),
    )
    ids = session.execute(over.add_columns(Delegation.valid_to).order_by(Delegation.id)).all()
    for delegation_id, last in ids:
        why = (
            _("Masa pelimpahan berakhir.")
            if last < day
            else _("Pemberi tidak lagi memegang jabatan.")
        )
        end_delegation(session, delegation_id, reason=why)
    return len(ids)


def find_delegation(session: Session, delegation_id: int) -> Delegation:
    """A delegation with its position and people; raises :class:`NotFound`."""
    row = session.scalar(_loaded().where(Delegation.id == delegation_id))
    if row is None:
        raise NotFound(_("Pelimpahan itu tidak ditemukan."))
    return row


def delegations_of(session: Session, person_id: int, limit: int = 100) -> list[Delegation]:
    """What a person gave and received, newest first, with position and people; one query."""
    mine = or_(Delegation.from_person_id == person_id, Delegation.to_person_id == person_id)
    query = _loaded().where(mine).order_by(Delegation.valid_to.desc(), Delegation.id.desc())
    return list(session.scalars(query.limit(limit)))


def list_delegations(session: Session, state: str = "", after: int = 0) -> DelegationPage:
    """All delegations, newest first, page by page; ``state``: now, later, past or all."""
    day = today()
    going = Delegation.ended_at.is_(None)
    conditions = {
        "now": counts_on(day),
        "later": and_(going, Delegation.valid_from > day),
        "past": or_(~going, Delegation.valid_to < day),
    }
    query = _loaded().order_by(Delegation.id.desc()).limit(PAGE + 1)
    if state in conditions:
        query = query.where(conditions[state])
    if after:
        query = query.where(Delegation.id < after)
    rows = list(session.scalars(query))
    return DelegationPage(tuple(rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else 0)


def state_of(row: Delegation, day: date) -> str:
    """``now``, ``later`` or ``past``, by period and end."""
    if row.ended_at is not None or row.valid_to < day:
        return "past"
    return "later" if row.valid_from > day else "now"


def likely_delegates(session: Session, position_ids: Sequence[int], day: date) -> list[Person]:
    """Whom a holder may think of first: people of the own unit, above and right below it."""
    own = select(Position.unit_id).where(Position.id.in_(position_ids))
    above = select(Unit.parent_id).where(Unit.id.in_(own), Unit.parent_id.is_not(None))
    near = or_(Unit.id.in_(own), Unit.parent_id.in_(own), Unit.id.in_(above))
    held = (
        select(Holder.person_id)
        .join(Position, Position.id == Holder.position_id)
        .join(Unit, Unit.id == Position.unit_id)
        .where(near, in_force(Holder, day), Position.id.not_in(position_ids))
    )
    query = select(Person).where(Person.id.in_(held), Person.active).order_by(Person.name)
    return list(session.scalars(query.limit(PAGE)))


def _loaded() -> Select[Delegation]:
    return (
        select(Delegation)
        .join(Delegation.position)
        .join(Position.unit)
        .options(
            contains_eager(Delegation.position).contains_eager(Position.unit),
            joinedload(Delegation.giver),
            joinedload(Delegation.receiver),
        )
    )


def _open(session: Session) -> list[tuple[int, Span]]:
    rows = session.execute(
        select(Delegation, Person.name)
        .join(Person, Person.id == Delegation.to_person_id)
        .where(Delegation.ended_at.is_(None), Delegation.valid_to >= today())
    )
    return [
        (
            row.id,
            Span(
                row.position_id,
                row.from_person_id,
                row.to_person_id,
                row.valid_from,
                row.valid_to,
                name,
            ),
        )
        for row, name in rows
    ]


def _same(one: Span, other: Span) -> bool:
    return (one.position, one.giver, one.receiver, one.start, one.end) == (
        (other.position, other.giver, other.receiver, other.start, other.end)
    )


def _seats(
    session: Session, position: Position, new: Span, receiver: Person
) -> list[tuple[str, str]]:
    """What the holders of the position forbid."""
    rows = session.execute(
        select(Holder.person_id, Holder.kind).where(
            Holder.position_id == position.id, in_force(Holder, new.start)
        )
    ).all()
    kinds = {(person_id, HolderKind(kind)) for person_id, kind in rows}
    found: list[tuple[str, str]] = []
    if (new.giver, HolderKind.DEFINITIVE) not in kinds:
        acting = any(person_id == new.giver for person_id, _kind in kinds)
        found.append(
            (
                "position",
                _("Plt. dan Plh. bertindak atas mandat dan tidak dapat melimpahkannya lagi.")
                if acting
                else _("Jabatan ini bukan jabatan Anda pada hari pertama; pilih jabatan Anda."),
            )
        )
    if not receiver.active:
        found.append(("person", _("%(name)s tidak aktif; pilih orang lain.", name=receiver.name)))
    elif new.giver != new.receiver and any(key == new.receiver for key, _kind in kinds):
        text = _("%(name)s sudah memegang jabatan itu; pilih orang lain.", name=receiver.name)
        found.append(("person", text))
    return found


def _cautions(session: Session, others: Sequence[Span], new: Span, name: str) -> list[str]:
    found: list[str] = []
    if passed_on(others, new):
        text = _("%(name)s juga melimpahkan tugasnya pada masa itu; pastikan ia hadir.", name=name)
        found.append(text)
    last = session.scalar(
        select(func.max(Holder.valid_to)).where(
            Holder.position_id == new.position,
            Holder.person_id == new.giver,
            in_force(Holder, new.start),
        )
    )
    if last is not None and last < new.end:
        day = tanggal(last)
        found.append(_("Masa jabatan Anda berakhir %(day)s; pelimpahan ikut berakhir.", day=day))
    return found


def _facts(session: Session, row: Delegation) -> dict[str, object]:
    people = dict(
        session.execute(
            select(Person.id, Person.code).where(
                Person.id.in_([row.from_person_id, row.to_person_id])
            )
        ).all()
    )
    return {
        "delegation": row.id,
        "position": session.get_one(Position, row.position_id).code,
        "from": people[row.from_person_id],
        "to": people[row.to_person_id],
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
    }
