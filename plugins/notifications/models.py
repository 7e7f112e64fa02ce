"""The plugin's own tables: notices, the mail of a notice, and what people want by mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.api import COLUMN_TYPES, metadata


class Base(DeclarativeBase):
    """Our own base over the shared metadata: a fault here stays here."""

    metadata = metadata
    type_annotation_map = COLUMN_TYPES


class Notice(Base):
    """One thing that one person is told, once: ``key`` makes the second time a no-op.

    Of a ``private`` case (sealed, a complaint) ``step`` is empty; titles, names and contents
    are never kept. ``at`` is when it happened, ``path`` where the portal shows it. ``root_id``
    is the root case; ``task_id`` the task that makes the notice pointless once it is done.
    """

    __tablename__ = "nt_notice"
    __table_args__ = (
        Index("ix_nt_notice_person", "person_id", "at", "id"),
        Index(
            "ix_nt_notice_unread",
            "person_id",
            "at",
            "id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_nt_notice_case",
            "root_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    root_id: Mapped[int]
    task_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(String(40))
    step: Mapped[str] = mapped_column(String(300))
    private: Mapped[bool]
    path: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    due: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(String(40))
    read_at: Mapped[datetime | None]


class MailState(StrEnum):
    """``waiting`` is tried again; the others are final. ``dropped``: not to be sent any more."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"


class Mail(Base):
    """The mail of a notice. ``after``: when it may be taken, which also keeps it for one sender."""

    __tablename__ = "nt_mail"
    __table_args__ = (
        Index(
            "ix_nt_mail_waiting",
            "after",
            "notice_id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    notice_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int]
    after: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200))


class Preference(Base):
    """A person's choice for a kind; without a row mail is on."""

    __tablename__ = "nt_preference"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    email: Mapped[bool]
