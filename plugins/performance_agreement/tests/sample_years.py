"""The sample years of ``portal demo`` as rows that tests begin with, planted once per process."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.performance_agreement.demo import demo
from portal.api import Player
from portal.testing.pytest_plugin import MONDAY_NINE


def play_years(session: Session) -> None:
    """Three finished years, 2027 at stage 5, 2028 at stage 2, one suspended, one cancelled."""
    demo(Player(), MONDAY_NINE)
