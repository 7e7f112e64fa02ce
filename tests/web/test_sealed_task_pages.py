"""Who works on a sealed case without being one of its readers is never led to its page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import ROLES
from portal.testing.world import World, plant
from portal.workflow.definition import Fixed, Start, Workflow, any_of, review, task
from portal.workflow.fields import Flag, Text

Login = Callable[[str], PortalClient]

SEALED = Workflow(
    "sealed", "Surat", number="ST", roles=ROLES,
    starts=(
        Start("new", "Surat baru", "Surat {hal}", sealed_for=(Fixed("boss"), "tertutup"),
              record=(Text("hal", "Hal"), Flag("tertutup", "Tertutup", required=False))),
    ),
    steps=(
        task("a", "Mencatat", by="staff_1", record=[Text("uraian", "Uraian")]),
        review("b", "Memeriksa", by=any_of("planner_1", "auditor_1"), back_to="a"),
        task("c", "Menutup", by="boss"),
    ),
)  # fmt: skip


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant,)


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    SampleHost(SEALED).install(app)
    return Desk(world)


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.start("sealed.new", "kabag-akin-1", {"hal": "x", "tertutup": True})


def address_of(desk: Desk, step: str) -> str:
    item = desk.task(step)
    address = f"/kasus/{desk.case_of(item).number}/tugas/{item.id}"
    desk.world.session.rollback()
    return address


def no_dead_link(browser: PortalClient, response: TestResponse) -> None:
    links = set(re.findall(r'href="(/(?:kasus|tugas)[^"#]*)"', response.get_data(as_text=True)))
    assert links
    assert {each: browser.get(each).status_code for each in links} == dict.fromkeys(links, 200)


def test_from_the_task_to_its_receipt(desk: Desk, login: Login, number: str) -> None:
    browser, address = login("staf-akin-1"), address_of(desk, "a")
    assert browser.get(f"/kasus/{number}").status_code == 404
    no_dead_link(browser, browser.get(address))
    receipt = browser.submit(address, {"uraian": "Sudah"})
    assert receipt.status_code == 303
    no_dead_link(browser, browser.get(receipt.location))


def test_the_receipt_of_the_withdrawn_leads_to_the_inbox(
    desk: Desk, login: Login, number: str
) -> None:
    browser, address = login("staf-akin-1"), address_of(desk, "a")
    browser.submit(address, {"uraian": "Sudah"})
    no_dead_link(browser, browser.get(f"{address}/tarik"))
    taken_back = browser.submit(f"{address}/tarik", {"reason": "Keliru"})
    assert browser.get(taken_back.location).status_code == 200


def test_a_task_that_another_holds_and_the_conflict(desk: Desk, login: Login, number: str) -> None:
    desk.act("staf-akin-1", "a", record={"uraian": "x"})
    first, second, address = login("kasubbag-ppk-1"), login("kasubbag-ppe-1"), address_of(desk, "b")
    form = second.form(address)
    assert first.submit(address, {}, action=f"{address}/ambil").status_code == 303
    no_dead_link(second, second.get(address))
    conflict = second.send(form, {"outcome": "approve"}, page=address)
    assert conflict.status_code == 409
    no_dead_link(second, conflict)


def test_a_hand_over_leads_to_the_inbox(desk: Desk, login: Login, number: str) -> None:
    desk.act("staf-akin-1", "a", record={"uraian": "x"})
    other = str(desk.world.person_id("kasubbag-ppe-1"))
    browser, address = login("kasubbag-ppk-1"), address_of(desk, "b")
    given = browser.submit(f"{address}/serahkan", {"person": other, "reason": "Cuti"})
    assert given.status_code == 303
    assert browser.get(given.location).status_code == 200


def test_a_second_click_and_an_old_link_lead_somewhere(
    desk: Desk, login: Login, number: str
) -> None:
    browser, address = login("staf-akin-1"), address_of(desk, "a")
    form = browser.form(address)
    first = browser.send(form, {"uraian": "Sudah"}, page=address)
    second = browser.send(form, {"uraian": "Sudah"}, page=address)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert browser.get(address).location == "/tugas"
    form.action = f"{address}/draf"
    late = browser.send(form, {"uraian": "Setengah jadi"}, page=address)
    assert late.status_code == 409
    assert "Setengah jadi" in late.get_data(as_text=True)
    assert login("staf-akin-2").get(address).status_code == 404


def test_its_reader_is_led_to_the_case(desk: Desk, login: Login, number: str) -> None:
    desk.act("staf-akin-1", "a", record={"uraian": "x"})
    desk.act("kasubbag-ppk-1", "b")
    page = login("karo-otlak").get(address_of(desk, "c"))
    assert f'href="/kasus/{number}"' in page.get_data(as_text=True)
