"""``portal bench cases|register|complaints``: figures, copied rows, nothing left behind."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.bench.copies import multiply
from portal.complaints import demo
from portal.complaints.models import Complaint, ComplaintIdentity
from portal.documents.models import Register, RegisterEntry
from portal.testing.world import World
from portal.workflow.models import Candidate, Case, CaseStatus, Task
from portal.workflow.player import Player
from tests.cli.conftest import Run

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_lists_and_submits_are_measured_at_each_size(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    result = run("bench", "complaints", "--rows", "1000,1200", "--runs", "3", "--json")

    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures["rows"] == [1000, 1200]
    assert figures["list_ratio"] > 0
    assert figures["submit_ratio"] > 0
    assert 0 < figures["queries"] <= figures["goal_queries"]
    assert "staf-setpres /pengaduan" in figures["lists"]
    assert list(figures["submits"]) == ["/pengaduan/baru"]
    assert list(place.iterdir()) == []


def test_without_a_register_there_is_none_to_measure(run: Run) -> None:
    result = run("bench", "register", "--rows", "1000,1200", "--runs", "3", "--json")

    assert result.exit_code == 1
    assert "buku register" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("rows", ["banyak", "1000", "10,1000"])
def test_wrong_numbers_of_rows_are_refused(run: Run, rows: str) -> None:
    result = run("bench", "cases", "--rows", rows)

    assert result.exit_code == 2
    assert "--rows" in result.stderr


def test_copies_are_whole_cases_with_numbers_of_their_own(
    app: Flask, session: Session, world: World
) -> None:
    with clock.frozen(NOW):
        demo.play(Player(), NOW)
    before = session.scalar(select(func.count(Case.id))) or 0
    roots = session.scalars(select(Case).order_by(Case.id)).all()
    one = world.person_id("staf-setpres")
    only = {"complaint_identity": {"person_id": lambda random: one}}
    multiply(session, roots, 60, NOW, lambda line: None, only)

    assert session.scalar(select(func.count(Case.id))) == before + 60
    copies = session.scalars(select(Case).where(Case.id > max(root.id for root in roots))).all()
    assert all(case.root_id == case.id for case in copies)
    assert all(case.started_at < NOW for case in copies)
    assert sum(case.status == CaseStatus.OPEN for case in copies) == 3  # one in twenty
    ids = [case.id for case in copies]
    complaints = session.scalars(select(Complaint).where(Complaint.case_id.in_(ids))).all()
    assert {row.number for row in complaints} == {case.number for case in copies}
    filed = select(ComplaintIdentity.person_id).distinct()
    filed = filed.where(ComplaintIdentity.complaint_id.in_([row.id for row in complaints]))
    assert session.scalars(filed).all() == [one]
    tasks = select(Task.case_id).join(Candidate, Candidate.task_id == Task.id)
    assert set(session.scalars(tasks.where(Task.case_id.in_(ids)))) == set(ids)


def test_numbering_goes_on_behind_the_copies(app: Flask, session: Session, world: World) -> None:
    with clock.frozen(NOW):
        demo.play(Player(), NOW)
        roots = session.scalars(select(Case).order_by(Case.id)).all()
        multiply(session, roots, 40, NOW, lambda line: None)
        register = session.scalars(select(Register).where(Register.key == "case.PGD")).one()
        query = select(RegisterEntry.seq).where(RegisterEntry.register_id == register.id)
        assert sorted(session.scalars(query)) == list(range(1, register.next_seq))
        session.commit()
        demo.play(Player(), NOW)
    numbers = session.scalars(select(Case.number)).all()
    assert len(set(numbers)) == len(numbers) == len(roots) * 2 + 40
