"""The recorded field ``Files``: which files a record names, how they are shown, their sizes."""

from __future__ import annotations

import pytest

from portal.documents.files import FileRef
from portal.formats import ukuran
from portal.workflow.definition import Role, Start, Workflow, task
from portal.workflow.definition_json import from_json, to_json
from portal.workflow.fields import Field, Files, PerUnit, Rows, Text
from portal.workflow.recordform import describe, file_tokens, takes_files

A, B, C = ({"token": name * 43, "name": f"{name}.pdf", "size": 5} for name in "abc")
FILES = Files("lampiran", "Lampiran")
FIELDS = (
    Text("hal", "Hal"),
    FILES,
    Rows("bukti", "Bukti", columns=(Files("berkas", "Berkas"),)),
    PerUnit("unit", "Unit", over="set", of=Files("surat", "Surat")),
)


def test_the_files_of_a_record_are_found_in_rows_and_units() -> None:
    record = {
        "hal": "token",
        "lampiran": [A],
        "bukti": [{"berkas": [B]}, {}],
        "unit": {"3": [C], "4": None},
    }
    assert file_tokens(FIELDS, record) == ["a" * 43, "b" * 43, "c" * 43]
    assert file_tokens(FIELDS, {}) == []


@pytest.mark.parametrize("fields", [(FILES,), FIELDS[2:3], FIELDS[3:]])
def test_a_form_with_files_anywhere_is_sent_as_multipart(fields: tuple[Field, ...]) -> None:
    assert takes_files(fields)
    assert not takes_files(FIELDS[:1])


def test_files_are_described_by_name_and_size() -> None:
    pairs = describe((FILES,), {"lampiran": [A]}, "Asia/Jakarta", {})
    assert pairs == [("Lampiran", {"files": [FileRef("a" * 43, "a.pdf", 5)]})]
    assert describe((FILES,), {"lampiran": []}, "Asia/Jakarta", {}) == []


def test_the_field_travels_with_the_definition() -> None:
    workflow = Workflow(
        "w",
        "W",
        number="W",
        roles=(("staff", Role("Staf", position="staf-akin-1")),),
        starts=(Start("new", "Baru", "Baru", record=(FILES,)),),
        steps=(task("a", "A", by="staff", record=FIELDS),),
    )
    assert from_json(to_json(workflow)) == workflow


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 byte"), (1023, "1023 byte"), (1024, "1 KB"), (1025, "2 KB"), (1_572_864, "1,5 MB")],
)
def test_a_size_is_written_the_indonesian_way(size: int, text: str) -> None:
    assert ukuran(size) == text
