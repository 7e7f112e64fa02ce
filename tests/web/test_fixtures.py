"""The fixtures that all suites stand on: isolation, the client's forms, the clock, the world."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask, g, has_app_context
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.auth.session import public
from portal.org.models import Person
from portal.testing.client import PortalClient, forms
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import PASSWORD, World


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(session: Session, turn: int) -> None:
    assert session.scalar(select(func.count()).select_from(Person)) == 0
    session.add(Person(name="Seseorang"))
    session.commit()


def test_a_request_does_not_see_what_the_test_holds_open(
    app: Flask, session: Session, client: PortalClient
) -> None:
    seen: list[bool] = []

    @public
    def look() -> str:
        seen.append(hasattr(g, "of_the_test"))
        return "ok"

    app.view_functions["web.healthz"] = look
    g.of_the_test = True
    session.add(Person(name="Seseorang"))
    session.flush()
    assert client.get("/healthz").status_code == 200
    assert seen == [False]
    assert has_app_context()


def test_the_clock_stands_still_and_can_be_moved(frozen_clock: FrozenClock) -> None:
    assert clock.now() == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    frozen_clock.forward(hours=1)
    assert clock.now() == frozen_clock.now == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_a_login_takes_the_position_code_and_the_password(
    world: World, login: Callable[[str], PortalClient]
) -> None:
    browser = login("karo-otlak")
    assert browser.get("/tugas").status_code == 200
    assert world.person_id("karo-otlak") != world.person_id("admin")


def test_a_wrong_password_fails_the_test(world: World, client: PortalClient) -> None:
    with pytest.raises(AssertionError, match="refused"):
        client.login("karo-otlak", "bukan kata sandinya")
    assert world.password == PASSWORD


def test_the_log_of_the_world_holds(world: World) -> None:
    assert list(audit.verify(world.session)) == []


def test_forms_are_read_as_a_browser_reads_them() -> None:
    page = """
    <form method="post" action="/a"><input name="one" value="1"><input type="checkbox" name="c">
    <input type="radio" name="r" value="x"><input type="radio" name="r" value="y" checked>
    <select name="s"><option value="p">P<option value="q" selected>Q</select>
    <select name="first"><option value="f">F<option value="g">G</select>
    <textarea name="t">
dua</textarea><input name="off" disabled value="n"><button name="outcome" value="ok">OK</button>
    </form>"""
    (form,) = forms(page)
    assert (form.action, form.method) == ("/a", "post")
    assert form.fields == [("one", "1"), ("r", "y"), ("s", "q"), ("first", "f"), ("t", "dua")]
    assert form.buttons == [("outcome", "ok")]
