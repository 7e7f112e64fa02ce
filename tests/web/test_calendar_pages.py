"""The calendar's pages: the effect is shown before a change is saved."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.db import transaction
from portal.testing.client import PortalClient, choose
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.workflow.calendar import CalendarChange, apply_change, load_rows
from portal.workflow.calendar_csv import FASTING, NATIONAL, FreeDay
from portal.workflow.models import Holiday

PAGE = "/sistem/kalender"
LogIn = Callable[[str], PortalClient]
pytestmark = pytest.mark.usefixtures("world", "frozen_clock")


@pytest.fixture
def admin(login: LogIn) -> PortalClient:
    return login("admin")


def add(admin: PortalClient, **fields: str) -> TestResponse:
    """Fill the form; the page that answers (the preview, or the form with errors)."""
    data = {"kind": NATIONAL, "day": "2026-12-25", "last": "", "name": "Hari Raya Natal"}
    return admin.submit(f"{PAGE}/tambah", data | fields, action=f"{PAGE}/tambah")


def stored(session: Session) -> list[tuple[date, str]]:
    session.rollback()
    return [tuple(row) for row in session.execute(select(Holiday.day, Holiday.name))]


def test_the_year_shows_hours_and_says_that_it_is_an_estimate(admin: PortalClient) -> None:
    page = admin.get(PAGE).text
    assert "Hari libur 2026 belum dimuat" in page
    assert page.count("07.30–16.30") == 1
    assert page.count("08.00–15.00") == 4
    assert page.count("<h1") == 1


@pytest.mark.parametrize("year", ["1", "99999", "tahun", ""])
def test_a_strange_year_shows_this_one(admin: PortalClient, year: str) -> None:
    assert "Kalender dinas 2026" in admin.get(PAGE, query_string={"tahun": year}).text


def test_a_day_is_saved_only_after_its_effect_was_shown(
    admin: PortalClient, session: Session
) -> None:
    response = admin.submit(
        f"{PAGE}/tambah",
        {"kind": NATIONAL, "day": "2026-12-25", "name": "Hari Raya Natal"},
        action=f"{PAGE}/tambah",
    )
    assert "Belum ada yang disimpan" in response.text
    assert "Tidak ada tenggat yang bergeser" in response.text
    assert stored(session) == []
    form = saving_form(response)
    saved = admin.post(f"{PAGE}/simpan", data=form, follow_redirects=True)
    assert "Kalender disimpan. 0 tenggat digeser." in saved.text
    assert "25 Desember 2026" in saved.text
    assert stored(session) == [(date(2026, 12, 25), "Hari Raya Natal")]
    again = admin.post(f"{PAGE}/simpan", data=form, follow_redirects=True)
    assert again.status_code == 200, "a second click is no error"


def saving_form(response: TestResponse) -> dict[str, str]:
    """The hidden fields of the preview."""
    return dict(choose(response, PAGE, f"{PAGE}/simpan").fields)


def test_who_previewed_an_older_calendar_must_look_again(
    admin: PortalClient, session: Session
) -> None:
    form = saving_form(add(admin))
    with transaction() as other:
        apply_change(other, CalendarChange(added=(FreeDay(date(2026, 12, 24), "X", NATIONAL),)))
    response = admin.post(f"{PAGE}/simpan", data=form)
    assert response.status_code == 409
    assert "diubah orang lain" in response.text
    assert len(stored(session)) == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"day": ""}, "Pilih tanggalnya."),
        ({"day": "2026-02-30"}, "Tanggal tidak benar"),
        ({"name": ""}, "nama hari wajib diisi"),
        ({"name": "x" * 201}, "paling banyak 200 huruf"),
        ({"kind": FASTING, "last": ""}, "hari terakhir Ramadan"),
        ({"kind": FASTING, "last": "2027-02-25"}, "hari terakhir Ramadan"),
        ({"kind": "libur panjang"}, "tidak dikenal|tidak ada dalam daftar"),
        ({"day": "1999-12-25"}, "tidak ada"),
    ],
)
def test_a_wrong_day_is_explained_and_nothing_is_lost(
    admin: PortalClient, session: Session, fields: dict[str, str], message: str
) -> None:
    page = add(admin, **fields).text
    assert "Ada yang perlu diperbaiki" in page
    assert any(part in page for part in message.split("|"))
    if "name" not in fields:
        assert 'value="Hari Raya Natal"' in page
    assert stored(session) == []


def test_a_ramadan_is_added_and_removed(admin: PortalClient, session: Session) -> None:
    page = add(admin, kind=FASTING, day="2027-02-08", last="2027-03-09", name="")
    assert "8 Februari 2027 – 9 Maret 2027" in page.text
    admin.post(f"{PAGE}/simpan", data=saving_form(page))
    session.rollback()
    assert len(load_rows(session).fasts) == 1
    listed = admin.get(PAGE, query_string={"tahun": "2027"}).text
    assert "Bulan Ramadan" in listed
    removal = admin.get(f"{PAGE}/hapus", query_string={"tanggal": "2027-02-08", "jenis": FASTING})
    admin.post(f"{PAGE}/simpan", data=saving_form(removal))
    session.rollback()
    assert load_rows(session).fasts == {}


def test_removing_a_day_that_is_gone_says_so(admin: PortalClient) -> None:
    response = admin.get(
        f"{PAGE}/hapus", query_string={"tanggal": "2026-12-25"}, follow_redirects=True
    )
    assert "Hari itu sudah tidak ada di kalender." in response.text


def send_file(admin: PortalClient, text: str) -> TestResponse:
    data = {"file": (io.BytesIO(text.encode()), "kalender.csv")}
    path = f"{PAGE}/impor"
    return admin.submit(path, data, action=path, content_type="multipart/form-data")


def test_a_file_is_previewed_then_saved(admin: PortalClient, session: Session) -> None:
    rows = "tanggal,sampai,jenis,nama\n2026-12-25,,libur,Natal\n2026-12-24,,cuti bersama,Natal\n"
    page = send_file(admin, rows)
    assert "24 Desember 2026" in page.text
    admin.post(f"{PAGE}/simpan", data=saving_form(page))
    assert len(stored(session)) == 2
    assert send_file(admin, rows).location == PAGE, "nothing is left to change"


def test_a_broken_file_lists_its_lines(admin: PortalClient, session: Session) -> None:
    page = send_file(
        admin, "tanggal,sampai,jenis,nama\n2026-02-30,,libur,X\n2026-01-01,,cuti,Y\n"
    ).text
    assert "Baris 2: tanggal “2026-02-30” tidak ada" in page
    assert "Baris 3: jenis “cuti” tidak dikenal" in page
    assert stored(session) == []
    assert (
        "Pilih berkas CSV."
        in admin.submit(f"{PAGE}/impor", {"file": None}, action=f"{PAGE}/impor").text
    )


def test_the_template_has_the_header(admin: PortalClient) -> None:
    response = admin.get(f"{PAGE}/templat.csv")
    assert response.text == "tanggal,sampai,jenis,nama\n"
    assert "attachment" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["", "/tambah", "/impor", "/hapus", "/templat.csv"])
def test_only_administrators_may_open_it(login: LogIn, path: str) -> None:
    assert login("karo-otlak").get(PAGE + path).status_code == 403


def test_a_forged_change_is_refused(admin: PortalClient, session: Session) -> None:
    form = saving_form(add(admin))
    response = admin.post(f"{PAGE}/simpan", data=form | {"change": form["change"] + "x"})
    assert response.status_code == 400
    assert "Ulangi dari halaman kalender" in response.text
    assert stored(session) == []


def test_the_world_has_office_hours(world: World, frozen_clock: FrozenClock) -> None:
    assert load_rows(world.session).token
