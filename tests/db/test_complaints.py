"""Complaints in the database: their life, hidden names, second clicks, settings, lists."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.complaints.chart import load_chart
from portal.complaints.closing import close_over
from portal.complaints.definition import DELEGATE, HANDLE, PASS_ON
from portal.complaints.handling import open_identity, revoke
from portal.complaints.lists import handled_by
from portal.complaints.models import Complaint, ComplaintIdentity, ComplaintMessage
from portal.complaints.reading import status_of
from portal.complaints.reporter import accept, object_to
from portal.complaints.settings import Settings, load_settings, save_settings
from portal.db import db, transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events import ComplaintAnswered, TaskOpened
from portal.org.service import today
from portal.testing.complaint_desk import REPORTER, complain, complaint, do, readers, waiting
from portal.testing.complaints import ComplaintHost
from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow.models import Act


@pytest.fixture
def desk(world: World, frozen_clock: FrozenClock) -> Desk:
    return Desk(world)


@pytest.fixture
def host(app: Flask, desk: Desk) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def test_handled_answered_objected_and_closed_by_time(
    host: ComplaintHost, desk: Desk, frozen_clock: FrozenClock
) -> None:
    filed = complain(desk)
    do(desk, "karo-otlak", filed.number, HANDLE)
    do(desk, "karo-otlak", filed.number, "answered", answer="Surat Anda sudah dijawab.")
    assert desk.case(filed.number).status == "done"
    assert status_of(db.session(), complaint(filed.number)).state == "answered"
    (told,) = [event for event in host.events if isinstance(event, ComplaintAnswered)]
    assert told.person_id == desk.world.person_id(REPORTER)
    frozen_clock.forward(days=1)
    with transaction() as session:
        object_to(session, complaint(filed.number), "Belum saya terima.")
    assert waiting(filed.number) == ["karo-otlak"]
    again = desk.task("1a", filed.number)
    assert (again.round, again.limit) == (2, "14 hari")
    assert again.due is not None
    assert filed.due is not None
    assert again.due > filed.due
    do(desk, "karo-otlak", filed.number, HANDLE)
    do(desk, "karo-otlak", filed.number, "answered", answer="Sudah diantar.")
    assert close_over(10) == 0
    frozen_clock.forward(days=15)
    assert status_of(db.session(), complaint(filed.number)).state == "closed"
    db.session.commit()
    assert close_over(10) == 1
    assert complaint(filed.number).closed_at == complaint(filed.number).reopen_until
    with pytest.raises(Conflict), transaction() as session:
        object_to(session, complaint(filed.number), "Terlambat.")
    said = [each.text for each in status_of(db.session(), complaint(filed.number)).messages]
    assert said == ["Surat Anda sudah dijawab.", "Belum saya terima.", "Sudah diantar."]
    assert list(audit.verify(db.session())) == []


def test_the_reporter_who_is_content_closes_it(host: ComplaintHost, desk: Desk) -> None:
    filed = complain(desk)
    with pytest.raises(Conflict), transaction() as session:
        accept(session, complaint(filed.number))
    do(desk, "karo-otlak", filed.number, HANDLE)
    do(desk, "karo-otlak", filed.number, "answered", answer="Selesai.")
    with transaction() as session:
        accept(session, complaint(filed.number))
    assert status_of(db.session(), complaint(filed.number)).state == "closed"


def test_a_delegation_is_recorded_and_revoked_until_it_is_answered(
    host: ComplaintHost, desk: Desk
) -> None:
    filed = complain(desk)
    do(desk, "karo-otlak", filed.number, DELEGATE, to="kabag-akin-1")
    assert waiting(filed.number) == ["kabag-akin-1"]
    assert readers(filed.number) == {"karo-otlak", "kabag-akin-1"}
    with pytest.raises(Forbidden), transaction() as session:
        revoke(session, desk.actor("kabag-akin-1"), filed.number, "Tidak", desk.key())
    for key in ("once", "once"):  # a second click changes nothing
        with transaction() as session:
            revoke(session, desk.actor("karo-otlak"), filed.number, "Salah bagian", key)
    assert waiting(filed.number) == ["karo-otlak"]
    assert readers(filed.number) == {"karo-otlak"}
    do(desk, "karo-otlak", filed.number, DELEGATE, to="kabag-akin-2")
    do(desk, "kabag-akin-2", filed.number, "answered", answer="Sudah ditindaklanjuti.")
    with pytest.raises(Conflict), transaction() as session:
        revoke(session, desk.actor("karo-otlak"), filed.number, "Terlambat", desk.key())
    kinds = list(
        db.session.scalars(select(AuditEvent.kind).where(AuditEvent.kind.like("complaint.%")))
    )
    assert kinds == ["complaint.revoked"]


def test_passed_on_and_given_back(host: ComplaintHost, desk: Desk) -> None:
    filed = complain(desk)
    do(desk, "karo-otlak", filed.number, PASS_ON, to="karo-tu")
    assert readers(filed.number) == {"karo-otlak", "karo-tu"}
    do(desk, "karo-tu", filed.number, "return")
    assert waiting(filed.number) == ["karo-otlak"]
    assert readers(filed.number) == {"karo-otlak"}


@pytest.mark.parametrize(
    ("outcome", "to"),
    [(DELEGATE, "karo-tu"), (DELEGATE, ""), (PASS_ON, "staf-setpres"), (PASS_ON, "karo-otlak")],
)
def test_only_those_of_the_list_can_be_chosen(
    host: ComplaintHost, desk: Desk, outcome: str, to: str
) -> None:
    filed = complain(desk)
    with pytest.raises(Invalid):
        do(desk, "karo-otlak", filed.number, outcome, to=to)
    assert waiting(filed.number) == ["karo-otlak"]


def test_of_a_hidden_name_engine_and_log_know_nothing(host: ComplaintHost, desk: Desk) -> None:
    person = desk.world.person_id(REPORTER)
    filed = complain(desk, hidden=True)
    case = desk.case(filed.number)
    assert case.started_by_id is None
    entries = db.session.scalars(select(AuditEvent).where(AuditEvent.case_id == case.id)).all()
    assert entries
    assert all(entry.person_id is None for entry in entries)
    name = desk.actor(REPORTER).name
    assert not any(name in f"{entry.actor} {entry.data}" for entry in entries)
    assert db.session.scalars(select(Act).where(Act.case_id == case.id)).all() == []
    assert db.session.get_one(ComplaintIdentity, complaint(filed.number).id).person_id == person
    do(desk, "karo-otlak", filed.number, HANDLE)
    do(desk, "karo-otlak", filed.number, "answered", answer="Selesai.")
    (told,) = [event for event in host.events if isinstance(event, ComplaintAnswered)]
    assert told.person_id is None


def test_only_the_complaint_officer_opens_a_hidden_name_and_each_view_is_logged(
    host: ComplaintHost, desk: Desk
) -> None:
    filed = complain(desk, hidden=True)
    assert readers(filed.number) == {"karo-otlak", "kepala-inspektorat"}
    with pytest.raises(Forbidden), transaction() as session:
        open_identity(session, desk.actor("karo-otlak"), filed.number, "Ingin tahu")
    with pytest.raises(NotFound), transaction() as session:
        open_identity(session, desk.actor("admin"), filed.number, "Ingin tahu")
    for _again in range(2):
        with transaction() as session:
            officer = desk.actor("kepala-inspektorat")
            person = open_identity(session, officer, filed.number, "Perlu dihubungi")
            assert person.id == desk.world.person_id(REPORTER)
    views = db.session.scalars(
        select(AuditEvent).where(AuditEvent.kind == "complaint.identity")
    ).all()
    assert [view.person_id for view in views] == [officer.person_id] * 2
    named = complain(desk)
    with pytest.raises(NotFound), transaction() as session:
        open_identity(session, desk.actor("kepala-inspektorat"), named.number, "Perlu")


@pytest.mark.parametrize("hidden", [False, True])
def test_a_second_click_gives_the_first_answer(
    host: ComplaintHost, desk: Desk, hidden: bool
) -> None:
    first = complain(desk, hidden=hidden, key="the-same-form")
    second = complain(desk, hidden=hidden, key="the-same-form")
    assert (second.number, second.code) == (first.number, first.code)
    assert (first.repeated, second.repeated) == (False, True)
    assert len(db.session.scalars(select(Complaint.id)).all()) == 1
    other = complain(desk, who="staf-setwapres", key="the-same-form")
    assert other.number != first.number
    assert other.code != first.code


def test_a_case_that_the_reporter_may_not_view_cannot_be_named(
    host: ComplaintHost, desk: Desk
) -> None:
    other = complain(desk)
    for number in (other.number, "PK-2026-0001"):
        with pytest.raises(NotFound):
            complain(desk, who="staf-setwapres", case_number=number)
    assert len(db.session.scalars(select(Complaint.id)).all()) == 1


def test_the_settings_are_data_and_refuse_an_officer_without_superior(
    host: ComplaintHost, desk: Desk
) -> None:
    shipped = load_settings(db.session())
    assert (shipped.officer, shipped.reopen_days) == ("kepala-inspektorat", 10)
    days = {**shipped.days, "keluhan": 7}
    admin = desk.actor("admin")
    with transaction() as session:
        chart = load_chart(session, today())
        save_settings(session, admin, chart, Settings(days=days, officer="sesmen"))
    assert desk.task("1a", complain(desk).number).limit == "7 hari"
    assert waiting(complain(desk, "menteri").number) == ["sesmen"]
    for wanted in (Settings(officer="menteri"), Settings(reopen_days=0)):
        with pytest.raises(Invalid), transaction() as session:
            save_settings(session, admin, chart, wanted)
    with pytest.raises(Forbidden), transaction() as session:
        save_settings(session, desk.actor("sesmen"), chart, Settings())


def test_events_name_no_reporter_and_no_text(host: ComplaintHost, desk: Desk) -> None:
    complain(desk, hidden=True)
    (opened,) = [event for event in host.events if isinstance(event, TaskOpened)]
    assert "Belum dijawab" not in str(opened)
    assert ComplaintMessage.__tablename__ == "complaint_message"


def test_lists_go_on_by_a_cursor(host: ComplaintHost, desk: Desk, session: Session) -> None:
    numbers = [complain(desk).number for _n in range(27)]
    lines, cursor = handled_by(db.session(), desk.actor("karo-otlak"))
    assert [line.number for line in lines] == numbers[:1:-1]
    rest, end = handled_by(db.session(), desk.actor("karo-otlak"), cursor)
    assert ([line.number for line in rest], end) == (numbers[1::-1], "")
    with pytest.raises(Invalid):
        handled_by(db.session(), desk.actor("karo-otlak"), "1; DROP")
