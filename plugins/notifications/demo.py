"""Sample notices for ``portal demo``: they come from the events of the sample cases.

Of each person's the older half is marked as read, so that the page shows both.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from plugins.notifications.models import Notice
from portal.api import Player, Run, enqueue, now, transaction

JOB = "notifications.sample"


def demo(player: Player, now: datetime) -> None:
    """Let them be marked once all events have been heard: jobs run in order of time."""
    with transaction() as session:
        enqueue(session, JOB, run_after=now)


def mark_old(run: Run) -> None:
    """Mark the older half of each person's notices as read."""
    with transaction() as session:
        order = (Notice.person_id, Notice.at, Notice.id)
        for _person, mine in groupby(
            session.scalars(select(Notice).order_by(*order)), lambda notice: notice.person_id
        ):
            unread = [notice for notice in mine if notice.read_at is None]
            for notice in unread[: len(unread) // 2]:
                notice.read_at = now()
