"""Lists of complaints in the database: rights, cursors, and what a page costs with many rows."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from portal.complaints import lists
from portal.complaints.lists import Wanted, filed_by, handled_by
from portal.complaints.models import Complaint, ComplaintIdentity
from portal.complaints.reporter import withdraw
from portal.db import db, transaction
from portal.errors import Conflict, MissingReason
from portal.testing.complaint_desk import complain, complaint, do, waiting
from portal.testing.complaints import ComplaintHost
from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow.models import Case, SealedReader

MANY = 3000


@pytest.fixture
def desk(world: World, frozen_clock: FrozenClock) -> Desk:
    return Desk(world)


@pytest.fixture
def host(app: Flask, desk: Desk) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def test_both_lists_go_on_by_a_cursor_and_keep_to_the_filter(
    host: ComplaintHost, desk: Desk
) -> None:
    numbers = [complain(desk).number for _n in range(7)][::-1]
    with transaction() as session:
        withdraw(session, complaint(numbers[3]), "Tidak perlu lagi.")
    for read, who in ((handled_by, "karo-otlak"), (filed_by, "staf-setpres")):
        for wanted, expected in (
            (Wanted(), numbers),
            (Wanted(state="received"), [*numbers[:3], *numbers[4:]]),
            (Wanted(state="withdrawn"), [numbers[3]]),
            (Wanted(words=f"{numbers[2].lower()} dijawab"), [numbers[2]]),
        ):
            seen: list[str] = []
            cursor = ""
            while True:
                lines, cursor = read(db.session(), desk.actor(who), cursor, wanted, 2)
                seen += [line.number for line in lines]
                if not cursor:
                    break
            assert seen == expected, (read, wanted)


def test_withdrawing_needs_a_reason_and_an_open_complaint(host: ComplaintHost, desk: Desk) -> None:
    filed = complain(desk)
    with pytest.raises(MissingReason), transaction() as session:
        withdraw(session, complaint(filed.number), "  ")
    assert waiting(filed.number) == ["karo-otlak"]
    do(desk, "karo-otlak", filed.number, "handle")
    do(desk, "karo-otlak", filed.number, "answered", answer="Sudah.")
    with pytest.raises(Conflict, match="sudah dijawab"), transaction() as session:
        withdraw(session, complaint(filed.number), "Terlambat")
    other = complain(desk)
    for attempt in range(2):
        if attempt:
            with pytest.raises(Conflict, match="ditutup"), transaction() as session:
                withdraw(session, complaint(other.number), "Sekali lagi")
        else:
            with transaction() as session:
                withdraw(session, complaint(other.number), "Cukup")
    assert waiting(other.number) == []


def copies(session: Session, number: str, how_many: int) -> None:
    """Closed copies of a complaint, with the same reporter and readers."""
    first = session.scalars(select(Complaint).where(Complaint.number == number)).one()
    case = session.get_one(Case, first.case_id)
    person = session.get_one(ComplaintIdentity, first.id).person_id
    readers = session.scalars(
        select(SealedReader.position_id).where(SealedReader.case_id == case.id)
    ).all()
    like = {
        table: {c.name: getattr(row, c.name) for c in table.__table__.columns}
        for table, row in ((Case, case), (Complaint, first))
    }
    ids = range(10_000, 10_000 + how_many)
    rows: dict[type, list[dict[str, object]]] = {
        Case: [{**like[Case], "id": n, "root_id": n, "number": f"X-{n}"} for n in ids],
        Complaint: [
            {**like[Complaint], "id": n, "case_id": n, "number": f"X-{n}", "code_hash": str(n),
             "reopen_until": first.filed_at, "closed_at": first.filed_at}
            for n in ids
        ],
        ComplaintIdentity: [
            {"complaint_id": n, "person_id": person, "form_hash": str(n)} for n in ids
        ],
        SealedReader: [{"case_id": n, "position_id": key} for n in ids for key in readers],
    }  # fmt: skip
    for table, values in rows.items():
        session.execute(insert(table), values)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE"))
        session.commit()


def test_a_page_reads_a_page_whatever_there_is(host: ComplaintHost, desk: Desk) -> None:
    filed = complain(desk)
    session = db.session()
    copies(session, filed.number, MANY)
    sqlite = session.get_bind().dialect.name == "sqlite"
    actor = desk.actor("karo-otlak")
    for wanted in (Wanted(), Wanted(kind="keluhan"), Wanted(state="closed"), Wanted(late=True),
                   Wanted(state="received"), Wanted(state="withdrawn")):  # fmt: skip
        query = lists._handled(actor, wanted, 26, None)
        words = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(
            str(row[-1])
            for row in session.execute(text(f"EXPLAIN {'QUERY PLAN' * sqlite} {words}"))
        )
        assert "TEMP B-TREE" not in plan, f"{wanted}\n{plan}"
        assert "SCAN complaint\n" not in f"{plan}\n", f"{wanted}\n{plan}"
        for table in ("complaint", "wf_sealed_reader"):
            assert f"Seq Scan on {table} " not in plan, f"{wanted}\n{plan}"
    assert len(handled_by(session, actor)[0]) == 25
    assert [
        line.number for line in handled_by(session, actor, "", Wanted(state="received"))[0]
    ] == [filed.number]
