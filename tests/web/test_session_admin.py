"""All running sessions for administrators, and the log of one's own account."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.auth.models import LoginSession
from portal.testing.client import PortalClient
from portal.testing.world import World

Login = Callable[[str], PortalClient]
ALL = "/sistem/sesi"


def sessions_of(session: Session, person_id: int) -> list[LoginSession]:
    query = select(LoginSession).where(LoginSession.person_id == person_id)
    return list(session.scalars(query.order_by(LoginSession.id)))


def ended(session: Session) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.kind == "sessions-ended")))


def test_only_administrators_see_who_is_logged_in(
    world: World, login: Login, session: Session
) -> None:
    browser = login("karo-otlak")
    assert browser.get(ALL).status_code == 403
    own = sessions_of(session, world.person_id("karo-otlak"))[0].id
    sent = {"csrf_token": browser.csrf_token("/profil")}
    person = world.person_id("karo-otlak")
    for address in (f"{ALL}/{own}/akhiri", f"{ALL}/orang/{person}/akhiri"):
        assert browser.post(address, data=sent).status_code == 403
    assert browser.get("/profil").status_code == 200


def test_they_are_listed_without_their_token(world: World, login: Login, session: Session) -> None:
    login("karo-otlak")
    admin = login("admin")
    page = admin.get(ALL).text
    assert "karo-otlak" in page
    assert "sesi Anda ini" in page
    for row in session.scalars(select(LoginSession)):
        assert row.token_hash not in page
    found = admin.get(f"{ALL}?cari=otlak").text
    assert "karo-otlak" in found
    assert "sesi Anda ini" not in found
    assert "Tidak ada sesi yang cocok" in admin.get(f"{ALL}?cari=%25").text


def test_one_is_ended_and_logged(world: World, login: Login, session: Session) -> None:
    official, admin = login("karo-otlak"), login("admin")
    row = sessions_of(session, world.person_id("karo-otlak"))[0]
    form = admin.form(ALL, action=f"{ALL}/{row.id}/akhiri")
    assert admin.send(form, page=ALL).status_code == 303
    assert official.get("/tugas").status_code in (302, 303)
    assert admin.send(form, page=ALL).status_code == 404
    (event,) = ended(session)
    assert event.data["account"] == "karo-otlak"
    assert event.data["sessions_ended"] == 1
    assert event.person_id == world.person_id("admin")


def test_all_of_a_person_are_ended(world: World, login: Login, session: Session) -> None:
    browsers = [login("karo-otlak") for _ in range(3)]
    admin = login("admin")
    person = world.person_id("karo-otlak")
    admin.submit(ALL, {}, action=f"{ALL}/orang/{person}/akhiri")
    assert all(each.get("/tugas").status_code in (302, 303) for each in browsers)
    assert [event.data["sessions_ended"] for event in ended(session)] == [3]


def test_ones_own_present_session_stays(world: World, login: Login, session: Session) -> None:
    elsewhere, admin = login("admin"), login("admin")
    person = world.person_id("admin")
    other, here = sessions_of(session, person)[-2:]
    page = admin.get(ALL).text
    assert f"{ALL}/{other.id}/akhiri" in page
    assert f"{ALL}/{here.id}/akhiri" not in page
    sent = {"csrf_token": admin.csrf_token("/profil")}
    assert admin.post(f"{ALL}/{here.id}/akhiri", data=sent).status_code == 409
    admin.submit(ALL, {}, action=f"{ALL}/orang/{person}/akhiri")
    assert elsewhere.get("/tugas").status_code in (302, 303)
    assert admin.get(ALL).status_code == 200


def test_they_are_paged(world: World, login: Login, app: Flask) -> None:
    for _ in range(27):
        login("karo-otlak")
    admin = login("admin")
    first = admin.get(f"{ALL}?cari=karo-otlak").text
    following = first.split('rel="next" href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert first.count("/akhiri") - first.count("/orang/") == 25
    assert "karo-otlak" in admin.get(following).text


def test_one_reads_the_log_of_ones_own_account(
    world: World, login: Login, client: PortalClient
) -> None:
    client.submit("/masuk", {"username": "karo-otlak", "password": "bukan kata sandinya"})
    mine = login("karo-otlak")
    admin = login("admin")
    person = world.person_id("karo-otlak")
    admin.submit(ALL, {}, action=f"{ALL}/orang/{person}/akhiri")
    mine.login("karo-otlak")
    part = mine.get("/profil").text.split("Catatan akun saya", 1)[1]
    for words in ("Masuk ke portal", "Upaya masuk yang ditolak", "Sesi diakhiri administrator"):
        assert words in part
    other = login("kabag-akin-1").get("/profil").text.split("Catatan akun saya", 1)[1]
    assert "Sesi diakhiri administrator" not in other
    assert "ditolak" not in other
