"""Lists of people for the administrators: by name, page by page, searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.org.dates import in_force
from portal.org.models import Holder, HolderKind, Person, Position

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in the list with the titles held on the day (``Plt. …`` included)."""

    person: Person
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the list; ``after`` is the cursor of the next page, 0 at the end."""

    lines: tuple[PersonLine, ...]
    after: int


def person_by_id(session: Session, person_id: int) -> Person:
    """The person; raises :class:`NotFound`."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def find_people(
    session: Session, query: str, day: date, *, after: int = 0, only_active: bool = False
) -> PeoplePage:
    """People whose name or code contains ``query``, by name, behind the person ``after``.

    A NIP is not looked for: it would stand in the address of the page.
    """
    rows = select(Person).order_by(Person.name, Person.id).limit(PAGE_SIZE + 1)
    if query:
        rows = rows.where(
            or_(
                Person.name.icontains(query, autoescape=True),
                Person.code.icontains(query, autoescape=True),
            )
        )
    if only_active:
        rows = rows.where(Person.active)
    last = session.get(Person, after) if after else None
    if last is not None:
        rows = rows.where(
            or_(Person.name > last.name, and_(Person.name == last.name, Person.id > last.id))
        )
    people = session.scalars(rows).all()
    shown = people[:PAGE_SIZE]
    titles = titles_of(session, [person.id for person in shown], day)
    return PeoplePage(
        lines=tuple(PersonLine(person, tuple(titles.get(person.id, ()))) for person in shown),
        after=shown[-1].id if len(people) > PAGE_SIZE else 0,
    )


def titles_of(session: Session, person_ids: list[int], day: date) -> dict[int, list[str]]:
    """The titles that each person holds on a day; people without one are left out."""
    marks = {HolderKind.PLT: "Plt. ", HolderKind.PLH: "Plh. "}
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(Holder.person_id, Holder.kind, Position.title)
        .join(Position, Position.id == Holder.position_id)
        .where(Holder.person_id.in_(person_ids), in_force(Holder, day), in_force(Position, day))
        .order_by(Holder.valid_from, Holder.id)
    )
    for person_id, kind, title in rows:
        found.setdefault(person_id, []).append(marks.get(kind, "") + title)
    return found
