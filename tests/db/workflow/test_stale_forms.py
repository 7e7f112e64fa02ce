"""Stale pages and second clicks: one act, and who was first."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.db import transaction
from portal.errors import Conflict, Invalid
from portal.testing.desk import Desk
from tests.db.workflow.hands import log


def test_a_repeated_form_gives_the_first_result_and_does_nothing(
    desk: Desk, number: str, session: Session
) -> None:
    task_id = desk.task("a.I").id
    first = desk.act("staf-akin-1", "a.I", form_key="k", note="satu")
    again = desk.act("staf-akin-1", "a.I", form_key="k", task_id=task_id, note="dua")
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.case_number, again.outcome) == (first.case_number, "done")
    assert desk.task("a.I", status="done").note == "satu"
    assert len(log(session, "done")) == 1


def test_somebody_elses_form_key_is_refused(desk: Desk, number: str) -> None:
    desk.act("staf-akin-1", "a.I", form_key="k")
    with pytest.raises(Invalid):
        desk.act("kasubbag-ppk-1", "b.I", form_key="k")
    with pytest.raises(Invalid):
        desk.act("kasubbag-ppk-1", "b.I", form_key="k", task_id=desk.task("b.I").id)


def test_a_form_without_a_key_is_refused(desk: Desk, number: str) -> None:
    from portal.workflow.acting import ActInput, act

    task_id, version = desk.task("a.I").id, desk.task("a.I").version
    with pytest.raises(Invalid), transaction() as session:
        act(session, task_id, desk.actor("staf-akin-1"), ActInput("done", "", version))


def test_a_stale_page_is_a_conflict(desk: Desk, number: str) -> None:
    with pytest.raises(Conflict, match="telah berubah"):
        desk.act("staf-akin-1", "a.I", version=99)


def test_a_finished_task_names_who_was_first(desk: Desk, number: str) -> None:
    task_id = desk.task("a.I").id
    desk.act("staf-akin-1", "a.I")
    with pytest.raises(Conflict, match="diselesaikan oleh Staf "):
        desk.act("staf-akin-1", "a.I", task_id=task_id)


def test_a_repeated_start_gives_the_first_case(desk: Desk) -> None:
    from portal.workflow.starting import start_case, start_option

    def start(key: str, username: str = "karo-otlak") -> str:
        with transaction() as session:
            actor = desk.actor(username)
            option = start_option(session, desk.actor("karo-otlak"), "letter.new")
            return start_case(session, actor, option, {"hal": "x"}, key).number

    assert start("k") == start("k")
    assert start("l") != start("k")
    with pytest.raises(Invalid):
        start("k", "menteri")
    with pytest.raises(Invalid):
        start("")
