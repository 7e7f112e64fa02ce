"""``portal bench``: what it prints, what it measures, and that it leaves nothing behind.

Times are not judged here, a busy machine would decide; numbers of statements are.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor, Holding
from portal.bench import differences
from portal.bench.bulk import LANES, Office, fill
from portal.bench.measure import Meter, median, percentile
from portal.clock import now
from portal.db import db
from portal.org.models import HolderKind
from portal.testing.world import World
from portal.workflow.inbox import PAGE, inbox, waiting_count
from portal.workflow.models import Candidate, Case, CaseStatus, Task, TaskStatus
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary instances are made here."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_the_inbox_needs_as_many_queries_with_more_cases(run: Run, temporary_files: Path) -> None:
    result = run("bench", "inbox", "--cases", "1000,1400", "--runs", "3", "--json")

    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures["cases"] == [1000, 1400]
    assert figures["rows"] == PAGE
    assert figures["waiting"] == [5 * LANES, 7 * LANES]
    assert 0 < figures["queries"] <= 8
    assert figures["ratio"] > 0
    assert len(figures["wall_ms_median"]) == len(figures["cpu_ms_median"]) == 2
    assert "1000 kasus" in result.stderr
    assert list(temporary_files.iterdir()) == []


def test_an_act_is_measured_on_whole_cases_with_all_units(run: Run) -> None:
    result = run("bench", "act", "--acts", "1", "--json", PORTAL_PLUGINS_OFF="")

    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures["acts"] == 97
    assert figures["cases"] == 1
    assert figures["cpu_ms_p95"] >= figures["cpu_ms_median"] > 0
    assert 0 < figures["queries_median"] <= 35


def test_the_start_and_the_memory_of_a_server_are_measured(run: Run) -> None:
    result = run("bench", "start", "--json")

    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures["first_page_s"] > 0
    assert figures["first_page_cpu_s"] > 0
    assert 40 < figures["rss_mb_idle"] <= figures["rss_mb_after_log_ins"] <= figures["goal_mb"]


def test_without_a_plugin_that_plays_there_is_no_act_to_measure(run: Run) -> None:
    result = run("bench", "act", "--json")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1].startswith("Galat: Tidak ada plugin aktif")


@pytest.mark.parametrize("cases", ["banyak", "1000", "1000,1000", "10,1000", ""])
def test_wrong_numbers_of_cases_are_refused(run: Run, cases: str) -> None:
    result = run("bench", "inbox", "--cases", cases, "--json")

    assert result.exit_code == 2
    assert "--cases" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_another_database_than_postgresql_is_refused(run: Run) -> None:
    result = run("bench", "inbox", "--database-url", "sqlite:///x.db", "--json")

    assert result.exit_code == 1
    assert "hanya untuk PostgreSQL" in result.stderr


def test_a_baseline_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text("[1", encoding="utf-8")

    result = run("bench", "act", "--baseline", str(path), "--json")

    assert result.exit_code == 2
    assert "bukan hasil `portal bench --json`" in result.stderr


def test_differences_name_the_numbers_that_changed() -> None:
    lines = differences({"ratio": 1.2, "queries": 8, "cases": [1, 2]}, {"ratio": 1.0, "queries": 8})

    assert lines == ["ratio: 1.0 -> 1.2"]


def test_percentiles() -> None:
    assert median([3.0]) == 3.0
    assert median([1.0, 2.0, 9.0]) == 2.0
    assert percentile([float(n) for n in range(101)], 95) == 95.0


# -- the data ------------------------------------------------------------------------------


@pytest.fixture
def office(world: World, session: Session) -> Office:
    """The busy position and two others."""
    others = [world.position_id("staf-akin-1"), world.position_id("karo-otlak")]
    units = [(world.unit_id("setpres"), "Sekretariat Presiden")]
    return Office(world.position_id("staf-akin-2"), others, world.person_id("staf-akin-2"), units)


def holder(person: int, positions: Sequence[int]) -> Actor:
    """Somebody who holds these positions."""
    held = (Holding(each, "kode", "Jabatan", 1, HolderKind.DEFINITIVE, "") for each in positions)
    return Actor(person, "Nama", "nama", False, tuple(held))


def test_one_case_in_twenty_is_open_and_a_tenth_of_them_waits_at_one_position(
    session: Session, office: Office
) -> None:
    fill(session, 1000, office, lambda line: None)

    roots = Case.parent_id.is_(None)
    assert session.scalar(select(func.count()).where(roots)) == 1000
    open_roots = select(func.count()).where(roots, Case.status == CaseStatus.OPEN)
    assert session.scalar(open_roots) == 50
    waiting = select(Task.root_id).join(Candidate, Candidate.task_id == Task.id)
    busy = session.scalars(
        waiting.where(Candidate.is_open, Candidate.position_id == office.busy)
    ).all()
    assert (len(set(busy)), len(busy)) == (5, 30)
    oldest = session.scalar(select(func.min(Task.done_at)).where(Task.status == TaskStatus.DONE))
    assert oldest is not None
    assert 700 < (now() - oldest).days < 1200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("several", [False, True])
def test_the_inbox_scans_no_table_that_grows(
    app: Flask, session: Session, office: Office, several: bool
) -> None:
    fill(session, 1000, office, lambda line: None)
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        asked.append((statement, parameters))

    positions = [office.busy, *office.others] if several else [office.busy]
    event.listen(db.engine, "before_cursor_execute", note)
    with app.test_request_context("/tugas"):
        actor = holder(office.person, positions)
        inbox(session, actor)
        waiting_count(session, actor)
    event.remove(db.engine, "before_cursor_execute", note)

    reads = [each for each in asked if each[0].startswith("SELECT")]
    plans = [
        [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", sent)]
        for text, sent in reads
    ]
    assert not [step for plan in plans for step in plan if step.startswith("SCAN wf_")]
    by_index = [plan for plan in plans if any("ix_wf_candidate_inbox" in step for step in plan)]
    assert len(by_index) == 3  # the page's ids, the counts, the badge


def test_only_statements_inside_the_measured_block_are_counted(session: Session) -> None:
    meter = Meter(db.engine)
    session.execute(select(Case.id))
    with meter.measure():
        session.execute(select(Case.id))
        session.rollback()
        session.execute(select(Task.id))

    assert [sample.statements for sample in meter.samples] == [2]
