"""Files in a browser: sent at once or with the form, kept, removed, read; axe at both sizes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents.models import StoredFile
from portal.testing.browser import DESKTOP, PHONE, live_server
from portal.testing.desk import Desk, SampleHost
from portal.testing.world import World
from portal.workflow.definition import Role, Start, Workflow, task
from portal.workflow.fields import Files, Text
from portal.workflow.models import Task
from tests.browser.checks import check_page

__all__ = ["live_server"]  # a portal of its own for each test: the stage has no such files

FILED = Workflow(
    "filed",
    "Surat dengan lampiran",
    number="LMP",
    roles=(("staff", Role("Staf Bagian", position="staf-akin-1")),),
    starts=(Start("new", "Surat baru", "Surat {hal}", record=(Text("hal", "Hal"),)),),
    steps=(
        task(
            "a",
            "Menyusun surat",
            by="staff",
            record=[Text("hal", "Hal"), Files("lampiran", "Lampiran")],
        ),
        task("b", "Mengirim surat", by="staff"),
    ),
)
SHOTS = os.environ.get("PORTAL_SHOTS", "")


def pdf() -> bytes:
    stream = io.BytesIO()
    sheets = [Image.new("RGB", (595, 842), "white") for _ in range(2)]
    sheets[0].save(stream, "PDF", save_all=True, append_images=sheets[1:])
    return stream.getvalue()


def chosen(*named: tuple[str, bytes]) -> list[dict[str, object]]:
    return [{"name": name, "mimeType": "", "buffer": content} for name, content in named]


GOOD = ("Surat undangan rapat.pdf", pdf())
BAD = ("laporan.pdf", b"MZ" + bytes(500))


@pytest.fixture
def step(app: Flask, world: World, session: Session) -> str:
    """The address of a step that takes files."""
    SampleHost(FILED).install(app)
    number = Desk(world).start("filed.new", "karo-umum", {"hal": "A"})
    task_id = session.scalars(select(Task.id).where(Task.step == "a")).one()
    session.rollback()
    return f"/kasus/{number}/tugas/{task_id}"


def looked_at(page: Page, name: str) -> None:
    check_page(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_files_are_sent_at_once_shown_and_read(
    step: str,
    new_page: Callable[..., Page],
    log_in: Callable[..., None],
    size: tuple[int, int],
    session: Session,
) -> None:
    page = new_page(size=size)
    log_in(page, "staf-akin-1")
    page.goto(step)
    page.get_by_label("Lampiran").set_input_files(chosen(GOOD, BAD))
    kept = page.locator(".field-files .file-list")
    expect(kept.locator("li")).to_have_count(2)
    expect(kept).to_contain_text("Surat undangan rapat.pdf")
    expect(kept).to_contain_text("laporan.pdf: isi berkas tidak sesuai")
    expect(kept.get_by_role("progressbar")).to_have_count(0)
    looked_at(page, f"files-chosen-{size[0]}")
    page.locator("main form .form-buttons .btn-primary").click()
    # The other field is missing; the file is still there.
    expect(page.get_by_role("alert")).to_contain_text("Hal")
    expect(kept.locator("li")).to_have_count(1)
    looked_at(page, f"files-kept-{size[0]}")
    page.get_by_label("Hal", exact=True).fill("Undangan")
    page.locator("main form .form-buttons .btn-primary").click()
    page.wait_for_url("**/selesai")
    page.goto(step.rpartition("/tugas")[0])
    page.locator("summary", has_text="Isian langkah a").click()
    looked_at(page, f"files-case-{size[0]}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Surat undangan rapat.pdf", exact=True).click()
    assert Path(download.value.path()).read_bytes() == GOOD[1]
    page.get_by_role("link", name="Lihat Surat undangan rapat.pdf").click()
    page.get_by_role("link", name="Berikutnya").click()
    image = page.get_by_role("img", name="Gambar halaman 2")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 500
    looked_at(page, f"files-look-{size[0]}")


def test_without_javascript_files_go_with_the_form(
    step: str, new_page: Callable[..., Page], log_in: Callable[..., None], session: Session
) -> None:
    page = new_page(javascript=False)
    log_in(page, "staf-akin-1")
    page.goto(step)
    page.get_by_label("Hal", exact=True).fill("Undangan")
    page.get_by_label("Lampiran").set_input_files(chosen(GOOD, ("catatan.txt", b"isi"), BAD))
    page.locator("main form .form-buttons .btn-primary").click()
    expect(page.get_by_role("alert")).to_contain_text("laporan.pdf: isi berkas tidak sesuai")
    expect(page.get_by_label("Hal", exact=True)).to_have_value("Undangan")
    page.get_by_label("Hapus catatan.txt").check()
    page.locator("main form .form-buttons .btn-primary").click()
    page.wait_for_url("**/selesai")
    names = session.scalars(select(StoredFile.name).where(StoredFile.owner_kind == "task"))
    assert list(names) == [GOOD[0]]


def test_a_lost_connection_is_said_and_the_form_goes_on(
    step: str, new_page: Callable[..., Page], log_in: Callable[..., None], session: Session
) -> None:
    page = new_page()
    log_in(page, "staf-akin-1")
    page.goto(step)
    page.route("**/berkas", lambda route: route.fulfill(status=200, body="masuk"))
    page.get_by_label("Lampiran").set_input_files(chosen(GOOD))
    kept = page.locator(".field-files .file-list")
    expect(kept).to_contain_text("belum terunggah. Periksa sambungan, lalu pilih lagi.")
    page.unroute("**/berkas")
    page.get_by_label("Lampiran").set_input_files(chosen(GOOD))
    expect(kept.get_by_label("Hapus Surat undangan rapat.pdf")).to_be_visible()
    page.get_by_label("Hal", exact=True).fill("Undangan")
    page.locator("main form .form-buttons .btn-primary").click()
    page.wait_for_url("**/selesai")
