"""Plays cases as the right officials: for the demo, benchmarks and tests.

Every move is a real act by a real holder of a candidate position, in a transaction
of its own; nothing is written past the engine.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.auth.rights import Actor, actor_of
from portal.db import transaction
from portal.errors import NotFound
from portal.org.models import Holder, Position
from portal.org.service import today
from portal.workflow import control, releasing
from portal.workflow.acting import ActInput, ActResult, act
from portal.workflow.asking import answer, ask
from portal.workflow.behaviours import behaviours
from portal.workflow.models import Candidate, Case, Task, TaskStatus
from portal.workflow.run import plan_of
from portal.workflow.starting import start_case, start_option


class Player:
    """Moves cases on; ``at`` sets the clock for the moves that follow."""

    def __init__(self) -> None:
        self._people: dict[int, int] = {}

    def at(self, instant: datetime) -> Player:
        """Let the moves that follow happen at this instant."""
        clock.set_clock(instant)
        return self

    def start(self, key: str, data: dict[str, Any], position: str) -> str:
        """Begin a case as the holder of a position (by its code); returns its number."""
        with transaction() as session:
            actor = self._holder(session, position)
            option = start_option(session, actor, key)
            return start_case(session, actor, option, data, secrets.token_urlsafe(16)).number

    def act(
        self,
        number: str,
        step: str,
        *,
        outcome: str = "",
        record: dict[str, Any] | None = None,
        data: Any = None,
        note: str = "",
        targets: Sequence[str] = (),
        position: int | None = None,
    ) -> ActResult:
        """Finish the open step of a case; ``data`` fills the plugin's own form."""
        sent = ActInput(
            outcome=outcome,
            form_key=secrets.token_urlsafe(16),
            version=0,
            note=note,
            record=record or {},
            targets=targets,
        )
        with transaction() as session:
            task_id, actor = self._prepare(session, number, step, sent, data, position)
        return self.carry_out(task_id, actor, sent)

    def carry_out(self, task_id: int, actor: Actor, sent: ActInput) -> ActResult:
        """The act alone, in its transaction: what a benchmark measures."""
        with transaction() as session:
            return act(session, task_id, actor, sent)

    def _prepare(
        self,
        session: Session,
        number: str,
        step: str,
        sent: ActInput,
        data: Any = None,
        position: int | None = None,
    ) -> tuple[int, Actor]:
        """The open task and who acts on it; fills what ``sent`` lacks: version, outcome, form."""
        task, case = session.execute(
            select(Task, Case)
            .join(Case, Case.id == Task.case_id)
            .where(Case.number == number, Task.step == step, Task.status == TaskStatus.OPEN)
        ).one()
        block = plan_of(session, case.definition_id).step(step)
        if position is None:
            position = session.scalars(
                select(Candidate.position_id)
                .where(Candidate.task_id == task.id, Candidate.is_open)
                .order_by(Candidate.proxy, Candidate.id)
            ).first()
        if position is None:
            raise NotFound(f"{number} {step}")
        if block.form and data is not None:
            sent.form = behaviours().form(case.plugin, block.form).form(obj=data)
        sent.version = task.version
        sent.outcome = sent.outcome or block.outcomes[0].key
        return task.id, self._actor(session, position)

    def release(self, number: str, position: str, reason: str) -> None:
        """Go on without the late units, as the holder of a position."""
        self._control(releasing.release, number, position, reason)

    def suspend(self, number: str, position: str, reason: str) -> None:
        """Let a case rest, as the holder of a position."""
        self._control(control.suspend, number, position, reason)

    def cancel(self, number: str, position: str, reason: str) -> None:
        """End a case, as the holder of a position."""
        self._control(control.cancel, number, position, reason)

    def ask(self, number: str, step: str, question: str) -> int:
        """Ask the requester, as whoever an open step waits for; returns the question's id."""
        with transaction() as session:
            sent = ActInput(outcome="", form_key=secrets.token_urlsafe(16), version=0)
            task_id, actor = self._prepare(session, number, step, sent)
            return ask(session, task_id, actor, question, sent.form_key).id

    def answer(self, question_id: int, text: str, position: str) -> None:
        """Answer a question as the requester, the holder of a position (by its code)."""
        with transaction() as session:
            actor = self._holder(session, position)
            answer(session, question_id, actor, text, (), secrets.token_urlsafe(16))

    def open_steps(self, number: str) -> list[tuple[str, str]]:
        """(case number, step) of everything open in a root case."""
        with transaction() as session:
            root = session.scalars(select(Case).where(Case.number == number)).one()
            rows = session.execute(
                select(Case.number, Task.step)
                .join(Task, Task.case_id == Case.id)
                .where(Task.root_id == root.id, Task.status == TaskStatus.OPEN)
                .order_by(Task.id)
            )
            return [(case_number, step) for case_number, step in rows]

    def lanes(self, number: str) -> list[tuple[str, int]]:
        """(number, unit id) of the lanes of a root case, in order."""
        with transaction() as session:
            root = session.scalars(select(Case.id).where(Case.number == number)).one()
            rows = session.execute(
                select(Case.number, Case.unit_id).where(Case.parent_id == root).order_by(Case.id)
            )
            return [(lane, unit) for lane, unit in rows if unit is not None]

    def _control(
        self,
        move: Callable[[Session, int, Actor, str, str], object],
        number: str,
        position: str,
        reason: str,
    ) -> None:
        with transaction() as session:
            root_id = session.scalars(select(Case.id).where(Case.number == number)).one()
            move(
                session, root_id, self._holder(session, position), reason, secrets.token_urlsafe(16)
            )

    def _holder(self, session: Session, position: str) -> Actor:
        row = session.scalars(select(Position.id).where(Position.code == position)).one()
        return self._actor(session, row)

    def _actor(self, session: Session, position_id: int) -> Actor:
        if position_id not in self._people:
            day = today()
            person = session.scalars(
                select(Holder.person_id)
                .where(Holder.position_id == position_id, Holder.valid_from <= day)
                .where((Holder.valid_to.is_(None)) | (Holder.valid_to >= day))
                .order_by(Holder.id)
            ).first()
            if person is None:
                raise NotFound(f"position {position_id} has no holder")
            self._people[position_id] = person
        return actor_of(session, self._people[position_id])
