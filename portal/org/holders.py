"""Who holds a position on a day; assigning and ending a holder.

Reading functions answer for many positions at once, so that no page asks in a loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Invalid, NotFound
from portal.org.dates import in_force
from portal.org.holding_rules import Spell, cautions, refusals
from portal.org.journal import SYSTEM, Editor, record
from portal.org.models import Holder, HolderKind, Person, Position

_ORDER = {kind: rank for rank, kind in enumerate(HolderKind)}
_PREFIX = {HolderKind.DEFINITIVE: "", HolderKind.PLT: "Plt. ", HolderKind.PLH: "Plh. "}


@dataclass(frozen=True, slots=True)
class HolderView:
    """A person in a position for a period, with what a page or a document prints."""

    id: int
    position_id: int
    person_id: int
    name: str
    nip: str | None
    rank: str
    kind: HolderKind
    mandate: str
    valid_from: date
    valid_to: date | None

    @property
    def acting(self) -> bool:
        """True for a Plt. or Plh., and for a delegate."""
        return self.kind != HolderKind.DEFINITIVE

    @property
    def label(self) -> str:
        """The name with its mark: ``Plt. …``, ``Plh. …``, ``… (a.n.)``."""
        if self.kind == HolderKind.DELEGATE:
            return f"{self.name} (a.n.)"
        return _PREFIX[self.kind] + self.name


@dataclass(frozen=True, slots=True)
class HoldingView:
    """A position that a person holds on a day."""

    position_id: int
    position_code: str
    title: str
    unit_id: int
    kind: HolderKind
    mandate: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """The new holder's id and the sentences to warn of."""

    holder_id: int
    warnings: tuple[str, ...]


def _view(holder: Holder, person: Person) -> HolderView:
    return HolderView(
        id=holder.id,
        position_id=holder.position_id,
        person_id=person.id,
        name=person.name,
        nip=person.nip,
        rank=person.rank,
        kind=HolderKind(holder.kind),
        mandate=holder.mandate,
        valid_from=holder.valid_from,
        valid_to=holder.valid_to,
    )


def holders_on(
    session: Session, position_ids: Iterable[int], day: date
) -> dict[int, list[HolderView]]:
    """The holders of each position on a day: definitive first, then Plt., Plh.; one query.

    Every given id is a key; a vacant position has an empty list.
    """
    found: dict[int, list[HolderView]] = {key: [] for key in position_ids}
    if not found:
        return found
    rows = session.execute(
        select(Holder, Person)
        .join(Person, Person.id == Holder.person_id)
        .where(Holder.position_id.in_(found), in_force(Holder, day))
    )
    for holder, person in rows:
        found[holder.position_id].append(_view(holder, person))
    for views in found.values():
        views.sort(key=lambda view: (_ORDER[view.kind], view.name, view.id))
    return found


def holders_of_positions(
    session: Session, position_ids: Sequence[int]
) -> dict[int, list[HolderView]]:
    """The whole history of each position, newest first; one query."""
    found: dict[int, list[HolderView]] = {key: [] for key in position_ids}
    rows = session.execute(
        select(Holder, Person)
        .join(Person, Person.id == Holder.person_id)
        .where(Holder.position_id.in_(found))
        .order_by(Holder.valid_from.desc(), Holder.id.desc())
    )
    for holder, person in rows:
        found[holder.position_id].append(_view(holder, person))
    return found


def holdings_of(session: Session, person_id: int, day: date) -> list[HoldingView]:
    """The positions that a person holds on a day, definitive ones first; one query."""
    rows = session.execute(
        select(Holder.kind, Holder.mandate, Position)
        .join(Position, Position.id == Holder.position_id)
        .where(Holder.person_id == person_id, in_force(Holder, day), in_force(Position, day))
        .order_by(Position.code)
    )
    views = [
        HoldingView(position.id, position.code, position.title, position.unit_id, kind, mandate)
        for kind, mandate, position in (
            (HolderKind(kind), mandate, position) for kind, mandate, position in rows
        )
    ]
    return sorted(views, key=lambda view: _ORDER[view.kind])


def assign_holder(
    session: Session,
    *,
    position_id: int,
    person_id: int,
    kind: HolderKind,
    valid_from: date,
    valid_to: date | None = None,
    mandate: str = "",
    by: Editor = SYSTEM,
) -> Assignment:
    """Let a person hold a position from a day on; logged. The same again changes nothing.

    Raises:
        NotFound: no such position or person.
        Invalid: the period, the mandate or an overlap forbids it (``fields`` says where).
    """
    # The lock keeps two administrators from filling one headship at the same time.
    position = session.scalar(select(Position).where(Position.id == position_id).with_for_update())
    person = session.get(Person, person_id)
    if position is None or person is None:
        raise NotFound(_("Jabatan atau orang itu tidak ditemukan; pilih dari daftar."))
    mandate = " ".join(mandate.split())
    new = Spell(person.id, person.name, kind, mandate, valid_from, valid_to)
    history = holders_of_positions(session, [position.id])[position.id]
    others = [
        Spell(view.person_id, view.name, view.kind, view.mandate, view.valid_from, view.valid_to)
        for view in history
    ]
    if new in others:
        return Assignment(history[others.index(new)].id, ())
    found = refusals(position.kind, others, new)
    if not person.active:
        found.append(("person", _("%(name)s tidak aktif; pilih orang lain.", name=person.name)))
    if valid_from < position.valid_from or (
        position.valid_to is not None and valid_from > position.valid_to
    ):
        found.append(
            ("valid_from", _("Jabatan ini tidak berlaku pada hari itu; periksa tanggalnya."))
        )
    if len(mandate) > 300:
        found.append(("mandate", _("Mandat paling panjang 300 huruf.")))
    if found:
        raise Invalid(found[0][1], dict(found))
    holder = Holder(
        position_id=position.id,
        person_id=person.id,
        kind=kind,
        mandate=mandate,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(holder)
    session.flush()
    data = {
        "holder": holder.id,
        "position": position.code,
        "person": person.code,
        "kind": str(kind),
        "mandate": mandate,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
    }
    record(session, "holder.assigned", data, by)
    return Assignment(holder.id, tuple(cautions(others, new)))


def end_holder(
    session: Session, holder_id: int, last_day: date, *, by: Editor = SYSTEM
) -> HolderView:
    """End a holding: ``last_day`` is the last day on which it counts; logged.

    Raises:
        NotFound: no such holding.
        Invalid: it has ended already, or the day lies before its first day.
    """
    row = session.execute(
        select(Holder, Person, Position.code)
        .join(Person, Person.id == Holder.person_id)
        .join(Position, Position.id == Holder.position_id)
        .where(Holder.id == holder_id)
        .with_for_update(of=Holder)
    ).first()
    if row is None:
        raise NotFound(_("Masa jabatan itu tidak ditemukan."))
    holder, person, position_code = row
    if last_day < holder.valid_from:
        message = _("Hari terakhir mendahului hari pertama; perbaiki tanggalnya.")
        raise Invalid(message, {"last_day": message})
    if holder.valid_to is not None and last_day > holder.valid_to:
        message = _("Masa jabatan ini sudah berakhir lebih dahulu; tunjuk pemegang yang baru.")
        raise Invalid(message, {"last_day": message})
    before = holder.valid_to
    holder.valid_to = last_day
    session.flush()
    data = {
        "holder": holder.id,
        "position": position_code,
        "person": person.code,
        "before": before.isoformat() if before else None,
        "valid_to": last_day.isoformat(),
    }
    record(session, "holder.ended", data, by)
    return _view(holder, person)
