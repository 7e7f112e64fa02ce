"""Sample absences for ``portal demo``: one delegation and one acting official, both running."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal import clock
from portal.org.dates import today
from portal.org.delegations import delegate
from portal.org.holders import assign_holder, holders_on
from portal.org.models import HolderKind
from portal.org.structure import position_by_code

AWAY, STAND_IN = "kabag-protokol-tup", "kasubbag-tu-setmen"
"""On leave for two weeks, and who works a.n. that official."""
ABSENT, ACTING = "kepala-set-ksp", "sekretaris-wantimpres"
"""On a journey, and whose holder is the Plh."""
AGO, DAYS = 4, 14


def play(session: Session, now: datetime) -> None:
    """Enter both some days before ``now``, for two weeks; the caller sets the clock back."""
    clock.set_clock(now - timedelta(days=AGO))
    first = today()
    last = first + timedelta(days=DAYS - 1)
    away = position_by_code(session, AWAY).id
    delegate(
        session,
        position_id=away,
        from_person_id=_holder(session, AWAY),
        to_person_id=_holder(session, STAND_IN),
        valid_from=first,
        valid_to=last,
        reason="Contoh: cuti tahunan.",
    )
    assign_holder(
        session,
        position_id=position_by_code(session, ABSENT).id,
        person_id=_holder(session, ACTING),
        kind=HolderKind.PLH,
        mandate="Contoh: surat perintah pelaksana harian",
        valid_from=first,
        valid_to=last,
    )


def _holder(session: Session, code: str) -> int:
    position = position_by_code(session, code)
    return holders_on(session, [position.id], today())[position.id][0].person_id
