"""Looks at pages of the daily work, and what is typed into them."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.audit import AuditEvent
from portal.testing.client import PortalClient
from portal.testing.desk import Desk
from portal.testing.workflows import LETTER
from portal.workflow.definition import Start, Workflow, task
from portal.workflow.fields import Number, Rows, Text

Login = Callable[[str], PortalClient]


TABLE = Workflow(
    "table", "Tabel", number="TBL", roles=LETTER.roles,
    starts=(
        Start(
            "new", "Tabel baru", "Tabel {tahun}", by=("boss",),
            record=(
                Number("tahun", "Tahun", whole=True, min=2015, max=2100),
                Rows("baris", "Baris", columns=(Text("nama", "Nama"),)),
            ),
        ),
    ),
    steps=(task("isi", "Mengisi", by="staff_1"),),
)  # fmt: skip


def page(desk: Desk, step: str, status: str = "open") -> str:
    """The address of a task."""
    item = desk.task(step, status=status)
    address = f"/kasus/{desk.case_of(item).number}/tugas/{item.id}"
    desk.world.session.rollback()
    return address


def text(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def main(response: TestResponse) -> str:
    """The page's own part, without the frame around it."""
    return text(response).partition("<main")[2].partition("</main>")[0]


def ready(desk: Desk) -> None:
    """Everything up to the approval by the Kepala Biro."""
    desk.act("staf-akin-1", "a.I")
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("staf-akin-2", "a.II", record={"uraian": "Lampiran"})
    desk.act("kabag-akin-2", "b.II")


def count(session: Session, kind: str) -> int:
    query = select(func.count()).where(AuditEvent.kind == kind)
    return session.scalar(query) or 0


RECEIVED = {"waktu": "2026-11-23T02:00:00+00:00"}


FILLED = {"konsep-subject": "Undangan rapat", "konsep-to": "Para kepala", "konsep-body": "Isi"}
