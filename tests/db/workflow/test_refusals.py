"""What an act is refused for, and what one is warned of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.db import transaction
from portal.errors import Forbidden, Invalid
from portal.org.models import HolderKind
from portal.org.service import assign_holder
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER
from portal.workflow.definition import Workflow, task
from portal.workflow.models import Act
from tests.db.workflow.hands import drafts, log


def test_an_unknown_outcome_is_refused(desk: Desk, number: str) -> None:
    with pytest.raises(Invalid):
        desk.act("staf-akin-1", "a.I", "approve")


def test_an_unmet_requirement_stops_the_act(desk: Desk, app: Flask) -> None:
    needy = Workflow(
        "needy", "Bersyarat", number="BSY", roles=LETTER.roles, starts=LETTER.starts,
        steps=(task("z", "Menulis", by="staff_1", requires="paper"),),
    )  # fmt: skip
    problems: list[str | None] = ["Kertas habis."]
    SampleHost(needy, checks={"paper": lambda *_: problems[0]}).install(app)
    desk.start("needy.new", "karo-otlak", {"hal": "x"})
    with pytest.raises(Invalid, match="Kertas habis"):
        desk.act("staf-akin-1", "z")
    problems[0] = None
    desk.act("staf-akin-1", "z")
    assert desk.open() == []


def test_an_effect_that_raises_undoes_the_whole_act(
    desk: Desk, app: Flask, session: Session
) -> None:
    flow = Workflow(
        "fx", "Berakibat", number="FX", roles=LETTER.roles, starts=LETTER.starts,
        steps=(task("z", "Menulis", by="staff_1", effect="boom"),),
    )  # fmt: skip
    heard: list[Any] = []

    def boom(context: Any) -> None:
        heard.append((context.outcome, context.record))
        raise Invalid("Printer mati.")

    SampleHost(flow, effects={"boom": boom}).install(app)
    desk.start("fx.new", "karo-otlak", {"hal": "x"})
    with pytest.raises(Invalid, match="Printer mati"):
        desk.act("staf-akin-1", "z", record={"a": 1}, form_key="sekali")
    assert heard == [("done", {"a": 1})]
    assert desk.open() == ["z"]
    assert session.get(Act, "sekali") is None


def test_ones_own_draft_cannot_be_checked(desk: Desk, number: str) -> None:
    give(desk, "kasubbag-ppk-1", "staf-akin-1")
    desk.act("staf-akin-1", "a.I")
    with pytest.raises(Forbidden, match="menyusun"):
        desk.act("staf-akin-1", "b.I")
    desk.act("kasubbag-ppe-1", "b.I")


def test_signing_ones_own_draft_is_warned_and_recorded(
    desk: Desk, number: str, session: Session
) -> None:
    give(desk, "deputi-aparatur", "staf-akin-2")
    drafts(desk)
    desk.act("karo-otlak", "c")
    result = desk.act("staf-akin-2", "d")
    assert len([each for each in result.warnings if "menyusun" in each]) == 1
    assert log(session, "done")[-1].data["warnings"] == list(result.warnings)


def test_one_person_in_two_positions_of_a_chain_is_warned_and_recorded(
    desk: Desk, number: str, session: Session
) -> None:
    give(desk, "karo-otlak", "kasubbag-ppk-1")
    drafts(desk)
    result = desk.act("kasubbag-ppk-1", "c")
    assert "b.I" in result.warnings[0]
    assert log(session, "done")[-1].data["warnings"] == list(result.warnings)


def test_the_same_official_in_one_position_is_no_conflict(desk: Desk, number: str) -> None:
    drafts(desk)
    assert desk.act("karo-otlak", "c").warnings == ()


def give(desk: Desk, position: str, username: str) -> None:
    """Let somebody act for another official."""
    with transaction() as session:
        assign_holder(
            session,
            position_id=desk.world.position_id(position),
            person_id=desk.world.person_id(username),
            kind=HolderKind.PLH,
            mandate="ND-2/2026",
            valid_from=date(2026, 11, 1),
        )
