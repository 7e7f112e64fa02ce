"""Questions to the requester: asked at a task, answered by whoever began the case."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import audit
from portal.audit import AuditEvent
from portal.db import transaction
from portal.events import InformationAsked, InformationGiven
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, MEETING, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow import control
from portal.workflow.models import Task
from portal.workflow.questions import Question

Login = Callable[[str], PortalClient]
ASKED = "Mohon tanggal rapat."
TOLD = "Rapat pada hari Kamis."
REQUESTER, PERFORMER = "karo-otlak", "staf-akin-1"


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def host(app: Flask) -> SampleHost:
    return SampleHost(LETTER, UNITS, MEETING).install(app)


@pytest.fixture
def desk(host: SampleHost, world: World, frozen_clock: FrozenClock) -> Desk:
    return Desk(world)


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("letter.new", REQUESTER, {"hal": "undangan"})


def text(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def page_of(desk: Desk, number: str, step: str = "a.I") -> str:
    item = desk.task(step)
    desk.world.session.rollback()
    return f"/kasus/{number}/tugas/{item.id}"


@pytest.fixture
def task_page(desk: Desk, number: str) -> str:
    return page_of(desk, number)


def ask(login: Login, task_page: str, question: str = ASKED) -> TestResponse:
    return login(PERFORMER).submit(f"{task_page}/tanya", {"text": question})


def question(session: Session) -> Question:
    session.rollback()
    return session.scalars(select(Question).order_by(Question.id.desc()).limit(1)).one()


def answer_page(session: Session, number: str) -> str:
    return f"/kasus/{number}/keterangan/{question(session).id}"


def test_the_requester_finds_the_question_everywhere_and_answers(
    host: SampleHost, login: Login, session: Session, number: str, task_page: str
) -> None:
    assert "Minta keterangan kepada pemohon" in text(login(PERFORMER).get(task_page))
    assert "tetap berjalan" in text(login(PERFORMER).get(f"{task_page}/tanya"))
    assert ask(login, task_page).status_code == 303
    address = answer_page(session, number)
    browser = login(REQUESTER)
    for page in ("/tugas", "/permohonan", f"/kasus/{number}"):
        assert f'href="{address}"' in text(browser.get(page)), page
    assert ASKED in text(browser.get(f"/kasus/{number}"))
    assert ASKED in text(browser.get(address))
    assert browser.submit(address, {"answer": TOLD}).status_code == 303
    for page in ("/tugas", "/permohonan"):
        assert f'href="{address}"' not in text(browser.get(page)), page
    for page in (task_page, f"/kasus/{number}"):
        body = text(login(PERFORMER).get(page))
        assert ASKED in body
        assert TOLD in body
    told = [each for each in host.events if isinstance(each, InformationAsked | InformationGiven)]
    assert [type(each) for each in told] == [InformationAsked, InformationGiven]
    assert told[0].person_id != told[1].person_id
    kinds = select(AuditEvent.kind).where(AuditEvent.case_id.is_not(None))
    assert list(session.scalars(kinds.order_by(AuditEvent.id)))[-2:] == ["asked", "informed"]
    assert list(audit.verify(session)) == []


def test_the_clock_runs_on_while_the_answer_is_awaited(
    desk: Desk, login: Login, session: Session, number: str, task_page: str
) -> None:
    before = desk.task("a.I").due
    ask(login, task_page)
    assert desk.task("a.I").due == before
    assert desk.task("a.I").paused_at is None


def test_an_answer_brings_files_for_those_who_may_read_the_case(
    login: Login, session: Session, number: str, task_page: str
) -> None:
    ask(login, task_page)
    address = answer_page(session, number)
    sent = {"answer": TOLD, "files": (io.BytesIO(b"Susunan acara"), "susunan.txt")}
    browser = login(REQUESTER)
    assert browser.submit(address, sent).status_code == 303
    body = text(login(PERFORMER).get(task_page))
    assert "susunan.txt" in body
    token = body.partition('href="/berkas/')[2].partition('"')[0]
    assert login(PERFORMER).get(f"/berkas/{token}").status_code == 200
    for stranger in ("staf-setpres", "admin"):
        assert login(stranger).get(f"/berkas/{token}").status_code in (403, 404)


def test_one_question_at_a_time(
    login: Login, session: Session, number: str, task_page: str
) -> None:
    form = login(PERFORMER)
    ask(login, task_page)
    assert form.get(f"{task_page}/tanya").status_code == 409
    assert "Minta keterangan kepada pemohon" not in text(form.get(task_page))
    login(REQUESTER).submit(answer_page(session, number), {"answer": TOLD})
    assert ask(login, task_page, "Dan tempatnya?").status_code == 303
    assert len(list(session.scalars(select(Question)))) == 2


def test_a_second_click_asks_and_answers_once(
    login: Login, session: Session, number: str, task_page: str
) -> None:
    browser = login(PERFORMER)
    form = browser.form(f"{task_page}/tanya")
    sent = [browser.send(form, {"text": ASKED}, page=f"{task_page}/tanya") for _n in range(2)]
    assert [each.status_code for each in sent] == [303, 303]
    assert len(list(session.scalars(select(Question)))) == 1
    address = answer_page(session, number)
    browser = login(REQUESTER)
    form = browser.form(address)
    sent = [browser.send(form, {"answer": TOLD}, page=address) for _n in range(2)]
    assert [each.status_code for each in sent] == [303, 303]


def test_who_asked_may_take_the_question_back(
    login: Login, session: Session, number: str, task_page: str
) -> None:
    ask(login, task_page)
    address = answer_page(session, number)
    browser = login(PERFORMER)
    assert "Tarik pertanyaan" in text(browser.get(task_page))
    assert browser.submit(f"{address}/tarik", {"reason": " "}).status_code == 400
    for stranger, code in ((REQUESTER, 409), ("staf-setpres", 404)):
        assert login(stranger).get(f"{address}/tarik").status_code == code
    assert browser.submit(f"{address}/tarik", {"reason": "Sudah ada."}).status_code == 303
    body = text(login(REQUESTER).get(address))
    assert "Sudah ada." in body
    assert "Kirim keterangan" not in body
    assert question(session).state == "withdrawn"


def test_an_answer_that_comes_too_late_is_kept_on_the_page(
    desk: Desk, login: Login, session: Session, number: str, task_page: str
) -> None:
    ask(login, task_page)
    address = answer_page(session, number)
    browser = login(REQUESTER)
    form = browser.form(address)
    desk.act(PERFORMER, "a.I")
    response = browser.send(form, {"answer": TOLD}, page=address)
    assert response.status_code == 409
    assert TOLD in text(response)
    assert "tidak diperlukan lagi" in text(response)
    assert f'href="{address}"' not in text(browser.get("/tugas"))


def test_nobody_else_asks_reads_or_answers(
    desk: Desk, login: Login, session: Session, number: str, task_page: str
) -> None:
    for stranger in (REQUESTER, "staf-setpres", "admin"):
        assert login(stranger).get(f"{task_page}/tanya").status_code in (403, 409)
    ask(login, task_page)
    address = answer_page(session, number)
    assert login("staf-setpres").get(address).status_code == 404
    assert login("admin").get(address).status_code == 404
    browser = login(PERFORMER)
    form = replace(browser.form(task_page), action=address)
    assert browser.send(form, {"answer": TOLD}, page=address).status_code == 403
    other = desk.start("letter.new", REQUESTER, {"hal": "lain"})
    assert login(REQUESTER).get(address.replace(number, other)).status_code == 404
    assert question(session).state == "open"


def test_nothing_is_asked_without_words_or_while_the_case_rests(
    desk: Desk, login: Login, session: Session, number: str, task_page: str
) -> None:
    assert ask(login, task_page, "   ").status_code == 400
    root_id = desk.case(number).id
    with transaction() as writing:
        control.suspend(writing, root_id, desk.actor(REQUESTER), "Menunggu", desk.key())
    assert login(PERFORMER).get(f"{task_page}/tanya").status_code == 409
    assert session.scalars(select(Question)).all() == []


def test_the_requester_of_a_lane_is_who_began_the_main_case(
    desk: Desk, login: Login, session: Session
) -> None:
    number = desk.start("units.new", REQUESTER)
    task = session.scalars(select(Task).where(Task.status == "open").order_by(Task.id)).first()
    assert task is not None
    who, step = PERFORMER, task.step
    session.rollback()
    page = page_of(desk, number, step)
    assert login(who).submit(f"{page}/tanya", {"text": ASKED}).status_code == 303
    assert ASKED in text(login(REQUESTER).get(f"/kasus/{number}"))
