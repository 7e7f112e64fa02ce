"""Many at once: one act wins, every join happens once, no act is lost, no form counts twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.auth.rights import Actor
from portal.db import db, transaction
from portal.errors import Conflict, Invalid
from portal.org.service import ensure_unit_set
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, MEETING, ROLES
from portal.testing.world import World, plant
from portal.workflow import control
from portal.workflow.acting import ActInput, ActResult, act
from portal.workflow.definition import (
    OfUnit,
    Role,
    Start,
    Workflow,
    for_each_unit,
    parallel,
    stage,
    task,
)
from portal.workflow.fields import Number
from portal.workflow.models import Act, Case, Definition, Task, TaskStatus
from portal.workflow.starting import start_case, start_option

T = TypeVar("T")

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)

THIRTEEN = (
    "setmen", "setpres", "setwapres", "setmil", "dep-hukum", "dep-hubungan", "dep-aparatur",
    "istana-bogor", "istana-yogyakarta", "istana-cipanas", "istana-tampaksiring", "wantimpres",
    "set-ksp",
)  # fmt: skip
START = Start("new", "Baru", "Baru", by=("boss",))
JOIN = Workflow(
    "join", "Bergabung", number="JN",
    roles=(*ROLES, ("writer", Role("Staf", default="staff"))), starts=(START,),
    steps=(
        stage(
            "1", "Unit",
            for_each_unit(
                "u", "Unit", task("isi", "Mengisi", by=OfUnit("writer")), over="join.units"
            ),
            limit="5 hari",
        ),
        task("rekap", "Merekap", by="boss"),
    ),
)  # fmt: skip
YEARLY = Workflow(
    "yearly", "Tahunan", number="TH", roles=ROLES,
    starts=(Start("new", "Baru", "Rencana tahun {tahun}", unique=("tahun",),
                  record=(Number("tahun", "Tahun", whole=True),)),),
    steps=(task("isi", "Mengisi", by="boss"),),
)  # fmt: skip
MANY = 160
WIDE = Workflow(
    "wide", "Lebar", number="WD", roles=ROLES, starts=(START,),
    steps=(
        stage(
            "1", "Semua",
            parallel("p", *[[task(f"t{n}", "Satu", by="staff_1")] for n in range(MANY)]),
            limit="1 hari",
        ),
        task("tutup", "Menutup", by="boss"),
    ),
)  # fmt: skip


def plant_thirteen(session: Session) -> None:
    ensure_unit_set(session, "join.units", "13 unit", [(unit, "bag-akin-1") for unit in THIRTEEN])


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_thirteen)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Iterator[Desk]:
    SampleHost(LETTER, MEETING, JOIN, WIDE, YEARLY).install(app)
    yield Desk(world)
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


def at_once(app: Flask, jobs: Sequence[Callable[[], T]], threads: int) -> list[T | Exception]:
    """Run the jobs in threads that begin together; what each gave or raised."""
    gate = Barrier(threads)

    def run(numbered: tuple[int, Callable[[], T]]) -> T | Exception:
        number, job = numbered
        if number < threads:
            gate.wait(timeout=30)
        with app.app_context():
            try:
                return job()
            except Exception as error:
                return error

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, enumerate(jobs)))


def acting(task_id: int, version: int, actor: Actor, key: str) -> Callable[[], ActResult]:
    def job() -> ActResult:
        with transaction() as session:
            return act(session, task_id, actor, ActInput(_outcome(session, task_id), key, version))

    return job


def _outcome(session: Session, task_id: int) -> str:
    kind = session.scalar(select(Task.kind).where(Task.id == task_id))
    return {"review": "approve", "sign": "sign"}.get(kind or "", "done")


def waiting(desk: Desk, number: str, step: str = "") -> list[Task]:
    query = select(Task).join(Case, Case.id == Task.root_id).order_by(Task.id)
    query = query.where(Case.number == number, Task.status == TaskStatus.OPEN)
    rows = list(desk.world.session.scalars(query.where(Task.step == step) if step else query))
    desk.world.session.expunge_all()
    desk.world.session.rollback()
    return rows


def test_two_officers_on_one_task_one_wins_and_the_other_learns_who(desk: Desk, app: Flask) -> None:
    for n in range(5):
        number = desk.start("letter.new", "karo-otlak", {"hal": str(n)})
        desk.act("staf-akin-1", "a.I", number=number)
        (item,) = waiting(desk, number, "b.I")
        officers = [desk.actor(name) for name in ("kasubbag-ppk-1", "kasubbag-ppe-1")]
        db.session.rollback()
        jobs = [acting(item.id, item.version, who, f"{n}-{who.person_id}") for who in officers]
        results = at_once(app, jobs, 2)
        (winner,) = [k for k, each in enumerate(results) if isinstance(each, ActResult)]
        lost = results[1 - winner]
        assert isinstance(lost, Conflict), lost
        assert officers[winner].name in str(lost)
        assert len(waiting(desk, number, "b.I")) == 0


def test_two_officers_claim_one_task(desk: Desk, app: Flask) -> None:
    number = desk.start("letter.new", "karo-otlak", {"hal": "x"})
    desk.act("staf-akin-1", "a.I")
    (item,) = waiting(desk, number, "b.I")
    officers = [desk.actor(name) for name in ("kasubbag-ppk-1", "kasubbag-ppe-1")]
    db.session.rollback()

    def claiming(who: Actor) -> Callable[[], bool]:
        def job() -> bool:
            with transaction() as session:
                control.claim(session, item.id, who, f"k{who.person_id}", item.version)
            return True

        return job

    results = at_once(app, [claiming(who) for who in officers], 2)
    (winner,) = [k for k, each in enumerate(results) if each is True]
    lost = results[1 - winner]
    assert isinstance(lost, Conflict)
    assert officers[winner].name in str(lost)


@POSTGRES
def test_thirteen_units_finishing_at_once_join_exactly_once_in_fifteen_rounds(
    desk: Desk, app: Flask
) -> None:
    people = {}
    for unit in THIRTEEN:
        actor = desk.actor(f"staf-{unit}")
        people[actor.holdings[0].unit_id] = actor
    db.session.rollback()
    opened = []
    for turn in range(15):
        number = desk.start("join.new", "karo-otlak")
        tasks = waiting(desk, number, "isi")
        rows = desk.world.session.execute(select(Case.id, Case.unit_id)).all()
        units = {row.id: row.unit_id for row in rows}
        db.session.rollback()
        jobs = [
            acting(item.id, item.version, people[units[item.case_id] or 0], f"{turn}-{item.id}")
            for item in tasks
        ]
        results = at_once(app, jobs, 13)
        assert [each for each in results if isinstance(each, Exception)] == []
        opened.append(len(waiting(desk, number, "rekap")))
    assert opened == [1] * 15


@SQLITE
def test_of_160_concurrent_acts_on_sqlite_none_is_lost(
    desk: Desk, app: Flask, session: Session
) -> None:
    number = desk.start("wide.new", "karo-otlak")
    actor = desk.actor("staf-akin-1")
    jobs = [acting(each.id, each.version, actor, f"k{each.id}") for each in waiting(desk, number)]
    assert len(jobs) == MANY
    results = at_once(app, jobs, 16)
    assert Counter(type(each).__name__ for each in results) == {"ActResult": MANY}
    done = select(func.count()).where(Task.status == TaskStatus.DONE)
    assert session.scalar(done) == MANY
    logged = select(func.count()).where(AuditEvent.kind == "done")
    assert session.scalar(logged) == MANY
    session.rollback()
    assert desk.open(number) == ["tutup"]


def test_sixteen_submits_of_one_form_make_one_act(desk: Desk, app: Flask, session: Session) -> None:
    number = desk.start("letter.new", "karo-otlak", {"hal": "x"})
    (item,) = waiting(desk, number, "a.I")
    actor = desk.actor("staf-akin-1")
    db.session.rollback()
    results = at_once(app, [acting(item.id, item.version, actor, "satu")] * 16, 16)
    assert [each for each in results if isinstance(each, Exception)] == []
    answers = [each for each in results if isinstance(each, ActResult)]
    assert sorted(each.repeated for each in answers) == [False] + [True] * 15
    assert {each.case_number for each in answers} == {number}
    assert session.scalar(select(func.count()).where(AuditEvent.kind == "done")) == 1
    assert session.scalar(select(func.count()).where(Act.kind == "act")) == 1


def test_sixteen_submits_of_one_start_make_one_case(
    desk: Desk, app: Flask, session: Session
) -> None:
    actor = desk.actor("karo-otlak")
    db.session.rollback()

    def starting() -> str:
        with transaction() as writing:
            option = start_option(writing, actor, "letter.new")
            return start_case(writing, actor, option, {"hal": "x"}, "satu").number

    results = at_once(app, [starting] * 16, 16)
    assert results == ["SRT-2026-0001"] * 16
    assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_two_people_begin_the_first_case_of_a_procedure_at_once(
    desk: Desk, app: Flask, session: Session
) -> None:
    actors = [desk.actor(name) for name in ("staf-akin-1", "staf-akin-2", "menteri", "sesmen")]
    db.session.rollback()

    def asking(actor: Actor) -> Callable[[], str]:
        def job() -> str:
            with transaction() as writing:
                option = start_option(writing, actor, "meeting.ask")
                data = {"hal": "x", "kantor": "setpres"}
                return start_case(writing, actor, option, data, f"k{actor.person_id}").number

        return job

    results = at_once(app, [asking(actor) for actor in actors], 4)
    assert sorted(map(str, results)) == [f"RPT-2026-000{n}" for n in range(1, 5)]
    assert session.scalar(select(func.count()).select_from(Definition)) == 1


def test_of_four_people_who_begin_the_same_year_at_once_one_does(
    desk: Desk, app: Flask, session: Session
) -> None:
    actors = [desk.actor(name) for name in ("staf-akin-1", "staf-akin-2", "menteri", "sesmen")]
    db.session.rollback()

    def beginning(actor: Actor, year: int) -> Callable[[], str]:
        def job() -> str:
            with transaction() as writing:
                option = start_option(writing, actor, "yearly.new")
                key = f"{year}-{actor.person_id}"
                return start_case(writing, actor, option, {"tahun": year}, key).number

        return job

    for year in range(2027, 2032):
        results = at_once(app, [beginning(actor, year) for actor in actors], 4)
        (number,) = [each for each in results if isinstance(each, str)]
        others = [each for each in results if isinstance(each, Invalid)]
        assert [str(each) for each in others] == [
            f"Rencana tahun {year} sudah ada: kasus {number}."
        ] * 3
    assert session.scalar(select(func.count()).select_from(Case)) == 5
