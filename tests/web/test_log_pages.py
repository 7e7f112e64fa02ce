"""The log viewer: what an administrator may see of it, its filters, and the check."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.jobs import run_pending
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, plant_units
from portal.testing.world import World, plant
from portal.web import system_log
from portal.workflow.models import Barred, Case

Login = Callable[[str], PortalClient]
LOG = "/sistem/catatan"
SECRET = "Rahasia-Negara-77"

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def admin(world: World, login: Login) -> PortalClient:
    return login("admin")


@pytest.fixture
def case(app: Flask, world: World, session: Session) -> Case:
    """A running case whose chain holds a title, a note, a reason and a file name."""
    SampleHost(LETTER).install(app)
    number = Desk(world).start("letter.new", "karo-otlak", {"hal": SECRET})
    found = session.scalars(select(Case).where(Case.number == number)).one()
    data = {"step": "1", "case": found.number, "note": SECRET, "reason": SECRET, "name": SECRET}
    for kind in ("done", "returned", "file.added", "sample.odd"):
        audit.append(
            session,
            f"case:{found.id}",
            kind,
            data,
            actor=f"Kepala Sampel (Nama (x) {SECRET})" if kind != "file.added" else SECRET,
            person_id=1,
            case_id=found.id,
        )
    session.commit()
    return found


def test_it_is_for_administrators_only(world: World, login: Login) -> None:
    browser = login("karo-otlak")
    token = browser.csrf_token("/profil")
    for address in (LOG, f"{LOG}/1", f"{LOG}/unduh.csv"):
        assert browser.get(address).status_code == 403, address
    assert browser.post(f"{LOG}/periksa", data={"csrf_token": token}).status_code == 403


def test_a_case_shows_number_step_kind_and_position_only(admin: PortalClient, case: Case) -> None:
    addresses = [f"{LOG}?nomor={case.number}", f"{LOG}?rantai=case", LOG, f"{LOG}/unduh.csv"]
    ids = case_events(case)
    for address in [*addresses, *(f"{LOG}/{key}" for key in ids)]:
        text = admin.get(address).text
        assert SECRET not in text, address
        assert case.title not in text, address
    text = admin.get(f"{LOG}?nomor={case.number}").text
    assert text.count(case.number) >= len(ids)
    assert "Langkah diselesaikan" in text
    assert "Kepala Sampel" in text
    assert "sample.odd" in text  # a plugin's kind: its name and nothing else


def case_events(case: Case) -> list[int]:
    from portal.db import db

    query = select(AuditEvent.id).where(AuditEvent.case_id == case.id)
    return list(db.session.scalars(query))


def test_who_acted_in_a_case_is_not_searched(admin: PortalClient, case: Case) -> None:
    assert "Langkah diselesaikan" not in rows(admin.get(f"{LOG}?pelaku=Sampel").text)
    answer = admin.get(f"{LOG}?nomor={case.number}&pelaku=Sampel")
    assert answer.status_code == 400
    assert "Pelaku tidak dicari di dalam kasus" in answer.text


def test_a_case_kept_from_the_administrator_is_nowhere(
    admin: PortalClient, case: Case, session: Session, world: World
) -> None:
    session.add(Barred(case_id=case.id, person_id=world.person_id("admin")))
    session.commit()
    assert case.number not in admin.get(LOG).text
    assert case.number not in admin.get(f"{LOG}/unduh.csv").text
    answer = admin.get(f"{LOG}?nomor={case.number}")
    assert f"Tidak ada kasus bernomor {case.number}" in answer.text
    for key in case_events(case):
        assert admin.get(f"{LOG}/{key}").status_code == 404
    checked = admin.submit(LOG, {"scope": "case", "number": case.number}, action=f"{LOG}/periksa")
    assert checked.status_code == 404


def rows(text: str) -> str:
    """The table of a page."""
    return text.split("<table", 1)[-1].split("</table>", 1)[0] if "<table" in text else ""


def test_filters_by_chain_kind_actor_and_days(
    admin: PortalClient, world: World, frozen_clock: FrozenClock
) -> None:
    assert "Masuk ke portal" in rows(admin.get(f"{LOG}?rantai=accounts").text)
    assert "Masuk ke portal" not in rows(admin.get(f"{LOG}?rantai=organisation").text)
    by_kind = rows(admin.get(f"{LOG}?jenis=account-opened").text)
    assert "Akun dibuat" in by_kind
    assert "Masuk ke portal" not in by_kind
    assert rows(admin.get(f"{LOG}?pelaku=tidak+ada+orang+ini").text) == ""
    assert rows(admin.get(f"{LOG}?sampai=2000-01-01").text) == ""
    assert "Masuk ke portal" in rows(admin.get(f"{LOG}?dari=2026-11-23&sampai=2026-11-23").text)
    assert "lain-lain.jenis" in admin.get(f"{LOG}?jenis=lain-lain.jenis").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("dari=2026-02-31", "Tanggal tidak benar"),
        ("dari=2026-11-23&sampai=2026-11-01", "Tanggal akhir mendahului tanggal awal"),
        ("nomor=XX-1", "Tidak ada kasus bernomor XX-1."),
        ("rantai=entah", "Pilihan tidak dikenal"),
    ],
)
def test_wrong_filters_are_explained(admin: PortalClient, query: str, words: str) -> None:
    answer = admin.get(f"{LOG}?{query}")
    assert answer.status_code == 400
    assert words in answer.text


def test_pages_by_cursor_show_every_entry_once(
    admin: PortalClient, session: Session, frozen_clock: FrozenClock
) -> None:
    for number in range(130):
        system_log.record(session, "job.cancelled", {"job": number, "name": "x"}, None)
    session.commit()
    address, seen = f"{LOG}?rantai=system&jenis=job.cancelled", list[str]()
    while address:
        text = admin.get(address).text
        seen += [part.split("<")[0].strip() for part in rows(text).split("Nomor pekerjaan: ")[1:]]
        following = text.split('rel="next" href="', 1)
        address = following[1].split('"')[0].replace("&amp;", "&") if len(following) > 1 else ""
    assert seen == [str(n) for n in reversed(range(130))]


def test_the_download_is_harmless_to_spreadsheets(
    admin: PortalClient, session: Session, frozen_clock: FrozenClock
) -> None:
    audit.append(session, "system", "odd.kind", {}, actor="=1+1")
    session.commit()
    answer = admin.get(f"{LOG}/unduh.csv?rantai=system")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="catatan.csv"'
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert lines[0][-1] == "pelaku"
    assert "'=1+1" in [line[-1] for line in lines]


# -- the check ------------------------------------------------------------------------------


def check(browser: PortalClient, **data: str) -> str:
    answer = browser.submit(LOG, data, action=f"{LOG}/periksa")
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_one_chain_is_checked_at_once(admin: PortalClient, session: Session) -> None:
    page = admin.get(check(admin, scope="accounts")).text
    assert "Akun: setiap entri ada dan isinya tidak berubah." in page
    assert "Utuh" in admin.get(LOG).text


def test_all_chains_are_checked_by_a_job(
    admin: PortalClient, app: Flask, session: Session, case: Case
) -> None:
    followed = check(admin, scope="")
    assert followed.startswith("/pekerjaan/")
    waiting = admin.get(followed)
    assert waiting.headers["Refresh"] == "3"
    assert "Menunggu" in waiting.text
    run_pending(app)
    done = admin.get(followed)
    assert "Refresh" not in done.headers
    result = done.text.split('class="btn btn-primary" href="', 1)[1].split('"', 1)[0]
    page = admin.get(result).text
    assert "Semua rantai: setiap entri ada" in page
    assert system_log.latest(session, "log.verified") is not None


def test_a_broken_chain_is_named_with_what_to_do(
    admin: PortalClient, session: Session, case: Case
) -> None:
    # one entry that nobody of the portal wrote: no guard stands against that
    last = session.scalars(
        select(AuditEvent).where(AuditEvent.case_id == case.id).order_by(AuditEvent.seq.desc())
    ).first()
    assert last is not None
    session.add(
        AuditEvent(chain=last.chain, seq=last.seq + 2, at=last.at, kind="done", actor="X",
                   person_id=None, case_id=case.id, task_id=None, data={}, mac="0" * 64)
    )  # fmt: skip
    session.commit()
    page = admin.get(check(admin, scope="case", number=case.number)).text
    assert "1 kerusakan ditemukan" in page
    assert f"Kasus {case.number}" in page
    assert f"entri {last.seq + 1} hilang" in page
    assert "audit verify" in page
    assert "Terputus" in admin.get(LOG).text
