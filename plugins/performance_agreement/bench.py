"""Cases for ``portal bench act``: whole years with all units, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from plugins.performance_agreement.demo import JAKARTA, Play
from portal.api import Player

YEARS = range(2016, 2100)


def bench(player: Player) -> Iterator[str]:
    """Play a yearly case from the direction to publishing; yields its number when it is done.

    All 13 units submit in time; each case has 97 acts.
    """
    for year in YEARS:
        play = Play(player, datetime(year - 1, 9, 1, tzinfo=JAKARTA), year)
        play.whole()
        yield play.number
