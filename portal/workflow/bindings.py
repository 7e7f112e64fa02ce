"""Which position plays which role of a workflow: dated rows that administrators edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal import audit
from portal.auth.rights import Actor, require
from portal.errors import Invalid, NotFound
from portal.org import service as org
from portal.org.models import Position, Unit
from portal.workflow.definition import Workflow
from portal.workflow.models import Binding


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role with what plays it: bound positions, or the default of the definition."""

    role: str
    title: str
    default: str
    bound: Sequence[Binding]
    missing: bool


def role_rows(session: Session, workflow: Workflow) -> list[RoleRow]:
    """The roles of a workflow today; three queries."""
    day = org.today()
    bindings = session.scalars(
        select(Binding)
        .where(Binding.workflow == workflow.key)
        .where((Binding.valid_to.is_(None)) | (Binding.valid_to >= day))
        .options(joinedload(Binding.position), joinedload(Binding.unit))
        .order_by(Binding.role, Binding.valid_from, Binding.id)
    ).all()
    codes = {role.position for _name, role in workflow.roles}
    codes |= {code for _name, role in workflow.roles for _unit, code in role.positions}
    positions = org.positions_by_code(session, codes - {""})
    words = {"head": _("Pimpinan unit"), "staff": _("Staf unit")}
    rows = []
    for name, role in workflow.roles:
        wanted = [role.position] if role.position else [code for _unit, code in role.positions]
        found = [positions[code].title for code in wanted if code in positions]
        bound = [row for row in bindings if row.role == name]
        default = "; ".join(dict.fromkeys(found)) or words.get(role.default, "")
        missing = not bound and not default
        rows.append(RoleRow(name, role.title, default, bound, missing))
    return rows


def bind(
    session: Session,
    actor: Actor,
    workflow: Workflow,
    role: str,
    position_id: int,
    unit_id: int | None,
    start: date,
) -> Binding:
    """Let a position play a role from a day on; a binding in force then ends the day before.

    One that begins on the same day is replaced; one that begins later takes over then.

    Raises:
        Invalid: no such role, position or unit.
    """
    require(actor, "system.roles")
    if role not in dict(workflow.roles):
        raise Invalid(_("Peran itu tidak ada pada alur kerja ini."))
    position = session.get(Position, position_id)
    if position is None or (unit_id is not None and session.get(Unit, unit_id) is None):
        raise Invalid(_("Pilih jabatan dan unit dari daftar."))
    others = session.scalars(
        select(Binding).where(
            Binding.workflow == workflow.key,
            Binding.role == role,
            Binding.unit_id.is_(None) if unit_id is None else Binding.unit_id == unit_id,
            (Binding.valid_to.is_(None)) | (Binding.valid_to >= start),
        )
    ).all()
    for other in others:
        if other.valid_from < start:
            other.valid_to = start - timedelta(days=1)
        elif other.valid_from == start:
            session.delete(other)
    later = [other.valid_from for other in others if other.valid_from > start]
    row = Binding(
        workflow=workflow.key,
        role=role,
        unit_id=unit_id,
        position_id=position_id,
        valid_from=start,
        valid_to=min(later) - timedelta(days=1) if later else None,
    )
    session.add(row)
    data = {"workflow": workflow.key, "role": role, "position": position.code, "unit": unit_id}
    _log(session, actor, "role-bound", {**data, "from": start.isoformat()})
    return row


def unbind(session: Session, actor: Actor, binding_id: int) -> None:
    """End a binding today; a binding that has not begun is taken away.

    Raises:
        NotFound: no such binding.
    """
    require(actor, "system.roles")
    row = session.get(Binding, binding_id)
    if row is None:
        raise NotFound(_("Penetapan peran tidak ditemukan."))
    yesterday = org.today() - timedelta(days=1)
    if row.valid_from > yesterday:
        session.delete(row)
    else:
        row.valid_to = yesterday
    _log(session, actor, "role-unbound", {"workflow": row.workflow, "role": row.role})


def _log(session: Session, actor: Actor, kind: str, data: dict[str, object]) -> None:
    audit.append(session, "organisation", kind, data, actor=actor.name, person_id=actor.person_id)
