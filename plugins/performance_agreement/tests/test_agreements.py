"""Composing the ministry's draft, signatures and requirements, on the sample years."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.performance_agreement import agreements, samples
from plugins.performance_agreement.effects import EFFECTS
from plugins.performance_agreement.forms import AgreementForm
from plugins.performance_agreement.models import Agreement, Budget, Goal, Measure
from plugins.performance_agreement.tests.sample_years import play_years
from plugins.performance_agreement.workflow import PK
from portal.api import Actor, Case, CaseTask, EffectContext, Holding, Invalid, Player, Publication
from portal.testing.databases import Seed
from portal.testing.inside import HolderKind, RegisterEntry, walk_tasks
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World, plant

NOBODY = Actor(1, "Pejabat Contoh", "contoh", False, ())
RUNNING, FINISHED = "PK-2026-0003", "PK-2025-0001"


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("performance_agreement",)


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, play_years)


@pytest.fixture
def rows(session: Session, world: World, frozen_clock: FrozenClock) -> Iterator[Session]:
    """The session over the sample years; what a test changes is undone."""
    yield session
    session.rollback()


def case(session: Session, number: str) -> Case:
    return session.scalars(select(Case).where(Case.number == number)).one()


def form(sample: Any) -> AgreementForm:
    return AgreementForm(obj=sample)


# -- the ministry's draft ------------------------------------------------------------------------


def test_the_draft_joins_what_the_units_heads_have_signed(rows: Session) -> None:
    root = case(rows, RUNNING)
    draft = agreements.compose(rows, root)
    missing = ("istana-cipanas", "istana-tampaksiring", "set-ksp")
    rows_of = agreements.agreements_of(rows, root.id)
    signed = [row for row in rows_of if row.unit_code not in missing]
    assert len(signed) == 10, "one was returned, one not begun, one not signed"
    assert [goal.text for goal in draft.objectives] == [samples.OBJECTIVE, samples.MANAGEMENT]
    assert draft.total == sum(each.budget for row in signed for each in row.programmes)
    assert [each.name for each in draft.programmes] == list(samples.PROGRAMMES)


def test_equal_indicators_stand_once_and_others_follow(rows: Session) -> None:
    draft = agreements.compose(rows, case(rows, RUNNING))
    texts = [row.text for row in draft.objectives[0].indicators]
    assert len(texts) == len(set(texts))
    assert texts[0] == samples.INDICATORS["setpres"][0]
    assert samples.PALACE[0] in texts
    assert samples.INDICATORS["set-ksp"][0] not in texts


def test_a_stored_draft_is_shown_again_not_composed_anew(rows: Session) -> None:
    root = case(rows, RUNNING)
    task = SimpleNamespace()
    agreements.save(rows, root, task, form(samples.agreement("ksn", 2027)), NOBODY)  # type: ignore[arg-type]
    shown = agreements.load_ministry(rows, root, task)  # type: ignore[arg-type]
    assert shown.total == samples.agreement("ksn", 2027).total
    row = agreements.agreement_of(rows, root.id)
    assert row is not None
    assert (row.level, row.unit_code, row.unit_id) == ("ministry", "ksn", None)


@pytest.mark.parametrize(
    ("unit", "level"), [("istana-bogor", "unit"), ("set-ksp", "unit"), ("setpres", "eselon1")]
)
def test_the_level_follows_the_kind_of_unit(rows: Session, unit: str, level: str) -> None:
    found = rows.scalars(select(Agreement.level).where(Agreement.unit_code == unit))
    assert set(found) == {level}


# -- saving --------------------------------------------------------------------------------------


def test_a_change_voids_the_signatures_and_replaces_the_content(rows: Session) -> None:
    lane = case(rows, f"{RUNNING}-05")
    row = agreements.agreement_of(rows, lane.id)
    assert row is not None
    assert row.first_signed is not None
    parts = len(row.objectives)
    changed = samples.agreement("istana-yogyakarta", 2027)
    changed.objectives[0].indicators[0].target = "99,25"
    agreements.save(rows, lane, SimpleNamespace(), form(changed), NOBODY)  # type: ignore[arg-type]
    rows.expire_all()
    row = agreements.agreement_of(rows, lane.id)
    assert row is not None
    assert (row.first_name, row.first_signed) == ("", None)
    assert len(row.objectives) == parts
    measure = row.objectives[0].indicators[0]
    assert (measure.target, float(measure.target_number or 0)) == ("99,25", 99.25)
    assert row.objectives[1].indicators[0].target_number is None


def test_no_orphans_are_left_behind(rows: Session) -> None:
    for model, owner in ((Goal, Goal.agreement_id), (Budget, Budget.agreement_id)):
        ids = select(Agreement.id)
        assert not rows.scalar(select(func.count()).select_from(model).where(owner.not_in(ids)))
    goals = select(Goal.id)
    assert not rows.scalar(
        select(func.count()).select_from(Measure).where(Measure.objective_id.not_in(goals))
    )


# -- requirements and effects --------------------------------------------------------------------


@pytest.mark.parametrize(("year", "number"), [(2027, RUNNING), (2026, FINISHED)])
def test_a_year_is_begun_once(rows: Session, year: int, number: str) -> None:
    with pytest.raises(Invalid, match=f"Tahun {year} sudah ada: kasus {number}"):
        Player().start("pk.yearly", {"tahun": year, "dipa": None}, "karo-otlak")


def test_signing_needs_a_document(rows: Session) -> None:
    lane = case(rows, f"{RUNNING}-07")
    task = rows.scalars(select(CaseTask).where(CaseTask.case_id == lane.id)).first()
    assert task is not None
    mine = Holding(task.position_id or 0, "x", "Kepala", 1, HolderKind.DEFINITIVE, "")
    actor = Actor(1, "Pejabat Contoh", "contoh", False, (mine,))
    context = EffectContext(rows, lane, task, actor, "sign", {})
    with pytest.raises(Invalid, match="belum disusun"):
        EFFECTS["sign-first-party"](context)


def test_every_effect_belongs_to_a_step_and_every_step_has_its_effect() -> None:
    assert {task.effect for task in walk_tasks(PK.steps) if task.effect} == set(EFFECTS)


def test_finalized_agreements_have_numbers_and_publications(rows: Session) -> None:
    finals = rows.scalars(select(Agreement).where(Agreement.year == 2025)).all()
    assert len(finals) == 14
    numbers = {row.number for row in finals}
    issued = set(
        rows.scalars(select(RegisterEntry.number).where(RegisterEntry.number.in_(numbers)))
    )
    assert numbers == issued
    assert len(numbers) == 14
    ids = {row.publication_id for row in finals}
    kinds = rows.scalars(select(Publication.kind).where(Publication.id.in_(ids))).all()
    assert kinds == ["pk"] * 14


def test_the_late_unit_is_not_part_of_the_ministrys_agreement(rows: Session) -> None:
    root = case(rows, "PK-2024-0001")
    ministry, *units = agreements.agreements_of(rows, root.id)
    assert ministry.unit_id is None
    late = next(row for row in units if row.unit_code == "set-ksp")
    others = [row for row in units if row is not late]
    total = sum(each.budget for each in ministry.programmes)
    assert total == sum(each.budget for row in others for each in row.programmes)
    assert late.publication_id is not None
