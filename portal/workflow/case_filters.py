"""The filters of the list of cases, as its address names them.

A value that cannot be understood is left out and said; it never stops the page. What they
ask of the database is in ``wanted`` and ``words``; the list itself is in ``case_lists``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.formats import tanggal
from portal.org.dates import end_of, today
from portal.org.finding import find_positions, find_units, has_words, tidy
from portal.workflow.behaviours import behaviours
from portal.workflow.case_index import Wanted
from portal.workflow.corebook import CORE
from portal.workflow.models import Candidate, Case, CaseStatus, Task, TaskStatus

CASE_NUMBER = re.compile(r"[A-Za-z]+-\d{4}-\d{4,}(-[A-Za-z0-9-]+)?")
STATES = {
    "berjalan": CaseStatus.OPEN,
    "ditunda": CaseStatus.SUSPENDED,
    "selesai": CaseStatus.DONE,
    "dibatalkan": CaseStatus.CANCELLED,
}
RARE = (CaseStatus.SUSPENDED, CaseStatus.CANCELLED)
MOST_PLACES = 20
"""So many units or positions may be meant by one word."""
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")


def state_words() -> dict[str, str]:
    """The states of a case, by their name in an address."""
    return {
        "berjalan": _("Berjalan"),
        "ditunda": _("Ditunda"),
        "selesai": _("Selesai"),
        "dibatalkan": _("Dibatalkan"),
    }


def due_words() -> dict[str, str]:
    """The filters by deadline."""
    return {
        "terlambat": _("Terlambat"),
        "hari": _("Jatuh tempo hari ini"),
        "pekan": _("Jatuh tempo pekan ini"),
    }


def standard_choices() -> dict[str, str]:
    """The running procedures by key; those of the core are listed by their own domain."""
    return {
        key: workflow.title
        for key, (plugin, workflow) in sorted(
            behaviours().workflows().items(), key=lambda each: each[1][1].title
        )
        if plugin != CORE
    }


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What an address asks for: ``args`` as they were understood, ``chips`` in words.

    ``chips``: name of the filter in the address, and what it says. ``problems``: sentences
    about what was left out.
    """

    args: Mapping[str, str] = field(default_factory=dict)
    chips: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    unit_ids: tuple[int, ...] = ()
    position_ids: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None

    def get(self, name: str) -> str:
        """The value of one filter, empty if it is not used."""
        return self.args.get(name, "")

    @property
    def text(self) -> str:
        """The words that are looked for."""
        return self.get("q")

    @property
    def number(self) -> str:
        """The text if it is a whole case number."""
        return self.text.upper() if CASE_NUMBER.fullmatch(self.text) else ""

    def without(self, name: str) -> dict[str, str]:
        """The address without one of the filters."""
        return {key: value for key, value in self.args.items() if key != name}

    def wanted(self) -> Wanted:
        """What is asked of the index of cases, all but the words."""
        found: list[ColumnElement[bool]] = []
        statuses: tuple[CaseStatus, ...] = ()
        if self.number:
            found.append(Case.number == self.number)
        if self.get("standar"):
            found.append(Case.workflow == self.get("standar"))
        if state := STATES.get(self.get("keadaan")):
            found.append(Case.status == state)
            statuses = (state,) if state in RARE else ()
        if self.get("tenggat"):
            # what is late, or runs at all, is soon met on the way through the newest
            statuses = () if self.get("tenggat") == "terlambat" else (CaseStatus.OPEN,)
            found += [Case.status == CaseStatus.OPEN, _has_task(*_bounds(self.get("tenggat")))]
        if self.position_ids:
            running = (CaseStatus.OPEN, CaseStatus.SUSPENDED)
            statuses = statuses or running
            found += [Case.status.in_(running), _waits_at(self.position_ids)]
        return Wanted(
            found,
            self.unit_ids,
            statuses,
            None if self.since is None else end_of(self.since - timedelta(days=1)),
            None if self.until is None else end_of(self.until),
        )

    def words(self) -> list[ColumnElement[bool]]:
        """What the words ask of ``Case``; no index knows it."""
        if not self.text or self.number:
            return []
        return [has_words(self.text, Case.title, Case.number)]


def _bounds(due: str) -> tuple[datetime | None, datetime]:
    now, day = clock.now(), today()
    if due == "terlambat":
        return None, now
    return now, end_of(day if due == "hari" else day + timedelta(days=6 - day.weekday()))


def _has_task(lower: datetime | None, upper: datetime) -> ColumnElement[bool]:
    """An open task of the case, or of a lane of this main case, is due in the time."""
    query = _open_tasks().where(Task.paused_at.is_(None), Task.due < upper)
    if lower is not None:
        query = query.where(Task.due >= lower)
    return exists(query.correlate(Case))


def _waits_at(positions: tuple[int, ...]) -> ColumnElement[bool]:
    query = _open_tasks().join(Candidate, Candidate.task_id == Task.id)
    query = query.where(Candidate.position_id.in_(positions), Candidate.is_open)
    return exists(query.correlate(Case))


def _open_tasks() -> Select[int]:
    return select(Task.id).where(
        Task.root_id == Case.root_id,
        Task.status == TaskStatus.OPEN,
        or_(Task.case_id == Case.id, Case.parent_id.is_(None)),
    )


# -- reading an address --------------------------------------------------------------------


class _Reader:
    """Collects what an address says, and what of it could not be understood."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self._sent = sent
        self.args: dict[str, str] = {}
        self.chips: list[tuple[str, str]] = []
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        return tidy(self._sent.get(name, ""))

    def take(self, name: str, value: str, chip: str) -> None:
        self.args[name] = value
        self.chips.append((name, chip))

    def choice(self, name: str, label: str, words: Mapping[str, str]) -> None:
        value = self.text(name)
        if value in words:
            self.take(name, value, f"{label}: {words[value]}")
        elif value:
            self.problems.append(
                _(
                    "Saringan %(label)s tidak mengenal “%(value)s”, jadi tidak dipakai.",
                    label=label,
                    value=value,
                )
            )

    def day(self, name: str, label: str) -> date | None:
        value = self.text(name)
        for form in DAY_FORMATS if value else ():
            try:
                day = datetime.strptime(value, form).date()
            except ValueError:
                continue
            if day.year >= 2000:
                self.take(name, day.isoformat(), f"{label} {tanggal(day)}")
                return day
        if value:
            self.problems.append(
                _(
                    "Tanggal “%(value)s” tidak dapat dibaca, jadi tidak dipakai;"
                    " tulis misalnya 31/12/2026.",
                    value=value,
                )
            )
        return None

    def places(
        self, name: str, label: str, chip: str, found: list[tuple[int, str]]
    ) -> tuple[int, ...]:
        """Keep units or positions; none, or too many to be meant, are said and left out."""
        value = self.text(name)
        if not found:
            message = _("%(label)s “%(value)s” tidak ditemukan, jadi tidak dipakai.",
                        label=label, value=value)  # fmt: skip
        elif len(found) > MOST_PLACES:
            message = _("%(label)s “%(value)s” cocok dengan lebih dari %(n)s nama, jadi tidak"
                        " dipakai; tulis lebih lengkap.",
                        label=label, value=value, n=MOST_PLACES)  # fmt: skip
        else:
            meant = found[0][1] if len(found) == 1 else f"“{value}”"
            self.take(name, value, f"{chip}: {meant}")
            return tuple(key for key, _title in found)
        self.problems.append(message)
        return ()


def read_filter(session: Session, sent: Mapping[str, str], *, places: bool = True) -> CaseFilter:
    """The filter of an address; with ``places`` units, positions, deadlines and days too."""
    reader = _Reader(sent)
    words = reader.text("q") or reader.text("cari")
    if words:
        reader.take("q", words, f"“{words}”")
    reader.choice("standar", _("Standar"), standard_choices())
    reader.choice("keadaan", _("Keadaan"), state_words())
    if not places:
        return CaseFilter(reader.args, tuple(reader.chips), tuple(reader.problems))
    units: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    if text := reader.text("satuan"):
        rows = find_units(session, text, MOST_PLACES + 1)
        units = reader.places(
            "satuan", _("Satuan"), _("Satuan"), [(row.id, row.name) for row in rows]
        )
    if text := reader.text("jabatan"):
        seats = find_positions(session, text, MOST_PLACES + 1)
        positions = reader.places(
            "jabatan", _("Jabatan"), _("Pada"), [(row.id, row.title) for row in seats]
        )
    reader.choice("tenggat", _("Tenggat"), due_words())
    since = reader.day("dari", _("Mulai dari"))
    until = reader.day("sampai", _("Mulai sampai"))
    if since is not None and until is not None and since > until:
        reader.problems.append(
            _("Tanggal “dari” lebih akhir daripada “sampai”, jadi keduanya tidak dipakai.")
        )
        since = until = None
        for name in ("dari", "sampai"):
            del reader.args[name]
        reader.chips = [chip for chip in reader.chips if chip[0] not in ("dari", "sampai")]
    return CaseFilter(
        reader.args, tuple(reader.chips), tuple(reader.problems), units, positions, since, until
    )
