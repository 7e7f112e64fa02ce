"""Stored files are read by those who may, logged, and shown as images of their pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.documents import previews
from portal.documents.models import StoredFile
from portal.testing.client import PortalClient
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
