"""The plugin's own tables: the register of each office, and the leaders' agenda."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.api import COLUMN_TYPES, metadata

CLOSED = "tertutup"
"""Kind of an event that only the leader's case tells about."""


class Base(DeclarativeBase):
    """Our own base over the shared metadata: a fault here stays here."""

    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class RegisterLine(Base):
    """One received letter or request; of a sealed one nothing but number and dates.

    ``agenda`` is the number in the office's register of the year, without gaps.
    """

    __tablename__ = "ls_register"
    __table_args__ = (
        UniqueConstraint("case_id"),
        Index("ix_ls_register_list", "office", "year", "id"),
        Index("ix_ls_register_leader", "leader", "id"),
        Index("ix_ls_register_agenda", "leader", "agenda"),
        Index("ix_ls_register_letter", "leader", "letter_number", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    case_number: Mapped[str] = mapped_column(String(40))
    office: Mapped[str] = mapped_column(String(40))
    leader: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    agenda: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    received: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(300), default="")
    letter_number: Mapped[str] = mapped_column(String(100), default="")
    letter_date: Mapped[date | None]
    subject: Mapped[str] = mapped_column(String(300), default="")
    security: Mapped[str] = mapped_column(String(2), default="B")
    speed: Mapped[str] = mapped_column(String(20), default="")
    sealed: Mapped[bool] = mapped_column(default=False)


class AgendaEvent(Base):
    """An event in a leader's agenda (step 4b1)."""

    __tablename__ = "ls_event"
    __table_args__ = (
        UniqueConstraint("case_id", "step"),
        Index("ix_ls_event_leader", "leader", "starts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    case_number: Mapped[str] = mapped_column(String(40))
    step: Mapped[str] = mapped_column(String(20))
    leader: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    place: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(String(20))
    urgency: Mapped[str] = mapped_column(String(20))
