"""Lines of the ledger: written and read back, and refused when damaged."""

from __future__ import annotations

import pytest

from portal.testing.documents import sample_document
from site_static.ledger import Status, StoredFile, entry_of, format_line, parse_line
from site_static.schema import SchemaError, digest


def test_a_line_is_read_back_as_it_was_written() -> None:
    document = sample_document()
    entry = entry_of(
        document,
        digest=digest(document),
        files=(StoredFile("data.json", "a" * 64, 10), StoredFile("dokumen.pdf", "b" * 64, 20)),
        published="2026-01-20T03:00:00+00:00",
        note="Catatan",
    )
    line = format_line(entry)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert parse_line(line) == entry
    assert entry.status == Status.CURRENT
    assert entry.folder == "pk/2026/setpres/v1"
    assert entry.file("dokumen.pdf").size == 20
    with pytest.raises(KeyError):
        entry.file("lain")


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b'{"files":{},"status":"x"}'])
def test_a_damaged_line_is_refused(line: bytes) -> None:
    with pytest.raises(SchemaError):
        parse_line(line)
