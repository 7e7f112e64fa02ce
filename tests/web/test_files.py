"""Files through HTTP: kept when something else fails, read by those who may, logged."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.config import Settings
from portal.documents import previews, storage, uploads
from portal.documents.models import StoredFile
from portal.testing.client import PortalClient, choose
from portal.testing.desk import Desk, SampleHost
from portal.testing.world import World
from portal.workflow.definition import Role, Start, Workflow, review, task
from portal.workflow.fields import Files, Rows, Text
from portal.workflow.models import Task

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FILED = Workflow(
    "filed",
    "Surat dengan lampiran",
    number="LMP",
    roles=(
        ("boss", Role("Kepala Biro", position="karo-otlak")),
        ("staff", Role("Staf Bagian", position="staf-akin-1")),
    ),
    starts=(
        Start(
            "new",
            "Surat baru",
            "Surat {hal}",
            record=(Text("hal", "Hal"), Files("surat", "Surat", required=False, max=2)),
        ),
    ),
    steps=(
        task(
            "a",
            "Menyusun",
            by="staff",
            record=[
                Text("hal", "Hal"),
                Files("lampiran", "Lampiran"),
                Rows(
                    "bukti",
                    "Bukti",
                    columns=(Files("berkas", "Berkas", required=False),),
                    min=0,
                ),
            ],
        ),
        review("b", "Memeriksa", by="boss", reviews="a", back_to="a"),
    ),
)
TEXT = b"isi surat"


def pdf(pages: int = 1, text: str = "") -> bytes:
    """A small PDF with blank pages."""
    stream = io.BytesIO()
    sheets = [Image.new("RGB", (200, 280), "white") for _ in range(pages)]
    sheets[0].save(stream, "PDF", save_all=True, append_images=sheets[1:])
    return stream.getvalue()


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


def up(*named: tuple[str, bytes]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), name) for name, content in named]


def rows(session: Session) -> list[StoredFile]:
    session.expire_all()
    return list(session.scalars(select(StoredFile).order_by(StoredFile.id)))


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


def refusals(refused: Any) -> str:
    text: str = refused.get_data(as_text=True)
    found = re.search(r'<div class="error-summary".*?</div>', text, re.DOTALL)
    assert found, text
    return re.sub(r"<[^>]+>|\s+", " ", found[0])


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


def test_who_may_not_see_the_case_finds_no_file(
    staff: PortalClient,
    step: str,
    session: Session,
    login: Callable[[str], PortalClient],
    client: PortalClient,
) -> None:
    staff.submit(step, {"hal": "", "lampiran": up(("surat.pdf", pdf()))})
    (row,) = rows(session)
    paths = [f"/berkas/{row.token}{rest}" for rest in ("", "/lihat", "/halaman/1.png")]
    boss, stranger, admin = login("karo-otlak"), login("kasetpres"), login("admin")
    for path in paths:
        assert staff.get(path).status_code == 200, "one's own upload"
        assert boss.get(path).status_code == 404, "nobody else's before it is sent"
    assert staff.submit(step, {"hal": "A", "lampiran": row.token}).status_code == 303
    for path in paths:
        assert boss.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
        assert admin.get(path).status_code == 404
        assert client.get(path).status_code == 303
    assert staff.get("/berkas/" + "x" * 43).status_code == 404


def test_another_person_s_upload_cannot_be_taken_by_its_token(
    staff: PortalClient, step: str, session: Session, login: Callable[[str], PortalClient]
) -> None:
    other = login("karo-umum")
    other.submit("/permohonan/baru/filed.new", {"hal": "", "surat": up(("rahasia.txt", TEXT))})
    (row,) = rows(session)
    refused = staff.submit(step, {"hal": "A", "lampiran": row.token})
    assert refused.status_code == 400
    assert "Ada berkas yang sudah tidak tersimpan" in refusals(refused)
    assert "rahasia" not in refused.get_data(as_text=True)


def test_reading_is_written_into_the_case_s_log(
    staff: PortalClient, step: str, session: Session, login: Callable[[str], PortalClient]
) -> None:
    staff.submit(step, {"hal": "A", "lampiran": up(("surat.pdf", pdf(2)))})
    (row,) = rows(session)
    boss = login("karo-otlak")
    boss.get(f"/berkas/{row.token}")
    for number in (1, 2, 1):
        boss.get(f"/berkas/{row.token}/halaman/{number}.png")
    session.rollback()
    query = select(AuditEvent).where(AuditEvent.kind.startswith("file.")).order_by(AuditEvent.id)
    entries = list(session.scalars(query))
    assert [each.kind for each in entries] == ["file.added", "file.downloaded", "file.previewed"]
    assert {each.chain for each in entries} == {f"case:{row.case_id}"}
    assert all(each.data.get("name", "surat.pdf") == "surat.pdf" for each in entries)
    assert not list(audit.verify(session))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages that were drawn, not taken from the kept ones."""
    numbers: list[int] = []
    real = previews._draw

    def draw(row: StoredFile, source: Any, number: int, folder: Any) -> None:
        numbers.append(number)
        real(row, source, number, folder)

    monkeypatch.setattr(previews, "_draw", draw)
    return numbers


def test_pages_are_shown_as_images_drawn_once(
    staff: PortalClient, step: str, session: Session, drawn: list[int]
) -> None:
    staff.submit(step, {"hal": "", "lampiran": up(("surat.pdf", pdf(2)))})
    (row,) = rows(session)
    text = staff.get(f"/berkas/{row.token}/lihat").get_data(as_text=True)
    assert "Halaman 1 dari 2" in text
    assert f"/berkas/{row.token}/halaman/1.png" in text
    image = staff.get(f"/berkas/{row.token}/halaman/2.png")
    assert image.content_type == "image/png"
    assert Image.open(io.BytesIO(image.data)).size[0] > 100
    staff.get(f"/berkas/{row.token}/halaman/2.png")
    assert drawn == [1, 2]
    for path in ("lihat/3", "halaman/3.png", "halaman/0.png", "halaman/101.png"):
        assert staff.get(f"/berkas/{row.token}/{path}").status_code == 404


def test_a_picture_loses_what_is_hidden_in_it(
    staff: PortalClient, step: str, session: Session
) -> None:
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "tempat rahasia"
    Image.new("RGB", (3000, 40), "blue").save(stream, "JPEG", exif=exif)
    staff.submit(step, {"hal": "", "lampiran": up(("foto.jpg", stream.getvalue()))})
    (row,) = rows(session)
    image = staff.get(f"/berkas/{row.token}/halaman/1.png").data
    assert b"rahasia" not in image
    assert Image.open(io.BytesIO(image)).size[0] <= 1600


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF-1.7\nrusak"), ("a.txt", TEXT)])
def test_what_cannot_be_drawn_can_be_downloaded(
    staff: PortalClient, step: str, session: Session, name: str, content: bytes
) -> None:
    staff.submit(step, {"hal": "", "lampiran": up((name, content))})
    (row,) = rows(session)
    shown = staff.get(f"/berkas/{row.token}/lihat")
    assert shown.status_code == 200
    assert "Unduh" in shown.get_data(as_text=True)
    assert "<img" not in shown.get_data(as_text=True)
    assert staff.get(f"/berkas/{row.token}/halaman/1.png").status_code in (400, 404)
    assert staff.get(f"/berkas/{row.token}").data == content


def test_drawing_that_takes_too_long_is_stopped(
    staff: PortalClient, step: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff.submit(step, {"hal": "", "lampiran": up(("surat.pdf", pdf()))})
    (row,) = rows(session)
    monkeypatch.setattr(previews, "SECONDS", 0.001)
    assert staff.get(f"/berkas/{row.token}/halaman/1.png").status_code == 400
    folder = previews.preview_folder() / row.token
    assert not any(folder.iterdir())


def test_a_second_click_sends_nothing_twice(
    staff: PortalClient, step: str, session: Session
) -> None:
    form = staff.form(step)
    for _ in range(2):
        data = {"hal": "A", "lampiran": up(("a.txt", TEXT))}
        assert staff.send(form, data, page=step).status_code == 303
    taken = select(func.count()).where(StoredFile.owner_kind == "task")
    assert session.scalar(taken) == 1
