"""Importing and exporting the organisation: everything or nothing, all errors, by code."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.audit import AuditEvent
from portal.errors import Conflict, Invalid
from portal.org.check import check_organisation
from portal.org.csv_export import export_all, export_table
from portal.org.csv_import import Plan, import_files
from portal.org.csv_state import fingerprint
from portal.org.editing import save_row, stored_row
from portal.org.models import Holder, Person, Position, Unit
from portal.org.service import ship_organisation, unit_by_code
from portal.testing.world import World

DAY = date(2026, 11, 23)
UNITS = "kode,nama,jenis,induk,berlaku_dari,berlaku_sampai\n"
POSITIONS = "kode,jabatan,unit,jenis,atasan,berlaku_dari\n"
PEOPLE = "kode,nama,nip\n"
HOLDERS = "jabatan,orang,jenis,mandat,berlaku_dari,berlaku_sampai\n"


@pytest.fixture
def shipped(session: Session) -> Session:
    """The shipped units and positions, without people."""
    ship_organisation(session)
    session.commit()
    return session


def run(session: Session, *files: tuple[str, str], dry_run: bool = False) -> Plan:
    return import_files(session, list(files), dry_run=dry_run)


def lines(plan: Plan) -> list[tuple[str, int, str]]:
    return [(p.file, p.line, p.column) for p in plan.problems]


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_dry_run_says_what_would_happen_and_saves_nothing(shipped: Session) -> None:
    before = count(shipped, Unit)
    text = UNITS + "setmen-biro-baru,Biro Baru,biro,setmen,2020-01-01,\n"
    plan = run(shipped, ("u.csv", text), dry_run=True)
    assert (plan.ok, plan.applied, plan.count("added")) == (True, False, 1)
    assert count(shipped, Unit) == before


def test_units_positions_people_and_holders_come_in_one_import(shipped: Session) -> None:
    plan = run(
        shipped,
        ("h.csv", HOLDERS + "kepala-x,k1,definitif,,01/02/2021,\n"),
        ("o.csv", PEOPLE + "k1,Kepala Contoh,\n"),
        ("j.csv", POSITIONS + "kepala-x,Kepala X,x,kepala,sesmen,2020-01-01\n"),
        ("u.csv", UNITS + "x,Unit X,bagian,y,2020-01-01,\ny,Unit Y,biro,setmen,2020-01-01,\n"),
    )
    assert plan.applied, [str(problem) for problem in plan.problems]
    holder = shipped.scalars(
        select(Holder).options(
            joinedload(Holder.person),
            joinedload(Holder.position).joinedload(Position.unit).joinedload(Unit.parent),
        )
    ).one()
    assert holder.person.name == "Kepala Contoh"
    assert holder.valid_from == date(2021, 2, 1)
    unit = holder.position.unit
    assert (unit.code, unit.parent.code if unit.parent else "") == ("x", "y")
    assert holder.position.supervisor_id is not None


def test_importing_again_changes_nothing(shipped: Session) -> None:
    files = [
        ("u.csv", UNITS + "x,Unit X,bagian,setmen,2020-01-01,\n"),
        ("o.csv", PEOPLE + "k1,Orang Contoh,\n"),
        ("h.csv", HOLDERS + "staf-akin-1,k1,definitif,,2021-01-01,\n"),
    ]
    assert run(shipped, *files).count("added") == 3
    events = count(shipped, AuditEvent)
    again = run(shipped, *files)
    assert (again.count("added"), again.count("changed"), again.count("unchanged")) == (0, 0, 3)
    assert count(shipped, AuditEvent) == events


def test_a_row_changes_by_its_code_and_left_out_columns_keep_their_value(
    shipped: Session,
) -> None:
    plan = run(
        shipped,
        (
            "u.csv",
            "kode;nama;jenis;induk;berlaku_dari\n"
            "istana-tampaksiring;Istana Tampaksiring;istana;setpres;2015-01-01\n",
        ),
    )
    (change,) = plan.changes
    assert change.fields == (
        ("name", "Istana Kepresidenan Tampaksiring Bali", "Istana Tampaksiring"),
    )
    unit = unit_by_code(shipped, "istana-tampaksiring")
    assert (unit.name, unit.timezone) == ("Istana Tampaksiring", "Asia/Makassar")
    assert unit.source


def test_every_error_of_every_file_is_reported_and_nothing_is_saved(shipped: Session) -> None:
    before = count(shipped, Unit), count(shipped, Position), count(shipped, Person)
    plan = run(
        shipped,
        (
            "u.csv",
            UNITS
            + "baik,Unit Baik,biro,setmen,2020-01-01,\n"
            + "a,Unit A,biro,b,2020-01-01,\n"
            + "b,Unit B,biro,a,2020-01-01,\n"
            + "c,Unit C,biro,tidak-ada,2020-31-01,\n"
            + "baik,Unit Lain,biro,setmen,2020-01-01,\n"
            + "d,Unit D,biro,setmen,2020-01-01,2019-01-01\n",
        ),
        (
            "j.csv",
            POSITIONS
            + "p1,Jabatan,tidak-ada,lain,,2020-01-01\n"
            + "p2,Jabatan,setmen,kepala,,2020-01-01\n"
            + "p3,Jabatan,setmen,lain,tidak-ada,2020-01-01\n"
            + "p4,Jabatan,setmen,raja,,2020-01-01\n"
            + "p5,Jabatan,setmen,lain,p6,2020-01-01\n"
            + "p6,Jabatan,setmen,lain,p5,2020-01-01\n",
        ),
        (
            "o.csv",
            PEOPLE + "k1,Satu,198505172010122001\nk2,Dua,198505172010122001\nk3,Tiga,12\n",
        ),
        (
            "h.csv",
            HOLDERS
            + "tidak-ada,k1,definitif,,2021-01-01,\n"
            + "sesmen,siapa,definitif,,2021-01-01,\n"
            + "sesmen,k1,plt,,2021-01-01,\n"
            + "sesmen,k1,definitif,,2014-01-01,2014-02-01\n"
            + "menteri,k1,definitif,,2021-01-01,\n"
            + "menteri,k2,definitif,,2022-01-01,\n",
        ),
    )
    assert not plan.applied
    assert lines(plan) == [
        ("h.csv", 2, "jabatan"),
        ("h.csv", 3, "orang"),
        ("h.csv", 4, "mandat"),
        ("h.csv", 5, "berlaku_dari"),
        ("h.csv", 6, "berlaku_dari"),
        ("h.csv", 7, "berlaku_dari"),
        ("j.csv", 2, "unit"),
        ("j.csv", 3, "jenis"),
        ("j.csv", 4, "atasan"),
        ("j.csv", 5, "jenis"),
        ("j.csv", 6, "atasan"),
        ("j.csv", 7, "atasan"),
        ("o.csv", 2, "nip"),
        ("o.csv", 3, "nip"),
        ("o.csv", 4, "nip"),
        ("u.csv", 3, "induk"),
        ("u.csv", 4, "induk"),
        ("u.csv", 5, "berlaku_dari"),
        ("u.csv", 5, "induk"),
        ("u.csv", 6, "kode"),
        ("u.csv", 7, "berlaku_sampai"),
    ]
    assert (count(shipped, Unit), count(shipped, Position), count(shipped, Person)) == before


def test_moving_a_unit_below_itself_is_a_cycle(shipped: Session) -> None:
    plan = run(
        shipped,
        ("u.csv", UNITS + "setmen,Sekretariat Kementerian,unit,bag-protokol-tup,2015-01-01,\n"),
    )
    assert lines(plan) == [("u.csv", 2, "induk")]
    assert "setmen → bag-protokol-tup → setmen-biro-tu → setmen" in str(plan.problems[0])


def test_an_unreadable_file_hides_no_error_of_the_others(shipped: Session) -> None:
    plan = run(
        shipped,
        ("u.csv", "bukan csv"),
        ("o.csv", PEOPLE + "k1,,\n"),
        ("h.csv", HOLDERS + "kepala-x,k9,definitif,,2021-01-01,\n"),
    )
    assert lines(plan) == [("o.csv", 2, "nama"), ("u.csv", 1, "")]


def test_a_plt_beside_the_head_is_a_warning_with_its_line(shipped: Session) -> None:
    plan = run(
        shipped,
        ("o.csv", PEOPLE + "k1,Satu,\nk2,Dua,198505172021212001\n"),
        (
            "h.csv",
            HOLDERS
            + "sesmen,k1,definitif,,2021-01-01,\n"
            + "sesmen,k2,plt,SP-1,2026-01-01,2026-02-01\n",
        ),
    )
    assert plan.applied
    assert [(w.file, w.line) for w in plan.warnings] == [("o.csv", 3), ("h.csv", 3)]


def test_the_export_imports_again_unchanged(session: Session, world: World) -> None:
    files = list(export_all(session).items())
    assert [name for name, _ in files] == [
        "units.csv",
        "positions.csv",
        "people.csv",
        "holders.csv",
    ]
    plan = run(session, *files)
    assert plan.applied
    assert (plan.count("added"), plan.count("changed")) == (0, 0)


def test_the_export_is_safe_for_spreadsheets_and_still_comes_back(shipped: Session) -> None:
    name = "=HYPERLINK(1)"
    shipped.add(Person(code="k1", name=name, rank="-", email="", nip=None))
    shipped.commit()
    text = export_table(shipped, "people")
    assert "'=HYPERLINK(1)" in text
    plan = run(shipped, ("o.csv", text))
    assert (plan.ok, plan.count("unchanged")) == (True, 1)


def test_the_log_names_what_changed_but_no_nip(shipped: Session) -> None:
    nip = "198505172010122001"
    run(shipped, ("o.csv", PEOPLE + "k1,Satu,\n"))
    run(shipped, ("o.csv", PEOPLE + f"k1,Satu Baru,{nip}\n"))
    entry = shipped.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert entry is not None
    assert entry.kind == "structure.changed"
    assert entry.data["changes"] == [
        {
            "kind": "people",
            "key": "k1",
            "action": "changed",
            "fields": {"name": ["Satu", "Satu Baru"], "nip": ["…", "…"]},
        }
    ]
    assert nip not in json.dumps(entry.data)


def test_a_stale_form_is_a_conflict(shipped: Session) -> None:
    values = stored_row(shipped, "units", "setmen")
    seen = fingerprint(values)
    cells = {
        "kode": "setmen",
        "nama": "Nama A",
        "jenis": "unit",
        "induk": "ksn",
        "berlaku_dari": "2015-01-01",
    }
    save_row(shipped, "units", cells, new=False, version=seen)
    with pytest.raises(Conflict):
        save_row(shipped, "units", {**cells, "nama": "Nama B"}, new=False, version=seen)
    assert unit_by_code(shipped, "setmen").name == "Nama A"


def test_a_new_row_may_be_sent_twice_but_not_take_a_code_that_is_used(shipped: Session) -> None:
    cells = {
        "kode": "x",
        "nama": "Unit X",
        "jenis": "biro",
        "induk": "setmen",
        "berlaku_dari": "2020-01-01",
    }
    assert save_row(shipped, "units", cells, new=True).action == "added"
    assert save_row(shipped, "units", cells, new=True).action == "unchanged"
    with pytest.raises(Invalid) as caught:
        save_row(shipped, "units", {**cells, "nama": "Unit Lain"}, new=True)
    assert list(caught.value.fields) == ["kode"]


def test_the_shipped_organisation_only_lacks_a_head_of_the_staf_ahli(
    session: Session, world: World
) -> None:
    found = check_organisation(session, DAY)
    assert [(f.serious, f.key) for f in found] == [(False, "staf-ahli")]


def test_the_check_finds_what_has_run_out_and_what_is_broken(
    session: Session, world: World
) -> None:
    unit_by_code(session, "bag-akin-1").valid_to = date(2026, 1, 1)
    session.add(Person(code="k1", name="Satu", nip="12", rank="", email=""))
    twice = session.scalars(select(Holder).limit(1)).one()
    session.add(
        Holder(
            position_id=twice.position_id,
            person_id=world.person_id("admin"),
            kind="definitive",
            mandate="",
            valid_from=date(2026, 1, 1),
        )
    )
    session.flush()
    serious = {(f.kind, f.key) for f in check_organisation(session, DAY) if f.serious}
    assert ("units", "subbag-ppk-1") in serious
    assert ("positions", "kabag-akin-1") in serious
    assert ("people", "k1") in serious
    assert any(kind == "holders" for kind, _key in serious)


def test_a_thousand_units_are_imported_in_a_few_queries(app: Flask, shipped: Session) -> None:
    from sqlalchemy import event

    from portal.db import db

    rows = "".join(f"u-{n},Unit {n},bagian,setmen,2020-01-01,\n" for n in range(1000))
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert run(shipped, ("u.csv", UNITS + rows)).count("added") == 1000
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len([sql for sql in seen if sql.startswith("SELECT")]) <= 20
