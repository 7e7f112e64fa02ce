"""Tables of the organisation: units, positions, people, holders, unit sets.

Units and positions are never deleted: they have validity dates. Positions own
tasks; people hold positions for a period. A unit is keyed by its code, never
by its name ("Biro Umum" occurs four times).
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base


class PositionKind(StrEnum):
    """Head of its unit, staff (several holders), or another official of the unit."""

    HEAD = "head"
    STAFF = "staff"
    OTHER = "other"


class HolderKind(StrEnum):
    """How a person acts for a position; Plt. for a vacant, Plh. for an absent official.

    A delegate acts in the name (a.n.) of a holder who stays responsible: such rows are in
    ``org_delegation``, never in ``org_holder``.
    """

    DEFINITIVE = "definitive"
    PLT = "plt"
    PLH = "plh"
    DELEGATE = "delegate"


class Unit(Base):
    """A unit of the organisation; ``kind`` is the source's word (biro, bagian, istana …)."""

    __tablename__ = "org_unit"
    __table_args__ = (Index("ix_org_unit_parent", "parent_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    position: Mapped[int] = mapped_column(default=0)
    timezone: Mapped[str | None] = mapped_column(String(40))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300), default="")

    parent: Mapped[Unit | None] = relationship(remote_side=[id], lazy="raise")


class Position(Base):
    """An office that owns tasks; ``supervisor_id`` overrides the head of the unit above."""

    __tablename__ = "org_position"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    kind: Mapped[PositionKind] = mapped_column(String(10))
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("org_position.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300), default="")

    unit: Mapped[Unit] = relationship(lazy="raise")
    supervisor: Mapped[Position | None] = relationship(remote_side=[id], lazy="raise")


def new_person_code() -> str:
    """A random code for a person who was not imported with one."""
    return f"p-{secrets.token_hex(5)}"


class Person(Base):
    """A human being; ``nip`` is personal data: never in an address, masked in public.

    ``code`` is the key of imports: a NIP can be missing and can change, a name can
    belong to two people.
    """

    __tablename__ = "org_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True, default=new_person_code)
    name: Mapped[str] = mapped_column(String(200), index=True)
    nip: Mapped[str | None] = mapped_column(String(30), unique=True)
    rank: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)


class Holder(Base):
    """A person holds a position from a day to a day (inclusive; open end is None)."""

    __tablename__ = "org_holder"
    __table_args__ = (
        Index("ix_org_holder_person", "person_id", "valid_from"),
        Index("ix_org_holder_position", "position_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("org_position.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    kind: Mapped[HolderKind] = mapped_column(String(12), default=HolderKind.DEFINITIVE)
    mandate: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    position: Mapped[Position] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class Delegation(Base):
    """The definitive holder of a position lets another person act a.n. for a period.

    Both days are included. ``ended_at`` is set when it ends, by its period or before; the
    right also ends by itself with the giver's own holding.
    """

    __tablename__ = "org_delegation"
    __table_args__ = (
        Index("ix_org_delegation_to", "to_person_id", "valid_to"),
        Index("ix_org_delegation_from", "from_person_id", "valid_to"),
        Index("ix_org_delegation_position", "position_id", "valid_to"),
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("to_person_id <> from_person_id", name="other"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("org_position.id"))
    from_person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    to_person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    ended_at: Mapped[datetime | None]

    position: Mapped[Position] = relationship(lazy="raise")
    giver: Mapped[Person] = relationship(foreign_keys=[from_person_id], lazy="raise")
    receiver: Mapped[Person] = relationship(foreign_keys=[to_person_id], lazy="raise")


class UnitSet(Base):
    """A named set of units, such as the 13 units that report a PK; belongs to a plugin."""

    __tablename__ = "org_unit_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))


class UnitSetMember(Base):
    """A unit in a set, with the unit that coordinates it there."""

    __tablename__ = "org_unit_set_member"
    __table_args__ = (UniqueConstraint("set_id", "unit_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("org_unit_set.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id], lazy="raise")
    coordinator: Mapped[Unit | None] = relationship(foreign_keys=[coordinator_id], lazy="raise")


class ImportDraft(Base):
    """An uploaded CSV waiting for its confirmation; the preview is computed from it."""

    __tablename__ = "org_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
