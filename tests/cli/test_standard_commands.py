"""``portal standard``: show, check, diagram."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.plugins.host import PluginHost, RegisteredStandard
from portal.standards.document import parse_standard
from portal.workflow.definition import Role, Workflow, stage, task

Run = Callable[..., Result]

TEXT = """\
---
key: sample_room
number: "7"
title: Peminjaman Ruang Rapat
decree: Keputusan Contoh Nomor 7
responsible: Kepala Biro Contoh
unit: Biro Contoh
users: [Semua unit]
output: [Ruang siap pakai]
outcome: [Rapat berjalan]
complaints: {receiver: karo-otlak}
evaluation: 1 tahun
---

# Bagian kesatu: Pendahuluan

## A. Dasar hukum

1. Peraturan contoh

# Bagian kedua: Mekanisme

## B. Uraian prosedur

### 1. Permohonan (2 jam)

- 1. Mengajukan permohonan.
  - Pelaksana: Staf Contoh
"""


def room(limit: str = "2 jam", official: str = "Staf Contoh") -> Workflow:
    """A workflow that agrees with the text, or not."""
    steps = (stage("1", "Permohonan", task("1", "Mengajukan", by="staf"), limit=limit),)
    roles = (("staf", Role(official, position="staf-akin-1")),)
    return Workflow("ruang", "Ruang", number="R", roles=roles, starts=(), steps=steps)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A standard in a file."""
    path = tmp_path / "standard.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def plugin(made: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Workflow], None]:
    """``plugin(workflow)``: the instance has the standard above with that workflow."""

    def register(workflow: Workflow) -> None:
        row = RegisteredStandard("sample_room", "sample-room", parse_standard(TEXT), (workflow,))
        monkeypatch.setattr(PluginHost, "standards", lambda self: [row])

    return register


def test_show_prints_steps_officials_and_limits(made: Path, run: Run, file: Path) -> None:
    result = run("standard", "show", str(file))
    assert result.exit_code == 0, result.stderr
    assert "1. Permohonan (2 jam)" in result.stdout
    assert "1  Staf Contoh: Mengajukan permohonan." in result.stdout
    assert "Jumlah waktu: 2 jam" in result.stdout


def test_show_as_json(made: Path, run: Run, file: Path) -> None:
    data = json.loads(run("standard", "show", str(file), "--json").stdout)
    assert data["stages"][0]["steps"][0]["officials"] == ["Staf Contoh"]
    assert "Jumlah pelaksana" in data["missing"]


def test_check_names_every_line_at_fault(made: Path, run: Run, file: Path) -> None:
    file.write_text(TEXT.replace("(2 jam)", "(lama)").replace("unit: B", "unti: B"), "utf-8")
    result = run("standard", "check", str(file))
    assert result.exit_code == 1
    assert "baris 7: Nama “unti” tidak dikenal" in result.stdout
    assert "baris 25: Tulis tahap" in result.stdout
    assert len(result.stderr.splitlines()) == 1


def test_check_lists_the_components(made: Path, run: Run, file: Path) -> None:
    result = run("standard", "check", str(file))
    assert result.exit_code == 0, result.stderr
    assert "✓ Dasar hukum: I.A" in result.stdout
    assert "! Persyaratan: Isi klausul II.C." in result.stdout


def test_check_compares_with_the_workflow(run: Run, plugin: Callable[[Workflow], None]) -> None:
    plugin(room())
    assert "Alur kerja sesuai" in run("standard", "check", "sample_room").stdout
    plugin(room(limit="3 jam", official="Kepala Contoh Lain"))
    result = run("standard", "check", "sample_room")
    assert result.exit_code == 1
    assert "batas tercetak “2 jam”, pada alur kerja “3 jam”" in result.stdout
    assert "naskah menyebut Staf Contoh, alur kerja Kepala Contoh Lain" in result.stdout
    assert "2 ketidaksesuaian" in result.stderr


def test_diagram_writes_a_file_that_stands_alone(
    run: Run, plugin: Callable[[Workflow], None], tmp_path: Path
) -> None:
    plugin(room())
    assert run("standard", "diagram", "sample-room").stdout.startswith("<?xml")
    target = tmp_path / "alur.svg"
    assert run("standard", "diagram", "sample_room", "--output", str(target)).exit_code == 0
    assert "<style>" in target.read_text(encoding="utf-8")
    result = run("standard", "diagram", "sample_room", "--output", str(tmp_path / "x" / "y.svg"))
    assert result.exit_code == 1
    assert "tidak dapat ditulis" in result.stderr


def test_an_unknown_key_is_one_clear_line(made: Path, run: Run) -> None:
    result = run("standard", "show", "lain")
    assert result.exit_code == 1
    assert result.stderr.strip() == "Galat: Tidak ada standar aktif dengan kunci “lain”."
