"""Who gets a step: by a field, chosen, as a proxy, or as a plugin says."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.db import transaction
from portal.errors import Forbidden, NotFound
from portal.testing.desk import Desk, SampleHost
from portal.workflow.models import TaskStatus
from portal.workflow.run import plan_of
from tests.db.workflow.hands import people


def meeting(desk: Desk, office: str = "setpres") -> str:
    return desk.start("meeting.ask", "staf-akin-1", {"hal": "x", "kantor": office})


def test_an_official_is_found_by_a_field_of_the_start(desk: Desk, session: Session) -> None:
    meeting(desk, "setwapres")
    assert people(session, desk.task("arahan").id) == ["kasetwapres", "staf-setwapres"]
    with pytest.raises(Forbidden):
        desk.act("kasetpres", "arahan")


def test_a_proxy_records_and_the_confirmation_opens_by_itself(desk: Desk, session: Session) -> None:
    number = meeting(desk)
    desk.act("staf-setpres", "arahan", "tidak", note="Lisan, 23 November")
    assert desk.task("arahan", status="done").proxied
    assert desk.open() == ["arahan.konfirmasi", "tolak"]
    assert people(session, desk.task("arahan.konfirmasi").id) == ["kasetpres"]
    desk.act("staf-akin-1", "tolak")
    desk.act("karo-otlak", "selesai")
    assert desk.case(number).status == "done"
    desk.act("kasetpres", "arahan.konfirmasi")
    assert desk.open() == []


def test_the_official_in_person_needs_no_confirmation(desk: Desk) -> None:
    meeting(desk)
    desk.act("kasetpres", "arahan", "tidak")
    assert not desk.task("arahan", status="done").proxied
    assert desk.open() == ["tolak"]


def test_a_chosen_official_gets_the_step(desk: Desk, session: Session) -> None:
    meeting(desk)
    desk.act("kasetpres", "arahan", "ya")
    picked = {"tindak": ["balas"], "pelaksana": desk.world.position_id("kasubbag-ppe-1")}
    desk.act("kabag-akin-1", "disposisi", record=picked)
    assert desk.open() == ["balas"]
    assert people(session, desk.task("balas").id) == ["kasubbag-ppe-1"]


def test_several_branches_open_and_join(desk: Desk) -> None:
    number = meeting(desk)
    desk.act("kasetpres", "arahan", "ya")
    picked = {"tindak": ["balas", "acara"], "pelaksana": desk.world.position_id("kasubbag-ppk-1")}
    desk.act("kabag-akin-1", "disposisi", record=picked)
    assert desk.open() == ["balas", "acara"]
    desk.act("kabag-akin-2", "acara")
    assert desk.open() == ["balas"]
    desk.act("kasubbag-ppk-1", "balas")
    desk.act("karo-otlak", "selesai")
    assert desk.case(number).status == "done"


def test_a_plugin_may_say_where_a_step_waits(
    desk: Desk, host: SampleHost, session: Session
) -> None:
    from portal.org.service import position_by_code

    host.assigned["a.I"] = [position_by_code(session, "menteri")]
    desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert people(session, desk.task("a.I").id) == ["menteri"]


def test_the_plan_of_a_case_is_read_once(desk: Desk, number: str, app: Flask) -> None:
    with transaction() as session:
        definition = desk.case(number).definition_id
        assert plan_of(session, definition) is plan_of(session, definition)
    with pytest.raises(NotFound), transaction() as session:
        plan_of(session, 999)
    assert desk.task("a.I").status == TaskStatus.OPEN
