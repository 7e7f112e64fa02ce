"""The rules of delegating a position, without a database: periods, overlaps, circles.

Delegating passes on the daily work in the giver's name (a.n.); it is not the order that
makes somebody Plt. or Plh., and whoever acts by mandate cannot pass it on. Source: UU
30/2014 articles 11 to 14.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.formats import tanggal
from portal.org.dates import overlap


@dataclass(frozen=True, slots=True)
class Span:
    """One delegation: of which position, from whom to whom (ids), from a day to a day."""

    position: int
    giver: int
    receiver: int
    start: date
    end: date
    receiver_name: str = ""


def a_year_later(day: date) -> date:
    """The first day on which a period beginning on ``day`` is longer than a year."""
    leap_day = day.month == 2 and day.day == 29
    return date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)


def refusals(
    others: Sequence[Span], new: Span, day: date, *, shared: bool = False
) -> list[tuple[str, str]]:
    """Why ``new`` may not be entered on ``day``, as (field, sentence); empty when it may.

    ``others`` are the delegations that have not ended. A ``shared`` position has several
    holders, and each delegates the own share only.
    """
    if new.giver == new.receiver:
        return [
            ("person", _("Tugas tidak dapat dilimpahkan kepada diri sendiri; pilih orang lain."))
        ]
    if new.start < day:
        return [("valid_from", _("Hari pertama sudah lewat; pilih hari ini atau sesudahnya."))]
    if new.end < new.start:
        return [("valid_to", _("Hari terakhir mendahului hari pertama; perbaiki masanya."))]
    if new.end >= a_year_later(new.start):
        return [("valid_to", _("Pelimpahan paling lama satu tahun; pilih hari yang lebih awal."))]
    found: list[tuple[str, str]] = []
    for other in others:
        same = other.position == new.position and (not shared or other.giver == new.giver)
        if same and overlap(other.start, other.end, new.start, new.end):
            text = _(
                "Tugas jabatan ini sudah dilimpahkan kepada %(name)s dari %(start)s sampai "
                "%(end)s; akhiri dahulu, atau pilih masa lain.",
                name=other.receiver_name,
                start=tanggal(other.start),
                end=tanggal(other.end),
            )
            found.append(("valid_from", text))
    if not found and closes_circle(others, new):
        text = _(
            "Pelimpahan ini berputar: pada masa yang sama tugas orang itu sudah dilimpahkan, "
            "langsung atau lewat orang lain, kepada Anda. Pilih orang atau masa lain."
        )
        found.append(("person", text))
    return found


def closes_circle(others: Iterable[Span], new: Span) -> bool:
    """True when work given by ``new`` could come back to its giver on some day."""
    given: dict[int, list[Span]] = {}
    for other in others:
        given.setdefault(other.giver, []).append(other)
    # every step narrows the days on which the whole way exists
    ways = [(new.receiver, new.start, new.end, frozenset({new.receiver}))]
    while ways:
        person, start, end, seen = ways.pop()
        for span in given.get(person, ()):
            first, last = max(start, span.start), min(end, span.end)
            if first > last:
                continue
            if span.receiver == new.giver:
                return True
            if span.receiver not in seen:
                ways.append((span.receiver, first, last, seen | {span.receiver}))
    return False


def passed_on(others: Iterable[Span], new: Span) -> bool:
    """True when the receiver has delegated work of their own in the period."""
    return any(
        other.giver == new.receiver and overlap(other.start, other.end, new.start, new.end)
        for other in others
    )
