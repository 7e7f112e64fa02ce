"""The office: letters and agreements played by their officials, the worker run by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.notifications.models import Mail, Notice
from portal.api import Case, CaseTask, Player, contacts, holders_on, position_by_code, today
from portal.testing.client import PortalClient
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.running import run_jobs, run_schedules

LETTER: dict[str, Any] = {
    "pimpinan": "menteri",
    "asal": "Instansi (contoh)",
    "nomor": "12/contoh",
    "tanggal": "2026-11-20",
    "diterima": "2026-11-23T01:50:00+00:00",
    "tertutup": False,
    "hal": "Penyampaian bahan rapat",
    "keamanan": "B",
    "lampiran": "",
    "berkas": [],
}
STAFF, HEAD, LEADER = "staf-tu-menteri", "kasubbag-tu-menteri", "menteri"


class Desk:
    """Plays the cases, lets time pass, and looks at what people were told."""

    def __init__(self, app: Flask, session: Session, clock: FrozenClock) -> None:
        self.app, self.session, self.clock = app, session, clock
        self.player = Player()

    def letter(self, **changes: Any) -> str:
        """A registered letter, directed by nobody yet: it waits at the leader."""
        number = self.player.start("leadership.letter", LETTER | changes, STAFF)
        kind = "tertutup" if changes.get("tertutup") else "surat"
        self.player.act(number, "1", record={"jenis": kind})
        return number

    def work(self) -> None:
        """The worker's round: schedules, then jobs until none is left."""
        self.session.commit()
        run_schedules(self.app)
        while run_jobs(self.app):
            pass
        self.session.rollback()

    def later(self, **delta: float) -> datetime:
        """Let time pass."""
        return self.clock.forward(**delta)

    def person(self, position: str) -> int:
        """The person who holds a position."""
        key = position_by_code(self.session, position).id
        return holders_on(self.session, [key], today())[key][0].person_id

    def address(self, position: str) -> str:
        """The mail address of that person."""
        person = self.person(position)
        return contacts(self.session, [person])[person].email

    def told(self, position: str) -> list[str]:
        """The kinds of notices the person has, oldest first."""
        query = select(Notice.kind).where(Notice.person_id == self.person(position))
        return list(self.session.scalars(query.order_by(Notice.id)))

    def notices(self) -> list[Notice]:
        """All of them."""
        return list(self.session.scalars(select(Notice).order_by(Notice.id)))

    def mails(self) -> list[str]:
        """The states of all mails."""
        return list(self.session.scalars(select(Mail.state).order_by(Mail.notice_id)))

    def open_task(self, number: str, step: str) -> CaseTask:
        """The open task of a step."""
        query = select(CaseTask).join(Case, Case.id == CaseTask.case_id)
        query = query.where(Case.number == number, CaseTask.step == step)
        return self.session.scalars(query.where(CaseTask.status == "open")).one()

    def pass_share(self, number: str, step: str, share: float) -> None:
        """Let that share of a step's time pass (office time: within one morning)."""
        task = self.open_task(number, step)
        assert task.due is not None
        assert task.clock_from is not None
        span: timedelta = task.due - task.clock_from
        self.clock.set(task.clock_from + span * share)


def claim(browser: PortalClient, number: str, task_id: int) -> None:
    """Take a shared task for oneself, by its page."""
    page = f"/kasus/{number}/tugas/{task_id}"
    answer = browser.submit(page, {}, action=f"{page}/ambil")
    assert answer.status_code == 303, answer.get_data(as_text=True)
