"""A person's notices: the number of unread ones, a page of them, marking them read.

Cases that are kept from the person by a conflict of interest are left out, whenever the
conflict became known. A notice of a task that waits no more, or for a colleague who has
claimed it, counts as read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from plugins.notifications.kinds import CHOICES, LOOKS, WAITING, Kind, Look, headline
from plugins.notifications.models import Notice, Preference
from portal.api import Actor, CaseTask, Invalid, NotFound, cases_kept_from, now

PAGE = 25
MOST = 99
"""The bell counts no further."""
ONLY_UNREAD = "belum"
UNREAD, READ = "b", "s"
"""The two parts of the list, as cursors name them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as the page shows it."""

    id: int
    headline: str
    look: Look
    number: str
    path: str
    at: datetime
    due: datetime | None
    zone: str
    unread: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of notices, unread first; ``newest`` is the highest id there is for the person."""

    rows: tuple[Row, ...]
    unread: int
    newest: int
    next_cursor: str
    filter: str


def unread_count(session: Session, actor: Actor) -> int:
    """How many unread notices the person has, counted up to one more than the bell shows."""
    some = select(literal(1)).where(_mine(actor), _unread(actor)).limit(MOST + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def page_of(session: Session, actor: Actor, *, only: str = "", cursor: str = "") -> Page:
    """A page: the unread ones, newest first, then the read ones; ``only`` may be ``belum``.

    Raises:
        Invalid: the cursor was changed by hand.
    """
    part, after = _read_cursor(cursor)
    found: list[tuple[Notice, bool]] = []
    if part == UNREAD:
        found = [(row, True) for row in _some(session, actor, PAGE + 1, after, unread=True)]
        after = None
    if len(found) <= PAGE and only != ONLY_UNREAD:
        rest = PAGE + 1 - len(found)
        found += [(row, False) for row in _some(session, actor, rest, after, unread=False)]
    more, found = len(found) > PAGE, found[:PAGE]
    newest = session.scalar(select(func.max(Notice.id)).where(_mine(actor)))
    return Page(
        rows=tuple(_row(notice, unread) for notice, unread in found),
        unread=unread_count(session, actor),
        newest=newest or 0,
        next_cursor=_cursor(*found[-1]) if more else "",
        filter=only,
    )


def _some(
    session: Session,
    actor: Actor,
    limit: int,
    after: tuple[datetime, int] | None,
    *,
    unread: bool,
) -> Sequence[Notice]:
    condition = _unread(actor) if unread else not_(_unread(actor))
    query = select(Notice).where(_mine(actor), condition)
    if after is not None:
        at, key = after
        query = query.where(or_(Notice.at < at, and_(Notice.at == at, Notice.id < key)))
    return session.scalars(query.order_by(Notice.at.desc(), Notice.id.desc()).limit(limit)).all()


def mark_read(session: Session, actor: Actor, notice_id: int) -> None:
    """Mark one notice of the person as read; again changes nothing.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    notice = session.get(Notice, notice_id)
    if notice is None or notice.person_id != actor.person_id:
        raise NotFound(_("Notifikasi itu tidak ditemukan."))
    if notice.read_at is None:
        notice.read_at = now()


def mark_all_read(session: Session, actor: Actor, newest: int) -> None:
    """Mark what the person has seen as read: up to the id ``newest``, none that came later."""
    session.execute(
        update(Notice)
        .where(Notice.person_id == actor.person_id, Notice.read_at.is_(None), Notice.id <= newest)
        .values(read_at=now())
        .execution_options(synchronize_session=False)
    )


def choices_of(session: Session, actor: Actor) -> dict[str, bool]:
    """Whether the person wants mail, by kind."""
    rows = session.execute(
        select(Preference.kind, Preference.email).where(Preference.person_id == actor.person_id)
    )
    chosen = {row.kind: row.email for row in rows}
    return {str(kind): chosen.get(str(kind), True) for kind in CHOICES}


def choose(session: Session, actor: Actor, wanted: dict[str, bool]) -> None:
    """Keep for which kinds the person wants mail."""
    for kind in CHOICES:
        row = session.get(Preference, (actor.person_id, str(kind)))
        if row is None:
            row = Preference(person_id=actor.person_id, kind=str(kind))
            session.add(row)
        row.email = wanted[str(kind)]


def _mine(actor: Actor) -> ColumnElement[bool]:
    return and_(Notice.person_id == actor.person_id, Notice.root_id.not_in(cases_kept_from(actor)))


def _unread(actor: Actor) -> ColumnElement[bool]:
    waits = select(CaseTask.id).where(
        CaseTask.id == Notice.task_id,
        CaseTask.status == "open",
        or_(
            Notice.kind.not_in([str(kind) for kind in WAITING]),
            CaseTask.claimed_by_id.is_(None),
            CaseTask.claimed_by_id == actor.person_id,
        ),
    )
    return and_(
        Notice.read_at.is_(None), or_(Notice.task_id.is_(None), exists(waits.correlate(Notice)))
    )


def _row(notice: Notice, unread: bool) -> Row:
    kind = Kind(notice.kind)
    return Row(
        id=notice.id,
        # the badge says what has happened to the step
        headline=notice.step or headline(kind),
        look=LOOKS[kind],
        number=notice.number,
        path=notice.path,
        at=notice.at,
        due=notice.due if kind in WAITING else None,
        zone=notice.zone,
        unread=unread,
    )


def _cursor(notice: Notice, unread: bool) -> str:
    return f"{UNREAD if unread else READ}~{notice.at.isoformat()}~{notice.id}"


def _read_cursor(cursor: str) -> tuple[str, tuple[datetime, int] | None]:
    if not cursor:
        return UNREAD, None
    try:
        part, at, key = cursor.split("~")
        instant, number = datetime.fromisoformat(at), int(key)
    except ValueError:
        part, instant, number = "", datetime.min, 0
    # an address that somebody has changed by hand must not reach the database
    if part not in (UNREAD, READ) or instant.tzinfo is None or not 0 < number < 2**31:
        raise Invalid(_("Alamat halaman ini tidak lengkap. Mulailah dari awal daftar."))
    return part, (instant, number)
