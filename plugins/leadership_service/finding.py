"""Which lines of the register a page shows: the newest first, by the indexes of the table.

No index knows the words of a letter: they are looked for in a window of the newest lines,
and the next page goes on behind it. A whole number has an index. Who reads which office's
register, and what a line shows of a secret letter, is in ``register``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, union_all
from sqlalchemy.orm import Session

from plugins.leadership_service.models import RegisterLine
from portal.api import Actor, Case, visible_cases

SECRET = ("R", "SR")
WINDOW = 1000
"""Words are looked for in so many lines at once; the next page goes on behind them."""
MOST_WORDS = 6
NUMBER = re.compile(r"(?=.*\d)(?=.*[/.-])\S.*")
"""What may be a whole number: with a single figure or word, all that contain it are meant."""

Branches = Sequence[ColumnElement[bool]]
Conditions = Sequence[ColumnElement[bool]]


def of_leaders(leaders: Sequence[str]) -> Branches:
    """A branch per leader: their index is in the order of the list."""
    return [RegisterLine.leader == leader for leader in leaders]


def newest(branches: Branches, conditions: Conditions, limit: int) -> Select[int]:
    """The ids of the newest lines of all branches; of each no more than these are read."""
    ordered = [
        select(RegisterLine.id)
        .where(branch, *conditions)
        .order_by(RegisterLine.id.desc())
        .limit(limit)
        .subquery()
        for branch in branches or (false(),)
    ]
    merged = union_all(*(select(each.c.id) for each in ordered)).subquery()
    return select(merged.c.id).distinct().order_by(merged.c.id.desc()).limit(limit)


def within(window: Select[int], words: Conditions, limit: int) -> Select[RegisterLine]:
    """Of a window the newest lines that have the words."""
    some = window.subquery()
    return (
        select(RegisterLine)
        .join(some, some.c.id == RegisterLine.id)
        .where(*words)
        .order_by(RegisterLine.id.desc())
        .limit(limit)
    )


def end_of(session: Session, window: Select[int]) -> int:
    """The last line of a full window; 0 if nothing stands behind the window."""
    some = window.subquery()
    total, last = session.execute(select(func.count(), func.min(some.c.id))).one()
    return int(last) if total == WINDOW else 0


def by_number(session: Session, actor: Actor, leaders: Sequence[str], text: str) -> Branches:
    """A branch per kind of number that the text may wholly be; none if no line has it."""
    if not NUMBER.fullmatch(text):
        return ()
    spellings = {text, text.upper()}
    # read beforehand: only with the ids at hand does the database take the index of the cases
    cases = session.scalars(select(Case.id).where(Case.number.in_(spellings))).all()
    numbers = [
        RegisterLine.agenda.in_(spellings),
        and_(RegisterLine.letter_number.in_(spellings), _may_know(session, actor)),
    ]
    if cases:
        numbers.append(RegisterLine.case_id.in_(cases))
    branches = [and_(RegisterLine.leader.in_(leaders), number) for number in numbers]
    return branches if session.scalar(newest(branches, (), 1)) is not None else ()


def has_words(session: Session, actor: Actor, text: str) -> ColumnElement[bool]:
    """Every word stands in what the reader may know of the line."""
    shown_to_all = (RegisterLine.agenda, RegisterLine.case_number)
    contents = (RegisterLine.letter_number, RegisterLine.subject, RegisterLine.sender)
    words = text.split()[:MOST_WORDS]

    def have(*columns: ColumnElement[str]) -> ColumnElement[bool]:
        return and_(
            *(or_(*(each.icontains(word, autoescape=True) for each in columns)) for word in words)
        )

    everything = have(*(each.expression for each in (*shown_to_all, *contents)))
    return or_(
        have(*(each.expression for each in shown_to_all)),
        and_(everything, _may_know(session, actor)),
    )


def _may_know(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The line is of no secret letter, or of one that the reader may open.

    Of a sealed envelope the line itself has no more than anyone of the office may know.
    """
    readable: ColumnElement[bool] = false()
    if actor.position_ids:
        seen = select(Case.id).where(
            Case.id == RegisterLine.case_id, visible_cases(session, actor)
        )  # fmt: skip
        readable = seen.correlate(RegisterLine).exists()
    return or_(RegisterLine.security.not_in(SECRET), RegisterLine.sealed, readable)
