"""A shared task is claimed, handed over, and given back."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from portal.errors import Conflict, Forbidden, Invalid, MissingReason
from portal.testing.desk import Desk
from tests.db.workflow.hands import claim, hand_over, log, to_review


def test_a_claimed_task_is_closed_to_the_others(desk: Desk, number: str, session: Session) -> None:
    to_review(desk)
    claim(desk, "kasubbag-ppk-1", "b.I")
    assert "Kepala Subbagian" in desk.task("b.I").claimed_by
    with pytest.raises(Conflict, match="sedang dikerjakan"):
        desk.act("kasubbag-ppe-1", "b.I")
    desk.act("kasubbag-ppk-1", "b.I")
    assert log(session, "claimed")[0].data["step"] == "b.I"


def test_the_second_to_claim_learns_who_was_first(desk: Desk, number: str) -> None:
    to_review(desk)
    version = desk.task("b.I").version
    claim(desk, "kasubbag-ppk-1", "b.I", version)
    with pytest.raises(Conflict, match="sedang dikerjakan oleh Kepala Subbagian"):
        claim(desk, "kasubbag-ppe-1", "b.I", version)


def test_only_a_candidate_may_claim(desk: Desk, number: str) -> None:
    with pytest.raises(Forbidden):
        claim(desk, "menteri", "a.I")


def test_a_task_is_handed_to_another_who_may_do_it(
    desk: Desk, number: str, session: Session
) -> None:
    to_review(desk)
    hand_over(desk, "kasubbag-ppk-1", "b.I", "kasubbag-ppe-1")
    with pytest.raises(Conflict):
        desk.act("kasubbag-ppk-1", "b.I")
    desk.act("kasubbag-ppe-1", "b.I")
    assert log(session, "handed-over")[0].data["reason"] == "Cuti"


def test_a_task_is_given_back_to_all(desk: Desk, number: str) -> None:
    to_review(desk)
    claim(desk, "kasubbag-ppk-1", "b.I")
    hand_over(desk, "kasubbag-ppk-1", "b.I", "")
    desk.act("kasubbag-ppe-1", "b.I")


def test_a_hand_over_needs_a_reason_and_a_right_receiver(desk: Desk, number: str) -> None:
    to_review(desk)
    with pytest.raises(MissingReason):
        hand_over(desk, "kasubbag-ppk-1", "b.I", "kasubbag-ppe-1", reason=" ")
    with pytest.raises(Invalid):
        hand_over(desk, "kasubbag-ppk-1", "b.I", "menteri")
    with pytest.raises(Forbidden):
        hand_over(desk, "menteri", "b.I", "kasubbag-ppe-1")


def test_who_may_only_record_for_an_official_does_not_take_the_task_away(desk: Desk) -> None:
    desk.start("meeting.ask", "menteri", {"hal": "rapat", "kantor": "setpres"})
    with pytest.raises(Forbidden, match="hanya mencatat"):
        claim(desk, "staf-setpres", "arahan")
    claim(desk, "kasetpres", "arahan")
    desk.act("kasetpres", "arahan", "ya")
