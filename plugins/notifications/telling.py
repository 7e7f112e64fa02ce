"""From an event to notices: who is told, what, and whether a mail goes along.

Who may be told, and what is private, says the portal (``recipients_of_task``,
``news_of_task``, ``news_of_case``); here it is only written down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from plugins.notifications.kinds import Kind, choice_of
from plugins.notifications.models import Mail, MailState, Notice, Preference
from plugins.notifications.sending import wake
from portal.api import (
    CaseEnded,
    CaseNews,
    CaseTask,
    ComplaintAnswered,
    ComplaintWithdrawn,
    Event,
    InformationAsked,
    InformationGiven,
    TaskDue,
    TaskNews,
    TaskOpened,
    contacts,
    mail_server,
    news_of_case,
    news_of_task,
    now,
    recipients_of_task,
)

HEARD = (
    *(TaskOpened, TaskDue, CaseEnded, InformationAsked, InformationGiven),
    *(ComplaintAnswered, ComplaintWithdrawn),
)
CORE = "portal"
"""The plugin key of the core's own cases: complaints, whose reporter hears of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One piece of news for some people; ``key`` names it, so that it is told once."""

    key: str
    kind: Kind
    people: tuple[int, ...]
    root_id: int
    number: str
    private: bool
    path: str
    at: datetime
    step: str = ""
    task_id: int | None = None
    due: datetime | None = None
    zone: str = ""


def tell(session: Session, event: Event) -> None:
    """Write the notices of an event and queue their mail; what is done counts as read."""
    telling = telling_of(session, event)
    if telling is not None:
        write(session, telling)
    _forget_done(session, event.case_id)


def telling_of(session: Session, event: Event) -> Telling | None:
    """What an event gives to tell; None if nothing, or nobody to tell it to."""
    match event:
        case TaskOpened():
            kind = Kind.RETURNED if event.returned else Kind.ASSIGNED
            key, at = f"opened:{event.task_id}", None
            if event.given_to is not None:  # all were told before, now the one who got it
                key, at = f"{key}:{event.given_to}", now()
            return _of_task(session, event.task_id, kind, key, at)
        case TaskDue():
            kind = Kind.LATE if event.state == "late" else Kind.SOON
            key = f"{kind}:{event.task_id}:{event.due}"
            return _of_task(session, event.task_id, kind, key, now())
        case InformationAsked():
            news = news_of_task(session, event.task_id)
            path = f"/kasus/{event.number}/keterangan/{event.question_id}"
            key = f"asked:{event.question_id}"
            if news is None:
                return None
            return _about_task(replace(news, path=path), Kind.ASKED, key, (event.person_id,), now())
        case InformationGiven():
            news = news_of_task(session, event.task_id)
            people = [view.person_id for view in recipients_of_task(session, event.task_id)]
            if event.person_id in people:
                people = [event.person_id]  # who asked, while it is still theirs to go on
            key = f"informed:{event.question_id}"
            if news is None:
                return None
            return _about_task(news, Kind.INFORMED, key, tuple(people), now())
        case CaseEnded() if event.plugin != CORE:
            ended = news_of_case(session, event.case_id)
            if ended is None or ended.requester_id is None:
                return None
            kind = Kind.CANCELLED if event.status == "cancelled" else Kind.ENDED
            return _of_case(ended, kind, ended.requester_id, ended.path)
        case ComplaintAnswered() if event.person_id is not None:
            answered = news_of_case(session, event.case_id)
            if answered is None:
                return None
            path = f"/pengaduan/{answered.number}"
            return _of_case(answered, Kind.ANSWERED, event.person_id, path)
        case ComplaintWithdrawn():
            gone = news_of_case(session, event.case_id)
            if gone is None:
                return None
            path = f"/pengaduan/{gone.number}/tangani"
            return _of_case(gone, Kind.WITHDRAWN, tuple(event.person_ids), path)
    return None


def _of_task(
    session: Session, task_id: int, kind: Kind, key: str, at: datetime | None = None
) -> Telling | None:
    news = news_of_task(session, task_id)
    people = tuple(view.person_id for view in recipients_of_task(session, task_id))
    if news is None or not people:
        return None
    return _about_task(news, kind, key, people, at or news.opened_at)


def _about_task(
    news: TaskNews, kind: Kind, key: str, people: tuple[int, ...], at: datetime
) -> Telling:
    return Telling(
        key=key,
        kind=kind,
        people=people,
        root_id=news.root_id,
        number=news.number,
        private=news.private,
        path=news.path,
        at=at,
        step=news.step,
        task_id=news.task_id,
        due=news.due,
        zone=news.zone,
    )


def _of_case(news: CaseNews, kind: Kind, people: int | tuple[int, ...], path: str) -> Telling:
    ended = news.ended_at or now()
    # A case that was opened again ends a second time; both ends are news.
    return Telling(
        key=f"{kind}:{news.root_id}:{ended.isoformat()}",
        kind=kind,
        people=people if isinstance(people, tuple) else (people,),
        root_id=news.root_id,
        number=news.number,
        private=news.private,
        path=path,
        at=ended,
    )


def write(session: Session, telling: Telling) -> None:
    """One notice for each person who has none of this key, and its mail if wanted."""
    reached = contacts(session, telling.people)
    silent = _without_mail(session, reached, telling.kind)
    mails = []
    for person_id in telling.people:
        if person_id not in reached:
            continue
        notice_id = _insert(session, telling, person_id)
        wanted = person_id not in silent and reached[person_id].email
        if notice_id is not None and wanted and mail_server() is not None:
            mails.append(
                Mail(notice_id=notice_id, state=MailState.WAITING, tries=0, after=now(), reason="")
            )
    session.add_all(mails)
    if mails:
        session.flush()
        wake(session)


def _insert(session: Session, telling: Telling, person_id: int) -> int | None:
    """The new notice's id; None if the person was told already."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = (postgresql if on_postgresql else sqlite).insert(Notice)
    values = {
        "key": f"{telling.key}:{person_id}",
        "person_id": person_id,
        "kind": telling.kind,
        "root_id": telling.root_id,
        "task_id": telling.task_id,
        "number": telling.number,
        "step": telling.step,
        "private": telling.private,
        "path": telling.path,
        "at": telling.at,
        "due": telling.due,
        "zone": telling.zone,
        "read_at": None,
    }
    added: int | None = session.scalar(
        insert.values(values).on_conflict_do_nothing(index_elements=["key"]).returning(Notice.id)
    )
    return added


def _without_mail(session: Session, people: Iterable[int], kind: Kind) -> set[int]:
    """Those who have turned mail of this kind off."""
    query = select(Preference.person_id).where(
        Preference.person_id.in_(list(people)),
        Preference.kind == choice_of(kind),
        Preference.email.is_(False),
    )
    return set(session.scalars(query))


def _forget_done(session: Session, root_id: int) -> None:
    """Notices of tasks that wait no more are read: what is done asks for nothing."""
    waiting = select(CaseTask.id).where(CaseTask.root_id == root_id, CaseTask.status == "open")
    session.execute(
        update(Notice)
        .where(
            Notice.root_id == root_id,
            Notice.read_at.is_(None),
            Notice.task_id.is_not(None),
            Notice.task_id.not_in(waiting),
        )
        .values(read_at=now())
        .execution_options(synchronize_session=False)
    )
