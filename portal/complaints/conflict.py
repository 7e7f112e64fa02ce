"""The rule against conflicts of interest, as pure functions over positions and units.

A complaint about an official never reaches that official or anybody in the unit that
official heads: it goes to the superior; about an official without one (the Menteri), to the
complaint officer alone. The same rule judges every answer of a plugin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Seat:
    """A position: its unit, whether it heads it, and the superior laid down for it, if any."""

    id: int
    unit: int
    head: bool = False
    superior: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Chart:
    """The organisation on a day: seats by id, and the unit above each unit."""

    seats: Mapping[int, Seat]
    above: Mapping[int, int | None]
    heads: Mapping[int, int] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[int, int] = {}
        for seat in sorted(self.seats.values(), key=lambda each: each.id):
            if seat.head:
                found.setdefault(seat.unit, seat.id)
        object.__setattr__(self, "heads", found)

    def path(self, unit: int) -> Iterator[int]:
        """The unit and those above it, from below; a circle in the data ends."""
        seen: set[int] = set()
        current: int | None = unit
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            current = self.above.get(current)

    def below(self, unit: int) -> frozenset[int]:
        """The unit with all units under it."""
        return frozenset(each for each in self.above if unit in self.path(each))

    def superior(self, seat_id: int) -> int | None:
        """The seat above: the one laid down, else the head of the nearest unit that has one."""
        seat = self.seats.get(seat_id)
        if seat is None:
            return None
        if seat.superior in self.seats:
            return seat.superior
        for unit in self.path(seat.unit):
            head = self.heads.get(unit)
            if head not in (None, seat_id) and not (seat.head and unit == seat.unit):
                return head
        return None

    def superiors(self, seat_id: int) -> Iterator[int]:
        """The seats above, from below; a circle in the data ends."""
        seen = {seat_id}
        current = self.superior(seat_id)
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            current = self.superior(current)


@dataclass(frozen=True, slots=True)
class Bar:
    """From whom a complaint is kept: seats by id, and every seat of the units."""

    seats: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()

    def holds(self, seat: Seat) -> bool:
        """Whether the seat may not have the complaint."""
        return seat.id in self.seats or seat.unit in self.units


@dataclass(frozen=True, slots=True)
class Route:
    """Who receives a complaint. ``alone``: nobody else may have it (about the highest)."""

    seat: int
    alone: bool = False
    bar: Bar = Bar()


def bar_of(chart: Chart, about: int | None) -> Bar:
    """The official complained about and, if it is a head, the unit with all under it."""
    seat = None if about is None else chart.seats.get(about)
    if seat is None:
        return Bar()
    return Bar(frozenset({seat.id}), chart.below(seat.unit) if seat.head else frozenset())


def route(
    chart: Chart,
    *,
    proposed: int | None,
    officer: int,
    about: int | None = None,
    shut: frozenset[int] = frozenset(),
) -> Route | None:
    """Who receives the complaint; None if the organisation has nobody who may.

    ``proposed``: the answer of clause H or of a plugin. ``officer``: the complaint officer.
    ``shut``: further seats that must not handle it (other seats of the same people).
    """
    bar = bar_of(chart, about)

    def fits(seat_id: int) -> bool:
        seat = chart.seats.get(seat_id)
        return seat is not None and seat_id not in shut and not bar.holds(seat)

    above = [] if about is None else list(chart.superiors(about))
    if about is None or above:
        first = officer if proposed is None else proposed
        if fits(first):
            return Route(first, bar=bar)
        start = above if about is not None else chart.superiors(first)
        for seat_id in start:
            if fits(seat_id):
                return Route(seat_id, bar=bar)
    # nobody stands above: the complaint officer, although of the same house
    if officer in chart.seats and officer != about and officer not in shut:
        return Route(officer, alone=True, bar=Bar(bar.seats))
    for seat_id in chart.superiors(officer):
        if fits(seat_id):
            return Route(seat_id, bar=bar)
    return None


def may_have(chart: Chart, way: Route, seat_id: int, shut: frozenset[int] = frozenset()) -> bool:
    """Whether a seat may be given the complaint later on: delegated, passed on, moved."""
    if way.alone:
        return seat_id == way.seat
    seat = chart.seats.get(seat_id)
    return seat is not None and seat_id not in shut and not way.bar.holds(seat)
