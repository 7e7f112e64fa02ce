"""Tables of accounts: log-in names, server-side sessions, throttling, kept POSTs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.org.models import Person


class Account(Base):
    """The log-in of one person; being an administrator opens no case."""

    __tablename__ = "auth_account"

    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"), primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    must_change: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(5), default="id")

    person: Mapped[Person] = relationship(lazy="raise")


class LoginSession(Base):
    """A server-side session; the cookie holds a random token, the row its SHA-256."""

    __tablename__ = "auth_session"
    __table_args__ = (Index("ix_auth_session_person", "person_id", "revoked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(60), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")


class LoginFailure(Base):
    """Failures of one key (an account or an address) and when the next try is allowed."""

    __tablename__ = "auth_failure"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class KeptPost(Base):
    """A POST that met an expired session, kept for that person until sent or out of date.

    ``fields`` is a list of [name, value]; ``digest`` is the SHA-256 of person, path and
    fields, so that a second click keeps one row.
    """

    __tablename__ = "auth_kept_post"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"), index=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
