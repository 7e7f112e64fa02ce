"""The plugin's own tables: a performance agreement with objectives, indicators, programmes.

One document per unit and year case (``unit_id`` None is the ministry's). The parties
are written down when they sign: later changes of officials do not touch them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from portal.api import COLUMN_TYPES, metadata


class Base(DeclarativeBase):
    """Our own base over the shared metadata: a fault here stays here."""

    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Agreement(Base):
    """A *Perjanjian Kinerja* being drawn up; ``case_id`` is the unit's lane or the root case."""

    __tablename__ = "pk_agreement"
    __table_args__ = (UniqueConstraint("case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    root_case_id: Mapped[int] = mapped_column(index=True)
    year: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int | None]
    unit_code: Mapped[str] = mapped_column(String(40))
    unit_name: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(200), default="")
    first_name: Mapped[str] = mapped_column(String(200), default="")
    first_title: Mapped[str] = mapped_column(String(200), default="")
    first_acting: Mapped[str] = mapped_column(String(300), default="")
    first_signed: Mapped[date | None]
    second_name: Mapped[str] = mapped_column(String(200), default="")
    second_title: Mapped[str] = mapped_column(String(200), default="")
    second_acting: Mapped[str] = mapped_column(String(300), default="")
    second_signed: Mapped[date | None]
    publication_id: Mapped[int | None]

    objectives: Mapped[list[Goal]] = relationship(
        order_by="Goal.position", cascade="all, delete-orphan", lazy="raise"
    )
    programmes: Mapped[list[Budget]] = relationship(
        order_by="Budget.position", cascade="all, delete-orphan", lazy="raise"
    )


class Goal(Base):
    """An objective (*sasaran*)."""

    __tablename__ = "pk_objective"

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("pk_agreement.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)

    indicators: Mapped[list[Measure]] = relationship(
        order_by="Measure.position", cascade="all, delete-orphan", lazy="raise"
    )


class Measure(Base):
    """An indicator; ``target`` as printed, ``target_number`` if it is a number."""

    __tablename__ = "pk_indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    objective_id: Mapped[int] = mapped_column(ForeignKey("pk_objective.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(String(100))
    target_number: Mapped[Decimal | None] = mapped_column(Numeric(24, 6))
    unit: Mapped[str] = mapped_column(String(60), default="")


class Budget(Base):
    """A programme or activity with its budget in whole rupiah."""

    __tablename__ = "pk_programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("pk_agreement.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    budget: Mapped[int] = mapped_column(BigInteger)
