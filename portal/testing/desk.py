"""A host that serves sample workflows, and a desk at which their officials act.

``SampleHost(LETTER, UNITS).install(app)`` takes the plugin host's place; ``Desk(world)``
starts cases and acts as the holder of a position, each act in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.auth.rights import Actor, actor_of
from portal.db import db, transaction
from portal.events import Event
from portal.plugins.host import PluginHost
from portal.testing.workflows import PLUGIN
from portal.workflow.acting import ActInput, ActResult, act
from portal.workflow.behaviours import Check, Effect, OwnForm
from portal.workflow.definition import Workflow
from portal.workflow.models import Case, Task
from portal.workflow.run import plan_of
from portal.workflow.starting import start_case, start_option

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.org.models import Position
    from portal.testing.world import World


class SampleHost(PluginHost):
    """A plugin host with workflows and named behaviours, and no plugin.

    ``events`` are those raised; ``assigned`` answers for a step instead of the bindings.
    """

    def __init__(
        self,
        *workflows: Workflow,
        effects: Mapping[str, Effect] | None = None,
        checks: Mapping[str, Check] | None = None,
        forms: Mapping[str, OwnForm] | None = None,
    ) -> None:
        super().__init__(lambda: ())
        self._workflows = workflows
        self._effects, self._checks = dict(effects or {}), dict(checks or {})
        self._forms = dict(forms or {})
        self.events: list[Event] = []
        self.assigned: dict[str, list[Position]] = {}

    def install(self, app: Flask) -> SampleHost:
        """Take the place of the app's host."""
        app.extensions["portal_host"] = self
        return self

    def workflows(self) -> dict[str, tuple[str, Workflow]]:
        """The samples, all of one plugin."""
        return {each.key: (PLUGIN, each) for each in self._workflows}

    def effect(self, plugin: str, name: str) -> Effect:
        """The effect of that name."""
        return self._effects[name]

    def check(self, plugin: str, name: str) -> Check:
        """The check of that name."""
        return self._checks[name]

    def form(self, plugin: str, name: str) -> OwnForm:
        """The form of that name."""
        return self._forms[name]

    def standard_title(self, plugin: str) -> str:
        """The title of every case's standard."""
        return "Contoh"

    def active(self, plugin: str) -> bool:
        """Always."""
        return True

    def assign(self, case: Case, task: Task) -> Sequence[Position] | None:
        """What the test has put into ``assigned``."""
        return self.assigned.get(task.step)

    def event(self, session: Session, *told: object) -> None:
        """Keep them for the test."""

        for each in told:
            assert isinstance(each, Event)
            self.events.append(each)


@dataclass
class Desk:
    """Acts on cases as the holders of positions; ``keys`` counts the forms sent."""

    world: World
    keys: int = 0
    _people: dict[str, int] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        """The person with that log-in name, with today's positions."""

        if username not in self._people:
            self._people[username] = self.world.person_id(username)
        return actor_of(db.session(), self._people[username])

    def key(self) -> str:
        """A fresh form key."""
        self.keys += 1
        return f"form-{self.keys}"

    def start(self, key: str, username: str, data: Mapping[str, Any] | None = None) -> str:
        """Begin a case (``workflow.start``); returns its number."""

        with transaction() as session:
            actor = self.actor(username)
            option = start_option(session, actor, key)
            return start_case(session, actor, option, dict(data or {}), self.key()).number

    def case(self, number: str) -> Case:
        """The case of that number, as it is now."""

        query = select(Case).where(Case.number == number)
        return db.session.scalars(query.execution_options(populate_existing=True)).one()

    def task(self, step: str, number: str = "", status: str = "open") -> Task:
        """The last task of a step with that status (in the case of that number)."""

        query = select(Task).join(Case, Case.id == Task.case_id).order_by(Task.id.desc()).limit(1)
        query = query.where(Task.step == step, Task.status == status)
        if number:
            query = query.where(Case.number == number)
        return db.session.scalars(query.execution_options(populate_existing=True)).one()

    def open(self, root: str = "") -> list[str]:
        """Steps that wait, with the lane's number behind ``@`` and the round behind ``#``."""

        query = (
            select(Task.step, Task.round, Case.number, Case.parent_id)
            .join(Case, Case.id == Task.case_id)
            .where(Task.status == "open")
            .order_by(Case.id, Task.id)
        )
        if root:
            query = query.where(Case.number.startswith(root))
        rows = db.session.execute(query).all()
        db.session.rollback()
        return [
            step + ("" if parent is None else f"@{number[-2:]}") + (f"#{turn}" if turn > 1 else "")
            for step, turn, number, parent in rows
        ]

    def act(
        self,
        username: str,
        step: str,
        outcome: str = "",
        *,
        number: str = "",
        form_key: str = "",
        version: int | None = None,
        task_id: int | None = None,
        note: str = "",
        record: Mapping[str, Any] | None = None,
        targets: Iterable[str] = (),
    ) -> ActResult:
        """Finish a step as that person; by default with its first outcome."""

        with transaction() as session:
            found = session.get_one(Task, task_id) if task_id else self.task(step, number)
            block = plan_of(session, self.case_of(found).definition_id).step(step)
            sent = ActInput(
                outcome or block.outcomes[0].key,
                form_key or self.key(),
                found.version if version is None else version,
                note=note,
                record=dict(record or {}),
                targets=list(targets),
            )
            return act(session, found.id, self.actor(username), sent)

    def case_of(self, task: Task) -> Case:
        """The case of a task."""

        return db.session.get_one(Case, task.case_id)

    def send_back(
        self, username: str, step: str, *targets: str, number: str = "", note: str = "Perbaiki."
    ) -> ActResult:
        """Return a step to its targets."""
        return self.act(username, step, "return", number=number, note=note, targets=targets)
