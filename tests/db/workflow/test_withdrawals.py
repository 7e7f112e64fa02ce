"""One's own act is taken back while nobody has opened what follows."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.db import transaction
from portal.errors import Conflict, MissingReason, NotFound
from portal.testing.desk import Desk
from portal.workflow import control
from tests.db.workflow.hands import log, opened, to_review, withdraw


def test_an_act_is_taken_back_while_nobody_has_opened_the_next(
    desk: Desk, number: str, session: Session
) -> None:
    to_review(desk)
    withdraw(desk, "staf-akin-1", "a.I")
    assert desk.open() == ["a.II", "a.I#2"]
    assert desk.task("b.I", status="cancelled").current is False
    assert desk.task("a.I").return_reason == ""  # nobody has returned it
    assert log(session, "withdrawn")[0].data == {"step": "a.I", "case": number, "reason": "Keliru"}


def test_once_the_next_official_has_opened_it_it_stays(desk: Desk, number: str) -> None:
    to_review(desk)
    opened(desk, "b.I")
    with pytest.raises(Conflict, match="sudah membukanya"):
        withdraw(desk, "staf-akin-1", "a.I")
    assert desk.open() == ["a.II", "b.I"]


def test_once_the_next_official_has_acted_it_stays(desk: Desk, number: str) -> None:
    to_review(desk)
    desk.act("kasubbag-ppk-1", "b.I")
    with pytest.raises(Conflict):
        withdraw(desk, "staf-akin-1", "a.I")


def test_a_sibling_does_not_hinder_a_withdrawal(desk: Desk, number: str) -> None:
    to_review(desk)
    opened(desk, "a.II")
    withdraw(desk, "staf-akin-1", "a.I")
    assert desk.open() == ["a.II", "a.I#2"]


def test_only_ones_own_act_can_be_taken_back_and_with_a_reason(desk: Desk, number: str) -> None:
    to_review(desk)
    with pytest.raises(Conflict):
        withdraw(desk, "kasubbag-ppk-1", "a.I")
    with pytest.raises(MissingReason):
        withdraw(desk, "staf-akin-1", "a.I", reason=" ")


def test_a_second_click_withdraws_once(desk: Desk, number: str, session: Session) -> None:
    to_review(desk)
    task_id, actor = desk.task("a.I", status="done").id, desk.actor("staf-akin-1")
    for _click in range(2):
        with transaction() as writing:
            control.withdraw(writing, task_id, actor, "Keliru", "sekali")
    assert len(log(session, "withdrawn")) == 1
    assert desk.open() == ["a.II", "a.I#2"]


def test_an_unknown_task_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound), transaction() as session:
        control.withdraw(session, 999, desk.actor("menteri"), "x", "k")
    with pytest.raises(NotFound), transaction() as session:
        control.claim(session, 999, desk.actor("menteri"), "k", 1)
