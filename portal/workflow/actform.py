"""The form of one act: recorded fields, the plugin's own form, decision, note, targets.

Built from the step's definition for each request; the page only renders it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Form, FormField, RadioField, TextAreaField
from wtforms.validators import Length

from portal.forms import BaseForm, choices_of
from portal.org import service as org
from portal.org.models import Position
from portal.workflow.behaviours import OwnForm, behaviours
from portal.workflow.definition import RETURN, Fixed
from portal.workflow.definition import Task as Step
from portal.workflow.fields import Field, PerUnit, PickPosition
from portal.workflow.models import Case, Task
from portal.workflow.recordform import FormContext, TicksField, form_data, record_form
from portal.workflow.returning import return_targets
from portal.workflow.run import Run
from portal.workflow.starting import NOWHERE

OWN = "isi"
"""Name of the plugin's own form among the fields of an act."""


@dataclass(frozen=True, slots=True)
class OutcomeChoice:
    """A decision as the page offers it; ``kind`` is primary or return."""

    key: str
    label: str
    kind: str


def zone_of(case: Case) -> str:
    """The time zone in which this case's people write and read times."""
    zone: str = case.timezone or current_app.config["PORTAL"].timezone
    return zone


def form_context(
    session: Session, run: Run | None, case: Case | None, positions: list[int]
) -> FormContext:
    """Zone, units and positions for the recorded fields of a step or start."""

    def units(field: PerUnit) -> list[tuple[int, str]]:
        members = org.members_of_set(session, field.over, org.today())
        if field.mine and positions:
            mine = set(session.scalars(select(Position.unit_id).where(Position.id.in_(positions))))
            members = [member for member in members if member.coordinator_id in mine]
        return [(member.unit_id, member.unit.name) for member in members]

    def picks(field: PickPosition) -> list[tuple[str, str]]:
        if run is None:
            return []
        ids = [key for role in field.roles for key in run.cast.positions(Fixed(role), NOWHERE)]
        rows = session.execute(select(Position.id, Position.title).where(Position.id.in_(ids)))
        return [(str(key), title) for key, title in rows]

    zone = zone_of(case) if case is not None else current_app.config["PORTAL"].timezone
    return FormContext(zone, units, picks)


def start_form(session: Session, fields: tuple[Field, ...]) -> type[BaseForm]:
    """The form of a start."""
    record = record_form(fields, form_context(session, None, None, []))
    return type("StartForm", (record, BaseForm), {})


def act_form(
    run: Run, case: Case, task: Task, step: Step, positions: list[int], formdata: Any
) -> tuple[BaseForm, list[OutcomeChoice]]:
    """The form of a task and its decisions; ``formdata`` None shows what is stored."""
    context = form_context(run.session, run, case, positions)
    base = record_form(run.shown(step.record), context)
    body: dict[str, Any] = {}
    own = own_form(case, step)
    if own is not None:
        # a form with a template of its own has no heading; its errors need none before them
        body[OWN] = FormField(own.form, label="" if own.template else step.title)
    targets = return_targets(run, case, step)
    outcomes = [OutcomeChoice(each.key, each.label, "primary") for each in step.outcomes]
    if targets:
        outcomes.append(OutcomeChoice(RETURN, _("Kembalikan untuk perbaikan"), "return"))
        choices = [
            (key if each is case else f"{key}@{each.id}", target_label(run, case, each, key))
            for each, key in targets
        ]
        body["targets"] = TicksField(_("Kembalikan ke"), choices=choices_of(choices))
    if len(outcomes) > 1:
        body["outcome"] = RadioField(
            _("Keputusan Anda"),
            choices=choices_of((each.key, each.label) for each in outcomes),
            validate_choice=False,
        )
    body["note"] = TextAreaField(_("Catatan"), [Length(max=4000)])
    form_class = type("ActForm", (base, BaseForm), body)
    stored = form_data(
        step.record, _latest_record(run.session, task, bool(step.record)), context.zone
    )
    if own is not None and formdata is None:
        stored.isi = own.load(run.session, case, task)
    form: BaseForm = form_class(formdata=formdata, obj=stored)
    return form, outcomes


def _latest_record(session: Session, task: Task, recorded: bool) -> dict[str, Any]:
    """What an earlier round of the step recorded: work sent back is mended, not typed anew."""
    if task.round == 1 or task.kind == "review" or not recorded:
        return task.record
    record = session.scalar(
        select(Task.record).where(
            Task.case_id == task.case_id, Task.step == task.step, Task.round == task.round - 1
        )
    )
    return record or task.record


def own_form(case: Case, step: Step) -> OwnForm | None:
    """The plugin's own form of the step, if it has one."""
    return behaviours().form(case.plugin, step.form) if step.form else None


def own_part(form: BaseForm) -> Form | None:
    """The plugin's own form inside the act's form."""
    part = getattr(form, OWN, None)
    return None if part is None else part.form


def target_label(run: Run, case: Case, other: Case, key: str) -> str:
    """A return target in words: the step, and the unit where it stands in a lane."""
    title = run.plan.step(key).title
    if other is case:
        return _("Langkah %(step)s: %(title)s", step=key, title=title)
    return _("%(unit)s (langkah %(step)s)", unit=other.unit_name, step=key)
