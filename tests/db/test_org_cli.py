"""``portal org``: exit codes, one line per error, files that come back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.db import db
from portal.org.cli import org
from portal.org.models import Unit
from portal.org.shipped import shipped_files

HEAD = "kode,nama,jenis,induk,berlaku_dari\n"


@pytest.fixture
def shipped(app: Flask, tmp_path: Path) -> Path:
    """A folder with the shipped files, imported."""
    for name, content in shipped_files():
        (tmp_path / name).write_bytes(content)
    done = run(app, "import", str(tmp_path / "units.csv"), str(tmp_path / "positions.csv"))
    assert done.exit_code == 0, done.stderr
    assert done.stdout == "164 baru, 0 berubah, 0 tetap; disimpan.\n"
    return tmp_path


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(org, args)


def units(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Unit)) or 0
        db.session.remove()
    return found


def test_a_dry_run_lists_the_changes_and_saves_nothing(app: Flask, shipped: Path) -> None:
    before = units(app)
    path = shipped / "baru.csv"
    path.write_text(HEAD + "x,Unit X,biro,setmen,2020-01-01\n", encoding="utf-8")
    done = run(app, "import", str(path), "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "baru.csv baris 2: x baru",
        "1 baru, 0 berubah, 0 tetap; belum disimpan.",
    ]
    assert units(app) == before


def test_errors_are_one_line_each_on_standard_error(app: Flask, shipped: Path) -> None:
    path = shipped / "salah.csv"
    path.write_text(HEAD + "x,X,biro,tak-ada,2020-01-01\ny,,biro,setmen,1\n", encoding="utf-8")
    done = run(app, "import", str(path))
    assert done.exit_code == 1
    assert done.stdout == ""
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "salah.csv baris 2",
        "salah.csv baris 3",
        "salah.csv baris 3",
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", "é".encode("latin-1"), b"x\x00"])
def test_a_broken_file_is_one_line_and_no_traceback(
    app: Flask, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "rusak.csv"
    path.write_bytes(content)
    done = run(app, "import", str(path))
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.output


def test_a_missing_file_and_a_folder_are_said(app: Flask, tmp_path: Path) -> None:
    missing = run(app, "import", str(tmp_path / "tidak-ada.csv"))
    assert (missing.exit_code, "tidak ada" in missing.stderr) == (1, True)
    folder = run(app, "import", str(tmp_path))
    assert (folder.exit_code, "tidak dapat dibaca" in folder.stderr) == (1, True)


def test_what_is_exported_imports_unchanged(app: Flask, shipped: Path) -> None:
    out = shipped / "keluar"
    assert run(app, "export", "--output", str(out)).exit_code == 0
    files = sorted(out.iterdir())
    assert [path.name for path in files] == [
        "holders.csv",
        "people.csv",
        "positions.csv",
        "units.csv",
    ]
    done = run(app, "import", *map(str, files))
    assert done.stdout == "0 baru, 0 berubah, 164 tetap; disimpan.\n"


def test_one_kind_goes_to_standard_output(app: Flask, shipped: Path) -> None:
    done = run(app, "export", "--kind", "units")
    assert done.stdout.startswith("kode,nama,jenis,induk,")
    assert len(done.stdout.splitlines()) == 72


def test_export_wants_a_kind_or_a_folder(app: Flask, tmp_path: Path) -> None:
    assert run(app, "export").exit_code == 2
    (tmp_path / "berkas").write_text("x")
    done = run(app, "export", "--output", str(tmp_path / "berkas"))
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)


def test_the_check_warns_and_fails_only_for_what_is_wrong(app: Flask, shipped: Path) -> None:
    done = run(app, "check", "--json")
    assert done.exit_code == 0
    assert [(row["serious"], row["key"]) for row in json.loads(done.stdout)] == [
        (False, "staf-ahli")
    ]
    path = shipped / "akhir.csv"
    path.write_text(
        "kode,nama,jenis,induk,berlaku_dari,berlaku_sampai\n"
        "bag-akin-1,Bagian,bagian,biro-otlak,2015-01-01,2016-01-01\n",
        encoding="utf-8",
    )
    assert run(app, "import", str(path)).exit_code == 0
    broken = run(app, "check")
    assert broken.exit_code == 1
    assert "salah: units subbag-ppk-1" in broken.stderr


@pytest.mark.parametrize("command", ["import", "export", "check"])
def test_help_has_an_example(app: Flask, command: str) -> None:
    done = run(app, command, "--help")
    assert done.exit_code == 0
    assert f"Contoh: portal org {command}" in done.stdout
