"""The log of a complaint's case in words, for its officials."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.complaints.definition import ANSWERED, DELEGATE, HANDLE, PASS_ON
from portal.complaints.models import Complaint

LOG = {
    "started": "Pengaduan disampaikan",
    "done": "Menyelesaikan langkah",
    "returned": "Mengembalikan kepada penerima",
    "moved": "Memindahkan kepada pejabat lain",
    "due-soon": "Waktu penanganan hampir habis",
    "overdue": "Batas waktu penanganan terlewati",
    "complaint.revoked": "Mencabut delegasi",
    "complaint.reopened": "Menyatakan keberatan; pengaduan dibuka kembali",
    "complaint.closed": "Pengaduan ditutup",
    "complaint.withdrawn": "Menarik pengaduan",
    "complaint.identity": "Membuka nama pelapor",
}
DONE = {
    HANDLE: "Menangani sendiri",
    DELEGATE: "Mendelegasikan kepada kepala bagian",
    PASS_ON: "Meneruskan kepada pejabat yang bertanggung jawab",
    ANSWERED: "Mengirim jawaban",
}


def history(session: Session, complaint: Complaint) -> list[tuple[datetime, str, str, str]]:
    """What the log of the case says, newest first, for its handlers."""
    rows = session.execute(
        select(AuditEvent.at, AuditEvent.actor, AuditEvent.kind, AuditEvent.data)
        .where(AuditEvent.case_id == complaint.case_id, AuditEvent.kind.in_(LOG))
        .order_by(AuditEvent.id.desc())
        .limit(200)
    )
    return [
        (
            at,
            who,
            _(DONE.get(data.get("outcome", ""), LOG[kind]) if kind == "done" else LOG[kind]),
            data.get("note") or data.get("reason") or "",
        )
        for at, who, kind, data in rows
    ]
