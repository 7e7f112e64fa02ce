"""Saving one unit, position or person from a form, by the rules of the CSV import."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.errors import Conflict, Invalid, NotFound
from portal.org.csv_format import Row, Table
from portal.org.csv_import import Change, import_tables
from portal.org.csv_state import Values, fingerprint, load_state
from portal.org.journal import SYSTEM, Editor, lock


def stored_row(session: Session, kind: str, code: str) -> Values:
    """The stored values of a row by its code; raises :class:`NotFound`."""
    values = load_state(session, {kind}).tables[kind].get(code)
    if values is None:
        raise NotFound(_("%(code)s tidak ditemukan.", code=code))
    return values


def save_row(
    session: Session,
    kind: str,
    cells: Mapping[str, str],
    *,
    new: bool,
    version: str = "",
    by: Editor = SYSTEM,
) -> Change:
    """Add (``new``) or change one row; ``cells`` has the columns of the CSV of this kind.

    ``version`` is the :func:`fingerprint` of the values that the person saw. Sending the
    same new row twice adds it once.

    Raises:
        Invalid: ``fields`` maps a column to its sentence.
        Conflict: somebody else changed the row in the meantime.
        NotFound: the row to be changed does not exist.
    """
    lock(session)
    code = cells["kode"]
    known = load_state(session, {kind}).tables[kind].get(code)
    if not new and known is None:
        raise NotFound(_("%(code)s tidak ditemukan.", code=code))
    if known is not None and version and version != fingerprint(known):
        raise Conflict(
            _("Data ini baru saja diubah orang lain. Muat ulang halaman, lalu isi lagi.")
        )
    plan = import_tables(session, [Table("", kind, [Row(0, dict(cells))])], dry_run=True)
    if plan.problems:
        fields = {problem.column: _sentence(problem.message) for problem in plan.problems}
        raise Invalid(_sentence(plan.problems[0].message), fields)
    if new and plan.changes[0].action == "changed":
        message = _("Kode %(code)s sudah dipakai; pilih kode lain.", code=code)
        raise Invalid(message, {"kode": message})
    table = Table("", kind, [Row(0, dict(cells))])
    return import_tables(session, [table], by=by).changes[0]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
