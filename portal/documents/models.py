"""Tables of documents: numbered registers and their entries."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base


class EntryStatus(StrEnum):
    """A cancelled number stays in the register: it is never given out again."""

    ISSUED = "issued"
    CANCELLED = "cancelled"


class Register(Base):
    """One register in one year; ``next_seq`` is the number that is given out next."""

    __tablename__ = "doc_register"
    __table_args__ = (UniqueConstraint("key", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    year: Mapped[int]
    pattern: Mapped[str] = mapped_column(String(200))
    next_seq: Mapped[int] = mapped_column(default=1)


class RegisterEntry(Base):
    """A number with what it was given to; ``case_id`` and ``task_id`` are of the workflow."""

    __tablename__ = "doc_register_entry"
    __table_args__ = (
        UniqueConstraint("register_id", "seq"),
        CheckConstraint("seq > 0", name="seq"),
        Index("ix_doc_register_entry_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("doc_register.id"))
    seq: Mapped[int]
    number: Mapped[str] = mapped_column(String(200))
    day: Mapped[date]
    subject: Mapped[str] = mapped_column(String(300))
    case_id: Mapped[int | None]
    task_id: Mapped[int | None]
    status: Mapped[EntryStatus] = mapped_column(String(10), default=EntryStatus.ISSUED)
    reason: Mapped[str] = mapped_column(Text, default="")
    issued_at: Mapped[datetime]

    register: Mapped[Register] = relationship(lazy="raise")
