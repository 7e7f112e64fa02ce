"""Drafts, and a session that ends in the middle."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.auth import accounts
from portal.testing.desk import Desk
from portal.workflow.models import Draft
from tests.web.workflow.hands import FILLED, Login, page, text


def test_a_draft_is_kept_for_its_writer_alone(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, address = login("kasubbag-ppk-1"), page(desk, "b.I")
    form = browser.form(address)
    form.action = f"{address}/draf"
    assert browser.send(form, {"note": "Belum selesai"}, page=address).status_code == 303
    assert "Belum selesai" in text(browser.get(address))
    assert "Belum selesai" not in text(login("kasubbag-ppe-1").get(address))
    browser.submit(address, {"outcome": "approve"})
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_draft_of_a_task_that_is_done_shows_what_was_typed(
    desk: Desk, login: Login, number: str
) -> None:
    desk.act("staf-akin-1", "a.I")
    browser, address = login("kasubbag-ppk-1"), page(desk, "b.I")
    form = browser.form(address)
    form.action = f"{address}/draf"
    desk.act("kasubbag-ppe-1", "b.I")
    response = browser.send(form, {"note": "Setengah jadi"}, page=address)
    assert response.status_code == 409
    assert "Setengah jadi" in text(response)


def test_a_session_that_ends_in_the_middle_loses_nothing(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    browser, address = login("staf-akin-1"), page(desk, "a.I")
    form = browser.form(address)
    accounts.tokens.revoke_all(session, desk.world.person_id("staf-akin-1"))
    session.commit()
    refused = browser.send(form, {**FILLED, "biaya": "1.500.000"}, page=address)
    assert refused.status_code in (302, 303)
    assert desk.task("a.I").status == "open"
    password = desk.world.password
    back = browser.submit(refused.location, {"username": "staf-akin-1", "password": password})
    body = text(browser.get(back.location))
    for value in ("Undangan rapat", "Para kepala", "1.500.000"):
        assert value in body
    assert browser.submit(back.location, {}).status_code == 303
    assert desk.task("a.I", status="done").record["biaya"] == 1500000
