"""Entries of the log as administrators may see them: a page of them, one, a chain's name.

Being an administrator opens no case. Of a case's entries only time, number, step, kind and
the official's position are shown; of a complaint's not even that official, and those of a
case that is kept from this administrator are left out altogether.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.auth.rights import Actor
from portal.complaints.definition import COMPLAINT
from portal.errors import NotFound
from portal.formats import day_start
from portal.org.models import Position
from portal.web.log_words import CASE, FAMILIES, KINDS, SIGNED, details, family_of, sentence
from portal.workflow.barring import barred_cases
from portal.workflow.models import Case

PAGE = 25
CHUNK = 500
"""How many entries a download reads at a time."""
ACTING = ("Plt. ", "Plh. ", "a.n. ")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to show; ``chain`` is a family or one case's chain, days are inclusive."""

    chain: str = ""
    kind: str = ""
    words: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class CaseName:
    """What the log may say of a case; ``quiet``: no official either."""

    number: str
    quiet: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is shown."""

    id: int
    at: datetime
    chain: str
    seq: int
    number: str
    step: str
    kind: str
    text: str
    actor: str
    about: Sequence[tuple[str, str]]
    mac: str


def page_of(
    session: Session, actor: Actor, wanted: Wanted, limit: int = PAGE
) -> tuple[list[Entry], int | None]:
    """A page of entries, newest first, and the cursor of the next one; at most five queries."""
    query = _query(actor, wanted)
    if _one_chain(wanted.chain):
        query = query.order_by(AuditEvent.seq.desc())  # as its index has them
    else:
        query = query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    rows = session.scalars(query.limit(limit + 1)).all()
    following = rows[limit - 1].id if len(rows) > limit else None
    return entries(session, rows[:limit]), following


def every(session: Session, actor: Actor, wanted: Wanted) -> Iterator[Entry]:
    """All of these entries, read bit by bit."""
    following: int | None = None
    while True:
        rows, following = page_of(session, actor, replace(wanted, before=following), CHUNK)
        yield from rows
        session.expunge_all()  # what is written out is not kept
        if following is None:
            return


def find(session: Session, actor: Actor, event_id: int) -> Entry:
    """One entry; raises :class:`NotFound` also for one that is kept from the person."""
    row = session.scalar(_query(actor, Wanted()).where(AuditEvent.id == event_id))
    if row is None:
        raise NotFound(_("Catatan itu tidak ditemukan."))
    return entries(session, [row])[0]


def case_chain(session: Session, actor: Actor, number: str) -> str | None:
    """The chain of a case by number (a lane's is its root's); None if there is none to show."""
    key = session.scalar(
        select(Case.root_id).where(
            Case.number == number.strip(), Case.root_id.not_in(barred_cases(actor))
        )
    )
    return None if key is None else f"{CASE}:{key}"


def entries(session: Session, rows: Sequence[AuditEvent]) -> list[Entry]:
    """Rows as they may be shown."""
    cases = case_names(session, (row.case_id for row in rows if _of_case(row)))
    titles = _titles(session, (_bare(row.actor) for row in rows if _of_case(row)))
    return [_entry(row, cases, titles) for row in rows]


def case_names(session: Session, ids: Iterable[int | None]) -> dict[int, CaseName]:
    """Numbers of root cases; one query."""
    wanted = {key for key in ids if key is not None}
    if not wanted:
        return {}
    found = session.execute(
        select(Case.id, Case.number, Case.workflow).where(Case.id.in_(wanted))
    ).all()
    return {key: CaseName(number, flow == COMPLAINT.key) for key, number, flow in found}


def chain_titles(session: Session, actor: Actor, chains: Iterable[str]) -> dict[str, str]:
    """Chains as they are called here; a case that is kept from the person has no number."""
    named = {chain: _case_id(chain) for chain in chains}
    ids = {key for key in named.values() if key is not None}
    barred = set(session.scalars(barred_cases(actor))) if ids else set()
    cases = case_names(session, ids - barred)
    found = {}
    for chain, key in named.items():
        if key is None:
            found[chain] = str(FAMILIES.get(chain, chain))
        elif key in cases:
            found[chain] = _("Kasus %(number)s", number=cases[key].number)
        else:
            found[chain] = _("Kasus lain")
    return found


def _query(actor: Actor, wanted: Wanted) -> Select[AuditEvent]:
    query = select(AuditEvent).where(
        or_(AuditEvent.case_id.is_(None), AuditEvent.case_id.not_in(barred_cases(actor)))
    )
    in_case = AuditEvent.chain.like(f"{CASE}:%")
    if wanted.chain == CASE:
        query = query.where(in_case)
    elif wanted.chain:
        query = query.where(AuditEvent.chain == wanted.chain)
    if wanted.kind:
        query = query.where(AuditEvent.kind == wanted.kind)
    if wanted.words:
        # Who acted in a case is not searched: only positions are shown there, not people.
        query = query.where(~in_case, AuditEvent.actor.icontains(wanted.words, autoescape=True))
    if wanted.first is not None:
        query = query.where(AuditEvent.at >= day_start(wanted.first))
    if wanted.last is not None:
        query = query.where(AuditEvent.at < day_start(wanted.last + timedelta(days=1)))
    if wanted.before is not None and _one_chain(wanted.chain):
        seq = select(AuditEvent.seq).where(AuditEvent.id == wanted.before).scalar_subquery()
        query = query.where(AuditEvent.seq < seq)
    elif wanted.before is not None:
        last = select(AuditEvent.at).where(AuditEvent.id == wanted.before).scalar_subquery()
        query = query.where(tuple_(AuditEvent.at, AuditEvent.id) < tuple_(last, wanted.before))
    return query


def _entry(row: AuditEvent, cases: Mapping[int, CaseName], titles: set[str]) -> Entry:
    number = step = ""
    actor, about = row.actor, tuple(details(row.chain, row.kind, row.data))
    if _of_case(row):
        name = cases.get(row.case_id or 0)
        quiet = name is None or name.quiet
        known = row.kind in KINDS[CASE]
        # a plugin's own kinds are not read at all: what they hold is not known here
        number = _number(row, name) if known else name.number if name else ""
        step = _step(row) if known else ""
        actor = "" if quiet else _official(row, titles)
        about = ()
    return Entry(
        id=row.id,
        at=row.at,
        chain=str(FAMILIES.get(family_of(row.chain), row.chain)),
        seq=row.seq,
        number=number,
        step=step,
        kind=row.kind,
        text=sentence(row.chain, row.kind),
        actor=actor,
        about=about,
        mac=row.mac,
    )


def _one_chain(chain: str) -> bool:
    """Whether this names one chain, and not all or those of all cases."""
    return chain not in ("", CASE)


def _of_case(row: AuditEvent) -> bool:
    return family_of(row.chain) == CASE


def _case_id(chain: str) -> int | None:
    name, _colon, key = chain.partition(":")
    return int(key) if name == CASE and key.isdigit() else None


def _number(row: AuditEvent, name: CaseName | None) -> str:
    """The lane's number if the entry is about a lane, else the case's."""
    root = "" if name is None else name.number
    lane = row.data.get("case")
    return lane if isinstance(lane, str) and root and lane.startswith(root) else root


def _step(row: AuditEvent) -> str:
    step = row.data.get("step")
    if isinstance(step, str):
        return step
    steps = row.data.get("steps")
    if not isinstance(steps, list):
        return ""
    keys = [each[0] for each in steps if isinstance(each, list) and each]
    return ", ".join(dict.fromkeys(key for key in keys if isinstance(key, str)))


def _official(row: AuditEvent, titles: set[str]) -> str:
    """The position in which somebody acted, never a person's name."""
    if row.person_id is None and row.actor == "Sistem":
        return row.actor
    head = row.actor.partition(" (")[0]  # the first: a name may have one of its own
    known = next((each for each in (row.actor, head) if _plain(each) in titles), "")
    # these are signed "jabatan (nama)", also when the position has another title by now
    return known or (head if row.kind in SIGNED else "")


def _bare(text: str) -> tuple[str, str]:
    """The texts that may be a position's title."""
    return _plain(text), _plain(text.partition(" (")[0])


def _plain(text: str) -> str:
    for prefix in ACTING:
        text = text.removeprefix(prefix)
    return text


def _titles(session: Session, texts: Iterable[tuple[str, str]]) -> set[str]:
    wanted = {each for pair in texts for each in pair} - {""}
    if not wanted:
        return set()
    return set(session.scalars(select(Position.title).where(Position.title.in_(wanted))))
