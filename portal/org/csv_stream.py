"""Lists as CSV downloads: line by line, safe for spreadsheets, with an end that is said.

What a list shows, and to whom, is decided by its domain; the files that can be read in
again are made in ``csv_export``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context
from flask_babel import gettext as _

from portal.org.csv_format import safe_cell

MOST_ROWS = 10_000
CHUNK = 200
BOM = "\ufeff"


def csv_download(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], most: int = MOST_ROWS
) -> Response:
    """The rows as a file, with a byte-order mark so that spreadsheets read it as UTF-8.

    Behind ``most`` rows the file ends with a line that says so.
    """
    source = iter(rows)
    # what goes wrong at the first row is still an error page, not a broken file
    first = next(source, None)
    lines = _lines(header, first, source, most)
    return Response(
        stream_with_context(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _lines(
    header: Sequence[str],
    first: Sequence[object] | None,
    rest: Iterator[Sequence[object]],
    most: int,
) -> Iterator[str]:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    stream.write(BOM)
    writer.writerow(header)
    written, row = 0, first
    while row is not None:
        if written == most:
            writer.writerow([cut_note(most)])
            break
        writer.writerow([safe_cell(cell) for cell in row])
        written += 1
        if written % CHUNK == 0:
            yield stream.getvalue()
            stream.seek(0)
            stream.truncate()
        row = next(rest, None)
    yield stream.getvalue()


def cut_note(most: int) -> str:
    """The last line of a file that does not hold the whole list."""
    return str(
        _(
            "Daftar dipotong pada %(n)s baris. Persempit dengan saringan, lalu unduh lagi.",
            n=f"{most:,}".replace(",", "."),
        )
    )
