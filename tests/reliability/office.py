"""Officials who keep acting over HTTP while their server dies, and what must hold then."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import clock
from portal.audit import AuditEvent
from portal.db import reading
from portal.documents.models import RegisterEntry, StoredFile
from portal.jobs.models import Job, JobState
from portal.testing.processes import REST, TRIES
from portal.workflow.models import Act, Candidate, Case, Task, TaskStatus
from tests.reliability.browser import GONE, Answer, Browser, Sent

BOSS, STAFF = "karo-otlak", "staf-akin-1"
START = "/permohonan/baru/steady.new"


@dataclass
class Office:
    """Where the server is now, and which forms it has answered.

    ``answered`` holds the keys of acknowledged forms, ``unsure`` counts forms that went out
    and got no answer, ``again`` those of them that were sent once more and taken.
    """

    engine: Engine
    answered: set[str] = field(default_factory=set)
    unsure: int = 0
    again: int = 0
    port: int = 0
    closed: bool = False
    problems: list[BaseException] = field(default_factory=list)
    change: threading.Condition = field(default_factory=threading.Condition)

    def opens(self, port: int) -> None:
        """The server listens here from now on."""
        with self.change:
            self.port = port
            self.change.notify_all()

    def shuts(self) -> None:
        """There is no server until the next ``opens``."""
        with self.change:
            self.port = 0

    def close(self) -> None:
        """Nobody begins anything new; what is unsure is sent again."""
        with self.change:
            self.closed = True
            self.change.notify_all()

    def now(self) -> int:
        """The port of the server, waited for."""
        with self.change:
            assert self.change.wait_for(lambda: self.port, timeout=120)
            return self.port

    def acknowledged(self, sent: Sent, answer: Answer) -> None:
        """Note an answer: any but "done, see there" is a failure."""
        assert answer.status == 303, f"{sent.page}: {answer.status} {answer.text}"
        with self.change:
            self.answered.add(sent.key)
            self.change.notify_all()

    def wait_for_more(self, than: int) -> None:
        """Until more forms are acknowledged than that, or the office closes."""
        with self.change:
            assert self.change.wait_for(
                lambda: len(self.answered) > than or self.closed or self.problems, timeout=120
            )
        assert not self.problems, repr(self.problems)


class Official(threading.Thread):
    """Starts letters, writes them with a file now and then, and reviews them."""

    def __init__(self, office: Office, seed: int) -> None:
        super().__init__(daemon=True)
        self.office = office
        self.random = random.Random(seed)
        self.seats = {name: Browser(0) for name in (BOSS, STAFF)}
        self.number = ""
        self.unsure: list[tuple[str, Sent]] = []

    def run(self) -> None:
        """Go on until the office closes; a dead server is waited for."""
        try:
            while self.unsure or not self.office.closed:
                for seat in self.seats.values():
                    seat.port = self.office.now()
                try:
                    self._turn()
                except GONE:
                    continue
        except BaseException as error:
            with self.office.change:
                self.office.problems.append(error)
                self.office.change.notify_all()

    def _turn(self) -> None:
        for name, seat in self.seats.items():
            if "portal_sesi" not in seat.cookies:
                seat.log_in(name)
        if self.unsure and (self.office.closed or self.random.random() < 0.5):
            self._again(*self.unsure[0])
            self.unsure.pop(0)
            return
        step, task_id = self._waiting() if self.number else ("", 0)
        if not step:
            answer = self._send(BOSS, START, {"hal": "Undangan"})
            self.number = answer.location.rpartition("/")[2]
            return
        page = f"/kasus/{self.number}/tugas/{task_id}"
        if step == "a":
            upload = None
            if self.random.random() < 0.4:
                upload = ("lampiran", "isi.txt", self.random.randbytes(2000).hex().encode())
            self._send(STAFF, page, {"uraian": "Konsep"}, upload)
        elif self.random.random() < 0.3:
            self._send(BOSS, page, {"outcome": "return", "note": "Perbaiki.", "targets": "a"})
        else:
            self._send(BOSS, page, {"outcome": "approve"})

    def _send(
        self,
        name: str,
        page: str,
        data: dict[str, str],
        upload: tuple[str, str, bytes] | None = None,
    ) -> Answer:
        seat = self.seats[name]
        sent = seat.form(page, data, upload)
        try:
            answer = seat.post(sent)
        except GONE:
            self.unsure.append((name, sent))
            self.office.unsure += 1
            raise
        self.office.acknowledged(sent, answer)
        return answer

    def _again(self, name: str, sent: Sent) -> None:
        """Send a form again whose answer was lost, as a person does who sees an error page."""
        answer = self.seats[name].post(sent)
        if answer.status == 409:  # it was lost, and the same step has been done since
            return
        self.office.acknowledged(sent, answer)
        self.office.again += 1

    def _waiting(self) -> tuple[str, int]:
        """The open step of this official's letter, or nothing."""
        query = (
            select(Task.step, Task.id)
            .join(Case, Case.id == Task.case_id)
            .where(Case.number == self.number, Task.status == TaskStatus.OPEN)
        )
        with reading(), Session(self.office.engine) as session:
            row = session.execute(query).first()
        return ("", 0) if row is None else (row.step, row.id)


def whole(office: Office, folder: Path) -> None:
    """Every act is in the database with all that belongs to it, or not at all.

    ``folder`` holds the contents of files. To be asked while nobody writes.
    """
    with reading(), Session(office.engine) as session:
        acts = {row.form_key: row for row in session.scalars(select(Act))}
        lost = office.answered - set(acts)
        assert not lost, f"{len(lost)} acknowledged acts are lost"
        tasks = {row.id: row for row in session.scalars(select(Task))}
        cases = {row.id: row for row in session.scalars(select(Case))}
        log = Counter(
            (row.kind, row.case_id if row.kind == "started" else row.task_id)
            for row in session.execute(
                select(AuditEvent.kind, AuditEvent.case_id, AuditEvent.task_id).where(
                    AuditEvent.chain.like("case:%")
                )
            )
        )
        told = Counter(
            (row["event"]["kind"], row["event"].get("task_id", row["event"]["case_id"]))
            for row in session.scalars(select(Job.payload).where(Job.name == "plugins.event"))
        )
        numbers = Counter(session.scalars(select(RegisterEntry.number)))
        inbox = Counter(session.scalars(select(Candidate.task_id).where(Candidate.is_open)))
        files = {row.token: row for row in session.scalars(select(StoredFile))}
    done = [row.task_id for row in acts.values() if row.kind == "act"]
    started = [row.case_id for row in acts.values() if row.kind == "start"]
    assert Counter(done) == Counter(
        key for key, row in tasks.items() if row.status != TaskStatus.OPEN
    ), "an act without its task, or a task twice"
    assert Counter(started) == Counter(list(cases)), "a start without its case, or a case twice"
    for key in done:
        kind = "returned" if tasks[key or 0].outcome == "return" else "done"
        assert log[kind, key] == 1, f"task {key} is logged {log[kind, key]} times"
        assert told["TaskDone", key] == 1, f"task {key} has {told['TaskDone', key]} jobs"
    for key in started:
        assert log["started", key] == 1, f"case {key} is logged {log['started', key]} times"
        assert told["CaseStarted", key] == 1, f"case {key} has {told['CaseStarted', key]} jobs"
        assert numbers[cases[key].number] == 1, f"case {key} has no number in the register"
    assert len(numbers) == len(cases), "a number without its case"
    waiting = Counter(row.case_id for row in tasks.values() if row.status == TaskStatus.OPEN)
    assert set(waiting.values()) <= {1}, "a letter waits at two steps"
    still = {key for key, row in cases.items() if row.status == "open"}
    assert still == set(waiting), "an open letter waits for nobody"
    opened = {key for key, row in tasks.items() if row.status == TaskStatus.OPEN}
    assert opened == set(inbox), "an inbox does not show what waits"
    for token in files:
        assert (folder / token[:2] / token).exists(), "a file without its content"
    for row in tasks.values():
        for each in (row.record or {}).get("lampiran", []):
            assert files[each["token"]].owner_kind == "task"


def count_jobs(engine: Engine) -> Counter[str]:
    """The jobs by state."""
    with reading(), Session(engine) as session:
        query = select(Job.state, func.count()).group_by(Job.state)
        return Counter({str(state): count for state, count in session.execute(query).all()})


def drain(engine: Engine) -> None:
    """Let the worker do what waits, also what a killed one had; no job is lost."""
    with engine.begin() as connection:
        connection.execute(
            update(Job).where(Job.state == JobState.RUNNING).values(lease_until=clock.now())
        )
    for _ in range(2 * TRIES):
        left = count_jobs(engine)
        if not left["queued"] and not left["running"]:
            break
        threading.Event().wait(REST)
    left = count_jobs(engine)
    assert set(left) == {"done"}, f"jobs that were not done: {left}"
