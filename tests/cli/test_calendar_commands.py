"""``portal calendar``: one clear line for each error, nothing saved by a dry run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.workflow.calendar_cli import calendar
from portal.workflow.calendar_csv import read_calendar
from portal.workflow.models import Holiday

ROWS = "tanggal,sampai,jenis,nama\n2026-08-17,,libur,Kemerdekaan\n2026-02-18,2026-03-19,ramadan,\n"


def run(app: Flask, *arguments: str) -> Result:
    return CliRunner().invoke(calendar, arguments, obj=ScriptInfo(create_app=lambda: app))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kalender.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def stored(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Holiday.name)))


def test_a_dry_run_saves_nothing_and_an_import_does(
    app: Flask, session: Session, file: Path
) -> None:
    result = run(app, "import", str(file), "--dry-run")
    assert result.output.splitlines() == [
        "2 ditambah atau diganti, 0 dihapus; 0 tenggat bergeser.",
        "Ini pemeriksaan saja; belum ada yang disimpan.",
    ]
    assert stored(session) == []
    assert run(app, "import", str(file)).exit_code == 0
    assert stored(session) == ["Kemerdekaan"]
    assert "0 ditambah atau diganti, 0 dihapus" in run(app, "import", str(file)).output


def test_errors_have_file_and_line_and_nothing_is_saved(
    app: Flask, session: Session, file: Path
) -> None:
    file.write_text(ROWS + "2026-02-30,,libur,X\n2026-08-17,,libur,Y\n", encoding="utf-8")
    result = run(app, "import", str(file))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "kalender.csv: Baris 4: tanggal “2026-02-30” tidak ada; tulis seperti 2026-08-17.",
        "kalender.csv: Baris 5: tanggal 2026-08-17 sudah ada di baris 2.",
    ]
    assert stored(session) == []


def test_a_missing_file_is_one_line(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", str(tmp_path / "tidak-ada.csv"))
    assert isinstance(result.exception, Invalid)
    assert str(result.exception).endswith("tidak-ada.csv tidak ada.")


def test_show_lists_a_year_and_counts_its_working_days(
    app: Flask, session: Session, file: Path
) -> None:
    empty = run(app, "show", "2027").output
    assert "261 hari kerja dalam tahun 2027." in empty
    assert "belum dimuat" in empty
    run(app, "import", str(file))
    lines = run(app, "show", "2026").output.splitlines()
    assert lines == [
        "2026-02-18 – 2026-03-19  ramadan",
        "2026-08-17  libur nasional  Kemerdekaan",
        "260 hari kerja dalam tahun 2026.",
    ]
    rows = json.loads(run(app, "show", "2026", "--json").output)
    assert rows[1] == {
        "tanggal": "2026-08-17",
        "sampai": "2026-08-17",
        "jenis": "libur nasional",
        "nama": "Kemerdekaan",
    }


def test_what_is_proposed_can_be_imported(app: Flask) -> None:
    result = run(app, "propose", "2027")
    assert result.exit_code == 0
    assert len(read_calendar(result.output.encode()).days) == 5
    assert run(app, "propose", "1900").exit_code == 2
