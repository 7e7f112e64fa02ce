"""How the portal is: the same checks for ``/readyz`` and for the administrators' strip.

A check that fails is either a reason not to send people here (``ready`` False), or only
something to look after.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal import clock, migrate
from portal.audit import AuditEvent
from portal.config import Settings
from portal.db import db
from portal.errors import ConfigurationError
from portal.formats import angka, ukuran, waktu
from portal.jobs import listing
from portal.jobs.queue import oldest_waiting
from portal.web import system_log
from portal.web.log_check import KIND as VERIFIED
from portal.workflow.models import Candidate, Task

ENOUGH_DISK = 64 * 1024 * 1024
LITTLE_DISK = 1024 * 1024 * 1024
LONGEST_WAIT = timedelta(minutes=10)
"""A job that waits longer than this says that no worker runs."""
BACKUP = "backup.made"
BACKUP_AGE = timedelta(days=2)
CHECK_AGE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Check:
    """One sign: ``look`` is ok, warn or danger; ``problem`` names it in ``/readyz``."""

    label: str
    text: str
    look: str
    url: str = ""
    problem: str = ""


def problems() -> list[str]:
    """What speaks against sending people here: the words of ``/readyz``."""
    found = _database().problem
    if not found:
        try:
            found = _queue(oldest_waiting(db.session())).problem
        except SQLAlchemyError:
            found = "database"
    return [each for each in (found, _disk().problem) if each]


def strip(session: Session) -> list[Check]:
    """Everything an administrator should see at a glance; some seven queries."""
    return list(_strip(session))


def _strip(session: Session) -> Iterator[Check]:
    yield _database()
    figures = listing.figures(session)
    yield _worker(figures)
    yield _queue(figures.oldest)
    yield Check(
        _("Pekerjaan gagal"),
        angka(figures.failed),
        "danger" if figures.failed else "ok",
        "/sistem/pekerjaan?keadaan=gagal",
    )
    late = _overdue(session)
    yield Check(_("Tugas terlambat"), angka(late), "warn" if late else "ok", "/sistem/kasus")
    last = system_log.latest_of(session, BACKUP, VERIFIED)
    yield _backup(last.get(BACKUP))
    yield _disk()
    aside = len(current_app.extensions["portal_host"].quarantined())
    text = _("%(n)s dikarantina", n=aside) if aside else _("semua berjalan")
    yield Check(_("Plugin"), text, "danger" if aside else "ok", "/sistem/plugin")
    yield _log(last.get(VERIFIED))


def _database() -> Check:
    label, text, problem = _("Basis data"), _("mutakhir"), ""
    try:
        if waiting := migrate.pending(db.engine, migrate.CORE):
            problem, text = "migrations", _("%(n)s migrasi tertunda", n=len(waiting))
    except ConfigurationError:
        problem, text = "newer database", _("lebih baru daripada portal ini")
    except SQLAlchemyError:
        problem, text = "database", _("tidak menjawab")
    return Check(label, text, "danger" if problem else "ok", problem=problem)


def _queue(oldest: datetime | None) -> Check:
    label = _("Menunggu paling lama")
    if oldest is None:
        return Check(label, _("tidak ada"), "ok", "/sistem/pekerjaan?keadaan=menunggu")
    late = clock.now() - oldest > LONGEST_WAIT
    return Check(
        label,
        _("sejak %(when)s", when=waktu(oldest)),
        "danger" if late else "ok",
        "/sistem/pekerjaan?keadaan=menunggu",
        "queue" if late else "",
    )


def _worker(figures: listing.QueueFigures) -> Check:
    label, url = _("Pelaksana pekerjaan"), "/sistem/pekerjaan"
    seen = figures.worker_seen
    if seen is None:
        return Check(label, _("belum pernah terlihat"), "warn", url)
    late = clock.now() - seen > LONGEST_WAIT
    return Check(label, _("terlihat %(when)s", when=waktu(seen)), "warn" if late else "ok", url)


def _overdue(session: Session) -> int:
    """How many open tasks are past their limit; those whose clock stands do not count."""
    late = (
        select(func.count(Candidate.task_id.distinct()))
        .join(Task, Task.id == Candidate.task_id)
        .where(Candidate.is_open, Candidate.due < clock.now(), Task.paused_at.is_(None))
    )
    return session.scalar(late) or 0


def _backup(last: AuditEvent | None) -> Check:
    label = _("Cadangan terakhir")
    if last is None:
        return Check(label, _("belum ada"), "warn")
    late = clock.now() - last.at > BACKUP_AGE
    return Check(label, waktu(last.at), "warn" if late else "ok", f"/sistem/catatan/{last.id}")


def _disk() -> Check:
    label = _("Ruang penyimpanan")
    settings: Settings = current_app.config["PORTAL"]
    try:
        free = shutil.disk_usage(settings.instance).free
    except OSError:
        return Check(label, _("folder instans tidak terbaca"), "danger", problem="instance")
    text = _("%(free)s tersisa", free=ukuran(free))
    if free < ENOUGH_DISK:
        return Check(label, text, "danger", problem="disk")
    return Check(label, text, "warn" if free < LITTLE_DISK else "ok")


def _log(last: AuditEvent | None) -> Check:
    label, url = _("Keutuhan catatan"), "/sistem/catatan#keutuhan"
    if last is None:
        return Check(label, _("belum diperiksa"), "warn", url)
    url = f"/sistem/catatan/{last.id}"
    if last.data.get("broken"):
        return Check(label, _("terputus (%(when)s)", when=waktu(last.at)), "danger", url)
    late = clock.now() - last.at > CHECK_AGE
    return Check(label, _("utuh (%(when)s)", when=waktu(last.at)), "warn" if late else "ok", url)
