"""For ``portal bench``: whole years with all units, one after the other; the yearly start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from plugins.performance_agreement.demo import JAKARTA, Play
from portal.api import Measured, MeasuredForm, Player

YEARS = range(2016, 2100)


def bench(player: Player) -> Iterator[str]:
    """Play a yearly case from the direction to publishing; yields its number when it is done.

    All 13 units submit in time; each case has 97 acts.
    """
    for year in YEARS:
        play = Play(player, datetime(year - 1, 9, 1, tzinfo=JAKARTA), year)
        play.whole()
        yield play.number


def _year(number: int) -> dict[str, Any]:
    return {"tahun": str(2030 + number), "syarat_0": "y"}


CASES = Measured(
    subject="cases",
    forms=(
        MeasuredForm(person="karo-otlak", address="/permohonan/baru/pk.yearly", fields=(_year,)),
    ),
)
"""Beginning a yearly case; a year that nobody has begun each time."""
