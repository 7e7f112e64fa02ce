"""Files come with forms over HTTP: checked, and kept when something else fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import Settings
from portal.documents import storage, uploads
from portal.documents.models import StoredFile
from portal.testing.client import PortalClient, choose
from portal.testing.desk import Desk, SampleHost
from portal.testing.world import World
from portal.workflow.models import Task
from tests.web.filed import FILED, TEXT, pdf, refusals, rows, up

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    SampleHost(FILED).install(app)
    return Desk(world)


@pytest.fixture
def step(desk: Desk, session: Session) -> str:
    """The address of the step that takes files, of a fresh case."""
    number = desk.start("filed.new", "karo-umum", {"hal": "A", "surat": []})
    task_id = session.scalars(select(Task.id).where(Task.step == "a")).one()
    session.rollback()
    return f"/kasus/{number}/tugas/{task_id}"


@pytest.fixture
def staff(login: Callable[[str], PortalClient], desk: Desk) -> PortalClient:
    return login("staf-akin-1")


def test_a_form_with_files_says_what_it_takes(staff: PortalClient, step: str) -> None:
    text = staff.get(step).get_data(as_text=True)
    assert 'enctype="multipart/form-data"' in text
    assert 'type="file"' in text
    assert re.search(r"Lampiran\s*</label>", text), "it is not said to be optional"
    assert "Paling banyak 10 berkas, masing-masing paling besar 50 MB" in text


def test_files_are_recorded_shown_and_read_back(
    staff: PortalClient, step: str, session: Session, login: Callable[[str], PortalClient]
) -> None:
    done = staff.submit(
        step, {"hal": "Undangan", "lampiran": up(("surat.pdf", pdf()), ("catatan.txt", TEXT))}
    )
    assert done.status_code == 303
    first, second = rows(session)
    record = session.scalars(select(Task.record).where(Task.step == "a")).one()
    assert record["lampiran"] == [
        {"token": first.token, "name": "surat.pdf", "size": first.size},
        {"token": second.token, "name": "catatan.txt", "size": len(TEXT)},
    ]
    assert (first.owner_kind, first.kept_until) == ("task", None)
    case = login("karo-otlak").get(step.rpartition("/tugas")[0]).get_data(as_text=True)
    assert f"/berkas/{first.token}" in case
    assert f"/berkas/{first.token}/lihat" in case
    assert f"/berkas/{second.token}/lihat" not in case
    answer = staff.get(f"/berkas/{second.token}")
    assert answer.data == TEXT
    assert answer.headers["Content-Disposition"] == "attachment; filename=catatan.txt"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]


def test_files_are_kept_when_another_field_fails(
    staff: PortalClient, step: str, session: Session
) -> None:
    refused = staff.submit(step, {"hal": "", "lampiran": up(("surat.pdf", pdf()))})
    assert refused.status_code == 400
    (row,) = rows(session)
    form = choose(refused, step)
    assert ("lampiran", row.token) in form.fields
    assert staff.send(form, {"hal": "Undangan"}, page=step).status_code == 303
    (row,) = rows(session)
    assert row.owner_kind == "task"


def test_a_kept_file_can_be_removed_and_another_added(
    staff: PortalClient, step: str, session: Session
) -> None:
    refused = staff.submit(step, {"hal": "", "lampiran": up(("a.txt", b"a"), ("b.txt", b"b"))})
    first, second = rows(session)
    data = {
        "hal": "Undangan",
        "lampiran": [first.token, second.token, *up(("c.txt", b"c"))],
        "lampiran-hapus": first.token,
    }
    assert staff.send(choose(refused, step), data, page=step).status_code == 303
    assert [row.owner_kind for row in rows(session)] == ["upload", "task", "task"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("laporan.pdf", b"MZ" + bytes(300), "isi berkas tidak sesuai dengan namanya"),
        ("kosong.pdf", b"", "kosong.pdf kosong (0 byte)"),
        ("besar.txt", b"x" * 2000, "besar.txt terlalu besar (1 MB)"),
        ("../../a\x01b.exe", b"MZ", "a b.exe: jenis berkas ini tidak diterima"),
    ],
)
def test_a_bad_file_is_refused_and_the_rest_is_kept(
    staff: PortalClient,
    step: str,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes,
    message: str,
) -> None:
    limited = storage.Storage(storage.storage().folder, 1500)
    monkeypatch.setattr(uploads, "storage", lambda: limited)
    both = up((name, content), ("baik.txt", TEXT))
    refused = staff.submit(step, {"hal": "Undangan", "lampiran": both})
    assert refused.status_code == 400
    summary = refusals(refused)
    assert message in summary
    assert summary.count("Lampiran:") == 1
    form = choose(refused, step)
    assert ("hal", "Undangan") in form.fields
    (row,) = rows(session)
    assert row.name == "baik.txt"
    assert ("lampiran", row.token) in form.fields
    assert staff.send(form, page=step).status_code == 303


def test_a_full_disk_keeps_the_other_fields(
    staff: PortalClient, step: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(storage.os, "fsync", full)
        refused = staff.submit(step, {"hal": "Undangan", "lampiran": up(("a.txt", TEXT))})
    assert refused.status_code == 400
    assert "tidak dapat menerima berkas" in refusals(refused)
    assert ("hal", "Undangan") in choose(refused, step).fields
    assert rows(session) == []


def test_a_file_is_required_and_too_many_are_refused(
    staff: PortalClient, step: str, session: Session
) -> None:
    assert "Unggah paling sedikit satu berkas" in refusals(staff.submit(step, {"hal": "A"}))
    many = up(*((f"{n}.txt", b"%d" % n) for n in range(11)))
    refused = staff.submit(step, {"hal": "A", "lampiran": many})
    assert "Paling banyak 10 berkas; hapus 1 di antaranya" in refusals(refused)
    flood = up(*((f"{n}.txt", b"x%d" % n) for n in range(25)))
    refused = staff.submit(step, {"hal": "A", "lampiran": flood})
    assert "Paling banyak 20 berkas sekali kirim" in refusals(refused)
    assert len(rows(session)) == 31


def test_a_form_over_the_limit_of_one_file_still_keeps_the_other_fields(
    settings: Settings, app: Flask, staff: PortalClient, step: str, session: Session
) -> None:
    app.config["PORTAL"] = replace(settings, max_upload=100_000)
    app.config["MAX_CONTENT_LENGTH"] = 150_000
    refused = staff.submit(step, {"hal": "Undangan", "lampiran": up(("a.txt", b"x" * 200_000))})
    assert refused.status_code == 400
    assert "a.txt terlalu besar" in refusals(refused)
    assert ("hal", "Undangan") in choose(refused, step).fields


def test_a_visitor_s_form_gets_no_extra_room(
    settings: Settings, app: Flask, client: PortalClient, step: str
) -> None:
    app.config["PORTAL"] = replace(settings, max_upload=100_000)
    app.config["MAX_CONTENT_LENGTH"] = 150_000
    answer = client.post(step, data={"lampiran": up(("a.txt", b"x" * 200_000))})
    assert answer.status_code == 413


def test_files_travel_with_a_draft(staff: PortalClient, step: str, session: Session) -> None:
    form = staff.form(step)
    form.action = f"{step}/draf"
    data = {"hal": "Undangan", "lampiran": up(("a.txt", TEXT), ("b.pdf", b"MZ"))}
    saved = staff.send(form, data, page=step, follow_redirects=True)
    assert "b.pdf: isi berkas tidak sesuai" in saved.get_data(as_text=True)
    (row,) = rows(session)
    assert row.kept_until is not None
    assert (row.kept_until - row.created_at).days == 30
    form = staff.form(step)
    assert ("lampiran", row.token) in form.fields
    assert staff.send(form, page=step).status_code == 303


def test_a_file_can_be_sent_before_its_form(
    staff: PortalClient, step: str, session: Session
) -> None:
    form = staff.form(step)
    hidden = {name: value for name, value in form.fields if name in ("csrf_token", "form_key")}
    both = up(("a.txt", TEXT), ("<b>.pdf", b"MZ"))
    answer = staff.post("/berkas", data={**hidden, "isian": "lampiran", "lampiran": both})
    (row,) = rows(session)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 201
    assert f'name="lampiran" value="{row.token}"' in text
    assert f'name="lampiran-hapus" value="{row.token}"' in text
    assert "&lt;b&gt;.pdf: isi berkas tidak sesuai" in text
    sent = staff.send(form, {"hal": "A", "lampiran": ["", row.token]}, page=step)
    assert sent.status_code == 303
    assert staff.post("/berkas", data={"lampiran": up(("a.txt", TEXT))}).status_code == 400


def test_work_sent_back_shows_its_files_again(
    staff: PortalClient, step: str, session: Session, desk: Desk
) -> None:
    staff.submit(step, {"hal": "Undangan", "lampiran": up(("a.txt", TEXT))})
    session.rollback()
    desk.send_back("karo-otlak", "b", "a")
    again = session.scalars(select(Task.id).where(Task.step == "a", Task.round == 2)).one()
    session.rollback()
    address = f"{step.rpartition('/')[0]}/{again}"
    (row,) = rows(session)
    first = row.owner_id
    assert ("lampiran", row.token) in staff.form(address).fields
    assert staff.submit(address).status_code == 303
    (row,) = rows(session)
    assert row.owner_id == first


def test_files_in_rows_are_kept_while_rows_are_added(
    staff: PortalClient, step: str, session: Session
) -> None:
    added = staff.submit(step, {"hal": "A", "_rows": "add:bukti", "lampiran": up(("a.txt", TEXT))})
    form = choose(added, step)
    assert ("lampiran", rows(session)[0].token) in form.fields
    data = {"bukti-0-berkas": ["", *up(("b.txt", b"b"))]}
    assert staff.send(form, data, page=step).status_code == 303
    assert [row.owner_kind for row in rows(session)] == ["task", "task"]


def test_a_start_takes_files_and_its_case_page_shows_them(
    session: Session, desk: Desk, login: Callable[[str], PortalClient]
) -> None:
    anyone = login("karo-umum")
    new = "/permohonan/baru/filed.new"
    refused = anyone.submit(new, {"hal": "", "surat": up(("a.txt", TEXT))})
    assert refused.status_code == 400
    begun = anyone.send(choose(refused, new), {"hal": "B"}, page=new)
    assert begun.status_code == 303
    (row,) = rows(session)
    assert (row.owner_kind, row.case_id) == ("case", row.owner_id)
    page = f"/kasus/{begun.location.rpartition('/')[2]}"
    assert f"/berkas/{row.token}" in anyone.get(page).get_data(as_text=True)


def test_a_second_click_sends_nothing_twice(
    staff: PortalClient, step: str, session: Session
) -> None:
    form = staff.form(step)
    for _ in range(2):
        data = {"hal": "A", "lampiran": up(("a.txt", TEXT))}
        assert staff.send(form, data, page=step).status_code == 303
    taken = select(func.count()).where(StoredFile.owner_kind == "task")
    assert session.scalar(taken) == 1
