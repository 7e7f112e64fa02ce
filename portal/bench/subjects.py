"""What ``portal bench cases``, ``register`` and ``complaints`` fill, open and send.

The core's own lists are named here, the plugins' in their manifests (``measured``). Who sees
most and who sees few is looked up in the data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.auth.models import Account
from portal.auth.rights import actor_of
from portal.bench.copies import Vary, multiply
from portal.complaints import demo as complaints
from portal.complaints.facts import Kind
from portal.db import db
from portal.errors import ConfigurationError
from portal.org.models import Position
from portal.plugins.manifest import Measured, MeasuredForm
from portal.workflow.access import visible_cases
from portal.workflow.corebook import CORE
from portal.workflow.models import Case, SealedReader
from portal.workflow.player import Player

REPORTER = "staf-setpres"
REGULAR = 20
"""One complaint in so many is the regular reporter's; the others are everybody's."""
FULL = 26
"""Who sees fewer cases among 1,000 has no full page and a next one."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """``which`` root cases are copied; ``pages`` and ``forms`` are found in the first instance."""

    name: str
    which: Callable[[], ColumnElement[bool]]
    pages: Callable[[Session], Sequence[tuple[str, str]]]
    forms: Callable[[], Sequence[MeasuredForm]]
    vary: Callable[[Session], Vary] = lambda session: {}


def fill(subject: Subject, rows: int, progress: Progress) -> None:
    """Play the samples, then copy those of the subject until there are so many more."""
    now = clock.now()
    try:
        for _key, play in current_app.extensions["portal_host"].demo():
            play(Player(), now)
        complaints.play(Player(), now)
    finally:
        clock.set_clock(None)
    session = db.session()
    query = select(Case).where(Case.parent_id.is_(None), subject.which())
    roots = session.scalars(query.order_by(Case.id)).all()
    multiply(session, roots, rows, now, progress, subject.vary(session))
    db.session.remove()


def _measured(name: str) -> list[tuple[str, Measured]]:
    """What the active plugins measure for a subject, with their keys."""
    return [
        (each.key, row)
        for each in current_app.extensions["portal_host"].plugins()
        for row in each.manifest.measured
        if row.subject == name
    ]


def _plugin_forms(name: str) -> list[MeasuredForm]:
    return [form for _key, row in _measured(name) for form in row.forms]


# -- cases ---------------------------------------------------------------------------------


def _all_cases() -> ColumnElement[bool]:
    return Case.plugin != CORE


def _case_pages(session: Session) -> list[tuple[str, str]]:
    most, few = _extremes(session)
    return [
        (most, "/kasus"),
        (few, "/kasus"),
        (most, "/kasus?keadaan=berjalan"),
        (most, "/cari?q=arsip"),
        (few, "/cari?q=arsip"),
        (most, "/permohonan"),
    ]


def _extremes(session: Session) -> tuple[str, str]:
    """Log-in names of who sees the most cases, and of who sees the fewest that fill a page."""
    counts = {}
    people = session.execute(select(Account.username, Account.person_id).order_by(Account.username))
    for username, person in people.all():
        seen = select(func.count(Case.id)).where(visible_cases(session, actor_of(session, person)))
        counts[username] = session.scalar(seen) or 0
    many = {name: count for name, count in counts.items() if count >= FULL}
    return max(many, key=lambda name: many[name]), min(many, key=lambda name: many[name])


# -- the register ----------------------------------------------------------------------------


def _registered() -> ColumnElement[bool]:
    keys = [key for key, _row in _measured("register")]
    if not keys:
        raise ConfigurationError(
            "Tidak ada plugin aktif yang mempunyai buku register untuk diukur;"
            " periksa PORTAL_PLUGINS dan `portal plugin list`."
        )
    return Case.plugin.in_(keys)


def _register_pages(session: Session) -> list[tuple[str, str]]:
    return [page for _key, row in _measured("register") for page in row.pages]


# -- complaints ------------------------------------------------------------------------------


def _reporters(session: Session) -> Vary:
    """Everybody files some, one person many."""
    people = session.scalars(select(Account.person_id).order_by(Account.person_id)).all()
    regular = select(Account.person_id).where(Account.username == REPORTER)
    one = session.scalars(regular).one()

    def choose(random: Random) -> object:
        return one if random.randrange(REGULAR) == 0 else random.choice(people)

    return {"complaint_identity": {"person_id": choose}}


def _complaint_pages(session: Session) -> list[tuple[str, str]]:
    counts = session.execute(
        select(Position.code, func.count(SealedReader.case_id))
        .join(Position, Position.id == SealedReader.position_id)
        .join(Case, Case.id == SealedReader.case_id)
        .where(Case.plugin == CORE)
        .group_by(Position.code)
        .order_by(func.count(SealedReader.case_id), Position.code)
    ).all()
    handling = [code for code, count in counts if count >= FULL]
    return [
        (REPORTER, "/pengaduan"),
        (handling[-1], "/pengaduan?daftar=ditangani"),
        (handling[0], "/pengaduan?daftar=ditangani"),
    ]


def _complaint_forms() -> list[MeasuredForm]:
    def filled(number: int) -> dict[str, Any]:
        standards = current_app.extensions["portal_host"].standards()
        return {
            "kind": str(Kind.GRIEVANCE),
            "text": f"Contoh: surat kami nomor {number} belum dijawab.",
            "standard": standards[0].plugin if standards else "",
        }

    return [MeasuredForm(person=REPORTER, address="/pengaduan/baru", fields=(filled,))]


SUBJECTS = {
    each.name: each
    for each in (
        Subject("cases", _all_cases, _case_pages, lambda: _plugin_forms("cases")),
        Subject("register", _registered, _register_pages, lambda: _plugin_forms("register")),
        Subject(
            "complaints",
            lambda: Case.plugin == CORE,
            _complaint_pages,
            _complaint_forms,
            _reporters,
        ),
    )
}
"""What can be measured, by name."""
