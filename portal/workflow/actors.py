"""Who may do a step: from the actor forms of a definition to positions.

Order of the sources: a dated binding row, then the role's default in the
definition (a position code, or head or staff of the unit).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, literal, select, union_all
from sqlalchemy.orm import Session

from portal.org import service as org
from portal.org.models import Position, Unit
from portal.workflow.definition import (
    Actor,
    AnyOf,
    ByField,
    Chosen,
    Fixed,
    FromCase,
    OfCoordinator,
    OfUnit,
    Role,
    Supervisor,
    Workflow,
)
from portal.workflow.models import Binding


@dataclass(frozen=True, slots=True)
class Place:
    """Where an actor is resolved: the case's unit, its coordinator, and recorded choices."""

    unit_id: int | None
    coordinator_id: int | None
    data: dict[str, Any]
    chosen: dict[str, Any]


Bound = tuple[str, str, int | None, int]
"""A binding: workflow, role, unit and position."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the casts of several workflows have in common, read for all of them at once."""

    bindings: Sequence[Bound]
    positions: dict[str, int]
    units: dict[str, int]


def known_of(session: Session, workflows: Sequence[Workflow], day: date) -> Known:
    """Bindings, positions and units that these workflows name; one query."""
    codes = {code for each in workflows for code in _named_positions(each)}
    bound = _bound_on([each.key for each in workflows], day)
    none = literal(None, Integer)
    rows = session.execute(
        union_all(
            bound.add_columns(literal("binding")),
            select(literal(""), Position.code, none, Position.id, literal("position")).where(
                Position.code.in_(codes)
            ),
            select(literal(""), Unit.code, none, Unit.id, literal("unit")),
        )
    ).all()
    return Known(
        [(key, role, unit, at) for key, role, unit, at, kind in rows if kind == "binding"],
        {code: found for _key, code, _unit, found, kind in rows if kind == "position"},
        {code: found for _key, code, _unit, found, kind in rows if kind == "unit"},
    )


def bindings_on(session: Session, workflows: Sequence[str], day: date) -> list[Bound]:
    """The bindings of these workflows that are in force on a day; one query."""
    rows = session.execute(_bound_on(workflows, day))
    return [(key, role, unit_id, position_id) for key, role, unit_id, position_id in rows]


def _bound_on(workflows: Sequence[str], day: date) -> Select[str, str, int | None, int]:
    return (
        select(Binding.workflow, Binding.role, Binding.unit_id, Binding.position_id)
        .where(Binding.workflow.in_(workflows), Binding.valid_from <= day)
        .where((Binding.valid_to.is_(None)) | (Binding.valid_to >= day))
    )


def _units(session: Session) -> dict[str, int]:
    return {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}


def _position_ids(session: Session, codes: Iterable[str]) -> dict[str, int]:
    rows = session.execute(select(Position.code, Position.id).where(Position.code.in_(set(codes))))
    return {row.code: row.id for row in rows}


def _named_positions(workflow: Workflow) -> set[str]:
    wanted = {role.position for _, role in workflow.roles if role.position}
    return wanted | {code for _, role in workflow.roles for _, code in role.positions}


_CASTS = "portal.workflow.casts"
"""In ``session.info``: a transaction, and the casts that were read in it."""


def cast_of(session: Session, workflow: Workflow) -> Cast:
    """Today's cast of a workflow for questions of rights, read once in a transaction."""
    began, casts = session.info.get(_CASTS, (None, {}))
    if began is None or began is not session.get_transaction():
        casts = {}
    key, day = workflow.key, org.today()
    kept: tuple[Workflow, date, Cast] | None = casts.get(key)
    if kept is None or kept[0] is not workflow or kept[1] != day:
        known = known_of(session, [workflow], day)
        casts[key] = kept = (workflow, day, Cast(session, workflow, day, known))
        session.info[_CASTS] = (session.get_transaction(), casts)  # reading may have begun it
    return kept[2]


class Cast:
    """Resolves the actors of one workflow on one day; reads bindings and positions once.

    ``units`` are those it will be asked about: what is read of one is read of all of them.
    """

    def __init__(
        self,
        session: Session,
        workflow: Workflow,
        day: date,
        known: Known | None = None,
        units: Callable[[], Iterable[int]] = tuple,
    ) -> None:
        self._session = session
        self._workflow = workflow
        self._day = day
        rows = known.bindings if known is not None else bindings_on(session, [workflow.key], day)
        self._bound: dict[tuple[str, int | None], list[int]] = {}
        for key, role, unit_id, position_id in rows:
            if key == workflow.key:
                self._bound.setdefault((role, unit_id), []).append(position_id)
        self._by_code: dict[str, int] | None = known.positions if known is not None else None
        self._units: dict[str, int] | None = known.units if known is not None else None
        self._around = units
        self._heads: dict[int, int | None] = {}
        self._staff: dict[int, list[int]] = {}
        self._above: dict[int, int | None] = {}

    def positions(self, actor: Actor, place: Place) -> list[int]:
        """Ids of the positions that may do it, without doubles; may be empty."""
        return list(dict.fromkeys(self._resolve(actor, place)))

    def _resolve(self, actor: Actor, place: Place) -> Iterable[int]:
        match actor:
            case AnyOf(actors):
                return [p for each in actors for p in self._resolve(each, place)]
            case Fixed(role):
                return self._role(role, None)
            case OfUnit(role):
                return self._role(role, place.unit_id)
            case OfCoordinator(role):
                return self._role(role, place.coordinator_id)
            case ByField(role, field):
                return self._by_value(role, place.data.get(field))
            case FromCase(_role, field):
                return [int(key) for key in place.data.get(field) or ()]
            case Chosen(field):
                value = place.chosen.get(field)
                return [] if value is None else [int(value)]
            case Supervisor():
                return self._supervisor(place.unit_id)
        return []

    def everyone(self, name: str) -> set[int]:
        """All positions that play a role anywhere: bound, fixed and by unit or value."""
        bound = {key for (role, _unit), ids in self._bound.items() if role == name for key in ids}
        role = self._workflow.role(name)
        codes = [role.position] if role.position else []
        return bound | set(self._codes([*codes, *(code for _key, code in role.positions)]))

    def _by_value(self, name: str, value: object) -> Sequence[int]:
        """A role by a field's value: a unit's code, or a key of the role's positions."""
        if value is None:
            return []
        unit = self._unit_ids().get(str(value))
        if unit is not None:
            return self._role(name, unit)
        code = dict(self._workflow.role(name).positions).get(str(value))
        return [] if code is None else self._codes([code])

    def _role(self, name: str, unit_id: int | None) -> Sequence[int]:
        # a binding for this unit wins over one for all units
        bound = self._bound.get((name, unit_id)) or self._bound.get((name, None))
        if bound:
            return bound
        role: Role = self._workflow.role(name)
        if role.position and unit_id is None:
            return self._codes([role.position])
        if unit_id is None:
            return []
        codes = dict(role.positions)
        by_unit = {self._unit_ids().get(code): code for code in codes}
        if unit_id in by_unit:
            return self._codes([codes[by_unit[unit_id]]])
        if role.default == "head":
            head = self._head(unit_id)
            return [] if head is None else [head]
        return self._staff_of(unit_id) if role.default == "staff" else []

    def _head(self, unit_id: int) -> int | None:
        if unit_id not in self._heads:
            units = {unit_id, *self._around()}
            found = org.heads_of(self._session, units, self._day)
            self._heads = {key: found[key].id if key in found else None for key in units}
        return self._heads[unit_id]

    def _staff_of(self, unit_id: int) -> list[int]:
        if unit_id not in self._staff:
            units = {unit_id, *self._around()}
            found = org.staff_positions(self._session, units, self._day)
            self._staff = {key: [each.id for each in found[key]] for key in units}
        return self._staff[unit_id]

    def _supervisor(self, unit_id: int | None) -> list[int]:
        head = None if unit_id is None else self._head(unit_id)
        if head is None:
            return []
        if head not in self._above:
            heads = {each for each in self._heads.values() if each is not None}
            found = org.supervisors_of(self._session, heads, self._day)
            self._above = {key: found[key].id if key in found else None for key in heads}
        above = self._above[head]
        return [] if above is None else [above]

    def _codes(self, codes: list[str]) -> list[int]:
        if self._by_code is None:
            self._by_code = _position_ids(self._session, _named_positions(self._workflow))
        return [self._by_code[code] for code in codes if code in self._by_code]

    def _unit_ids(self) -> dict[str, int]:
        if self._units is None:
            self._units = _units(self._session)
        return self._units
