"""Limits as the standards print them: "30 menit", "2 jam", "20 hari", "3 hari kalender".

Pure values: what a limit means in office time is in ``portal.workflow.clock``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from portal.errors import Invalid

LimitUnit = Literal["menit", "jam", "hari", "hari kalender"]

UNITS: tuple[LimitUnit, ...] = get_args(LimitUnit)
LARGEST = 10_000

_SIMPLE = re.compile(r"([0-9]{1,5})\s+(menit|jam|hari kalender|hari kerja|hari)")
_COMPOUND = re.compile(r"([0-9]{1,3})\s+jam\s+([0-9]{1,2})\s+menit")


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time: ``menit`` and ``jam`` are office time, ``hari`` are working days.

    ``hari kalender`` counts every day. ``str(limit)`` is the stored form, which
    :func:`parse_limit` reads back; :meth:`text` is the form that people read.
    """

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.unit not in UNITS or not 1 <= self.amount <= LARGEST:
            raise ValueError(f"not a limit: {self.amount} {self.unit}")

    @property
    def minutes(self) -> int | None:
        """Office minutes of a limit in minutes or hours; None for one in days."""
        return {"menit": self.amount, "jam": self.amount * 60}.get(self.unit)

    def text(self) -> str:
        """The limit in words: "1 jam 30 menit", "20 hari kerja", "3 hari kalender"."""
        minutes = self.minutes
        if minutes is None:
            return f"{self.amount} {'hari kerja' if self.unit == 'hari' else self.unit}"
        hours, rest = divmod(minutes, 60)
        parts = [f"{hours} jam"] if hours else []
        parts += [f"{rest} menit"] if rest else []
        return " ".join(parts)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


def parse_limit(text: str) -> Limit:
    """Read a limit; "1 jam 30 menit" and "20 hari kerja" are understood as well.

    Raises:
        Invalid: the text is no limit; the message shows the right form.
    """
    words = " ".join(text.lower().split())
    if found := _COMPOUND.fullmatch(words):
        amount, unit = int(found[1]) * 60 + int(found[2]), "menit"
    elif found := _SIMPLE.fullmatch(words):
        amount, unit = int(found[1]), "hari" if found[2] == "hari kerja" else found[2]
    else:
        amount, unit = 0, ""
    if not 1 <= amount <= LARGEST:
        raise Invalid(
            f"Batas waktu “{text}” tidak dapat dibaca; "
            "tulis misalnya “30 menit”, “2 jam”, “20 hari”, atau “3 hari kalender”."
        )
    return Limit(amount, cast(LimitUnit, unit))
