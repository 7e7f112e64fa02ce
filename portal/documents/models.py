"""Tables of documents: numbered registers with their entries, and uploaded files."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
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


class FileState(StrEnum):
    """What a virus scanner said; without a scanner a file is ``unscanned``."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


class StoredFile(Base):
    """An uploaded file; its content lies in the files folder under its random ``token``.

    ``owner_kind`` is ``upload`` until a form that names the file is accepted; then the task,
    case or complaint it belongs to, with ``owner_id``. ``case_id`` is the root case.
    ``kept_until`` is set only before that: afterwards the file may be removed. ``size`` in
    bytes, ``kind`` the extension of the type by content.
    """

    __tablename__ = "doc_file"
    __table_args__ = (
        Index("ix_doc_file_owner", "owner_kind", "owner_id", "id"),
        Index("ix_doc_file_case", "case_id", "id"),
        Index("ix_doc_file_kept_until", "kept_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[FileState] = mapped_column(String(10))
    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[int]
    case_id: Mapped[int | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    form_key: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    kept_until: Mapped[datetime | None]
