"""Complaints in the database: who receives, who may read, what is written where."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.complaints.chart import load_chart
from portal.complaints.closing import close_over
from portal.complaints.codes import hash_of
from portal.complaints.definition import DELEGATE, HANDLE, PASS_ON
from portal.complaints.facts import ComplaintFacts, Kind
from portal.complaints.filing import Draft, Filed, file_complaint
from portal.complaints.handling import choices, handle, open_identity, revoke
from portal.complaints.lists import handled_by
from portal.complaints.models import Complaint, ComplaintIdentity, ComplaintMessage
from portal.complaints.reading import by_code, status_of
from portal.complaints.reporter import accept, object_to
from portal.complaints.settings import Settings, load_settings, save_settings
from portal.db import db, transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events import ComplaintAnswered, TaskOpened
from portal.org.models import HolderKind, Position
from portal.org.service import assign_holder, position_by_code, today
from portal.testing.complaints import KEY, ComplaintHost
from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow import control
from portal.workflow.access import case_by_number, visible_cases
from portal.workflow.acting import ActInput
from portal.workflow.inbox import inbox, waiting_count
from portal.workflow.models import Act, Candidate, Case, SealedReader, Task

REPORTER = "staf-setpres"


@pytest.fixture
def desk(world: World, frozen_clock: FrozenClock) -> Desk:
    return Desk(world)


@pytest.fixture
def host(app: Flask, desk: Desk) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def complain(
    desk: Desk, about: str = "", who: str = REPORTER, key: str = "", **changes: Any
) -> Filed:
    values: dict[str, Any] = {"kind": Kind.GRIEVANCE, "text": "Belum dijawab.", "standard": KEY}
    with transaction() as session:
        if about:
            values["about"] = desk.world.position_id(about)
        draft = Draft(**{**values, **changes})
        return file_complaint(session, desk.actor(who), draft, key or desk.key())


def complaint(number: str) -> Complaint:
    query = select(Complaint).where(Complaint.number == number)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def waiting(number: str) -> list[str]:
    """Codes of the positions at which the open step waits."""
    return list(
        db.session.scalars(
            select(Position.code)
            .join(Candidate, Candidate.position_id == Position.id)
            .join(Task, Task.id == Candidate.task_id)
            .join(Case, Case.id == Task.case_id)
            .where(Case.number == number, Candidate.is_open)
            .order_by(Position.code)
        )
    )


def readers(number: str) -> set[str]:
    return set(
        db.session.scalars(
            select(Position.code)
            .join(SealedReader, SealedReader.position_id == Position.id)
            .join(Case, Case.id == SealedReader.case_id)
            .where(Case.number == number)
        )
    )


def do(desk: Desk, who: str, number: str, outcome: str, to: str = "", answer: str = "") -> None:
    with transaction() as session:
        task = session.scalars(
            select(Task).join(Case, Case.id == Task.case_id)
            .where(Case.number == number, Task.status == "open")
        ).one()  # fmt: skip
        record: dict[str, Any] = {"to": str(desk.world.position_id(to))} if to else {}
        if answer:
            record["answer"] = answer
        note = "Bukan bidang kami." if outcome == "return" else ""
        sent = ActInput(outcome, desk.key(), task.version, record=record, note=note)
        handle(session, desk.actor(who), number, task.id, sent)


# -- to whom ---------------------------------------------------------------------------------


def test_clause_h_names_the_receiver_and_the_case_tells_nothing(
    host: ComplaintHost, desk: Desk
) -> None:
    filed = complain(desk)
    assert waiting(filed.number) == ["karo-otlak"]
    assert readers(filed.number) == {"karo-otlak"}
    case = desk.case(filed.number)
    assert (case.title, case.sealed, case.standard) == ("Pengaduan", True, "")
    assert filed.number.startswith("PGD-2026-")
    assert by_code(db.session(), filed.code) is not None
    stored = complaint(filed.number)
    assert stored.code_hash == hash_of(filed.code)
    assert filed.code not in str(vars(stored))


@pytest.mark.parametrize(
    ("kind", "days"),
    [(Kind.COMPLAINT, 60), (Kind.GRIEVANCE, 14), (Kind.SUGGESTION, 14), (Kind.INFORMATION, 5)],
)
def test_the_limit_follows_the_kind(host: ComplaintHost, desk: Desk, kind: Kind, days: int) -> None:
    filed = complain(desk, kind=kind)
    task = desk.task("1a", filed.number)
    assert task.limit == f"{days} hari"
    assert task.due == filed.due


@pytest.mark.parametrize(
    ("about", "receiver", "alone"),
    [
        ("karo-otlak", "deputi-aparatur", False),
        ("deputi-aparatur", "menteri", False),
        ("kabag-akin-1", "karo-otlak", False),
        ("staf-akin-1", "karo-otlak", False),
        ("menteri", "kepala-inspektorat", True),
        ("kepala-inspektorat", "karo-otlak", False),
    ],
)
def test_a_complaint_about_an_official_goes_past_that_official(
    host: ComplaintHost, desk: Desk, about: str, receiver: str, alone: bool
) -> None:
    filed = complain(desk, about)
    assert waiting(filed.number) == [receiver]
    row = complaint(filed.number)
    assert row.alone is alone
    allowed = choices(db.session(), row)
    codes = {
        db.session.get_one(Position, key).code for key in (*allowed.delegates, *allowed.officials)
    }
    assert about not in codes
    if alone:
        assert codes == set()
    if about == "karo-otlak":
        assert not codes & {"kabag-akin-1", "kabag-akin-2", "kasubbag-ppk-1"}


def test_without_a_standard_it_goes_to_the_complaint_officer_or_past_that_one(
    host: ComplaintHost, desk: Desk
) -> None:
    assert waiting(complain(desk, standard="").number) == ["kepala-inspektorat"]
    about = complain(desk, "kepala-inspektorat", standard="", hidden=True)
    assert waiting(about.number) == ["menteri"]
    assert readers(about.number) == {"menteri"}, "the hidden name is kept by another"


def test_the_rule_judges_what_a_plugin_answers(host: ComplaintHost, desk: Desk) -> None:
    heard: list[ComplaintFacts] = []

    def answer(facts: ComplaintFacts) -> Position:
        heard.append(facts)
        return position_by_code(db.session(), "kabag-akin-1")

    host.answer = answer
    assert waiting(complain(desk).number) == ["kabag-akin-1"]
    assert waiting(complain(desk, "kabag-akin-1").number) == ["karo-otlak"]
    assert waiting(complain(desk, "karo-otlak").number) == ["deputi-aparatur"]
    assert heard[-1] == ComplaintFacts("keluhan", KEY, "karo-otlak", "")


def test_the_rule_judges_where_a_plugin_lets_a_step_wait(host: ComplaintHost, desk: Desk) -> None:
    host.assigned["1a"] = [position_by_code(db.session(), "kasubbag-ppk-1")]
    assert waiting(complain(desk).number) == ["kasubbag-ppk-1"]
    assert waiting(complain(desk, "karo-otlak").number) == ["deputi-aparatur"]


def test_nobody_handles_the_own_complaint(host: ComplaintHost, desk: Desk) -> None:
    assert waiting(complain(desk, who="karo-otlak").number) == ["deputi-aparatur"]


def test_the_official_does_not_get_it_in_another_position_either(
    host: ComplaintHost, desk: Desk, world: World
) -> None:
    with transaction() as session:
        assign_holder(
            session,
            position_id=world.position_id("deputi-aparatur"),
            person_id=world.person_id("karo-otlak"),
            kind=HolderKind.PLH,
            mandate="Surat perintah contoh",
            valid_from=today(),
            valid_to=today(),
        )
    filed = complain(desk, "karo-otlak")
    assert waiting(filed.number) == ["menteri"]


def test_a_later_holding_opens_nothing_to_the_official(
    host: ComplaintHost, desk: Desk, world: World
) -> None:
    filed = complain(desk, "karo-otlak")
    with transaction() as session:
        for who in ("karo-otlak", "staf-akin-1"):
            assign_holder(
                session,
                position_id=world.position_id("deputi-aparatur"),
                person_id=world.person_id(who),
                kind=HolderKind.PLH,
                mandate="Surat perintah contoh",
                valid_from=today(),
                valid_to=today(),
            )
    task = desk.task("1a", filed.number)
    for who in ("karo-otlak", "staf-akin-1"):
        actor = desk.actor(who)
        assert "deputi-aparatur" in {each.position_code for each in actor.holdings}
        assert inbox(db.session(), actor).groups == ()
        assert waiting_count(db.session(), actor) == 0
        assert (
            db.session.scalars(select(Case.id).where(visible_cases(db.session(), actor))).all()
            == []
        )
        assert handled_by(db.session(), actor) == ([], "")
        with pytest.raises(NotFound):
            case_by_number(db.session(), filed.number, actor)
        with pytest.raises(NotFound):
            do(desk, who, filed.number, HANDLE)
        people = {view.person_id for view in control.partners(db.session(), task.id)}
        assert actor.person_id not in people, "nobody would write to them"
    deputy = desk.actor("deputi-aparatur")
    assert deputy.person_id in people
    assert waiting_count(db.session(), deputy) == 1
    assert (
        len(db.session.scalars(select(Case.id).where(visible_cases(db.session(), deputy))).all())
        == 1
    )


def test_a_complaint_about_the_only_administrator_is_handled_and_hidden_from_that_one(
    host: ComplaintHost, desk: Desk, world: World
) -> None:
    filed = complain(desk, administrator=True, standard="")
    assert waiting(filed.number) == ["kepala-inspektorat"]
    with transaction() as session:
        assign_holder(
            session,
            position_id=world.position_id("kepala-inspektorat"),
            person_id=world.person_id("admin"),
            kind=HolderKind.PLH,
            mandate="Surat perintah contoh",
            valid_from=today(),
            valid_to=today(),
        )
    admin = desk.actor("admin")
    with pytest.raises(NotFound):
        case_by_number(db.session(), filed.number, admin)
    task = desk.task("1a", filed.number)
    with pytest.raises(NotFound), transaction() as session:
        control.move(session, task.id, admin, world.position_id("menteri"), "", "Pindah", "k1")
    assert waiting(complain(desk, administrator=True, standard="").number) == ["menteri"]


def test_an_administrator_cannot_move_it_into_a_conflict(
    host: ComplaintHost, desk: Desk, world: World
) -> None:
    filed = complain(desk, "karo-otlak")
    task, admin = desk.task("1a", filed.number), desk.actor("admin")
    with pytest.raises(Invalid), transaction() as session:
        control.move(session, task.id, admin, world.position_id("kabag-akin-1"), "", "Pindah", "k1")
    with transaction() as session:
        control.move(session, task.id, admin, world.position_id("menteri"), "", "Pindah", "k2")
    assert waiting(filed.number) == ["menteri"]
    assert "menteri" in readers(filed.number)


# -- the life ----------------------------------------------------------------------------------


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


# -- names ----------------------------------------------------------------------------------


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


# -- second clicks, wrong input ----------------------------------------------------------------


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
