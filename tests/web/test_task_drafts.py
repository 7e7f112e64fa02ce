"""Drafts of a task: two windows on one draft lose nothing, whichever is saved first."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.testing.client import Form, PortalClient, forms
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER
from portal.testing.world import World, plant
from portal.workflow.models import Draft

Login = Callable[[str], PortalClient]


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant,)


@pytest.fixture
def browser(app: Flask, world: World, login: Login) -> PortalClient:
    SampleHost(LETTER).install(app)
    desk = Desk(world)
    desk.start("letter.new", "karo-otlak", {"hal": "undangan"})
    desk.act("staf-akin-1", "a.I")
    world.session.rollback()
    return login("kasubbag-ppk-1")


@pytest.fixture
def address(browser: PortalClient, world: World) -> str:
    item = Desk(world).task("b.I")
    found = f"/kasus/SRT-2026-0001/tugas/{item.id}"
    world.session.rollback()
    return found


def text(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def save(browser: PortalClient, form: Form, address: str, note: str) -> TestResponse:
    form.action = f"{address}/draf"
    return browser.send(form, {"note": note}, page=address)


@pytest.mark.parametrize("before", [False, True], ids=["no draft yet", "a draft"])
def test_the_later_window_is_shown_both(browser: PortalClient, address: str, before: bool) -> None:
    if before:
        save(browser, browser.form(address), address, "Mula-mula")
    first, second = browser.form(address), browser.form(address)
    assert save(browser, first, address, "Dari jendela satu").status_code == 303
    refused = save(browser, second, address, "Dari jendela dua")
    assert refused.status_code == 409
    body = text(refused)
    assert "Draf ini sudah berubah" in body
    assert body.index("<dt>Catatan</dt>") < body.index("Dari jendela dua")
    assert "Dari jendela satu" in body
    assert "Dari jendela satu" in text(browser.get(address))


def test_what_the_later_window_sent_can_be_taken_instead(
    browser: PortalClient, address: str
) -> None:
    first, second = browser.form(address), browser.form(address)
    save(browser, first, address, "Dari jendela satu")
    refused = save(browser, second, address, "Dari jendela dua")
    taken = browser.send(
        next(each for each in forms(refused) if each.action == f"{address}/draf"), {}, page=address
    )
    assert taken.status_code == 303
    assert "Dari jendela dua" in text(browser.get(address))


def test_a_decision_does_not_drop_what_another_window_saved(
    browser: PortalClient, address: str, session: Session
) -> None:
    first, second = browser.form(address), browser.form(address)
    save(browser, first, address, "Catatan panjang")
    second.action = address
    sent = {"outcome": "approve", "note": "Setuju"}
    refused = browser.send(second, sent, page=address)
    assert refused.status_code == 409
    assert "Catatan panjang" in text(refused)
    assert session.scalar(select(func.count()).select_from(Draft)) == 1
    session.rollback()
    assert browser.submit(address, sent).status_code == 303
    assert session.scalar(select(func.count()).select_from(Draft)) == 0


def test_one_window_saves_again_and_again(browser: PortalClient, address: str) -> None:
    for note in ("satu", "dua", "tiga"):
        assert save(browser, browser.form(address), address, note).status_code == 303
    assert "tiga" in text(browser.get(address))
