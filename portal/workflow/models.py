"""Tables of the workflow engine: definitions, bindings, cases, tasks, candidates, timers.

A definition row is immutable JSON; a case is pinned to the row it began under.
Everything that lives is a row. Core rows keep snapshots (titles, names) so that
a case stays readable when its plugin is gone.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.org.models import Position, Unit


class CaseStatus(StrEnum):
    """``open`` and ``suspended`` cases still run; the other two have ended."""

    OPEN = "open"
    SUSPENDED = "suspended"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    """Only ``open`` waits for somebody. ``returned`` was done, then sent back over; ``lapsed``
    was detached, and nobody did it before the steps after it had come to their end."""

    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Definition(Base):
    """A published workflow: canonical JSON and its SHA-256; never changed."""

    __tablename__ = "wf_definition"
    __table_args__ = (UniqueConstraint("workflow", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str] = mapped_column(String(60))
    workflow: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime]


class Binding(Base):
    """A role of a workflow is played by a position from a day to a day.

    ``unit_id`` is set where the role depends on a unit (the unit of the sub-case,
    or its coordinating unit); ``unit_id`` None is the role's fixed position.
    """

    __tablename__ = "wf_binding"
    __table_args__ = (Index("ix_wf_binding_role", "workflow", "role", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    position_id: Mapped[int] = mapped_column(ForeignKey("org_position.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    position: Mapped[Position] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")


class Case(Base):
    """One run of a workflow. A *lane* is the sub-case of one unit (``parent_id`` set).

    ``data`` holds the fields of the start; ``facts`` the instants that clocks wait
    for. ``over`` is the unit set a lane belongs to; ``released`` lanes are not waited
    for; of a ``sealed`` case only its readers see more than number and dates.
    ``out_of_hours``: a step of it (of a main case: or of its lanes) was done outside office hours.
    ``unique_key`` stands for what no other running or finished case may be about; a
    cancelled case gives it up. ``version`` grows with every act.
    """

    __tablename__ = "wf_case"
    __table_args__ = (
        Index("ix_wf_case_list", "status", "started_at", "id"),
        Index("ix_wf_case_workflow", "workflow", "status", "started_at", "id"),
        Index("ix_wf_case_parent", "parent_id", "id"),
        Index("ix_wf_case_starter", "started_by_id", "started_at", "id"),
        Index("ix_wf_case_unique_key", "unique_key", unique=True),
        # The list of cases: the newest of a workflow, of a unit, of the sealed ones.
        Index(
            "ix_wf_case_newest",
            "workflow",
            "started_at",
            "id",
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
        Index("ix_wf_case_unit", "unit_id", "started_at", "id"),
        Index(
            "ix_wf_case_sealed",
            "plugin",
            "started_at",
            "id",
            sqlite_where=text("sealed = 1"),
            postgresql_where=text("sealed"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    root_id: Mapped[int | None] = mapped_column(ForeignKey("wf_case.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("wf_case.id"))
    definition_id: Mapped[int] = mapped_column(ForeignKey("wf_definition.id"))
    plugin: Mapped[str] = mapped_column(String(60))
    workflow: Mapped[str] = mapped_column(String(80))
    start: Mapped[str] = mapped_column(String(60), default="")
    over: Mapped[str] = mapped_column(String(80), default="")
    standard: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(300))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    unit_name: Mapped[str] = mapped_column(String(200), default="")
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    status: Mapped[CaseStatus] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(20), default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    released: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bool] = mapped_column(default=False)
    timezone: Mapped[str] = mapped_column(String(40), default="")
    released_reason: Mapped[str] = mapped_column(Text, default="")
    out_of_hours: Mapped[bool] = mapped_column(default=False)
    unique_key: Mapped[str | None] = mapped_column(String(64))
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("org_person.id"))
    started_by: Mapped[str] = mapped_column(String(300))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    definition: Mapped[Definition] = relationship(lazy="raise")


class SealedReader(Base):
    """A position whose holders may read a sealed case."""

    __tablename__ = "wf_sealed_reader"
    __table_args__ = (Index("ix_wf_sealed_reader_position", "position_id", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("org_position.id"), primary_key=True)


class Barred(Base):
    """From whom a case is kept: a person, or who holds a position or any position of a unit.

    It wins over every right to read or to act. Exactly one of the three is set.
    """

    __tablename__ = "wf_barred"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("org_person.id"), index=True)
    position_id: Mapped[int | None] = mapped_column(ForeignKey("org_position.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)


class Task(Base):
    """One step of a case in one round, done by one person in one position.

    ``record`` holds the recorded fields. ``due`` is an instant; None is "tanpa batas
    waktu". ``paused_at`` stops the clock (suspension, or a return out of the stage).
    ``current`` is False once a later round has taken the step over.
    """

    __tablename__ = "wf_task"
    __table_args__ = (
        UniqueConstraint("case_id", "step", "round"),
        Index("ix_wf_task_case", "case_id", "id"),
        Index("ix_wf_task_root", "root_id", "status"),
        # With state and deadline, so that the week's figures are counted in the index alone.
        Index("ix_wf_task_done", "position_id", "done_at", "status", "due"),
        # What somebody has taken: the worker looks for those who lost their right to it.
        Index(
            "ix_wf_task_claimed",
            "status",
            "claimed_by_id",
            sqlite_where=text("claimed_by_id IS NOT NULL"),
            postgresql_where=text("claimed_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"))
    root_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"))
    step: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(10), default="task")
    round: Mapped[int] = mapped_column(default=1)
    current: Mapped[bool] = mapped_column(default=True)
    status: Mapped[TaskStatus] = mapped_column(String(10))
    opened_at: Mapped[datetime]
    clock_from: Mapped[datetime | None]
    limit: Mapped[str] = mapped_column(String(40), default="")
    due: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    came_from: Mapped[str] = mapped_column(String(300), default="")
    return_reason: Mapped[str] = mapped_column(Text, default="")
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("org_person.id"))
    claimed_by: Mapped[str] = mapped_column(String(300), default="")
    seen_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(60), default="")
    proxied: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("org_person.id"))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("org_position.id"))
    acted_by: Mapped[str] = mapped_column(String(400), default="")
    version: Mapped[int] = mapped_column(default=1)

    case: Mapped[Case] = relationship(foreign_keys=[case_id], lazy="raise")


class StageClock(Base):
    """The time of one stage of one case in one round: runs, is paused, or has ended."""

    __tablename__ = "wf_stage_clock"
    __table_args__ = (UniqueConstraint("case_id", "stage", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"))
    root_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(default=1)
    limit: Mapped[str] = mapped_column(String(40), default="")
    clock_from: Mapped[datetime]
    due: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Candidate(Base):
    """The inbox: an open task waits at a position. ``due`` is never NULL (a far date).

    ``listed_case_id`` and ``listed_at`` (when that case began) are the list of cases: by
    position, newest first. They are empty for cases that a core domain lists itself.
    """

    __tablename__ = "wf_candidate"
    __table_args__ = (
        UniqueConstraint("task_id", "position_id"),
        Index(
            "ix_wf_candidate_inbox",
            "position_id",
            "due",
            "task_id",
            # SQLite takes a partial index only for a condition written like the index's own.
            sqlite_where=text("is_open = 1"),
            postgresql_where=text("is_open"),
        ),
        Index(
            "ix_wf_candidate_listed",
            "position_id",
            "listed_at",
            "listed_case_id",
            sqlite_where=text("listed_case_id IS NOT NULL"),
            postgresql_where=text("listed_case_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("wf_task.id"))
    position_id: Mapped[int] = mapped_column(ForeignKey("org_position.id"))
    proxy: Mapped[bool] = mapped_column(default=False)
    due: Mapped[datetime]
    is_open: Mapped[bool] = mapped_column(default=True)
    listed_case_id: Mapped[int | None] = mapped_column(ForeignKey("wf_case.id"))
    listed_at: Mapped[datetime | None]

    task: Mapped[Task] = relationship(lazy="raise")
    position: Mapped[Position] = relationship(lazy="raise")


class Act(Base):
    """The first answer to a ``form_key``: a second click gets it again."""

    __tablename__ = "wf_act"

    form_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("wf_task.id"))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class Draft(Base):
    """What a person has typed into a task's form and not sent yet."""

    __tablename__ = "wf_draft"
    __table_args__ = (UniqueConstraint("task_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("wf_task.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    fields: Mapped[list[Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Timer(Base):
    """A reminder that the worker carries out: ``warn`` at 75 % of the limit, ``late`` at it."""

    __tablename__ = "wf_timer"
    __table_args__ = (
        Index(
            "ix_wf_timer_due",
            "at",
            sqlite_where=text("fired_at IS NULL"),
            postgresql_where=text("fired_at IS NULL"),
        ),
        UniqueConstraint("task_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("wf_task.id"))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    fired_at: Mapped[datetime | None]


class Holiday(Base):
    """A day without office hours; ``kind``: libur nasional or cuti bersama; from a yearly CSV."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))


class OfficeHours(Base):
    """Opening of one weekday (0 = Monday), minutes after midnight local time.

    ``season`` is ``normal`` or ``ramadan``; a Ramadan period is a row of ``ramadan``.
    """

    __tablename__ = "office_hours"

    season: Mapped[str] = mapped_column(String(10), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    opens: Mapped[int]
    break_from: Mapped[int]
    break_to: Mapped[int]
    closes: Mapped[int]
    valid_from: Mapped[date] = mapped_column(primary_key=True)


class Ramadan(Base):
    """The days of one Ramadan (inclusive), loaded with the yearly calendar."""

    __tablename__ = "ramadan"

    first: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[date]


class CalendarVersion(Base):
    """One row with a random token, new after every change: the caches' key to the calendar."""

    __tablename__ = "calendar_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32))
