"""The intranet's page of finalized documents, and ``portal export`` on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from portal.cli import main
from portal.jobs import run_pending
from portal.publishing import service
from portal.publishing.models import Publication
from portal.testing.client import PortalClient
from portal.testing.documents import fill_store, sample_document, sample_frozen
from portal.testing.world import World
from site_static.schema import Level

Login = Callable[[str], PortalClient]


@pytest.fixture
def final(session: Session, world: World) -> list[Publication]:
    rows = [
        service.finalize(session, kind="pk", document=sample_document(unit, name))
        for unit, name in (("setpres", "Sekretariat Presiden"), ("setmil", "Sekretariat Militer"))
    ]
    session.commit()
    return rows


def test_an_anonymous_visitor_is_sent_to_the_log_in(
    client: PortalClient, final: list[Publication]
) -> None:
    for url in ("/publikasi", f"/publikasi/{final[0].id}/dokumen.pdf"):
        answer = client.get(url)
        assert answer.status_code in (302, 303, 401)
        assert not answer.data.startswith(b"%PDF")


def test_the_list_shows_the_state_and_links_to_the_public_page_once_published(
    login: Login, session: Session, app: Flask, final: list[Publication]
) -> None:
    browser = login("karo-otlak")
    page = browser.get("/publikasi").text
    assert page.count("Final, belum terbit") == 2
    assert "http://publik.test/" not in page
    service.publish(session, [final[0].id])
    assert browser.get("/publikasi").text.count("Menunggu terbit") == 1
    run_pending(app)
    page = browser.get("/publikasi").text
    assert 'href="http://publik.test/pk/2026/setpres/v1/"' in page
    assert "setmil/v1" not in page
    assert len(re.findall("<h1", page)) == 1


def test_an_empty_list_says_what_will_come(login: Login, world: World) -> None:
    assert "Belum ada dokumen final" in login("staf-setpres").get("/publikasi").text


def test_the_archived_pdf_is_a_download(login: Login, final: list[Publication]) -> None:
    answer = login("staf-setpres").get(f"/publikasi/{final[0].id}/dokumen.pdf")
    assert answer.data.startswith(b"%PDF")
    assert "pk-2026-setpres-v1.pdf" in answer.headers["Content-Disposition"]
    assert login("staf-setpres").get("/publikasi/999/dokumen.pdf").status_code == 404


# -- the command line ----------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    ministry = sample_document("ksn", "Kementerian Sekretariat Negara", level=Level.MINISTRY)
    fill_store(folder, sample_frozen(sample_document()), ministry)
    return folder


def portal(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, args)])


def test_export_needs_only_the_store(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "no-instance"))
    output = tmp_path / "public"
    first = portal("--store", store, "--output", output)
    assert first.exit_code == 0, first.output
    assert "Rilis 000001" in first.output
    assert (output / "pk/2026/setpres/dokumen.pdf").exists()
    assert "Tidak ada perubahan" in portal("--store", store, "--output", output).output
    assert not (tmp_path / "no-instance").exists()


def test_plan_and_rollback(store: Path, tmp_path: Path) -> None:
    where = ("--store", store, "--output", tmp_path / "public")
    assert "tulis /pk/2026/ksn/\n" in portal(*where, "--plan").output
    assert portal(*where).exit_code == portal(*where, "--full").exit_code == 0
    assert "rilis 000001" in portal(*where, "--rollback").output
    again = portal(*where, "--rollback")
    assert (again.exit_code, "Galat: Tidak ada rilis" in again.output) == (1, True)


def test_verify_knows_our_files_and_no_others(store: Path, tmp_path: Path) -> None:
    folder = store / "pk/2026/setpres/v1"
    for name in ("dokumen.pdf", "data.json"):
        answer = portal("--store", store, "--verify", folder / name)
        assert answer.exit_code == 0
        assert "Asli: Perjanjian Kinerja Sekretariat Presiden Tahun 2026, versi 1" in answer.output
    rewritten = tmp_path / "data.json"
    rewritten.write_text((folder / "data.json").read_text().replace(',"', ',\n "'))
    assert "isi data.json" in portal("--store", store, "--verify", rewritten).output
    forged = tmp_path / "dokumen.pdf"
    forged.write_bytes((folder / "dokumen.pdf").read_bytes() + b" ")
    answer = portal("--store", store, "--verify", forged)
    assert (answer.exit_code, "tidak sama" in answer.output) == (1, True)


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--store", "none"], 1, "bukan tempat terbitan"),
        (["--plan", "--rollback"], 2, "Pilih salah satu"),
        (["--store", "none", "--verify", "none.pdf"], 1, "tidak dapat dibaca"),
    ],
)
def test_bad_use_is_one_line(
    args: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "instance"))
    answer = portal(*args)
    assert answer.exit_code == code
    assert message in answer.output
    assert answer.output.count("\n") == 1


def test_help_has_an_example() -> None:
    assert "portal export --output" in portal("--help").output
