"""Sample notices for ``portal demo``: they come from the events of the sample cases.

What is older than a day is marked as read, so that the page shows both.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from plugins.notifications.models import Notice
from portal.api import Player, Run, enqueue, now, transaction

JOB = "notifications.sample"


def demo(player: Player, now: datetime) -> None:
    """Let the old ones be marked once all events have been heard: jobs run in order of time."""
    with transaction() as session:
        enqueue(session, JOB, run_after=now)


def mark_old(run: Run) -> None:
    """Mark what is older than a day as read."""
    with transaction() as session:
        session.execute(
            update(Notice)
            .where(Notice.read_at.is_(None), Notice.at < now() - timedelta(days=1))
            .values(read_at=now())
            .execution_options(synchronize_session=False)
        )
