"""Reading a case, and addresses that lead nowhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.testing.desk import Desk
from portal.workflow.models import Task
from tests.web.workflow.hands import FILLED, Login, count, page, text


def test_who_has_no_task_finds_an_empty_inbox(desk: Desk, login: Login) -> None:
    assert "Tidak ada tugas yang menunggu" in text(login("admin").get("/tugas"))


def test_the_case_page_shows_every_step_with_its_limit(
    desk: Desk, login: Login, number: str
) -> None:
    body = text(login("karo-otlak").get(f"/kasus/{number}"))
    for words in (
        "Menyusun konsep",
        "Menandatangani",
        "Mengirim",
        "2 jam",
        "1 jam",
        "1 hari kerja",
    ):
        assert words in body


def test_reading_changes_nothing_but_that_it_was_seen(
    desk: Desk, login: Login, number: str, session: Session
) -> None:
    before = count(session, "opened")
    session.rollback()
    browser = login("staf-akin-1")
    for path in ("/tugas", f"/kasus/{number}", page(desk, "a.I"), "/permohonan"):
        assert browser.get(path).status_code == 200
    assert count(session, "opened") == before
    assert session.scalar(select(Task.seen_at).where(Task.step == "a.I")) is not None


@pytest.mark.parametrize("item", ["0", "2147483648", "9" * 25, "9" * 5000])
def test_a_number_that_no_task_has_is_an_unknown_address(
    desk: Desk, login: Login, number: str, item: str
) -> None:
    assert login("staf-akin-1").get(f"/kasus/{number}/tugas/{item}").status_code == 404


def test_a_character_that_cannot_be_stored_is_no_crash(
    desk: Desk, login: Login, number: str
) -> None:
    sent = {**FILLED, "note": "nol\x00"}
    response = login("staf-akin-1").submit(page(desk, "a.I"), sent)
    # SQLite takes it; PostgreSQL does not, and says so
    assert response.status_code in (303, 400)
