"""``portal workflow check`` and ``simulate``: what they print, and when they fail."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event

from portal.db import db, transaction
from portal.errors import PortalError
from portal.org.models import Holder
from portal.testing.databases import Seed
from portal.testing.desk import SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, ROLES, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow.cli import workflow
from portal.workflow.definition import Role, Start, Workflow, review, task


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Exit code and output; a portal error counts as 1, as the program makes it."""
    result = app.test_cli_runner().invoke(workflow, words)
    if isinstance(result.exception, PortalError):
        return 1, f"{result.output}{result.exception}"
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_sound_workflows_with_all_roles_held_are_fine(app: Flask, world: World) -> None:
    SampleHost(LETTER, UNITS).install(app)
    assert run(app, "check") == (0, "3 alur kerja diperiksa; susunannya benar.\n")


def test_an_unsound_workflow_is_named_with_its_fault(app: Flask, world: World) -> None:
    bad = Workflow(
        "bad", "B", number="B", roles=ROLES, starts=(Start("s", "S", "S"),),
        steps=(review("a", by="boss", back_to="b"), task("b", "B", by="boss")),
    )  # fmt: skip
    SampleHost(LETTER, bad).install(app)
    code, text = run(app, "check")
    assert code == 1
    assert "✗ bad: step a: return target 'b' does not come before it" in text


def test_a_role_without_a_position_is_a_fault(app: Flask, world: World) -> None:
    roles = (
        ("gone", Role("Pejabat lama", position="tidak-ada")),
        ("unit", Role("Staf unit", positions=(("setmen", "tidak-ada-juga"),))),
    )
    odd = Workflow(
        "odd", "O", number="O", roles=roles, starts=(Start("s", "S", "S"),),
        steps=(task("a", "A", by="gone"),),
    )  # fmt: skip
    SampleHost(odd).install(app)
    code, text = run(app, "check")
    assert code == 1
    assert "peran tanpa jabatan: Pejabat lama" in text
    assert "peran tanpa jabatan: Staf unit (setmen)" in text


def test_a_vacant_position_is_told_but_is_no_fault(app: Flask, world: World) -> None:
    SampleHost(LETTER).install(app)
    position = world.position_id("karo-otlak")
    with transaction() as session:
        holder = session.query(Holder).filter_by(position_id=position).one()
        holder.valid_to = date(2026, 1, 1)
    code, text = run(app, "check")
    assert code == 0
    assert "! letter: jabatan kosong hari ini: Kepala Biro" in text
    code, text = run(app, "check", "--json")
    assert [row["fault"] for row in json.loads(text)] == [False]


def test_a_simulation_prints_step_official_limit_and_end(
    app: Flask, world: World, frozen_clock: FrozenClock
) -> None:
    SampleHost(LETTER).install(app)
    code, text = run(app, "simulate", "letter", "--start", "2027-01-04")
    assert code == 0
    first = text.splitlines()[0].split("\t")
    assert first == ["a.I", "Menyusun konsep", "Staf Bagian I", "2 jam", "4 Jan 2027 11.00 WIB"]
    code, text = run(app, "simulate", "letter", "--json")
    assert [row["step"] for row in json.loads(text)][-1] == "e"


def test_a_simulation_asks_no_database(app: Flask, world: World) -> None:
    SampleHost(UNITS).install(app)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    assert run(app, "simulate", "units")[0] == 0
    assert asked == []


def test_an_unknown_workflow_is_one_clear_line(app: Flask, world: World) -> None:
    SampleHost(LETTER).install(app)
    known = "Tidak ada alur kerja “x”. Yang ada: complaint, letter."
    assert run(app, "simulate", "x") == (1, known)
    assert run(app, "simulate", "letter", "--outcome", "c")[0] == 1
