"""Sample complaints for ``portal demo``: one in each state, filed and answered by real acts."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from portal.auth.rights import Actor, actor_of
from portal.complaints.closing import close_over
from portal.complaints.definition import ANSWERED, DELEGATE, HANDLE
from portal.complaints.facts import Kind
from portal.complaints.filing import Draft, file_complaint
from portal.complaints.handling import choices, handle
from portal.complaints.models import Complaint
from portal.complaints.reporter import object_to, withdraw
from portal.db import db, transaction
from portal.org import service as org
from portal.workflow.acting import ActInput
from portal.workflow.models import Candidate, Task, TaskStatus
from portal.workflow.player import Player

REPORTERS = ("staf-setpres", "staf-setwapres", "kepala-istana-bogor", "staf-dep-hukum")


def play(player: Player, now: datetime) -> None:
    """File the samples before ``now`` and carry each as far as its state."""
    key, receiver = _standard()
    ago = _Days(player, now)
    ago(40)
    closed = _file(0, Kind.GRIEVANCE, "Contoh: surat balasan terlambat diterima.", key)
    _answer(closed, "Contoh jawaban: surat balasan sudah dikirim ulang.", HANDLE)
    ago(20)
    _file(1, Kind.INFORMATION, "Contoh: mohon penjelasan batas waktu setiap langkah.", key)
    ago(9)
    again = _file(2, Kind.GRIEVANCE, "Contoh: format lampiran berubah tanpa pemberitahuan.", key)
    _answer(again, "Contoh jawaban: format yang berlaku sudah dibagikan.", HANDLE)
    answered = _file(0, Kind.SUGGESTION, "Contoh: sediakan daftar periksa kelengkapan.", key)
    _answer(answered, "Contoh jawaban: daftar periksa sedang disusun.", HANDLE)
    ago(5)
    with transaction() as session:
        object_to(session, _row(again), "Contoh keberatan: unit kami belum menerimanya.")
    delegated = _file(3, Kind.GRIEVANCE, "Contoh: konsep dikembalikan tanpa alasan.", key)
    _decide(delegated, DELEGATE)
    ago(4)
    _file(1, Kind.COMPLAINT, "Contoh: dugaan perlakuan berbeda.", key, about=receiver, hidden=True)
    _file(2, Kind.COMPLAINT, "Contoh: pengaduan tentang pimpinan.", "", about="menteri")
    ago(3)
    withdrawn = _file(1, Kind.GRIEVANCE, "Contoh: undangan belum kami terima.", key)
    with transaction() as session:
        withdraw(session, _row(withdrawn), "Contoh: undangan sudah kami terima.")
    ago(1)
    _file(3, Kind.SUGGESTION, "Contoh: perluas jam layanan informasi.", "")
    ago(0)
    close_over(10)


class _Days:
    """Sets the clock some days before now, on a working day."""

    def __init__(self, player: Player, now: datetime) -> None:
        self._player, self._now = player, now

    def __call__(self, days: int) -> None:
        instant = self._now - timedelta(days=days)
        while days and instant.weekday() > 4:
            instant -= timedelta(days=1)
        self._player.at(instant)


def _standard() -> tuple[str, str]:
    """A standard of this portal with its receiver; without one, the complaint officer's."""
    for each in current_app.extensions["portal_host"].standards():
        return each.plugin, each.standard.complaints.receiver
    return "", "karo-otlak"


def _holder(position_id: int) -> Actor:
    session = db.session()
    views: Sequence[Any] = org.holders_on(session, [position_id], org.today())[position_id]
    return actor_of(session, views[0].person_id)


def _file(
    who: int, kind: Kind, text: str, key: str, *, about: str = "", hidden: bool = False
) -> str:
    with transaction() as session:
        actor = _holder(org.position_by_code(session, REPORTERS[who]).id)
        subject = org.position_by_code(session, about).id if about else None
        draft = Draft(kind=kind, text=text, standard=key, about=subject, hidden=hidden)
        return file_complaint(session, actor, draft, secrets.token_urlsafe(16)).number


def _row(number: str) -> Complaint:
    return db.session.scalars(select(Complaint).where(Complaint.number == number)).one()


def _act(number: str, outcome: str, record: dict[str, Any]) -> None:
    with transaction() as session:
        task, position_id = session.execute(
            select(Task, Candidate.position_id)
            .join(Candidate, Candidate.task_id == Task.id)
            .where(Task.case_id == _row(number).case_id, Task.status == TaskStatus.OPEN)
            .where(Candidate.is_open)
        ).one()
        sent = ActInput(outcome, secrets.token_urlsafe(16), task.version, record=record)
        handle(session, _holder(position_id), number, task.id, sent)


def _decide(number: str, outcome: str) -> None:
    record: dict[str, Any] = {}
    if outcome == DELEGATE:
        allowed = choices(db.session(), _row(number)).delegates
        db.session.rollback()
        if not allowed:
            outcome = HANDLE
        else:
            record = {"to": str(next(iter(allowed)))}
    _act(number, outcome, record)


def _answer(number: str, text: str, outcome: str) -> None:
    _decide(number, outcome)
    _act(number, ANSWERED, {"answer": text})
