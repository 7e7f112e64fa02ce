"""Delegation over HTTP: mine, a new one, its end, the administrators' list, vacant positions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.org.models import Delegation, HolderKind
from portal.org.service import assign_holder, end_holder, holders_on, today
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, plant_units
from portal.testing.world import World, plant

Login = Callable[[str], PortalClient]
HOME, NEW, ALL = "/profil/delegasi", "/profil/delegasi/baru", "/sistem/delegasi"
DRAFT = {"konsep": {"subject": "Undangan", "to": "Semua", "body": "Isi"}}
TODAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    SampleHost(LETTER).install(app)
    return Desk(world)


def period(world: World, receiver: str, **more: str) -> dict[str, str]:
    values = {
        "person": str(world.person_id(receiver)),
        "valid_from": "2026-11-23",
        "valid_to": "2026-12-06",
        "reason": "Cuti tahunan, surat 12/2026",
    }
    return {**values, **more}


def given(session: Session) -> Delegation:
    return session.scalars(select(Delegation)).one()


def test_it_is_given_with_calendar_fields_and_both_sides_see_it(
    world: World, login: Login, session: Session
) -> None:
    giver, receiver = login("karo-otlak"), login("kabag-akin-1")
    page = giver.get(NEW).text
    assert len(re.findall(r'<input[^>]+type="date"', page)) == 2
    assert page.count("<h1") == 1
    done = giver.submit(NEW, period(world, "kabag-akin-1"), follow_redirects=True)
    assert "Tugas dilimpahkan kepada Kepala Bagian" in done.text
    for browser, heading in ((giver, "Yang saya limpahkan"), (receiver, "dilimpahkan kepada saya")):
        text = browser.get(HOME).text
        assert heading in text
        assert "23 November 2026 – 6 Desember 2026" in text
        assert "surat 12/2026" in text
        assert "Berlaku" in text
    assert "a.n." in receiver.get("/profil").text
    assert "a.n." not in giver.get("/profil").text
    row = given(session)
    log = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert log is not None
    assert (log.kind, log.person_id) == ("delegation.given", row.from_person_id)


def test_two_weeks_stand_in_a_new_form(world: World, login: Login) -> None:
    fields = dict(login("karo-otlak").form(NEW, NEW).fields)
    first = date.fromisoformat(fields["valid_from"])
    assert first == today()
    assert date.fromisoformat(fields["valid_to"]) - first == timedelta(days=13)


def test_a_second_click_gives_nothing_more(world: World, login: Login, session: Session) -> None:
    giver = login("karo-otlak")
    form = giver.form(NEW, NEW)
    for _click in range(2):
        assert giver.send(form, period(world, "kabag-akin-1"), page=NEW).status_code == 303
    assert session.scalar(select(func.count()).select_from(Delegation)) == 1


def test_anybody_is_found_by_name(world: World, login: Login) -> None:
    page = login("karo-otlak").get(f"{NEW}?cari=biro+tata+usaha").text
    assert f'value="{world.person_id("karo-tu")}"' in page
    assert "Tidak ada orang yang cocok" in login("karo-otlak").get(f"{NEW}?cari=%25%25").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"valid_to": "2026-11-22"}, "mendahului hari pertama"),
        ({"valid_from": "2026-11-22"}, "sudah lewat"),
        ({"valid_to": "2027-11-23"}, "paling lama satu tahun"),
        ({"valid_to": "besok"}, "Tanggal tidak benar"),
        ({"valid_to": ""}, "wajib diisi"),
        ({"reason": " "}, "Tulis alasannya"),
        ({"reason": "x" * 301}, "paling banyak 300 huruf"),
        ({"person": "0"}, "Pilih orangnya"),
        ({"person": "999999"}, "Pilihan tidak dikenal"),
        ({"person": "-1"}, "Pilihan tidak dikenal"),
        ({"position": "999999"}, "Pilihan tidak dikenal"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_kept(
    world: World, login: Login, session: Session, change: dict[str, str], sentence: str
) -> None:
    response = login("karo-otlak").submit(
        NEW, {**period(world, "kabag-akin-1"), **change}, action=NEW
    )
    assert response.status_code == 400
    assert sentence in response.text
    assert "error-summary" in response.text
    if "reason" not in change:
        assert "Cuti tahunan, surat 12/2026" in response.text
    assert session.scalar(select(func.count()).select_from(Delegation)) == 0


def test_oneself_and_a_circle_are_refused_with_a_clear_sentence(
    world: World, login: Login, session: Session
) -> None:
    giver, receiver = login("karo-otlak"), login("kabag-akin-1")
    mine = giver.submit(NEW, period(world, "karo-otlak"), action=NEW)
    assert mine.status_code == 400
    assert "tidak dapat dilimpahkan kepada diri sendiri" in mine.text
    assert giver.submit(NEW, period(world, "kabag-akin-1"), action=NEW).status_code == 303
    back = receiver.submit(NEW, period(world, "karo-otlak"), action=NEW)
    assert back.status_code == 400
    assert "Pelimpahan ini berputar" in back.text
    again = giver.submit(NEW, period(world, "kabag-akin-2"), action=NEW)
    assert "sudah dilimpahkan kepada Kepala Bagian" in again.text
    assert session.scalar(select(func.count()).select_from(Delegation)) == 1


def test_who_holds_no_position_of_the_own_has_nothing_to_delegate(
    world: World, login: Login
) -> None:
    admin = login("admin")
    assert "Tidak ada jabatan yang dapat Anda limpahkan" in admin.get(NEW).text
    assert "Limpahkan tugas</a>" not in admin.get(HOME).text
    token = admin.csrf_token("/profil")
    data = {**period(world, "kabag-akin-1"), "csrf_token": token}
    data["position"] = str(world.position_id("karo-otlak"))
    assert admin.post(NEW, data=data).status_code == 400


def test_a_person_without_an_account_is_not_offered(
    world: World, login: Login, session: Session
) -> None:
    from portal.auth import accounts

    accounts.disable(session, world.person_id("kabag-akin-1"), by=None)
    session.commit()
    giver = login("karo-otlak")
    assert f'value="{world.person_id("kabag-akin-1")}"' not in giver.get(NEW).text
    assert giver.submit(NEW, period(world, "kabag-akin-1"), action=NEW).status_code == 400


def test_the_giver_ends_it_without_a_reason_and_the_receiver_with_one(
    world: World, login: Login, session: Session
) -> None:
    giver, receiver = login("karo-otlak"), login("kabag-akin-1")
    giver.submit(NEW, period(world, "kabag-akin-1"), action=NEW)
    page = f"{HOME}/{given(session).id}/akhiri"
    refused = receiver.submit(page, {"reason": " "})
    assert refused.status_code == 400
    assert "Tulis alasannya" in refused.text
    done = giver.submit(page, follow_redirects=True)
    assert "Pelimpahan diakhiri" in done.text
    assert given(session).ended_at is not None
    assert "a.n." not in receiver.get("/profil").text
    late = receiver.get(page, follow_redirects=True)
    assert "sudah berakhir" in late.text


def test_strangers_know_nothing_of_it(world: World, login: Login, session: Session) -> None:
    login("karo-otlak").submit(NEW, period(world, "kabag-akin-1"), action=NEW)
    stranger = login("kabag-akin-2")
    page = f"{HOME}/{given(session).id}/akhiri"
    assert stranger.get(page).status_code == 404
    token = stranger.csrf_token("/profil")
    assert stranger.post(page, data={"csrf_token": token}).status_code == 404
    assert "surat 12/2026" not in stranger.get(HOME).text
    assert stranger.get(ALL).status_code == 403
    for number in ("999999", "99999999999999999999"):
        assert stranger.get(f"{HOME}/{number}/akhiri").status_code == 404


def test_administrators_see_all_and_may_end_with_a_reason(
    world: World, login: Login, session: Session
) -> None:
    login("karo-otlak").submit(NEW, period(world, "kabag-akin-1"), action=NEW)
    admin = login("admin")
    assert 'href="/sistem/delegasi"' in admin.get("/sistem").text
    page = admin.get(ALL).text
    assert page.count("<h1") == 1
    assert "23 November 2026 – 6 Desember 2026" in page
    assert "surat 12/2026" not in page
    assert "6 Desember 2026" in admin.get(f"{ALL}?keadaan=now").text
    for other in ("later", "past"):
        assert "Tidak ada pelimpahan" in admin.get(f"{ALL}?keadaan={other}").text
    for odd in ("?keadaan=x", "?setelah=x", "?setelah=-3", "?setelah=99999999999999999999"):
        assert admin.get(ALL + odd).status_code == 200
    end = f"{HOME}/{given(session).id}/akhiri"
    assert admin.submit(end).status_code == 400
    done = admin.submit(end, {"reason": "Pejabat sudah kembali"})
    assert done.headers["Location"].endswith(ALL)
    log = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert log is not None
    assert (log.kind, log.data["reason"]) == ("delegation.ended", "Pejabat sudah kembali")
    assert "6 Desember 2026" in admin.get(f"{ALL}?keadaan=past").text


def test_the_delegate_works_on_the_task_and_the_record_says_so(
    desk: Desk, world: World, login: Login, session: Session, frozen_clock: FrozenClock
) -> None:
    number = desk.start("letter.new", "karo-otlak", {"hal": "undangan"})
    desk.act("staf-akin-2", "a.II", record={"uraian": "Isi"})
    task = f"/kasus/{number}/tugas/{desk.task('b.II').id}"
    session.commit()
    delegate = login("kabag-akin-1")
    assert delegate.get(task).status_code == 403
    login("kabag-akin-2").submit(NEW, period(world, "kabag-akin-1"), action=NEW)
    inbox = delegate.get("/tugas").text
    assert number in inbox
    assert "a.n. Kepala Bagian Akuntabilitas Kinerja II" in inbox, "the row says in whose place"
    assert "a.n. Kepala Bagian" not in login("kabag-akin-2").get("/tugas").text
    page = delegate.get(task).text
    assert "Anda mengerjakan tugas ini sebagai a.n. Kepala Bagian" in page
    frozen_clock.set(datetime(2026, 12, 6, 17, 0, tzinfo=UTC))
    assert login("kabag-akin-1").get(task).status_code == 403
    frozen_clock.set(datetime(2026, 12, 6, 16, 59, tzinfo=UTC))
    delegate = login("kabag-akin-1")
    data = {"outcome": "approve"}
    done = delegate.submit(task, data, follow_redirects=True)
    assert "a.n. Kepala Bagian" in done.text
    assert "a.n. Kepala Bagian" in login("karo-otlak").get(f"/kasus/{number}").text


@pytest.mark.parametrize("kind", [HolderKind.PLT, HolderKind.PLH])
def test_a_signature_by_an_acting_official_is_warned_of_on_the_page(
    desk: Desk, world: World, login: Login, session: Session, kind: HolderKind
) -> None:
    number = desk.start("letter.new", "karo-otlak", {"hal": "undangan"})
    desk.act("staf-akin-1", "a.I", record=DRAFT)
    desk.act("staf-akin-2", "a.II", record={"uraian": "Isi"})
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("kabag-akin-2", "b.II")
    desk.act("karo-otlak", "c")
    assign_holder(
        session,
        position_id=world.position_id("deputi-aparatur"),
        person_id=world.person_id("deputi-hukum"),
        kind=kind,
        valid_from=TODAY,
        valid_to=date(2026, 12, 6),
        mandate="SP-7/2026",
    )
    task = f"/kasus/{number}/tugas/{desk.task('d').id}"
    session.commit()
    mark = {"plt": "Plt.", "plh": "Plh."}[kind]
    assert f"menandatangani sebagai {mark} Deputi" in login("deputi-hukum").get(task).text
    assert "menandatangani sebagai" not in login("deputi-aparatur").get(task).text
    assert f"{mark} Deputi" in login("deputi-hukum").get("/tugas").text
    assert f"{mark} Deputi" not in login("deputi-aparatur").get("/tugas").text


def test_tasks_of_a_vacant_position_are_shown_to_administrators_by_number_and_step(
    desk: Desk, world: World, login: Login, session: Session
) -> None:
    number = desk.start("letter.new", "karo-otlak", {"hal": "rahasia sekali"})
    admin = login("admin")
    assert "Tidak ada tugas yang tertahan" in admin.get("/sistem/kasus").text
    position = world.position_id("staf-akin-2")
    for view in holders_on(session, [position], TODAY)[position]:
        end_holder(session, view.id, date(2026, 11, 22))
    page = admin.get("/sistem/kasus").text
    assert number in page
    assert "a.II" in page
    assert "rahasia sekali" not in page
    assert page.count("<h1") == 1
    for odd in ("?setelah=x", "?setelah=2026~1"):
        assert admin.get("/sistem/kasus" + odd).status_code == 400
    assert login("menteri").get("/sistem/kasus").status_code == 403
