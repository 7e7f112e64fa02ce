"""Pages of jobs: one's own, all of them for administrators, retry and giving up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import AuditEvent
from portal.jobs import enqueue, run_pending
from portal.jobs.models import Job, JobState
from portal.jobs.queue import KINDS, Run
from portal.jobs.queue import job as register
from portal.testing.client import PortalClient
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World
from portal.web.job_words import cause_of

Login = Callable[[str], PortalClient]
ALL = "/sistem/pekerjaan"
SECRET = "kata-sandi-server-9"

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def kinds() -> object:
    """Two kinds of job: one that makes something, one that cannot."""

    def make(run: Run) -> str:
        run.progress(3, 4)
        return "/publikasi"

    def fail(run: Run) -> None:
        raise RuntimeError(f"INSERT INTO x VALUES ('{SECRET}')")

    register("test.make")(make)
    register("test.fail", attempts=1)(fail)
    yield
    del KINDS["test.make"], KINDS["test.fail"]


def put(session: Session, name: str, person_id: int | None = None) -> int:
    job_id = enqueue(session, name, {"secret": SECRET}, person_id=person_id)
    session.commit()
    return job_id


@pytest.fixture
def failed(kinds: object, app: Flask, session: Session) -> int:
    job_id = put(session, "test.fail")
    run_pending(app)
    return job_id


def test_who_began_it_follows_it_to_its_result(
    kinds: object, app: Flask, session: Session, world: World, login: Login
) -> None:
    job_id = put(session, "test.make", world.person_id("karo-otlak"))
    mine, other = login("karo-otlak"), login("kabag-akin-1")
    address = f"/pekerjaan/{job_id}"
    waiting = mine.get(address)
    assert "Menunggu" in waiting.text
    assert waiting.headers["Refresh"] == "3"
    assert "Refresh" not in mine.get(f"{address}?diam=1").headers
    assert other.get(address).status_code == 404
    assert login("admin").get(address).status_code == 200
    run_pending(app)
    done = mine.get(address)
    assert "Refresh" not in done.headers
    assert 'href="/publikasi"' in done.text
    assert SECRET not in done.text
    assert mine.get("/pekerjaan/99999").status_code == 404


def test_a_waiting_one_is_cancelled_by_who_began_it(
    kinds: object, app: Flask, session: Session, world: World, login: Login
) -> None:
    job_id = put(session, "test.make", world.person_id("karo-otlak"))
    mine = login("karo-otlak")
    token = mine.csrf_token("/profil")
    address = f"/pekerjaan/{job_id}"
    other = login("kabag-akin-1")
    sent = {"csrf_token": other.csrf_token("/profil")}
    assert other.post(f"{address}/batal", data=sent).status_code == 404
    assert mine.submit(address, {}, action=f"{address}/batal").status_code == 303
    assert "Dibatalkan" in mine.get(address).text
    assert run_pending(app) == 0
    again = mine.post(f"{address}/batal", data={"csrf_token": token})
    assert again.status_code == 409


def test_the_portals_own_jobs_are_not_cancelled(
    kinds: object, session: Session, world: World, login: Login
) -> None:
    job_id = put(session, "test.make")
    admin = login("admin")
    assert "Batalkan" not in admin.get(f"/pekerjaan/{job_id}").text
    token = admin.csrf_token("/profil")
    answer = admin.post(f"/pekerjaan/{job_id}/batal", data={"csrf_token": token})
    assert answer.status_code == 409


def test_the_list_is_for_administrators_and_tells_no_content(
    failed: int, session: Session, world: World, login: Login
) -> None:
    assert login("karo-otlak").get(ALL).status_code == 403
    admin = login("admin")
    for address in (ALL, f"{ALL}?keadaan=gagal&jenis=test.fail", f"/pekerjaan/{failed}"):
        text = admin.get(address).text
        assert SECRET not in text
        assert "INSERT" not in text
        assert "Galat RuntimeError" in text
    assert "Tidak ada pekerjaan yang cocok" in admin.get(f"{ALL}?keadaan=selesai").text
    assert "Tidak ada pekerjaan yang cocok" in admin.get(f"{ALL}?jenis=tidak.ada").text


def test_a_failed_one_is_tried_again_as_another(
    failed: int, session: Session, world: World, login: Login
) -> None:
    admin = login("admin")
    form = admin.form(ALL, action=f"{ALL}/{failed}/ulang")
    assert admin.send(form, page=ALL).status_code == 303
    rows = session.scalars(select(Job).order_by(Job.id)).all()
    assert [(row.state, row.payload) for row in rows] == [
        (JobState.CANCELLED, {"secret": SECRET}),
        (JobState.QUEUED, {"secret": SECRET}),
    ]
    assert f"Diulang sebagai pekerjaan {rows[1].id}" in admin.get(ALL).text
    assert admin.send(form, page=ALL).status_code == 409
    event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "job.retried")).one()
    assert event.data == {"job": failed, "name": "test.fail", "new": rows[1].id}


def test_one_is_given_up_with_a_reason(
    failed: int, session: Session, world: World, login: Login
) -> None:
    admin = login("admin")
    address = f"{ALL}/{failed}/buang"
    assert SECRET not in admin.get(address).text
    assert admin.submit(address, {"reason": " "}).status_code == 400
    assert admin.submit(address, {"reason": "Tidak diperlukan lagi."}).status_code == 303
    assert "Tidak diperlukan lagi." in admin.get(ALL).text
    assert admin.get(address).status_code == 409
    event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "job.discarded")).one()
    assert event.data["reason"] == "Tidak diperlukan lagi."
    assert "Gagal" in admin.get(ALL).text


def test_many_are_paged(session: Session, world: World, login: Login) -> None:
    for number in range(30):
        enqueue(session, f"test.many-{number:02}")
    session.commit()
    admin = login("admin")
    first = admin.get(ALL).text
    assert "test.many-29" in first
    assert "test.many-04" not in first
    following = first.split('rel="next" href="', 1)[1].split('"')[0]
    assert "test.many-04" in admin.get(following).text


def test_an_administrator_exports_the_site_anew(
    session: Session, world: World, login: Login
) -> None:
    assert "Ekspor ulang" not in login("karo-otlak").get("/publikasi").text
    admin = login("admin")
    answer = admin.submit("/publikasi", {}, action="/publikasi/ekspor")
    assert answer.status_code == 303
    followed = answer.headers["Location"]
    assert "Mengekspor situs publik" in admin.get(followed).text
    again = admin.submit("/publikasi", {}, action="/publikasi/ekspor")
    assert again.headers["Location"] == followed
    browser = login("karo-otlak")
    token = browser.csrf_token("/profil")
    assert browser.post("/publikasi/ekspor", data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        ("", ""),
        ("OSError: [Errno 28] No space left on device: '/srv/rahasia'", "penyimpanan penuh"),
        ("LookupError: no handler of this name: its plugin may be off", "tidak terpasang"),
        ("SMTPRecipientsRefused: {'orang@contoh.id': (550, b'no')}", "Peladen surel menolak"),
        ("ConnectionRefusedError: [Errno 111] Connection refused", "menolak sambungan"),
        (f"sqlalchemy.exc.IntegrityError: {SECRET}", "Galat IntegrityError"),
        (SECRET, "rinciannya ada di log peladen"),
    ],
)
def test_an_error_is_told_by_its_cause_only(app: Flask, error: str, shown: str) -> None:
    with app.test_request_context():
        text = cause_of(error)
    assert shown in text
    for word in (SECRET, "rahasia", "orang@contoh.id"):
        assert word not in text


# -- the strip of signs ---------------------------------------------------------------------


def test_the_index_shows_how_the_portal_is(
    failed: int, app: Flask, session: Session, world: World, login: Login,
    frozen_clock: FrozenClock,
) -> None:  # fmt: skip
    from portal.jobs import run_schedules
    from portal.web import system_log

    admin = login("admin")
    page = admin.get("/sistem").text
    for words in ("mutakhir", "belum pernah terlihat", "belum ada", "belum diperiksa"):
        assert words in page
    run_schedules(app)
    system_log.record(session, "backup.made", {}, None)
    system_log.record(session, "log.verified", {"broken": 2, "scope": ""}, None)
    enqueue(session, "test.make", run_after=clock.now())
    session.commit()
    frozen_clock.forward(minutes=11)
    page = admin.get("/sistem").text
    assert "terputus (" in page
    assert "terlihat 23 Nov 2026" in page
    assert page.count("sign-danger") == 3  # the queue, the failed job, the chain
    assert admin.get("/readyz").text == "not ready: queue\n"
    assert login("karo-otlak").get("/sistem").status_code == 403
