"""The door of every act: what a plugin may forbid, and a form that is sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.auth.rights import Actor, add_veto
from portal.db import transaction
from portal.errors import Forbidden, Invalid
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow import asking, control, releasing
from portal.workflow.entry import ActRequest
from portal.workflow.models import Act, Case

Whole = Callable[[Session, int, Actor, str, str], object]


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World) -> Iterator[Desk]:
    SampleHost(LETTER, UNITS).install(app)
    yield Desk(world)
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", "karo-otlak", {"hal": "undangan"})


@pytest.fixture
def asked(app: Flask) -> list[ActRequest]:
    """What the rights were asked; from now on every act is forbidden."""
    requests: list[ActRequest] = []

    def veto(actor: Actor, action: str, obj: object | None) -> bool:
        if action == "workflow.act":
            assert isinstance(obj, ActRequest)
            requests.append(obj)
            return False
        return True

    add_veto(veto, app)
    return requests


def whole(desk: Desk, act: Whole, key: str = "") -> None:
    with transaction() as session:
        root = session.scalars(select(Case).where(Case.parent_id.is_(None))).one()
        act(session, root.id, desk.actor("karo-otlak"), "Menunggu", key or desk.key())


def move(desk: Desk, step: str, position: str, key: str) -> None:
    with transaction() as session:
        actor, target = desk.actor("admin"), desk.world.position_id(position)
        control.move(session, desk.task(step).id, actor, target, "", "Cuti", key)


def logged(session: Session, kind: str) -> int:
    query = select(func.count()).where(AuditEvent.kind == kind)
    return session.scalar(query) or 0


# -- a plugin's veto -----------------------------------------------------------------------


def test_a_veto_stops_a_start(desk: Desk, asked: list[ActRequest], session: Session) -> None:
    with pytest.raises(Forbidden, match="Aturan pelayanan"):
        desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert [(each.kind, each.workflow, each.case) for each in asked] == [("start", "letter", None)]
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_veto_stops_an_act_and_knows_the_step_and_the_outcome(
    desk: Desk, number: str, asked: list[ActRequest]
) -> None:
    with pytest.raises(Forbidden, match="Aturan pelayanan"):
        desk.act("staf-akin-1", "a.I")
    (request,) = asked
    assert request.case is not None
    assert request.task is not None
    assert (request.kind, request.outcome) == ("act", "done")
    assert (request.case.number, request.task.step) == (number, "a.I")
    assert "a.I" in desk.open()


def test_a_veto_stops_a_return(app: Flask, desk: Desk, number: str) -> None:
    desk.act("staf-akin-1", "a.I")
    add_veto(lambda _actor, _action, obj: getattr(obj, "outcome", "") != "return", app)
    with pytest.raises(Forbidden):
        desk.send_back("kasubbag-ppk-1", "b.I", "a.I")
    desk.act("kasubbag-ppk-1", "b.I")


def test_a_veto_stops_a_claim_and_a_hand_over(
    app: Flask, desk: Desk, number: str, asked: list[ActRequest]
) -> None:
    actor, task = desk.actor("staf-akin-1"), desk.task("a.I")
    with pytest.raises(Forbidden, match="Aturan pelayanan"), transaction() as session:
        control.claim(session, task.id, actor, "k", task.version)
    with pytest.raises(Forbidden, match="Aturan pelayanan"), transaction() as session:
        control.hand_over(session, task.id, actor, None, "Cuti", "k", task.version)
    with pytest.raises(Forbidden, match="Aturan pelayanan"):
        move(desk, "a.I", "menteri", "k")
    assert [each.kind for each in asked] == ["claim", "hand-over", "move"]


def test_a_veto_stops_a_withdrawal(app: Flask, desk: Desk, number: str) -> None:
    desk.act("staf-akin-1", "a.I")
    add_veto(lambda _actor, _action, obj: getattr(obj, "kind", "") != "withdraw", app)
    done = desk.task("a.I", status="done")
    with pytest.raises(Forbidden), transaction() as session:
        control.withdraw(session, done.id, desk.actor("staf-akin-1"), "Keliru", "k")


def test_a_veto_stops_a_question_to_the_requester(
    desk: Desk, number: str, asked: list[ActRequest]
) -> None:
    task, actor = desk.task("a.I"), desk.actor("staf-akin-1")
    with pytest.raises(Forbidden, match="Aturan pelayanan"), transaction() as session:
        asking.ask(session, task.id, actor, "Untuk tanggal berapa?", "k")
    assert [each.kind for each in asked] == ["ask"]


@pytest.mark.parametrize(
    "act", [control.suspend, control.resume, control.cancel, releasing.release],
    ids=["suspend", "resume", "cancel", "release"],
)  # fmt: skip
def test_a_veto_stops_an_act_on_the_whole_case(
    desk: Desk, number: str, asked: list[ActRequest], act: Whole
) -> None:
    with pytest.raises(Forbidden, match="Aturan pelayanan"):
        whole(desk, act)
    assert [(each.kind, each.task) for each in asked] == [(act.__name__, None)]


# -- a form sent twice ---------------------------------------------------------------------


def test_a_second_click_on_an_act_on_the_whole_case_does_nothing_more(
    desk: Desk, number: str, session: Session
) -> None:
    for act, kind in (
        (control.suspend, "suspended"),
        (control.resume, "resumed"),
        (control.cancel, "cancelled"),
    ):
        whole(desk, act, kind)
        whole(desk, act, kind)
        assert logged(session, kind) == 1
    assert desk.case(number).status == "cancelled"


def test_a_second_click_releases_no_more_units(desk: Desk, session: Session) -> None:
    desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    whole(desk, releasing.release, "k")
    whole(desk, releasing.release, "k")
    assert logged(session, "released") == 1


def test_a_second_click_moves_a_task_once(desk: Desk, number: str, session: Session) -> None:
    move(desk, "a.I", "menteri", "k")
    move(desk, "a.I", "menteri", "k")
    assert logged(session, "moved") == 1


def test_a_key_belongs_to_one_person_one_act_and_one_place(desk: Desk, number: str) -> None:
    whole(desk, control.suspend, "k")
    with pytest.raises(Invalid, match="sudah dipakai"):
        whole(desk, control.resume, "k")
    with pytest.raises(Invalid, match="tidak lengkap"), transaction() as session:
        control.resume(session, desk.case(number).id, desk.actor("karo-otlak"), "x", "")


def test_who_was_first_is_told_only_to_those_whom_the_task_asked(
    desk: Desk, number: str, session: Session
) -> None:
    desk.act("staf-akin-1", "a.I")
    task = desk.task("a.I", status="done")
    with pytest.raises(Forbidden, match="bukan giliran"), transaction() as writing:
        control.claim(writing, task.id, desk.actor("staf-setpres"), "k", task.version)
    assert session.scalar(select(func.count()).where(Act.kind == "claim")) == 0
