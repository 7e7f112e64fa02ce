"""To whom complaints go, and from whom they are kept: clause H, plugins, conflicts."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.complaints.codes import hash_of
from portal.complaints.definition import HANDLE
from portal.complaints.facts import ComplaintFacts, Kind
from portal.complaints.handling import choices
from portal.complaints.lists import handled_by
from portal.complaints.reading import by_code
from portal.db import db, transaction
from portal.errors import Invalid, NotFound
from portal.org.models import HolderKind, Position
from portal.org.service import assign_holder, position_by_code, today
from portal.testing.complaint_desk import complain, complaint, do, readers, waiting
from portal.testing.complaints import KEY, ComplaintHost
from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow import control, turns
from portal.workflow.access import case_by_number, visible_cases
from portal.workflow.inbox import inbox, waiting_count
from portal.workflow.models import Case


@pytest.fixture
def desk(world: World, frozen_clock: FrozenClock) -> Desk:
    return Desk(world)


@pytest.fixture
def host(app: Flask, desk: Desk) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


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
        people = {view.person_id for view in turns.partners(db.session(), task.id)}
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
