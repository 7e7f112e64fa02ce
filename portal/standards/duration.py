"""Limits as a standard prints them, added up over a procedure.

When a deadline falls is the workflow's business; here a limit is only text that
can be recognised and summed: days stay days, since an office day has no length here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

UNTIMED = "tanpa batas waktu"

_LIMIT = re.compile(
    r"(?:([1-9][0-9]{0,3}) (menit|jam|hari kalender|hari kerja|hari)"
    r"|([1-9][0-9]?) jam ([1-9][0-9]?) menit)"
)


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of limits; ``untimed`` counts the stages that have none."""

    working_days: int = 0
    calendar_days: int = 0
    minutes: int = 0
    untimed: int = 0

    def timed(self) -> str:
        """The timed part in words: "34 hari kerja 5 jam 30 menit"; empty if nothing is timed."""
        hours, minutes = divmod(self.minutes, 60)
        parts = (
            (self.working_days, _("hari kerja")),
            (self.calendar_days, _("hari kalender")),
            (hours, _("jam")),
            (minutes, _("menit")),
        )
        return " ".join(f"{amount} {unit}" for amount, unit in parts if amount)

    def text(self) -> str:
        """The whole in words: "34 hari kerja 5 jam 30 menit; 2 langkah tanpa batas waktu"."""
        untimed = _("%(number)d langkah tanpa batas waktu", number=self.untimed)
        parts = (self.timed(), untimed if self.untimed else "")
        return "; ".join(part for part in parts if part)


def is_limit(text: str) -> bool:
    """True for "30 menit", "2 jam", "1 jam 30 menit", "20 hari", "3 hari kalender"."""
    return _LIMIT.fullmatch(text) is not None


def limit_words(text: str) -> str:
    """A printed limit for a reader: "20 hari" is "20 hari kerja", none is "tanpa batas waktu"."""
    if not text:
        return str(_("tanpa batas waktu"))
    return f"{text} {_('kerja')}" if text.endswith(" hari") else text


def total(limits: Iterable[str]) -> Total:
    """Add limits up; an empty one counts as untimed.

    Raises:
        ValueError: a text is no limit.
    """
    days = calendar = minutes = untimed = 0
    for text in limits:
        if not text:
            untimed += 1
            continue
        found = _LIMIT.fullmatch(text)
        if found is None:
            raise ValueError(f"not a limit: {text!r}")
        amount, unit = int(found[1] or 0), found[2]
        if unit is None:
            minutes += int(found[3]) * 60 + int(found[4])
        elif unit == "hari kalender":
            calendar += amount
        elif unit.startswith("hari"):
            days += amount
        else:
            minutes += amount * (60 if unit == "jam" else 1)
    return Total(days, calendar, minutes, untimed)
