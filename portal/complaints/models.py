"""Tables of complaints: what was said, who said it (apart), the conversation, the settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Complaint(Base):
    """A complaint beside its case, which is always sealed and has a neutral title.

    ``alone``: about the highest official, so only the complaint officer may have it.
    ``officer_id``: who may open a hidden name. ``receiver_id``: where it came first.
    The code is stored as its hash only. ``reopen_until`` is set when it is answered.
    A complaint that was withdrawn is closed, too.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        # the third column lets SQLite read what is open in the order of a list
        Index("ix_complaint_state", "closed_at", "reopen_until", "case_id"),
        Index(
            "ix_complaint_open",
            "case_id",
            sqlite_where=text("closed_at IS NULL AND reopen_until IS NULL"),
            postgresql_where=text("closed_at IS NULL AND reopen_until IS NULL"),
        ),
        Index(
            "ix_complaint_withdrawn",
            "case_id",
            sqlite_where=text("withdrawn_at IS NOT NULL"),
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"), unique=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    standard: Mapped[str] = mapped_column(String(60), default="")
    standard_title: Mapped[str] = mapped_column(String(200), default="")
    case_number: Mapped[str] = mapped_column(String(40), default="")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("org_position.id"))
    about: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    hidden: Mapped[bool] = mapped_column(default=False)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("org_position.id"))
    receiver: Mapped[str] = mapped_column(String(200))
    officer_id: Mapped[int] = mapped_column(ForeignKey("org_position.id"))
    delegates: Mapped[list[Any]] = mapped_column(JSON)
    alone: Mapped[bool] = mapped_column(default=False)
    filed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reopen_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class ComplaintIdentity(Base):
    """Who filed it, apart from the rest; ``form_hash`` tells a second click from a new one."""

    __tablename__ = "complaint_identity"
    __table_args__ = (Index("ix_complaint_identity_person", "person_id", "complaint_id"),)

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    form_hash: Mapped[str] = mapped_column(String(64), unique=True)


class ComplaintMessage(Base):
    """An answer of the office, or an objection or withdrawal of the reporter.

    ``author`` is the position that answered.
    """

    __tablename__ = "complaint_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    author: Mapped[str] = mapped_column(String(300), default="")
    position_id: Mapped[int | None] = mapped_column(ForeignKey("org_position.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ComplaintSetting(Base):
    """What administrators have laid down, by name; what is missing is as shipped."""

    __tablename__ = "complaint_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
