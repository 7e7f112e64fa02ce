"""Storing and reading agreements: drafts of the units, the ministry's draft built from them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from flask import has_request_context, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from plugins.performance_agreement.forms import read_target
from plugins.performance_agreement.models import Agreement, Budget, Goal, Measure
from plugins.performance_agreement.publication import check_content
from portal.api import Actor, Case, CaseTask, Level, Unit, rupiah

MINISTRY = "ksn"
SIGNED = "4.ttd"
"""The step by which a unit's head submits; a return takes it back."""

LEVELS: dict[str, Level] = {
    **dict.fromkeys(("istana", "satuan kerja"), Level.UNIT),
    **dict.fromkeys(("biro", "asisten deputi", "pusat", "inspektorat"), Level.ECHELON_2),
}
"""Level of a unit's document by the kind of unit; every other kind is eselon I."""


def agreement_of(session: Session, case_id: int) -> Agreement | None:
    """The agreement of a case with all its parts."""
    found = session.scalars(_whole().where(Agreement.case_id == case_id))
    row: Agreement | None = found.unique().one_or_none()
    return row


def agreements_of(session: Session, root_case_id: int) -> list[Agreement]:
    """All agreements of a year's case, the ministry's first."""
    rows = session.scalars(
        _whole().where(Agreement.root_case_id == root_case_id).order_by(Agreement.id)
    ).unique()
    return sorted(rows, key=lambda row: row.unit_id is not None)


def _whole() -> Any:
    return select(Agreement).options(
        selectinload(Agreement.objectives).joinedload(Goal.indicators),
        joinedload(Agreement.programmes),
    )


def root_id_of(case: Case) -> int:
    """The year's case that this case belongs to."""
    return case.root_id or case.id


def ensure_agreement(session: Session, case: Case, year: int) -> Agreement:
    """The agreement of a case, made empty if it is missing."""
    row = agreement_of(session, case.id)
    if row is not None:
        return row
    code, name, level = MINISTRY, "Kementerian Sekretariat Negara", Level.MINISTRY
    if case.unit_id is not None:
        unit = session.get_one(Unit, case.unit_id)
        code, name, level = unit.code, unit.name, LEVELS.get(unit.kind, Level.ECHELON_1)
    row = Agreement(
        case_id=case.id,
        root_case_id=root_id_of(case),
        year=year,
        unit_id=case.unit_id,
        unit_code=code,
        unit_name=name,
        level=level,
        objectives=[],
        programmes=[],
    )
    session.add(row)
    session.flush()
    return row


def year_of(session: Session, case: Case) -> int:
    """The year that the case is about, from the fields of its start."""
    root = case if case.root_id in (None, case.id) else session.get_one(type(case), case.root_id)
    return int(root.data["tahun"])


def save(session: Session, case: Case, task: CaseTask, form: Any, actor: Actor) -> None:
    """Store what the form holds in place of what was there; signatures below that are void."""
    row = ensure_agreement(session, case, year_of(session, case))
    row.first_name = row.first_title = row.first_acting = ""
    row.second_name = row.second_title = row.second_acting = ""
    row.first_signed = row.second_signed = None
    row.objectives = [
        Goal(
            position=n,
            text=goal.form.text.data.strip(),
            indicators=[
                Measure(
                    position=m,
                    text=entry.form.text.data.strip(),
                    target=entry.form.target.data.strip(),
                    target_number=read_target(entry.form.target.data),
                    unit=(entry.form.unit.data or "").strip(),
                )
                for m, entry in enumerate(goal.form.indicators.entries, start=1)
            ],
        )
        for n, goal in enumerate(form.objectives.entries, start=1)
    ]
    row.programmes = [
        Budget(position=n, name=entry.form.name.data.strip(), budget=int(entry.form.budget.data))
        for n, entry in enumerate(form.programmes.entries, start=1)
    ]
    check_content(row)
    session.flush()


def load(session: Session, case: Case, task: CaseTask) -> SimpleNamespace:
    """What the form starts with: the stored draft, or nothing."""
    row = agreement_of(session, case.id)
    return _as_form([] if row is None else row.objectives, [] if row is None else row.programmes)


def load_ministry(session: Session, case: Case, task: CaseTask) -> SimpleNamespace:
    """The stored draft, or one built from the units' agreements (step 5b).

    The page's link "Susun ulang" asks for a new one, for instance after a return to units.
    """
    anew = has_request_context() and request.args.get("susun") == "ulang"
    if anew or agreement_of(session, case.id) is None:
        return compose(session, case)
    return load(session, case, task)


def compose(session: Session, case: Case) -> SimpleNamespace:
    """A draft of the ministry's agreement, from those that the units' heads have submitted.

    Objectives of the same wording are one, their indicators follow each other without
    doubles (one with another target stands again: the drafter decides), programmes of
    the same name are added up.
    """
    root_id = root_id_of(case)
    signed = select(CaseTask.case_id).where(
        CaseTask.root_id == root_id,
        CaseTask.step == SIGNED,
        CaseTask.current,
        CaseTask.status == "done",
    )
    lanes = set(session.scalars(signed))
    submitted = [row for row in agreements_of(session, root_id) if row.case_id in lanes]
    goals: dict[str, dict[tuple[str, str, str], Measure]] = {}
    budgets: dict[str, int] = {}
    for unit in submitted:
        for goal in unit.objectives:
            measures = goals.setdefault(goal.text, {})
            for measure in goal.indicators:
                measures.setdefault((measure.text, measure.unit, measure.target), measure)
        for programme in unit.programmes:
            budgets[programme.name] = budgets.get(programme.name, 0) + programme.budget
    return _as_form(
        [
            SimpleNamespace(text=text, indicators=list(rows.values()))
            for text, rows in goals.items()
        ],
        [SimpleNamespace(name=name, budget=budget) for name, budget in budgets.items()],
    )


def _as_form(goals: Sequence[Any], programmes: Sequence[Any]) -> SimpleNamespace:
    return SimpleNamespace(
        objectives=[
            SimpleNamespace(
                text=goal.text,
                indicators=[
                    SimpleNamespace(text=m.text, target=m.target, unit=m.unit)
                    for m in goal.indicators
                ],
            )
            for goal in goals
        ],
        programmes=[SimpleNamespace(name=p.name, budget=p.budget) for p in programmes],
        total=sum(p.budget for p in programmes) or None,
    )


def show(session: Session, case: Case, task: CaseTask) -> list[tuple[str, Any]]:
    """The agreement as (label, value) pairs for the case page."""
    row = agreement_of(session, case.id)
    if row is None:
        return []
    goals = [
        [goal.text, measure.text, f"{measure.target} {measure.unit}".strip()]
        for goal in row.objectives
        for measure in goal.indicators
    ]
    programmes = [[each.name, rupiah(each.budget)] for each in row.programmes]
    total = sum(each.budget for each in row.programmes)
    return [
        (
            _("Sasaran dan indikator"),
            {"head": [_("Sasaran"), _("Indikator"), _("Target")], "rows": goals},
        ),
        (_("Program dan anggaran"), {"head": [_("Program"), _("Anggaran")], "rows": programmes}),
        (_("Jumlah anggaran"), rupiah(total)),
    ]
