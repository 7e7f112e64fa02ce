"""The organisation on a day as a tree: units, their seats, who sits there; and its filter.

Three queries, whatever the size. Pages show these frozen values, never models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.org.dates import in_force
from portal.org.holders import HolderView, holders_on
from portal.org.models import Position, PositionKind, Unit

VACANT = "lowong"
ACTING = "bertugas"


@dataclass(frozen=True, slots=True)
class Seat:
    """A position with the people who hold it on the day."""

    position_id: int
    code: str
    title: str
    kind: PositionKind
    holders: tuple[HolderView, ...]

    @property
    def vacant(self) -> bool:
        """True when nobody holds it, not even a Plt. or Plh."""
        return not self.holders

    @property
    def acting(self) -> bool:
        """True when a Plt. or Plh. holds it."""
        return any(holder.acting for holder in self.holders)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit with its seats and the units below it; ``open`` unfolds it on the page."""

    unit_id: int
    code: str
    name: str
    kind: str
    seats: tuple[Seat, ...]
    children: tuple[Node, ...]
    open: bool = False

    @property
    def head(self) -> Seat | None:
        """The seat of the unit's head."""
        return next((seat for seat in self.seats if seat.kind == PositionKind.HEAD), None)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def seat_order(kind: PositionKind, code: str) -> tuple[int, str]:
    """Heads first, then other officials, then staff."""
    ranks = {PositionKind.HEAD: 0, PositionKind.OTHER: 1, PositionKind.STAFF: 2}
    return ranks[kind], code


def tree_on(
    session: Session, day: date, *, unfold: Collection[int] = (), query: str = "", state: str = ""
) -> tuple[Node, ...]:
    """The units in force on ``day`` below their roots, filtered.

    A unit whose parent is not in force stands as a root. ``unfold`` names units that
    shall be visible at once (those of the reader). ``query`` is looked for in units,
    positions and people; ``state`` (``lowong``, ``bertugas``) keeps units with a vacant
    seat or an acting official. What is kept keeps its superior units.
    """
    units = session.scalars(
        select(Unit).where(in_force(Unit, day)).order_by(Unit.position, Unit.code)
    ).all()
    seats = _seats(session, day)
    below: dict[int | None, list[Unit]] = {}
    known = {unit.id for unit in units}
    # Real roots first, then the units whose parent has ended.
    for unit in sorted(units, key=lambda unit: unit.parent_id is not None):
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)

    def build(unit: Unit) -> Node:
        children = tuple(build(child) for child in below.get(unit.id, []))
        shown = any(child.open or child.unit_id in unfold for child in children)
        return Node(
            unit_id=unit.id,
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            seats=tuple(seats.get(unit.id, [])),
            children=children,
            open=shown,
        )

    roots = [replace(build(unit), open=True) for unit in below.get(None, [])]
    words = query.casefold().split()
    if not words and not state:
        return tuple(roots)
    kept = (_prune(root, words, state) for root in roots)
    return tuple(root for root in kept if root is not None)


def _seats(session: Session, day: date) -> dict[int, list[Seat]]:
    positions = session.scalars(select(Position).where(in_force(Position, day))).all()
    holders = holders_on(session, [position.id for position in positions], day)
    found: dict[int, list[Seat]] = {}
    for position in positions:
        kind = PositionKind(position.kind)
        seat = Seat(position.id, position.code, position.title, kind, tuple(holders[position.id]))
        found.setdefault(position.unit_id, []).append(seat)
    for seats in found.values():
        seats.sort(key=lambda seat: seat_order(seat.kind, seat.code))
    return found


def _prune(node: Node, words: list[str], state: str) -> Node | None:
    children = tuple(
        child for child in (_prune(child, words, state) for child in node.children) if child
    )
    if not children and not _matches(node, words, state):
        return None
    return replace(node, children=children, open=True)


def _matches(node: Node, words: list[str], state: str) -> bool:
    seats = [
        seat
        for seat in node.seats
        if not state or (seat.vacant if state == VACANT else seat.acting)
    ]
    if state and not seats:
        return False
    texts = [*([] if state else [f"{node.name} {node.code}"])]
    for seat in seats:
        names = " ".join(holder.name for holder in seat.holders)
        texts.append(f"{node.name} {seat.title} {names}")
    return not words or any(all(word in text.casefold() for word in words) for text in texts)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over a tree, for the line below the heading."""

    units: int
    acting: int
    vacant: int


def totals(roots: tuple[Node, ...]) -> Totals:
    """Count the units, the seats of acting officials and the vacant seats."""
    nodes = [node for root in roots for node in root.walk()]
    seats = [seat for node in nodes for seat in node.seats]
    return Totals(
        len(nodes), sum(seat.acting for seat in seats), sum(seat.vacant for seat in seats)
    )
