"""Sending what waits: one job, one connection, each mail once.

A mail is taken in a transaction of its own before it is handed over, and marked after it;
taken by a sender that died, it is free again when its time is over. A server that is away
costs one connection a round, and nothing is given up because of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from plugins.notifications.kinds import WAITING, choice_of
from plugins.notifications.letters import Letter, message_of
from plugins.notifications.models import Mail, MailState, Notice, Preference
from plugins.notifications.transport import NotTaken, Unreachable, connected, hand_over
from portal.api import (
    CaseTask,
    MailServer,
    Run,
    contacts,
    enqueue,
    mail_server,
    now,
    portal_address,
    recipients_of_task,
    transaction,
)

log = logging.getLogger(__name__)

JOB = "notifications.send"
HOME = "/layanan/notifications"
BATCH = 100
"""Mails of one run; then other jobs have their turn."""
LEASE = timedelta(minutes=10)
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that this sender has taken; ``tries`` counts this one too."""

    notice_id: int
    tries: int
    message: EmailMessage


def wake(session: Session, at: datetime | None = None, failures: int = 0) -> None:
    """Let the job run; while one waits already, that one will do."""
    enqueue(session, JOB, {"failures": failures}, run_after=at, dedupe_key=JOB)


def delay(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 30 s, 1, 2, 4, 8, then 15 minutes."""
    times = 1 << min(failures - 1, 10)
    return min(FIRST_DELAY * times, LONGEST_DELAY)


def send_waiting(run: Run) -> None:
    """The job: send what may be sent now, and come back for the rest."""
    server = mail_server()
    if server is None:
        return  # what waits is sent once the operator names a server again
    failures = int(run.payload.get("failures", 0))
    try:
        _send_batch(run, server)
    except Unreachable as error:
        failures += 1
        with transaction() as session:
            waiting = session.scalar(_waiting(func.count()))
            at = now() + delay(failures)
            wake(session, at, failures)
        log.warning("mail server not used (%s); %s mails wait until %s", error, waiting, at)
        return
    with transaction() as session:
        earliest = session.scalar(_waiting(func.min(Mail.after)))
        if earliest is not None:
            wake(session, max(earliest, now()))


def _send_batch(run: Run, server: MailServer) -> None:
    with ExitStack() as stack:
        smtp = None
        for done, taken in enumerate(_taken(server)):
            try:
                if smtp is None:
                    smtp = stack.enter_context(connected(server))
                hand_over(smtp, taken.message)
            except NotTaken as error:
                _not_taken(taken, error)
            except BaseException:  # also a worker that is told to stop: the mail waits again
                _put_back(taken)
                raise
            else:
                _finish(taken.notice_id, MailState.SENT)
            run.progress(done + 1, done + 1)  # so that the job stays ours


def _taken(server: MailServer) -> Iterator[Taken]:
    """The mails of this run, each taken when it is asked for."""
    for _turn in range(BATCH):
        with transaction() as session:
            mail = session.scalars(
                _waiting(Mail)
                .where(Mail.after <= now())
                .order_by(Mail.after, Mail.notice_id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if mail is None:
                return
            message = _message(session, mail, server)
            if isinstance(message, str):
                mail.state, mail.reason, mail.ended_at = MailState.DROPPED, message, now()
                continue
            mail.tries += 1
            mail.after = now() + LEASE
            taken = Taken(mail.notice_id, mail.tries, message)
        yield taken


def _message(session: Session, mail: Mail, server: MailServer) -> EmailMessage | str:
    """The mail as it is right now, or why it is not to be sent any more."""
    notice = session.get(Notice, mail.notice_id)
    if notice is None:
        return "no notice"
    contact = contacts(session, [notice.person_id]).get(notice.person_id)
    if contact is None or not contact.email:
        return "no address"
    choice = session.get(Preference, (notice.person_id, str(choice_of(notice.kind))))
    if choice is not None and not choice.email:
        return "not wanted"
    done = False
    if notice.task_id is not None:
        state = session.scalar(select(CaseTask.status).where(CaseTask.id == notice.task_id))
        done = state != "open"
        if not done and notice.kind in WAITING:
            people = {view.person_id for view in recipients_of_task(session, notice.task_id)}
            if notice.person_id not in people:
                return "waits for somebody else"
    letter = Letter(
        notice_id=notice.id,
        kind=notice.kind,
        name=contact.name,
        email=contact.email,
        number=notice.number,
        step=notice.step,
        private=notice.private,
        at=notice.at,
        due=notice.due,
        zone=notice.zone,
        done=done,
        # the address of a private case holds its number
        link=portal_address(HOME if notice.private else notice.path),
        settings_link=portal_address(f"{HOME}#surel"),
    )
    try:
        return message_of(letter, server)
    except ValueError:
        return "address not valid"


def _waiting(what: Any) -> Any:
    # written as the partial index is: SQLite takes it for no other condition
    return select(what).where(Mail.state == literal_column("'waiting'"))


def _not_taken(taken: Taken, error: NotTaken) -> None:
    if error.for_good:
        _finish(taken.notice_id, MailState.REFUSED, str(error))
        return
    with transaction() as session:
        mail = session.get_one(Mail, taken.notice_id)
        mail.after, mail.reason = now() + delay(taken.tries), str(error)


def _put_back(taken: Taken) -> None:
    """Not this mail's fault: it is as if it had not been taken."""
    with transaction() as session:
        mail = session.get_one(Mail, taken.notice_id)
        mail.after, mail.tries = now(), taken.tries - 1


def _finish(notice_id: int, state: MailState, reason: str = "") -> None:
    with transaction() as session:
        mail = session.get_one(Mail, notice_id)
        mail.state, mail.reason, mail.ended_at = state, reason, now()
