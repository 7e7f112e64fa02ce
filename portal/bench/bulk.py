"""Many cases at once, written past the engine: rows as it leaves them, made by Core inserts.

5 % of the cases are open, the others ended within the last three years. One busy
position holds 10 % of the open ones: each of these stands where a yearly procedure fans
out, with six lanes that wait there. The same numbers always give the same rows, but for
the day they are made on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from portal import clock
from portal.workflow.models import Candidate, Case, CaseStatus, Definition, Task, TaskStatus
from portal.workflow.timing import NO_LIMIT

OPEN_SHARE = 20
"""One case in so many is open."""
BUSY_SHARE = 10
"""One open case in so many waits at the busy position, and one done task in so many was its."""
LANES = 6
SPREAD = timedelta(days=3 * 365)
CHUNK = 2000

STEPS = (
    ("1", "Mengagendakan surat masuk", "task", "1 jam"),
    ("2a", "Menyusun konsep jawaban", "task", "1 hari"),
    ("2b", "Memeriksa konsep jawaban", "review", "3 jam"),
    ("2c", "Memeriksa konsep jawaban", "review", "3 jam"),
    ("3", "Memeriksa dan menandatangani jawaban", "sign", "1 hari"),
    ("4", "Menyampaikan jawaban", "task", "1 hari"),
)
LANE_STEP = ("5a", "Menganalisis dokumen PK satuan organisasi/satuan kerja", "review", "5 hari")
BODY = (
    "Dengan hormat, menindaklanjuti surat Saudara, bersama ini kami sampaikan bahan yang diminta"
    " beserta lampirannya untuk dipergunakan sebagaimana mestinya. Apabila masih diperlukan"
    " penjelasan, kami siap membantu melalui portal ini. Atas perhatian Saudara, kami ucapkan"
    " terima kasih."
)


@dataclass(frozen=True, slots=True)
class Office:
    """Who takes part: the busy position, the others, a person, and the units of the lanes."""

    busy: int
    others: Sequence[int]
    person: int
    units: Sequence[tuple[int, str]]


@dataclass
class Bulk:
    """Rows that wait for being written; ids are given here, from 1 on."""

    office: Office
    definition: int
    now: datetime
    random: Random
    cases: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    case_ids: int = 0
    task_ids: int = 0

    def done(self, number: int) -> None:
        """A case that has ended, with all its steps done."""
        ended = self.now - SPREAD * self.random.random()
        started = ended - timedelta(hours=len(STEPS) * 9)
        case = self._case(number, started, ended)
        for place, step in enumerate(STEPS):
            opened = started + timedelta(hours=9 * place)
            self._task(case, case, step, opened, done=opened + timedelta(hours=8))

    def open(self, number: int) -> None:
        """A case in its third step, waiting at one of the other positions."""
        started = self.now - timedelta(days=self.random.randrange(1, 20))
        case = self._case(number, started)
        for step in STEPS[:2]:
            self._task(case, case, step, started, done=started + timedelta(hours=4))
        self._task(case, case, STEPS[2], started, at=self.random.choice(self.office.others))

    def busy(self, number: int) -> None:
        """A case whose lanes all wait at the busy position."""
        started = self.now - timedelta(days=self.random.randrange(5, 40))
        root = self._case(number, started)
        for step in STEPS:
            self._task(root, root, step, started, done=started + timedelta(hours=4))
        for lane in range(LANES):
            case = self._case(number, started, lane=lane, root=root)
            self._task(case, root, LANE_STEP, started, at=self.office.busy)

    def write(self, session: Session) -> None:
        """Insert what has been made and forget it."""
        for table, rows in ((Case, self.cases), (Task, self.tasks), (Candidate, self.candidates)):
            if rows:
                session.execute(insert(cast(Table, table.__table__)), rows)
                rows.clear()
        session.commit()

    def _case(
        self,
        number: int,
        started: datetime,
        ended: datetime | None = None,
        *,
        lane: int | None = None,
        root: int | None = None,
    ) -> int:
        self.case_ids += 1
        name = f"SRT-{started.year}-{number:06}"
        unit, unit_name = self.office.units[(lane or 0) % len(self.office.units)]
        title = f"Permintaan data kinerja nomor {number} dari satuan organisasi"
        self.cases.append(
            {
                "id": self.case_ids,
                "number": name if lane is None else f"{name}-{lane + 1:02}",
                "root_id": root or self.case_ids,
                "parent_id": root,
                "definition_id": self.definition,
                "plugin": "bench",
                "workflow": "bench",
                "start": "letter",
                "over": "" if lane is None else "bench.units",
                "standard": "Koordinasi penyusunan dokumen kinerja",
                "title": title if lane is None else unit_name,
                "unit_id": None if lane is None else unit,
                "unit_name": "" if lane is None else unit_name,
                "coordinator_id": None,
                "status": CaseStatus.OPEN if ended is None else CaseStatus.DONE,
                "stage": "5" if root else "2",
                "data": {"perihal": "Permintaan data kinerja", "nomor_surat": f"B-{number}/2026"},
                "facts": {},
                "released": False,
                "timezone": "",
                "released_reason": "",
                "out_of_hours": False,
                "started_by_id": self.office.person,
                "started_by": "Staf tata usaha",
                "started_at": started,
                "ended_at": ended,
                "suspended_at": None,
                "version": 7,
            }
        )
        return self.case_ids

    def _task(
        self,
        case: int,
        root: int,
        step: tuple[str, str, str, str],
        opened: datetime,
        *,
        done: datetime | None = None,
        at: int | None = None,
    ) -> None:
        self.task_ids += 1
        key, title, kind, limit = step
        due = self._due() if done is None else opened + timedelta(days=1)
        if at is None:
            mine = self.random.randrange(BUSY_SHARE) == 0
            at = self.office.busy if mine else self.random.choice(self.office.others)
        record: dict[str, Any] = {"catatan": "Sesuai dengan petunjuk pimpinan."}
        if key == "2a":
            record = {"konsep": {"subject": title, "to": "Pimpinan unit", "body": BODY}}
        self.tasks.append(
            {
                "id": self.task_ids,
                "case_id": case,
                "root_id": root,
                "step": key,
                "stage": key[0],
                "title": title,
                "kind": kind,
                "round": 1,
                "current": True,
                "status": TaskStatus.OPEN if done is None else TaskStatus.DONE,
                "opened_at": opened,
                "clock_from": None if due is None else opened,
                "limit": "" if due is None else limit,
                "due": due,
                "paused_at": None,
                "came_from": "Kepala Subbagian",
                "return_reason": "",
                "claimed_by_id": None,
                "claimed_by": "",
                "seen_at": done,
                "done_at": done,
                "outcome": "" if done is None else "done",
                "proxied": False,
                "note": "",
                "record": {} if done is None else record,
                "person_id": None if done is None else self.office.person,
                "position_id": None if done is None else at,
                "acted_by": "" if done is None else "Staf Bagian Akuntabilitas Kinerja",
                "version": 1 if done is None else 2,
            }
        )
        self.candidates.append(
            {
                "task_id": self.task_ids,
                "position_id": at,
                "proxy": False,
                "due": due or NO_LIMIT,
                "is_open": done is None,
            }
        )

    def _due(self) -> datetime | None:
        """One open task in ten is late, one has no limit; the others are due within a month."""
        chance = self.random.randrange(10)
        if chance == 0:
            return self.now - timedelta(minutes=self.random.randrange(1, 30 * 24 * 60))
        if chance == 1:
            return None
        return self.now + timedelta(minutes=self.random.randrange(1, 30 * 24 * 60))


def fill(session: Session, cases: int, office: Office, progress: Callable[[str], None]) -> None:
    """Write so many cases; commits in portions."""
    now = clock.now()
    definition = Definition(
        plugin="bench", workflow="bench", digest="0" * 64, version=1, body={}, published_at=now
    )
    session.add(definition)
    session.flush()
    bulk = Bulk(office, definition.id, now, Random(cases))
    for number in range(1, cases + 1):
        if number % OPEN_SHARE:
            bulk.done(number)
        elif number % (OPEN_SHARE * BUSY_SHARE):
            bulk.open(number)
        else:
            bulk.busy(number)
        if number % CHUNK == 0:
            bulk.write(session)
        if number % 20_000 == 0:
            progress(f"{cases} kasus: {number} ditulis")
    bulk.write(session)
