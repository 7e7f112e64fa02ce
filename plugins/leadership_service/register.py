"""The offices' registers: who reads which, the filters of the address, and the lines.

Rights stand inside the query. Of a sealed envelope a line has number and dates only; of
a secret letter that the reader may not open, the office's register shows no more either.
Which lines a page reads, and in how many words are looked for, is in ``finding``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from plugins.leadership_service import finding
from plugins.leadership_service.finding import SECRET
from plugins.leadership_service.models import RegisterLine
from plugins.leadership_service.workflow import KINDS, LEADERS, LEVELS, SPEEDS, office_of
from portal.api import (
    Actor,
    Case,
    CaseStatus,
    CaseTask,
    Position,
    Unit,
    day_start,
    now,
    tanggal,
    visible_cases,
)

PAGE = 25
BATCH = 500
OFFICES = {"menteri": "TU Menteri", "setmen": "TU Sekretaris Kementerian",
           "staf-ahli": "TU Staf Ahli"}  # fmt: skip
TITLES = dict(LEADERS)
HIDDEN = "Tidak untuk Anda baca"
CHOICES: Mapping[str, Mapping[str, str]] = {
    "jenis": dict(KINDS), "keamanan": dict(LEVELS), "kecepatan": dict(SPEEDS),
}  # fmt: skip
LABELS = {"kantor": "Kantor", "jenis": "Jenis", "keamanan": "Keamanan", "kecepatan": "Kecepatan"}


def offices_of(actor: Actor) -> frozenset[str]:
    """The offices whose register a person may read: their staff, head and leader."""
    codes = {holding.position_code for holding in actor.holdings}
    served = {office_of(leader) for leader, _title in LEADERS if leader in codes}
    return frozenset(
        office
        for office in OFFICES
        if office in served or codes & {f"staf-tu-{office}", f"kasubbag-tu-{office}"}
    )


def leaders_of(actor: Actor) -> tuple[str, ...]:
    """The leaders whose letters and agenda a person may read, in order: an office's own, or
    oneself."""
    codes = {holding.position_code for holding in actor.holdings}
    return tuple(
        leader
        for leader, _title in LEADERS
        if codes & {leader, f"staf-tu-{office_of(leader)}", f"kasubbag-tu-{office_of(leader)}"}
    )


def zones_of(session: Session, leaders: Sequence[str]) -> dict[str, str]:
    """The time zone of each leader's unit; the portal's where the unit names none."""
    rows = session.execute(
        select(Position.code, Unit.timezone)
        .join(Unit, Unit.id == Position.unit_id)
        .where(Position.code.in_(leaders))
    )
    default = str(current_app.config["PORTAL"].timezone)
    known = {code: zone or default for code, zone in rows}
    return {leader: known.get(leader, default) for leader in leaders}


def may_read(actor: Actor, obj: object | None) -> bool:
    """Policy of the register and the agenda."""
    return bool(offices_of(actor))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; ``problems`` are sentences about what was not understood."""

    office: str = ""
    chosen: Mapping[str, str] | None = None
    year: int = 0
    first: date | None = None
    last: date | None = None
    text: str = ""
    cursor: int = 0
    problems: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """The value of a filter that is a choice; empty for all."""
        return (self.chosen or {}).get(name, "")

    @property
    def args(self) -> dict[str, str]:
        """The filters as an address has them, without the cursor."""
        day = {"dari": self.first, "sampai": self.last}
        pairs = {
            "q": self.text,
            "kantor": self.office,
            **(self.chosen or {}),
            "tahun": str(self.year or ""),
            **{name: value.isoformat() if value else "" for name, value in day.items()},
        }
        return {name: value for name, value in pairs.items() if value}

    def chips(self) -> list[tuple[str, dict[str, str]]]:
        """(words, address without it) of each filter in use."""
        words = {
            "q": f"“{self.text}”",
            "kantor": OFFICES.get(self.office, ""),
            "tahun": f"Tahun {self.year}",
            "dari": f"Diterima dari {tanggal(self.first)}" if self.first else "",
            "sampai": f"Diterima sampai {tanggal(self.last)}" if self.last else "",
        }
        for name, value in (self.chosen or {}).items():
            words[name] = f"{LABELS[name]}: {CHOICES[name][value]}"
        used = self.args
        return [
            (words[name], {key: value for key, value in used.items() if key != name})
            for name in used
        ]


def read_filters(args: Mapping[str, str]) -> Filters:
    """The filters of an address; what cannot be read is left out and said."""
    problems: list[str] = []

    def number(name: str, label: str) -> int:
        text = args.get(name, "").strip()
        if not text:
            return 0
        if text.isdecimal() and len(text) < 10:
            return int(text)
        problems.append(f"{label} bukan bilangan; saringan itu tidak dipakai.")
        return 0

    def day(name: str, label: str) -> date | None:
        text = args.get(name, "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            problems.append(f"{label} bukan tanggal; saringan itu tidak dipakai.")
            return None

    def choice(name: str, known: Mapping[str, str]) -> str:
        text = args.get(name, "")
        if text and text not in known:
            problems.append(f"{LABELS[name]} itu tidak dikenal; saringan itu tidak dipakai.")
        return text if text in known else ""

    chosen = {name: choice(name, known) for name, known in CHOICES.items()}
    first, last = day("dari", "Tanggal awal"), day("sampai", "Tanggal akhir")
    if first and last and last < first:
        problems.append("Tanggal akhir mendahului tanggal awal; tidak ada surat yang cocok.")
    return Filters(
        office=choice("kantor", OFFICES),
        chosen={name: value for name, value in chosen.items() if value},
        year=number("tahun", "Tahun"),
        first=first,
        last=last,
        text=_tidy(args.get("q") or args.get("cari") or ""),
        cursor=number("setelah", "Halaman"),
        problems=tuple(problems),
    )


def _tidy(text: str) -> str:
    """On one line, without what no text can hold, not too long."""
    plain = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(plain.split())[:100].strip()


@dataclass(frozen=True, slots=True)
class Line:
    """A line for one reader; ``hidden``: only number, dates and class are for them."""

    row: RegisterLine
    hidden: bool

    @property
    def subject(self) -> str:
        """What it is about, as far as this reader may know."""
        return HIDDEN if self.hidden else self.row.subject

    @property
    def sender(self) -> str:
        """Who sent it, as far as this reader may know."""
        return "" if self.hidden else self.row.sender


@dataclass(frozen=True, slots=True)
class LinePage:
    """A page of the register.

    ``cursor``: of the next page, 0 at the end. ``searched``: in how many lines the words were
    looked for, 0 if in all that there are. ``by_number``: the text is a whole number, and
    these are the lines that have it.
    """

    rows: tuple[Line, ...]
    cursor: int = 0
    searched: int = 0
    by_number: bool = False


def lines(session: Session, actor: Actor, filters: Filters, *, limit: int = PAGE) -> LinePage:
    """The next lines behind the filters' cursor, newest first."""
    leaders = [
        leader
        for leader in leaders_of(actor)
        if not filters.office or office_of(leader) == filters.office
    ]
    branches = finding.of_leaders(leaders)
    words: list[ColumnElement[bool]] = []
    numbers = finding.by_number(session, actor, leaders, filters.text)
    if filters.text and not numbers:
        words = [finding.has_words(session, actor, filters.text)]
    window = finding.newest(
        numbers or branches, _conditions(filters), finding.WINDOW if words else limit + 1
    )
    rows = list(session.scalars(finding.within(window, words, limit + 1)))
    shown = tuple(_lines(session, actor, rows[:limit]))
    if len(rows) > limit:
        return LinePage(shown, rows[limit - 1].id, by_number=bool(numbers))
    end = finding.end_of(session, window) if words else 0
    return LinePage(shown, end, finding.WINDOW if end else 0, bool(numbers))


def all_lines(session: Session, actor: Actor, filters: Filters) -> Iterator[Line]:
    """All lines of the filter, for the CSV; words are looked for window by window."""
    while True:
        page = lines(session, actor, filters, limit=BATCH)
        yield from page.rows
        # what is written is not kept: a long list needs no more memory than a short one
        session.expunge_all()
        if not page.cursor:
            return
        filters = replace(filters, cursor=page.cursor)


def _lines(session: Session, actor: Actor, rows: Sequence[RegisterLine]) -> list[Line]:
    secret = [row.case_id for row in rows if row.security in SECRET and not row.sealed]
    readable: set[int] = set()
    if secret:
        seen = select(Case.id).where(Case.id.in_(secret), visible_cases(session, actor))
        readable = set(session.scalars(seen))
    hidden = set(secret) - readable
    return [Line(row, row.case_id in hidden) for row in rows]


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """What the filters ask of a line, all but the office and the words."""
    columns = {"jenis": RegisterLine.kind, "keamanan": RegisterLine.security,
               "kecepatan": RegisterLine.speed}  # fmt: skip
    found = [columns[name] == value for name, value in (filters.chosen or {}).items()]
    if filters.year:
        found.append(RegisterLine.year == filters.year)
    if filters.first:
        found.append(RegisterLine.received >= day_start(filters.first))
    if filters.last:
        found.append(RegisterLine.received < day_start(filters.last + timedelta(days=1)))
    if filters.cursor:
        found.append(RegisterLine.id < filters.cursor)
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a letter is: ``kind`` of its badge, in words, and what waits."""

    kind: str
    text: str
    step: str = ""


def progress(session: Session, rows: Sequence[Line]) -> dict[int, Progress]:
    """The state of the lines of a page, by case; two queries."""
    ids = [line.row.case_id for line in rows]
    words = {
        CaseStatus.OPEN: ("info", "Berjalan"),
        CaseStatus.SUSPENDED: ("neutral", "Ditunda"),
        CaseStatus.DONE: ("ok", "Selesai"),
        CaseStatus.CANCELLED: ("neutral", "Dibatalkan"),
    }
    found = session.execute(select(Case.id, Case.status).where(Case.id.in_(ids)))
    states = {key: Progress(*words[CaseStatus(status)]) for key, status in found}
    opened = session.execute(
        select(CaseTask.case_id, CaseTask.title, CaseTask.due)
        .where(CaseTask.case_id.in_(ids), CaseTask.status == "open")
        .order_by(CaseTask.case_id, CaseTask.due, CaseTask.id)
    )
    for key, title, due in opened:
        if states[key].step or states[key].kind != "info":
            continue
        late = due is not None and due < now()
        states[key] = Progress(*(("danger", "Terlambat") if late else ("info", "Berjalan")), title)
    return states
