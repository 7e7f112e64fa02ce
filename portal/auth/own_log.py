"""What the log says of one's own account: log-ins, refused ones, changes by whomever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import AuditEvent
from portal.auth.rights import Actor

MOST = 20
KEEP = timedelta(days=90)
SENTENCES = {
    "log-in": _l("Masuk ke portal"),
    "log-in-refused": _l("Upaya masuk yang ditolak"),
    "account-opened": _l("Akun dibuat"),
    "password-changed": _l("Kata sandi diganti"),
    "password-reset": _l("Kata sandi diatur ulang administrator"),
    "mail-address-changed": _l("Alamat surel diubah"),
    "account-disabled": _l("Akun dinonaktifkan"),
    "account-enabled": _l("Akun diaktifkan kembali"),
    "administrator-granted": _l("Hak administrator diberikan"),
    "administrator-revoked": _l("Hak administrator dicabut"),
    "sessions-ended": _l("Sesi diakhiri administrator"),
}


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One line: what happened, from which address if it was a log-in."""

    at: datetime
    text: str
    address: str


def own_log(session: Session, actor: Actor) -> list[OwnEntry]:
    """The newest entries about the person's account; two queries, each by a partial index."""
    since = clock.now() - KEEP
    # the conditions of the indexes, written as they are there
    own = select(AuditEvent).where(
        text("chain = 'accounts'"),
        AuditEvent.person_id == actor.person_id,
        func.lower(AuditEvent.kind) == "log-in",  # bare, the index of all kinds would be taken
    )
    about = AuditEvent.data["account_person_id"].as_integer() == actor.person_id
    refused = and_(
        AuditEvent.kind == "log-in-refused",
        AuditEvent.data["account"].as_string() == actor.username,
    )
    changes = select(AuditEvent).where(
        text("chain = 'accounts' AND kind <> 'log-in'"), or_(about, refused)
    )
    rows = [
        row
        for query in (own, changes)
        for row in session.scalars(
            query.where(AuditEvent.at >= since).order_by(AuditEvent.id.desc()).limit(MOST)
        )
    ]
    rows.sort(key=lambda row: row.id, reverse=True)
    return [
        OwnEntry(row.at, str(SENTENCES.get(row.kind, row.kind)), str(row.data.get("address") or ""))
        for row in rows[:MOST]
    ]
