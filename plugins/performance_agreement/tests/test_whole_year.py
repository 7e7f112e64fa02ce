"""The proof of the standard: a whole year over HTTP, as the right officials, in the right order.

Twelve stages, 13 units, a return to one Bagian, a return to two units after the join,
one late unit; then finalized, published, exported, and read on the frozen site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import Context
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.performance_agreement.models import Agreement
from plugins.performance_agreement.tests.agreements import own_goal
from plugins.performance_agreement.tests.play import LIMITS
from plugins.performance_agreement.tests.stages import (
    CODES,
    LATE,
    RETURNED,
    YEAR,
    Year,
    analysis_and_draft,
    binding_printing_distribution,
    delivery,
    direction,
    discussion_and_signatures,
    going_on_without_the_late_one,
    late_unit,
    receipts,
    request_letters,
    return_to_two_units,
    second_parties,
    submissions,
)
from plugins.performance_agreement.workflow import PK
from portal.api import RegisterEntry
from portal.testing.client import PortalClient
from portal.testing.inside import Register, Settings, export, run_pending, walk_tasks
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World

OFFICIAL = Path(__file__).resolve().parents[4].joinpath(
    "shared", "standards", "performance_agreement.txt"
)  # fmt: skip


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("performance_agreement",)


@pytest.fixture
def year(login: Callable[[str], PortalClient], world: World, frozen_clock: FrozenClock) -> Year:
    return Year(login, world)


def test_the_limits_are_those_of_the_source() -> None:
    if not OFFICIAL.is_file():
        pytest.skip("the official text is not at hand")
    printed = dict.fromkeys(LIMITS, "")
    stage = ""
    for line in (
        OFFICIAL.read_text(encoding="utf-8").partition("B. Uraian Prosedur")[2].splitlines()
    ):
        if begun := re.match(r"(\d+)\. ", line):
            stage = begun[1]
        if line.startswith("C. Persyaratan"):
            break
        if found := re.search(r"\((\d+ (?:menit|jam|hari))\)|selambat-lambatnya (\d+ hari)", line):
            printed[stage] = found[1] or found[2]
    assert printed == LIMITS


def test_a_whole_year(
    year: Year, app: Flask, session: Session, settings: Settings, tmp_path: Path
) -> None:
    direction(year)
    request_letters(year)
    delivery(year)
    receipts(year)
    submissions(year)
    going_on_without_the_late_one(year)
    analysis_and_draft(year)
    return_to_two_units(year)
    discussion_and_signatures(year)
    second_parties(year)
    binding_printing_distribution(year)

    year.act("karo-otlak", "publikasi", {"izin": "y"})
    carry_out(app)
    assert published_on(export_site(settings, tmp_path / "first")) == {"ksn", *CODES} - {LATE}

    late_unit(year)
    carry_out(app)
    site = export_site(settings, tmp_path / "second")
    assert published_on(site) == {"ksn", *CODES}
    read_site(site)

    every_step_was_played(year)
    letters_are_numbered_without_gaps(session)
    parties_are_those_of_the_organisation(session)


# -- what came of it -------------------------------------------------------------------------


def carry_out(app: Flask) -> None:
    """Run the jobs, as the worker would."""
    assert Context().run(run_pending, app) > 0


def export_site(settings: Settings, output: Path) -> Path:
    """Freeze the public site from the store."""
    export(settings.publications, output)
    return output


def published_on(site: Path) -> set[str]:
    """The units whose agreement has a page."""
    return {page.parent.name for page in site.glob(f"pk/{YEAR}/*/index.html")}


def read_site(site: Path) -> None:
    """The frozen pages say what was agreed, by whom."""
    lists = (site / "pk" / str(YEAR) / "index.html").read_text(encoding="utf-8")
    assert len(set(re.findall(rf"/pk/{YEAR}/([a-z-]+)/", lists))) == 14
    for code in CODES:
        page = (site / "pk" / str(YEAR) / code / "index.html").read_text(encoding="utf-8")
        assert own_goal(code) in page
        assert ("98" if code in RETURNED else "97,5") in page
        assert "pihak kedua" in page
        assert list((site / "pk" / str(YEAR) / code).rglob("*.pdf"))
    ministry = (site / "pk" / str(YEAR) / "ksn" / "index.html").read_text(encoding="utf-8")
    assert "pihak kedua" not in ministry
    assert own_goal(LATE) not in ministry
    assert own_goal("setpres") in ministry


def every_step_was_played(year: Year) -> None:
    """No step of the workflow was left out."""
    assert set(year.steps) == {task.id for task in walk_tasks(PK.steps)}


def letters_are_numbered_without_gaps(session: Session) -> None:
    """Memoranda, letters and agreements: 1, 2, 3 … with the day on which they were issued."""
    rows = session.execute(
        select(Register.key, Register.year, RegisterEntry.seq, RegisterEntry.day)
        .join(Register, Register.id == RegisterEntry.register_id)
        .order_by(Register.key, Register.year, RegisterEntry.seq)
    ).all()
    books: dict[tuple[str, int], list[tuple[int, date]]] = {}
    for key, of_year, seq, day in rows:
        books.setdefault((key, of_year), []).append((seq, day))
    counts = {book: len(entries) for book, entries in books.items()}
    assert counts == {
        ("case.PK", 2026): 1,
        ("memorandum", 2026): 3,
        ("memorandum", 2027): 2,
        ("surat", 2026): 2,
        ("surat", 2027): 2,
        ("pk.agreement", 2027): 14,
    }
    for (_key, of_year), entries in books.items():
        assert [seq for seq, _ in entries] == list(range(1, len(entries) + 1))
        days = [day for _, day in entries]
        assert days == sorted(days)
        assert {day.year for day in days} == {of_year}


def parties_are_those_of_the_organisation(session: Session) -> None:
    """The minister alone for the ministry; head and superior for the units."""
    rows = {row.unit_code: row for row in session.scalars(select(Agreement))}
    assert len(rows) == 14
    assert (rows["ksn"].first_title, rows["ksn"].second_title) == ("Menteri Sekretaris Negara", "")
    bogor = rows["istana-bogor"]
    assert bogor.first_title == "Kepala Istana Kepresidenan Bogor"
    assert bogor.second_title == "Kepala Sekretariat Presiden"
    assert rows[LATE].first_signed == date(2027, 1, 11)
