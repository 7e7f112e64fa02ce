"""A session that ends in the middle of a form, and a page too old, lose nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse
from wtforms import PasswordField, StringField, TextAreaField

from portal.auth import accounts
from portal.auth.kept import kept_fields
from portal.auth.models import KeptPost
from portal.auth.rights import current_actor
from portal.forms import BaseForm
from portal.testing.client import Form, PortalClient
from portal.testing.world import World

PAGE = """
{% extends 'layout.html' %}
{% from 'macros/forms.html' import error_summary, field, form_end, form_start %}
{% block title %}Contoh{% endblock %}
{% block content %}<h1>Contoh</h1>
{{ form_start(action, form=form) }}{{ field(form.title) }}{{ field(form.body) }}
{{ field(form.secret_password) }}<button>Kirim</button>{{ form_end() }}{% endblock %}
"""
TYPED = {
    "title": "Rencana 2027",
    "body": "baris satu\nbaris dua",
    "secret_password": "jangan simpan",
}


class Sample(BaseForm):
    title = StringField("Judul")
    body = TextAreaField("Isi")
    secret_password = PasswordField("Rahasia")


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application with a form that restores, one that does not, and a POST-only act."""
    saved: list[dict[str, str]] = []

    def restoring() -> ResponseReturnValue:
        if request.method == "POST":
            saved.append(request.form.to_dict())
            return redirect("/profil", 303)
        form = Sample(formdata=kept_fields(current_actor(), request.path))
        return render_template_string(PAGE, form=form, action="")

    def plain() -> ResponseReturnValue:
        if request.method == "POST":
            saved.append(request.form.to_dict())
            return redirect("/profil", 303)
        return render_template_string(PAGE, form=Sample(), action=request.args.get("to", ""))

    def act() -> ResponseReturnValue:
        saved.append(request.form.to_dict())
        return redirect("/profil", 303)

    app.add_url_rule("/contoh", "restoring", restoring, methods=["GET", "POST"])
    app.add_url_rule("/contoh/lain", "plain", plain, methods=["GET", "POST"])
    app.add_url_rule("/contoh/kirim", "act", act, methods=["POST"])
    app.extensions["saved"] = saved
    return app


def end_sessions(session: Session, world: World, username: str) -> None:
    accounts.tokens.revoke_all(session, world.person_id(username))


def log_in_at(browser: PortalClient, address: str, username: str, world: World) -> TestResponse:
    return browser.submit(address, {"username": username, "password": world.password})


def send_late(
    browser: PortalClient, page: str, session: Session, world: World, **more: Any
) -> TestResponse:
    form = browser.form(page)
    end_sessions(session, world, "karo-otlak")
    return browser.send(form, TYPED, page=page, **more)


@pytest.fixture
def browser(client: PortalClient, world: World) -> PortalClient:
    client.login("karo-otlak")
    return client


def test_a_form_sent_too_late_comes_back_after_log_in(
    app: Flask, browser: PortalClient, session: Session, world: World
) -> None:
    asked = send_late(browser, "/contoh?a=1", session, world)
    assert asked.status_code == 303
    assert app.extensions["saved"] == []
    assert "Isian Anda disimpan; masuk untuk melanjutkan" in browser.get(asked.location).text
    back = log_in_at(browser, asked.location, "karo-otlak", world)
    assert back.location.startswith("/contoh?a=1&pulihkan=")
    page = browser.get(back.location)
    assert "Isian Anda disimpan" in page.text
    assert 'value="Rencana 2027"' in page.text
    assert "baris satu\nbaris dua" in page.text.replace("\r", "")
    assert "jangan simpan" not in page.text
    assert browser.submit(back.location).status_code == 303
    assert app.extensions["saved"][0]["title"] == "Rencana 2027"
    assert session.scalars(select(KeptPost)).all() == []


def test_secrets_and_files_are_not_stored(
    browser: PortalClient, session: Session, world: World
) -> None:
    send_late(browser, "/contoh", session, world)
    names = {name for name, _ in session.scalars(select(KeptPost)).one().fields}
    assert names == {"title", "body", "form_key", "_labels"}


def test_another_person_never_sees_it(
    browser: PortalClient, session: Session, world: World
) -> None:
    asked = send_late(browser, "/contoh", session, world)
    back = log_in_at(browser, asked.location, "kabag-akin-1", world)
    page = browser.get(back.location)
    assert "Rencana 2027" not in page.text
    assert "Isian Anda disimpan" not in page.text
    row_id = session.scalars(select(KeptPost.id)).one()
    assert browser.get(f"/profil/isian/{row_id}").status_code == 404
    assert "Isian yang tersimpan" not in browser.get("/profil").text
    form = browser.form("/profil/sandi")
    form.action = f"/profil/isian/{row_id}/buang"
    browser.send(form, page="/profil")
    assert session.scalars(select(KeptPost.id)).one() == row_id


def test_a_view_that_cannot_restore_shows_what_was_typed(
    browser: PortalClient, session: Session, world: World
) -> None:
    asked = send_late(browser, "/contoh/lain", session, world)
    back = log_in_at(browser, asked.location, "karo-otlak", world)
    page = browser.get(back.location, follow_redirects=True)
    assert page.request.path.startswith("/profil/isian/")
    assert "Isian Anda disimpan" in page.text
    assert "Rencana 2027" in page.text
    assert "<dt>Judul</dt>" in page.text
    assert "_labels" not in page.text
    assert 'href="/contoh/lain"' in page.text
    browser.submit(page.request.path)
    assert session.scalars(select(KeptPost)).all() == []


def test_an_act_without_a_page_of_its_own_leads_to_where_it_was_shown(
    app: Flask, browser: PortalClient, session: Session, world: World
) -> None:
    page = "/contoh/lain?to=/contoh/kirim"
    asked = send_late(browser, page, session, world, headers={"Referer": f"http://localhost{page}"})
    back = log_in_at(browser, asked.location, "karo-otlak", world)
    assert back.location.startswith("/contoh/lain?to=%2Fcontoh%2Fkirim&pulihkan=")
    assert "Rencana 2027" in browser.get(back.location, follow_redirects=True).text


def test_without_a_referrer_the_kept_form_itself_is_shown(
    browser: PortalClient, session: Session, world: World
) -> None:
    asked = send_late(browser, "/contoh/lain?to=/contoh/kirim", session, world)
    back = log_in_at(browser, asked.location, "karo-otlak", world)
    assert back.location.startswith("/profil/isian/")
    assert "Rencana 2027" in browser.get(back.location).text


def test_it_is_found_in_the_profile_when_the_way_back_was_lost(
    browser: PortalClient, session: Session, world: World
) -> None:
    send_late(browser, "/contoh", session, world)
    browser.login("karo-otlak")
    assert "Isian yang tersimpan" in browser.get("/profil").text
    row_id = session.scalars(select(KeptPost.id)).one()
    assert f'href="/contoh?pulihkan={row_id}"' in browser.get(f"/profil/isian/{row_id}").text


def test_a_second_click_keeps_one(browser: PortalClient, session: Session, world: World) -> None:
    form = browser.form("/contoh")
    end_sessions(session, world, "karo-otlak")
    for _ in range(2):
        browser.send(form, TYPED, page="/contoh")
    assert len(session.scalars(select(KeptPost)).all()) == 1


def test_an_expired_session_keeps_too(
    browser: PortalClient, session: Session, world: World, frozen_clock: Any
) -> None:
    browser.login("karo-otlak")
    form = browser.form("/contoh")
    frozen_clock.forward(hours=13)
    asked = browser.send(form, TYPED, page="/contoh")
    back = log_in_at(browser, asked.location, "karo-otlak", world)
    assert "Rencana 2027" in browser.get(back.location).text


def test_a_closed_browser_is_known_by_the_last_person(
    browser: PortalClient, session: Session, world: World
) -> None:
    form = browser.form("/contoh")
    browser.delete_cookie("portal_sesi")
    browser.send(form, TYPED, page="/contoh")
    assert session.scalars(select(KeptPost.person_id)).one() == world.person_id("karo-otlak")


def test_a_forged_last_person_keeps_nothing(
    browser: PortalClient, session: Session, world: World
) -> None:
    form = browser.form("/contoh")
    browser.delete_cookie("portal_sesi")
    browser.set_cookie("portal_orang", "1.forged")
    assert browser.send(form, TYPED, page="/contoh").status_code == 303
    assert session.scalars(select(KeptPost)).all() == []


def stale(form: Form) -> Form:
    form.fields[:] = [(n, "old" if n == "csrf_token" else v) for n, v in form.fields]
    return form


def test_a_stale_page_is_refused_but_nothing_is_lost(
    app: Flask, browser: PortalClient, session: Session
) -> None:
    page = browser.send(stale(browser.form("/contoh")), TYPED, page="/contoh")
    assert page.status_code == 400
    assert app.extensions["saved"] == []
    assert "Isian Anda disimpan" in page.text
    assert "Rencana 2027" in page.text
    assert "jangan simpan" not in page.text
    row_id = session.scalars(select(KeptPost.id)).one()
    assert f'href="/contoh?pulihkan={row_id}"' in page.text
    assert 'value="Rencana 2027"' in browser.get(f"/contoh?pulihkan={row_id}").text


def test_a_page_from_before_another_log_in_is_refused_and_restored(
    browser: PortalClient, world: World, session: Session
) -> None:
    form = browser.form("/contoh")
    browser.logout()
    browser.login("karo-otlak")
    page = browser.send(form, TYPED, page="/contoh")
    assert page.status_code == 400
    assert session.scalars(select(KeptPost.person_id)).one() == world.person_id("karo-otlak")


def test_a_stale_log_in_page_just_asks_again(client: PortalClient, world: World) -> None:
    form = stale(client.form("/masuk?next=/profil"))
    page = client.send(form, {"username": "karo-otlak", "password": world.password}, page="/masuk")
    assert page.status_code == 400
    assert "Masuk sekali lagi" in page.text
    assert 'value="karo-otlak"' in page.text
    assert world.password not in page.text


def test_a_form_sent_by_script_is_told_where_to_log_in(
    browser: PortalClient, session: Session, world: World
) -> None:
    answer = send_late(browser, "/contoh", session, world, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/masuk?next=/contoh?pulihkan")


def test_markup_in_kept_values_is_shown_as_text(
    browser: PortalClient, session: Session, world: World
) -> None:
    form = browser.form("/contoh/lain")
    end_sessions(session, world, "karo-otlak")
    asked = browser.send(form, {"title": "<script>alert(1)</script>"}, page="/contoh/lain")
    back = log_in_at(browser, asked.location, "karo-otlak", world)
    page = browser.get(back.location, follow_redirects=True)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_two_people_do_not_share(
    browser: PortalClient, session: Session, world: World, login: Callable[[str], PortalClient]
) -> None:
    send_late(browser, "/contoh", session, world)
    row_id = session.scalars(select(KeptPost.id)).one()
    other = login("kabag-akin-1")
    assert "Rencana 2027" not in other.get(f"/contoh?pulihkan={row_id}").text
