"""Reading a standard.md: what a good one yields, and that every mistake is named by its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from portal.errors import Invalid
from portal.standards.document import StandardInvalid, load_standard, parse_standard

HEAD = """\
---
key: sample
number: "7"
title: Peminjaman ruang rapat
decree: Keputusan contoh
effective: 2026-01-02
responsible: Kepala Biro Contoh
unit: Biro Contoh
users: [Semua unit]
output:
  - Ruang siap pakai
outcome:
  - Rapat berjalan
complaints:
  receiver: karo-contoh
  delegates: [kabag-1, kabag-2]
  handler: Kepala bagian bersama staf
evaluation: 1 tahun
---
"""

BODY = """
# Bagian kesatu: Pendahuluan

## A. Dasar hukum

1. Peraturan pertama
2. Peraturan kedua
    - rincian

# Bagian kedua: Mekanisme

## B. Uraian prosedur

Kata pengantar.

### 1. Permohonan (30 menit)

- 1a. Mengajukan permohonan
  yang lengkap.
  - Pelaksana: Pemohon
  - Keluaran: Permohonan
- 1b. Memeriksa permohonan.
  - Pelaksana: Kepala Bagian I; Kepala Bagian II atau
    Kepala Bagian III
  - Kelengkapan: Permohonan

### 2. Penyerahan (20 hari sejak surat diterima)

- 2. Menyerahkan kunci.
  - Pelaksana: Staf

### 3. Pengembalian (tanpa batas waktu)

- 3. Mengembalikan kunci.
  - Pelaksana: Pemohon

## C. Persyaratan

Tidak ada.
"""

TEXT = HEAD + BODY


def problems(text: str) -> list[str]:
    """What the reader says about a text."""
    with pytest.raises(StandardInvalid) as caught:
        parse_standard(text)
    return [str(problem) for problem in caught.value.problems]


def line_of(text: str, part: str) -> int:
    """The number of the first line with that part."""
    return next(n for n, row in enumerate(text.splitlines(), 1) if part in row)


def test_the_head_becomes_the_facts_of_the_standard() -> None:
    standard = parse_standard(TEXT)
    assert (standard.key, standard.slug, standard.number, standard.version) == (
        "sample",
        "sample",
        "7",
        1,
    )
    assert standard.effective == date(2026, 1, 2)
    assert standard.review_due is None
    assert standard.users == ("Semua unit",)
    assert standard.complaints.receiver == "karo-contoh"
    assert standard.complaints.delegates == ("kabag-1", "kabag-2")
    assert standard.evaluation_months == 12


def test_clauses_keep_their_markdown_and_the_entries_of_their_list() -> None:
    standard = parse_standard(TEXT)
    laws = standard.clause(1, "A")
    assert laws is not None
    assert laws.ref == "I.A"
    assert laws.anchor == "klausul-1a"
    assert laws.items == ("Peraturan pertama", "Peraturan kedua\n- rincian")
    procedure = standard.clause(2, "B")
    assert procedure is not None
    assert procedure.markdown == "Kata pengantar."
    assert standard.clause(2, "L") is None


def test_steps_have_number_official_limit_and_output() -> None:
    first, second, third, _fourth = parse_standard(TEXT).steps
    assert (first.number, first.stage, first.limit) == ("1a", "1", "30 menit")
    assert first.text == "Mengajukan permohonan yang lengkap."
    assert first.output == "Permohonan"
    assert second.officials == ("Kepala Bagian I", "Kepala Bagian II atau Kepala Bagian III")
    assert second.needs == "Permohonan"
    assert third.limit == "20 hari"


def test_a_limit_may_say_where_it_starts_and_may_be_missing_on_purpose() -> None:
    standard = parse_standard(TEXT)
    assert [(s.limit, s.since) for s in standard.stages] == [
        ("30 menit", ""),
        ("20 hari", "surat diterima"),
        ("", ""),
    ]
    assert standard.total.text() == "20 hari kerja 30 menit; 1 langkah tanpa batas waktu"


def test_every_problem_is_named_with_its_line() -> None:
    text = TEXT.replace("(30 menit)", "(sebentar)").replace("- 3. Meng", "- 4. Meng")
    found = problems(text)
    assert [problem.partition(":")[0] for problem in found] == [
        f"baris {line_of(text, part)}" for part in ("sebentar", "### 2. Peny", "- 4. Meng")
    ]
    assert "tanpa batas waktu" in found[0]
    assert "harus bernomor 1" in found[1]
    assert "tidak termasuk tahap 3" in found[2]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("## A. Dasar hukum", "## Dasar hukum", "Tulis judul klausul"),
        ("## C. Persyaratan", "## Z. Persyaratan", "Klausul Z tidak dikenal"),
        ("## C. Persyaratan", "## B. Persyaratan", "Klausul B ganda"),
        ("# Bagian kedua: Mekanisme", "# Bagian 2: Mekanisme", "Bagian kesatu"),
        ("### 2. Penyerahan", "### 4. Penyerahan", "harus bernomor 2"),
        ("  - Pelaksana: Staf\n", "", "belum menyebut Pelaksana"),
        ("  - Pelaksana: Staf\n", "  - Petugas: Staf\n", "“Petugas” tidak dikenal"),
        ("- 1b. Mem", "- 1a. Mem", "ditulis dua kali"),
        ("- 1b. Mem", "- Mem", "Tulis langkah"),
        ("  - Kelengkapan", "- Kelengkapan", "Tulis langkah"),
        ("number:", "nomor:", "Nama “nomor” tidak dikenal"),
        ("title: Peminjaman ruang rapat", "title:", "title belum diisi"),
        ("evaluation: 1 tahun", "evaluation: kadang", "evaluation harus berupa selang"),
        ("effective: 2026-01-02", "effective: 2 Januari", "effective harus berupa tanggal"),
        ("key: sample", "key: Contoh-1", "key hanya boleh"),
        ("users: [Semua unit]", "users: []", "users belum diisi"),
        ("  receiver: karo-contoh\n", "", "satu kode jabatan"),
        ("users: [Semua unit]", "users: [Semua", "tidak dapat dibaca"),
    ],
)
def test_a_mistake_is_explained(before: str, after: str, message: str) -> None:
    assert before in TEXT
    found = problems(TEXT.replace(before, after, 1))
    assert any(message in problem for problem in found), found
    assert all(problem.startswith("baris ") for problem in found)


def test_a_text_without_head_or_clauses_is_refused() -> None:
    assert "harus dimulai dengan baris ---" in problems("# Bagian kesatu: A")[0]
    assert any("penutup" in problem for problem in problems("---\nkey: a\n"))
    assert any("satu pun klausul" in problem for problem in problems(HEAD))


def test_the_error_names_the_file_and_counts_the_rest() -> None:
    with pytest.raises(StandardInvalid, match=r"standard\.md, baris \d+: .+ \(dan \d+ masalah"):
        parse_standard("---\nkey: a\n---\n")


def test_a_file_that_cannot_be_read_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="tidak dapat dibaca"):
        load_standard(tmp_path / "tidak-ada.md")
    broken = tmp_path / "rusak.md"
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match="tidak dapat dibaca"):
        load_standard(broken)


def test_the_sample_of_the_authors_page_can_be_read() -> None:
    page = Path(__file__).parents[2] / "docs" / "authors" / "standard-md.md"
    _before, sample = page.read_text(encoding="utf-8").split("```markdown\n", 1)
    standard = parse_standard(sample.split("```", 1)[0])
    assert standard.steps
