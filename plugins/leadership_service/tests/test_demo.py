"""``portal demo``: letters and requests in every state, of the three offices."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.leadership_service.demo import demo
from plugins.leadership_service.models import AgendaEvent, RegisterLine
from portal.api import Case, CaseTask, Player
from portal.testing import clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("later", [timedelta(), timedelta(days=5, hours=7), timedelta(days=39)])
def test_the_demo_has_every_state(
    session: Session, frozen_clock: clock.FrozenClock, later: timedelta
) -> None:
    now: datetime = frozen_clock.forward(seconds=later.total_seconds())
    demo(Player(), now)
    session.rollback()
    frozen_clock.set(now)
    offices = select(RegisterLine.office).distinct()
    assert set(session.scalars(offices)) == {"menteri", "setmen", "staf-ahli"}
    waiting = set(session.scalars(select(CaseTask.step).where(CaseTask.status == "open")))
    assert waiting >= {"1", "2", "2.konfirmasi", "3", "3a.telaah", "4a", "4a.kirim"}
    assert waiting >= {"4b2", "4b4.selesai", "4b4"}
    assert session.scalar(select(func.count()).where(Case.sealed)) == 2
    late = select(func.count()).where(CaseTask.status == "open", CaseTask.due < now)
    assert (session.scalar(late.where(CaseTask.step == "4b4")) or 0) == 1
    assert (session.scalar(select(func.count()).where(AgendaEvent.starts > now)) or 0) >= 3
    assert max(session.scalars(select(Case.started_at))) <= now
