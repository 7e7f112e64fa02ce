"""What ``portal check`` says about the data: log, files, publications, registers, jobs, room.

Each function runs in an application context and only reads. Without ``deep`` it takes
seconds also with 100,000 files: sizes instead of contents, the newest entries of the log
instead of all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text

from portal import clock
from portal.config import Settings
from portal.db import db, reading
from portal.errors import PortalError

NEWEST = 20_000
"""Entries of the log that are looked at without ``deep``."""
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; ``good`` None is a plain fact."""

    part: str
    text: str
    good: bool | None = None


def data(settings: Settings, *, deep: bool = False) -> Iterator[Line]:
    """All lines about the data of an instance."""
    parts = (
        chains(deep=deep),
        files(deep=deep),
        publications(settings, deep=deep),
        registers(),
        jobs(),
        database_file(settings) if deep else (),
        room(settings),
        backups(),
    )
    for part in parts:
        with reading():
            try:
                yield from part
            except PortalError as error:
                yield Line("data", str(error), False)
            finally:
                db.session.rollback()


def chains(*, deep: bool = False) -> Iterator[Line]:
    """Does the log hold, and where does it stand?"""
    from portal import audit

    session = db.session()
    event = audit.AuditEvent
    newest = session.execute(
        select(event.id, event.chain, event.seq, event.mac).order_by(event.id.desc()).limit(1)
    ).first()
    if newest is None:
        return
    since = 0 if deep else newest.id - NEWEST
    broken = list(audit.verify(session, since=since))
    yield from _some(
        "catatan", [f"{each.chain} entri {each.seq}: {each.problem}" for each in broken]
    )
    if not broken:
        extent = f"{NEWEST} entri terbaru utuh" if since > 0 else "utuh"
        hint = " (--deep memeriksa semuanya)" if since > 0 else ""
        where = f"terakhir {newest.chain} {newest.seq} {newest.mac}"
        yield Line("catatan", f"{extent}{hint}; {where}", True)


def files(*, deep: bool = False) -> Iterator[Line]:
    """Has every uploaded file its content, and every content its row?"""
    from portal.documents.storage import storage
    from portal.documents.upkeep import file_contents

    found = file_contents(db.session(), storage(), deep=deep)
    yield from _some("berkas", found.damaged)
    if not found.damaged:
        what = "isi semuanya cocok" if deep else "semuanya ada dengan ukuran yang benar"
        yield Line("berkas", f"{found.files} berkas, {what}", True)
    if found.orphans:
        yield Line("berkas", f"{found.orphans} isi tanpa pemilik; akan dibersihkan sendiri")
    if found.expired:
        yield Line("berkas", f"{found.expired} unggahan lewat waktu sudah tanpa isi")


def publications(settings: Settings, *, deep: bool = False) -> Iterator[Line]:
    """Do database and publication store say the same?"""
    from portal.publishing.models import Publication
    from portal.publishing.upkeep import disagreements

    session = db.session()
    count = session.scalar(select(func.count()).select_from(Publication)) or 0
    wrong = list(disagreements(session, settings.publications, deep=deep))
    yield from _some("terbitan", wrong)
    if not wrong:
        yield Line("terbitan", f"{count} dokumen final, cocok dengan tempat terbitan", True)


def registers() -> Iterator[Line]:
    """Is every number of every register there?"""
    from portal.documents.upkeep import register_gaps

    count, gaps = register_gaps(db.session())
    yield from _some("register", gaps)
    if not gaps:
        yield Line("register", f"{count} buku, tanpa nomor yang hilang", True)


def jobs() -> Iterator[Line]:
    """Does the background work get done?"""
    from portal.jobs.models import Job, JobState
    from portal.web.health import LONGEST_WAIT

    now = clock.now()
    waiting = (JobState.QUEUED, JobState.RUNNING)
    query = select(
        func.count().filter(Job.state.in_(waiting)).label("waiting"),
        func.count()
        .filter(
            ((Job.state == JobState.QUEUED) & (Job.run_after < now - LONGEST_WAIT))
            | ((Job.state == JobState.RUNNING) & (Job.lease_until < now - LONGEST_WAIT))
        )
        .label("stuck"),
        func.count().filter(Job.state == JobState.FAILED).label("failed"),
    ).where(text("state IN ('queued', 'running', 'failed')"))
    row = db.session.execute(query).one()
    if row.stuck:
        yield Line(
            "pekerjaan",
            f"{row.stuck} menunggu lebih dari 10 menit; apakah `portal serve` (SQLite) atau"
            " `portal worker` (PostgreSQL) berjalan?",
            False,
        )
    else:
        yield Line("pekerjaan", f"{row.waiting} menunggu, tidak ada yang macet", True)
    if row.failed:
        yield Line("pekerjaan", f"{row.failed} gagal untuk seterusnya; lihat /sistem/pekerjaan")


def database_file(settings: Settings) -> Iterator[Line]:
    """SQLite's own examination of its file, and of what refers to what."""
    if not settings.sqlite:
        return
    session = db.session()
    said = session.scalars(text("PRAGMA integrity_check(5)")).all()
    lost = session.execute(text("PRAGMA foreign_key_check")).all()
    wrong = [str(line) for line in said if line != "ok"]
    wrong += [f"baris {row[0]} {row[1]} kehilangan induknya" for row in lost]
    yield from _some("berkas basis data", wrong)
    if not wrong:
        yield Line("berkas basis data", "utuh", True)


def room(settings: Settings) -> Iterator[Line]:
    """Is there room on the disks that are written to?"""
    from portal.web.health import ENOUGH_DISK, LITTLE_DISK

    seen: set[int] = set()
    for folder in (settings.instance, settings.files):
        while not folder.exists():
            folder = folder.parent
        device = folder.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(folder).free
        said = f"{free // (1024 * 1024)} MB kosong di {folder}"
        if free < ENOUGH_DISK:
            yield Line("ruang disk", f"hanya {said}; kosongkan segera", False)
        elif free < LITTLE_DISK:
            yield Line("ruang disk", f"Perhatian: tinggal {said}")
        else:
            yield Line("ruang disk", said, True)


def backups() -> Iterator[Line]:
    """When was the last backup made?"""
    from portal.audit import AuditEvent
    from portal.web.health import BACKUP, BACKUP_AGE

    query = (
        select(AuditEvent.at)
        .where(AuditEvent.chain == "system", AuditEvent.kind == BACKUP)
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    last = db.session.scalar(query)
    if last is None:
        yield Line("cadangan", "belum pernah dibuat; jalankan `portal backup FOLDER`")
        return
    age = clock.now() - last
    said = f"terakhir {last:%Y-%m-%d %H.%M} UTC ({age.days} hari lalu)"
    if age > BACKUP_AGE:
        yield Line("cadangan", f"Perhatian: {said}; jalankan `portal backup FOLDER`")
    else:
        yield Line("cadangan", said, True)


def _some(part: str, problems: Iterable[str]) -> Iterator[Line]:
    """A line for each problem, and one for those that were too many to show."""
    for count, problem in enumerate(problems):
        if count < SHOWN:
            yield Line(part, problem, False)
    if problems and count >= SHOWN:
        yield Line(part, f"dan {count + 1 - SHOWN} hal lain", False)
