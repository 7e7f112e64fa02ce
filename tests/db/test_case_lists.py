"""The list of cases below its page: who sees which, in what order, by which index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.auth.models import Account
from portal.auth.rights import Actor, actor_of
from portal.db import db, transaction
from portal.org.models import HolderKind
from portal.org.service import assign_holder, today
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, MEETING, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow import case_index, case_lists
from portal.workflow.access import may_view, standing_of, visible_cases
from portal.workflow.case_filters import CaseFilter, read_filter
from portal.workflow.case_index import Wanted, newest
from portal.workflow.case_lists import all_cases, case_page, find_cases
from portal.workflow.models import Candidate, Case, CaseStatus, SealedReader
from portal.workflow.run import plan_of


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Desk:
    SampleHost(LETTER, UNITS, MEETING).install(app)
    return Desk(world)


@pytest.fixture
def cases(desk: Desk, frozen_clock: FrozenClock) -> list[str]:
    """Cases of three procedures; one suspended, one cancelled, one sealed."""
    numbers = []
    for day in range(23, 27):
        frozen_clock.set(datetime(2026, 11, day, 2, tzinfo=UTC))
        numbers.append(desk.start("letter.new", "karo-otlak", {"hal": f"surat {day}"}))
        desk.act("staf-akin-1", "a.I", number=numbers[-1])
    units = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    for value, who in (("setpres", "staf-setwapres"), ("setwapres", "staf-setpres")):
        numbers.append(desk.start("meeting.ask", who, {"hal": "rapat", "kantor": value}))
    with transaction() as session:
        rows = {row.number: row for row in session.scalars(select(Case))}
        rows[numbers[0]].status = CaseStatus.SUSPENDED
        rows[numbers[1]].status = CaseStatus.CANCELLED
        rows[numbers[2]].sealed = True
        reader = desk.world.position_id("deputi-aparatur")
        session.add(SealedReader(case_id=rows[numbers[2]].id, position_id=reader))
    return [*numbers, units]


@pytest.fixture
def asked(app: Flask, cases: list[str]) -> Iterator[list[str]]:
    """The cases, inside a request: rows carry addresses."""
    db.session.rollback()
    with app.test_request_context():
        yield cases


def everybody(session: Session) -> list[Actor]:
    people = session.scalars(select(Account.person_id).order_by(Account.person_id)).all()
    return [actor_of(session, key) for key in people]


def listed(session: Session, actor: Actor, wanted: Wanted | None = None) -> list[int]:
    query = newest(session, actor, standing_of(session, actor), wanted or Wanted(), 1000)
    return [key for key, _at in session.execute(query)]


def own_lanes(session: Session, actor: Actor) -> set[int]:
    """Lanes that are the person's own affair: of the unit, or once waiting at a position."""
    waited = select(Candidate.listed_case_id).where(Candidate.position_id.in_(actor.position_ids))
    units = {holding.unit_id for holding in actor.holdings}
    query = select(Case.id).where(Case.id.in_(waited) | Case.unit_id.in_(units))
    return set(session.scalars(query))


def test_list_condition_and_page_know_the_same_cases(desk: Desk, cases: list[str]) -> None:
    session = db.session()
    rows = session.scalars(select(Case)).all()
    by_id = {row.id: row for row in rows}
    main = {row.id for row in rows if row.parent_id is None}
    seen = 0
    for actor in everybody(session):
        readable = {
            row.id
            for row in rows
            if may_view(
                session, actor, row, by_id[row.root_id or 0], plan_of(session, row.definition_id)
            )
        }
        asked = set(session.scalars(select(Case.id).where(visible_cases(session, actor))))
        assert asked == readable, actor.username
        found = listed(session, actor)
        assert len(found) == len(set(found)), actor.username
        assert set(found) == readable & (main | own_lanes(session, actor)), actor.username
        seen += len(found)
    assert seen > 40


@pytest.mark.parametrize("status", [CaseStatus.OPEN, CaseStatus.SUSPENDED, CaseStatus.CANCELLED])
def test_who_has_many_cases_gets_the_same_list_by_another_way(
    desk: Desk, cases: list[str], status: CaseStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = db.session()
    wanted = Wanted([Case.status == status], statuses=(status,))
    few = {actor.person_id: listed(session, actor, wanted) for actor in everybody(session)}
    monkeypatch.setattr(case_index, "MANY", 0)
    many = {actor.person_id: listed(session, actor, wanted) for actor in everybody(session)}
    assert few == many
    assert any(few.values())


def test_an_administrator_sees_no_case(desk: Desk, cases: list[str]) -> None:
    session = db.session()
    assert listed(session, desk.actor("admin")) == []


def test_a_sealed_case_is_listed_and_found_for_its_reader_alone(
    desk: Desk, asked: list[str]
) -> None:
    session = db.session()
    sealed = asked[2]
    for actor in everybody(session):
        standing = standing_of(session, actor)
        page = case_page(session, actor, CaseFilter())
        hit = find_cases(session, actor, standing, "surat 25", 11)
        by_number = case_page(session, actor, CaseFilter({"q": sealed}))
        whose = actor.username == "deputi-aparatur"
        assert (sealed in [row.number for row in page.rows]) == whose, actor.username
        assert ([each.number for each in hit] == [sealed]) == whose, actor.username
        assert bool(by_number.rows) == whose, actor.username


def test_pages_go_on_without_gap_or_double(
    desk: Desk, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, actor = db.session(), desk.actor("karo-otlak")
    whole = [row.number for row in case_page(session, actor, CaseFilter()).rows]
    assert len(whole) > 3
    found, cursor = [], ""
    while True:
        page = case_page(session, actor, CaseFilter(), cursor=cursor, size=2)
        found += [row.number for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == whole
    monkeypatch.setattr(case_lists, "BATCH", 2)
    assert [row.number for row in all_cases(session, actor, CaseFilter())] == whole


def test_words_are_looked_for_a_window_at_a_time(
    desk: Desk, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_lists, "WINDOW", 2)
    session, actor = db.session(), desk.actor("karo-otlak")
    wanted = CaseFilter({"q": "SURAT 23"})
    page = case_page(session, actor, wanted)
    assert (page.rows, page.searched) == ((), 2)
    for _turn in range(10):
        if page.rows:
            break
        page = case_page(session, actor, wanted, cursor=page.next_cursor)
    assert [row.title for row in page.rows] == ["Surat surat 23"]
    assert [row.title for row in all_cases(session, actor, wanted)] == ["Surat surat 23"]


@pytest.mark.parametrize("words", ["%", "_", "surat%23", "\\", "surat 99", "'; --"])
def test_the_signs_of_sql_mean_nothing(desk: Desk, asked: list[str], words: str) -> None:
    session, actor = db.session(), desk.actor("karo-otlak")
    assert case_page(session, actor, CaseFilter({"q": words})).rows == ()
    assert find_cases(session, actor, standing_of(session, actor), words, 11) == []


def test_filters_narrow_the_list(desk: Desk, asked: list[str]) -> None:
    session, actor = db.session(), desk.actor("karo-otlak")

    def numbers(**sent: str) -> list[str]:
        wanted = read_filter(session, sent)
        assert wanted.problems == ()
        return [row.number for row in case_page(session, actor, wanted).rows]

    assert numbers(keadaan="ditunda") == [asked[0]]
    assert numbers(keadaan="dibatalkan") == [asked[1]]
    assert numbers(standar="units") == [asked[-1]]
    assert numbers(dari="25/11/2026", sampai="2026-11-26", standar="letter") == [asked[3]]
    assert numbers(jabatan="staf-akin-2", standar="letter")[0] == asked[3]
    assert numbers(satuan="setpres") == [f"{asked[-1]}-01"]
    assert numbers(tenggat="terlambat", keadaan="ditunda") == []
    assert asked[3] in numbers(q="SURAT")


def test_the_end_of_a_holding_ends_the_list(desk: Desk, cases: list[str], world: World) -> None:
    with transaction() as session:
        assign_holder(
            session,
            position_id=world.position_id("karo-otlak"),
            person_id=world.person_id("staf-ahli-1"),
            kind=HolderKind.PLH,
            mandate="Surat perintah contoh",
            valid_from=today(),
            valid_to=today(),
        )
    session, actor = db.session(), desk.actor("staf-ahli-1")
    assert listed(session, actor)
    later = actor_of(session, actor.person_id, today().replace(day=today().day + 1))
    assert listed(session, later) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_branch_reads_an_index_in_the_order_of_the_list(desk: Desk, cases: list[str]) -> None:
    session, actor = db.session(), desk.actor("karo-otlak")
    standing = standing_of(session, actor)
    plans = []
    for part, at, key in case_index._parts(session, actor, standing, Wanted())[0]:
        query = part.where(*case_index._gate(actor)).order_by(at.desc(), key.desc()).limit(26)
        sql = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        plans.append([row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {sql}"))])
    used = {name for plan in plans for name in plan[0].split() if name.startswith("ix_")}
    assert used == {
        "ix_wf_case_starter",
        "ix_wf_case_newest",
        "ix_wf_case_unit",
        "ix_wf_candidate_listed",
        "ix_wf_case_sealed",
    }
    for plan in plans:
        assert not [line for line in plan if "SCAN" in line or "ORDER BY" in line], plan
