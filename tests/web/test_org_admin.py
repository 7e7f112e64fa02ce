"""Administration of the organisation over HTTP: units, positions, people, holders, CSV."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.org.models import Holder, ImportDraft, Person, Unit
from portal.org.service import holders_on, position_by_code, unit_by_code
from portal.testing.client import PortalClient
from portal.testing.world import World

Login = Callable[[str], PortalClient]
HOME = "/sistem/organisasi"
DAY = date(2026, 11, 23)

pytestmark = pytest.mark.usefixtures("frozen_clock")

PAGES = (
    HOME,
    f"{HOME}/periksa",
    f"{HOME}/unit/baru",
    f"{HOME}/unit/setmen",
    f"{HOME}/jabatan/baru?unit=setmen",
    f"{HOME}/jabatan/sesmen",
    f"{HOME}/jabatan/sesmen/pejabat",
    f"{HOME}/orang",
    f"{HOME}/orang/baru",
    f"{HOME}/orang/1",
    f"{HOME}/pejabat/1/akhiri",
    f"{HOME}/impor",
    f"{HOME}/ekspor/units.csv",
)


@pytest.fixture
def admin(world: World, login: Login) -> PortalClient:
    return login("admin")


@pytest.mark.parametrize("address", PAGES)
def test_only_administrators_may_open_the_pages(world: World, login: Login, address: str) -> None:
    assert login("menteri").get(address).status_code == 403


@pytest.mark.parametrize("address", PAGES)
def test_administrators_see_every_page_with_one_heading(admin: PortalClient, address: str) -> None:
    response = admin.get(address)
    assert response.status_code == 200
    if response.mimetype == "text/html":
        assert response.get_data(as_text=True).count("<h1") == 1


@pytest.mark.parametrize(
    "address",
    ["unit/baru", "unit/setmen", "jabatan/sesmen/pejabat", "orang/baru", "impor", "impor/1"],
)
def test_posting_without_the_right_is_forbidden(world: World, login: Login, address: str) -> None:
    browser = login("menteri")
    token = browser.csrf_token("/profil")
    response = browser.post(f"{HOME}/{address}", data={"csrf_token": token})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "unit/tidak-ada",
        "jabatan/tidak-ada",
        "jabatan/tidak-ada/pejabat",
        "orang/999999",
        "pejabat/999999/akhiri",
        "impor/999999",
        "ekspor/apa.csv",
    ],
)
def test_what_does_not_exist_is_not_found(admin: PortalClient, address: str) -> None:
    assert admin.get(f"{HOME}/{address}").status_code == 404


def test_a_unit_is_added_once_by_two_clicks(admin: PortalClient, session: Session) -> None:
    form = admin.form(f"{HOME}/unit/baru?induk=setmen")
    data = {"kode": "setmen-biro-baru", "nama": "Biro Baru", "jenis": "biro"}
    for _click in range(2):
        response = admin.send(form, data, page=f"{HOME}/unit/baru")
        assert response.status_code == 303
    unit = unit_by_code(session, "setmen-biro-baru")
    assert unit.parent_id == unit_by_code(session, "setmen").id
    assert unit.valid_from == DAY


def test_wrong_input_is_said_at_its_field_and_kept(admin: PortalClient, session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(Unit))
    response = admin.submit(
        f"{HOME}/unit/baru",
        {
            "kode": "Biro Umum",
            "nama": "N" * 201,
            "jenis": "biro",
            "berlaku_dari": "31/01/2020",
            "berlaku_sampai": "30/01/2020",
        },
    )
    html = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "error-summary" in html
    assert 'href="#kode"' in html
    assert "paling panjang 200 huruf" in html
    assert "mendahului" in html
    assert 'value="Biro Umum"' in html
    assert session.scalar(select(func.count()).select_from(Unit)) == before


def test_a_unit_cannot_be_moved_below_itself(admin: PortalClient, session: Session) -> None:
    response = admin.submit(f"{HOME}/unit/biro-otlak", {"induk": "bag-akin-1"})
    assert response.status_code == 400
    assert "berputar" in response.get_data(as_text=True)


def test_a_stale_form_is_refused_and_keeps_what_was_typed(
    admin: PortalClient, session: Session
) -> None:
    page = f"{HOME}/unit/pusdiklat"
    stale = admin.form(page)
    assert admin.submit(page, {"nama": "Pusat Pelatihan"}).status_code == 303
    response = admin.send(stale, {"nama": "Pusat Lain"}, page=page)
    html = response.get_data(as_text=True)
    assert "diubah orang lain" in html
    assert 'value="Pusat Lain"' in html
    assert unit_by_code(session, "pusdiklat").name == "Pusat Pelatihan"


def test_a_position_is_added_and_changed(admin: PortalClient, session: Session) -> None:
    response = admin.submit(
        f"{HOME}/jabatan/baru?unit=pusdiklat",
        {"kode": "staf-pusdiklat", "jabatan": "Staf Pusat", "jenis": "staf"},
    )
    assert response.headers["Location"].endswith("/jabatan/staf-pusdiklat")
    page = f"{HOME}/jabatan/staf-pusdiklat"
    assert admin.submit(page, {"atasan": "sesmen"}).status_code == 303
    position = position_by_code(session, "staf-pusdiklat")
    assert position.supervisor_id == position_by_code(session, "sesmen").id
    refused = admin.submit(page, {"atasan": "siapa"})
    assert "jabatan atasan siapa tidak ada" in refused.get_data(as_text=True).lower()


def test_a_second_head_of_a_unit_is_refused(admin: PortalClient) -> None:
    response = admin.submit(
        f"{HOME}/jabatan/baru?unit=pusdiklat",
        {"kode": "kepala-lain", "jabatan": "Kepala Lain", "jenis": "kepala"},
    )
    assert response.status_code == 400
    assert "sudah mempunyai kepala" in response.get_data(as_text=True)


def test_a_plt_is_assigned_with_a_mandate_and_a_warning(
    admin: PortalClient, session: Session, world: World
) -> None:
    page = f"{HOME}/jabatan/karo-umum/pejabat"
    data = {
        "person": str(world.person_id("karo-tu")),
        "kind": "plt",
        "valid_from": "2026-11-23",
        "valid_to": "2026-12-31",
    }
    refused = admin.submit(page + "?cari=tata+usaha", data)
    assert refused.status_code == 400
    shown = refused.get_data(as_text=True)
    assert "memerlukan mandat" in shown
    label = shown.partition('for="mandate"')[2].partition("</label>")[0]
    assert "wajib untuk Plt. dan Plh." in label
    assert "opsional" not in label
    data["mandate"] = "SP-9/2026 tanggal 20 November 2026"
    done = admin.submit(page + "?cari=tata+usaha", data, follow_redirects=True)
    html = done.get_data(as_text=True)
    assert "pakailah Plh." in html
    assert "Plt. Kepala Biro Tata Usaha" in html
    position_id = world.position_id("karo-umum")
    held = holders_on(session, [position_id], DAY)[position_id]
    assert [view.kind for view in held] == ["definitive", "plt"]
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.kind, event.actor) == ("holder.assigned", "Administrator")
    assert event.person_id == world.person_id("admin")


def test_a_second_definitive_head_is_refused_and_named(admin: PortalClient, world: World) -> None:
    response = admin.submit(
        f"{HOME}/jabatan/karo-umum/pejabat",
        {"person": str(world.person_id("karo-tu"))},
    )
    html = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "bertumpang tindih dengan Kepala Biro Umum" in html


def test_a_person_who_is_not_chosen_or_not_in_the_list_is_refused(admin: PortalClient) -> None:
    response = admin.submit(f"{HOME}/jabatan/karo-umum/pejabat")
    assert response.status_code == 400
    assert "Pilih orangnya" in response.get_data(as_text=True)
    response = admin.submit(f"{HOME}/jabatan/karo-umum/pejabat", {"person": "999999"})
    assert response.status_code == 400
    response = admin.submit(f"{HOME}/jabatan/karo-umum/pejabat", {"person": "x"})
    assert response.status_code == 400


def test_a_holding_is_ended_and_the_position_is_vacant_the_next_day(
    admin: PortalClient, session: Session, world: World
) -> None:
    position_id = world.position_id("karo-umum")
    holder_id = holders_on(session, [position_id], DAY)[position_id][0].id
    page = f"{HOME}/pejabat/{holder_id}/akhiri"
    wrong = admin.submit(page, {"last_day": "2019-01-01"})
    assert "mendahului" in wrong.get_data(as_text=True)
    assert admin.submit(page, {"last_day": "2026-11-23"}).status_code == 303
    holder = session.get(Holder, holder_id)
    assert holder is not None
    assert holder.valid_to == DAY
    assert holders_on(session, [position_id], date(2026, 11, 24))[position_id] == []


def test_a_person_is_added_once_and_changed(admin: PortalClient, session: Session) -> None:
    form = admin.form(f"{HOME}/orang/baru")
    data = {"nama": "Analis Contoh", "nip": "19850517 202121 2 001"}
    for _click in range(2):
        response = admin.send(form, data, page=f"{HOME}/orang/baru")
        assert response.status_code == 303
    person = session.scalars(select(Person).where(Person.name == "Analis Contoh")).one()
    assert person.nip == "198505172021212001"
    page = f"{HOME}/orang/{person.id}"
    done = admin.submit(page, {"aktif": None}, follow_redirects=True)
    assert "PPPK" in done.get_data(as_text=True)
    session.expire_all()
    assert not person.active


def test_a_wrong_or_taken_nip_is_refused(admin: PortalClient, session: Session) -> None:
    page = f"{HOME}/orang/baru"
    assert admin.submit(page, {"nama": "A", "nip": "123"}).status_code == 400
    admin.submit(page, {"nama": "A", "nip": "198505172010122001"})
    response = admin.submit(page, {"nama": "B", "nip": "198505172010122001"})
    assert "sudah tercatat" in response.get_data(as_text=True)
    assert session.scalar(select(Person.id).where(Person.name == "B")) is None


def test_people_are_paged_by_cursor_without_gap_or_repeat(
    admin: PortalClient, session: Session
) -> None:
    address, seen = f"{HOME}/orang", []
    for _page in range(10):
        html = admin.get(address).get_data(as_text=True)
        seen += [part.split('"')[0] for part in html.split(f'href="{HOME}/orang/')[1:]]
        seen = [code for code in seen if code.isdigit()]
        if 'rel="next"' not in html:
            break
        address = html.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen))
    assert len(seen) == session.scalar(select(func.count()).select_from(Person))


def test_people_are_searched_by_name_and_wildcards_mean_themselves(admin: PortalClient) -> None:
    html = admin.get(f"{HOME}/orang?cari=inspektur").get_data(as_text=True)
    assert "Inspektur" in html
    assert "Menteri Sekretaris" not in html
    assert "Tidak ada orang" in admin.get(f"{HOME}/orang?cari=%25").get_data(as_text=True)


def upload(admin: PortalClient, text: str | bytes, name: str = "unit.csv") -> str:
    content = text.encode() if isinstance(text, str) else text
    response = admin.submit(f"{HOME}/impor", {"file": (io.BytesIO(content), name)})
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.headers["Location"]


UNITS = "kode;nama;jenis;induk;berlaku_dari\n"


def test_an_import_is_previewed_then_confirmed_once(admin: PortalClient, session: Session) -> None:
    text = "x;Unit X;biro;setmen;01/02/2020\npusdiklat;Pusat;pusat;ksn;2015-01-01\n"
    page = upload(admin, UNITS + text)
    html = admin.get(page).get_data(as_text=True)
    assert "1 baru, 1 berubah, 0 tetap" in html
    assert "nama: Pusat Pendidikan dan Pelatihan → Pusat" in html
    assert session.scalar(select(Unit.id).where(Unit.code == "x")) is None
    form = admin.form(page)
    assert admin.send(form, page=page).headers["Location"] == HOME
    assert unit_by_code(session, "x").valid_from == date(2020, 2, 1)
    again = admin.send(form, page=page, follow_redirects=True)
    assert "sudah selesai atau kedaluwarsa" in again.get_data(as_text=True)
    assert session.scalars(select(ImportDraft)).all() == []


def test_a_preview_with_errors_lists_them_all_and_cannot_be_confirmed(
    admin: PortalClient, session: Session
) -> None:
    page = upload(admin, UNITS + "x;Unit X;biro;tidak-ada;2020\ny;;biro;x;2020-01-01\n")
    html = admin.get(page).get_data(as_text=True)
    assert "3 kesalahan" in html
    assert "Simpan perubahan ini" not in html
    token = admin.csrf_token(HOME)
    response = admin.post(page, data={"csrf_token": token})
    assert response.headers["Location"] == page
    assert session.scalar(select(Unit.id).where(Unit.code == "x")) is None


def test_an_unreadable_file_is_refused_at_once(admin: PortalClient) -> None:
    for content in (b"", b"PK\x03\x04", "a\u00e9".encode("latin-1"), b"satu,dua\n"):
        response = admin.submit(f"{HOME}/impor", {"file": (io.BytesIO(content), "u.csv")})
        assert response.status_code == 400
        assert "u.csv" in response.get_data(as_text=True)
    nothing = admin.submit(f"{HOME}/impor", {})
    assert "Pilih berkas CSV" in nothing.get_data(as_text=True)


def test_a_draft_belongs_to_the_one_who_uploaded_it(
    admin: PortalClient, session: Session, world: World, login: Login
) -> None:
    page = upload(admin, UNITS + "x;Unit X;biro;setmen;2020-01-01\n")
    from portal.auth.models import Account

    account = session.get(Account, world.person_id("sesmen"))
    assert account is not None
    account.is_admin = True
    other = login("sesmen")
    assert other.get(page).status_code == 404


def test_a_new_upload_replaces_the_draft_before(admin: PortalClient, session: Session) -> None:
    first = upload(admin, UNITS + "x;Unit X;biro;setmen;2020-01-01\n")
    second = upload(admin, UNITS + "y;Unit Y;biro;setmen;2020-01-01\n")
    assert len(session.scalars(select(ImportDraft)).all()) == 1
    assert first != second or admin.get(first).status_code == 200


@pytest.mark.parametrize("kind", ["units", "positions", "people", "holders"])
def test_an_export_comes_back_unchanged(admin: PortalClient, kind: str) -> None:
    response = admin.get(f"{HOME}/ekspor/{kind}.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    page = upload(admin, response.get_data(), f"{kind}.csv")
    assert "0 baru, 0 berubah" in admin.get(page).get_data(as_text=True)


def test_the_check_page_names_what_is_doubtful(admin: PortalClient) -> None:
    html = admin.get(f"{HOME}/periksa").get_data(as_text=True)
    assert "staf-ahli" in html
    assert "tidak mempunyai jabatan kepala" in html
