"""Checks of the conformance kit in a running portal: pages, rights, slots, what is published.

Each takes an application that holds the shipped organisation and the plugin's sample cases, and
returns what is wrong, in English.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.auth.models import Account
from portal.auth.rights import Actor, actor_of
from portal.bench.measure import CONTROL
from portal.db import db, reading, transaction
from portal.org.models import Position
from portal.plugins.discovery import Candidate
from portal.plugins.hookspecs import SLOTS
from portal.plugins.host import PluginHost
from portal.publishing.models import Publication
from portal.testing.client import PortalClient
from portal.testing.conformance_checks import SAFE, address_of, rules_of
from portal.workflow.models import Candidate as Waiting
from portal.workflow.models import Case, CaseStatus, Task

HOSTILE = "<xss>'\"&"
"""What a person might have typed: it must never reach a page as it stands."""
OUTSIDER = "admin"
"""Holds no position, so may neither begin what a role begins nor act on anything."""
MOST_STATEMENTS = 3
REFUSED = (403, 404)


# -- slots and menu ------------------------------------------------------------------------


def heavy_parts(app: Flask, candidate: Candidate) -> list[str]:
    """Slots, menu lines and badges that ask the database more than a part of a page may."""
    found = []
    with _looking(app) as (session, host, actor):
        for name, context in _contexts(session, host, candidate, actor):
            host.slot(name, context)  # what the process keeps is read once
            with _counted() as statements:
                host.slot(name, context)
            found += _too_many(f"slot {name}", statements)
        for item in candidate.manifest.menu:
            if item.badge is not None:
                with _counted() as statements:
                    item.badge(actor)
                found += _too_many(f"the badge of {item.label}", statements)
    return found


def unescaped(app: Flask, candidate: Candidate) -> list[str]:
    """Slots that show a text of a case or a name as it stands."""
    found = set()
    with _looking(app) as (session, host, actor):
        hostile = replace(actor, name=HOSTILE)
        for name, context in _contexts(session, host, candidate, hostile):
            case = context.get("case")
            if case is not None:
                if case in session:
                    session.expunge(case)
                for field in ("title", "standard", "unit_name", "started_by"):
                    setattr(case, field, HOSTILE)
                case.data = dict.fromkeys(case.data, HOSTILE)
            if any(HOSTILE[:5] in part for part in host.slot(name, context)):
                found.add(f"slot {name} does not escape what it shows")
    return sorted(found)


def _contexts(
    session: Session, host: PluginHost, candidate: Candidate, actor: Actor
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each slot with what a page gives it; of cases one in each state, else a made-up one."""
    cases: dict[tuple[str, bool], Case] = {}
    for case in session.scalars(select(Case).order_by(Case.id)):
        cases.setdefault((case.status, case.parent_id is None), case)
    for case in cases.values() or [_made_up(candidate)]:
        yield "case.page", {"case": case, "actor": actor, "session": session}
    for registered in host.standards():
        yield "standard.page", {"standard": registered.standard, "actor": actor}
    for name in sorted(set(SLOTS) - {"case.page", "standard.page"}):
        yield name, {"actor": actor, "session": session}


def _made_up(candidate: Candidate) -> Case:
    return Case(
        id=0, number="X-2026-0001", plugin=candidate.key, workflow=candidate.key, title="Contoh",
        status=CaseStatus.OPEN, data={"hal": "Contoh"}, facts={},
    )  # fmt: skip


def _too_many(what: str, statements: list[str]) -> list[str]:
    if len(statements) <= MOST_STATEMENTS:
        return []
    return [f"{what} takes {len(statements)} statements, {MOST_STATEMENTS} are allowed"]


# -- rights --------------------------------------------------------------------------------


def unprotected_posts(app: Flask, candidate: Candidate) -> list[str]:
    """Routes of the plugin that change something for a form without its token."""
    client = _client(app, OUTSIDER)
    found = []
    for rule in rules_of(app, candidate):
        for method in sorted((rule.methods or set()) - set(SAFE)):
            answer = client.open(address_of(app, rule), method=method)
            if answer.status_code != 400:
                found.append(f"{method} {rule.rule} without a token answers {answer.status_code}")
    return found


def open_acts(app: Flask, candidate: Candidate) -> list[str]:
    """Starts and tasks that somebody without the right reaches."""
    client = _client(app, OUTSIDER)
    token = {"csrf_token": client.csrf_token("/profil")}
    addresses = [
        f"/permohonan/baru/{workflow.key}.{start.key}"
        for workflow in candidate.manifest.workflows
        for start in workflow.starts
        if start.by
    ]
    with app.app_context(), reading(), transaction() as session:
        waiting = session.execute(
            select(Case.number, Task.id)
            .join(Task, Task.case_id == Case.id)
            .where(Case.plugin == candidate.key, Task.status == "open")
        )
        addresses += [f"/kasus/{number}/tugas/{task}" for number, task in waiting]
    answers = [(f"GET {each}", client.get(each).status_code) for each in addresses]
    answers += [
        (f"POST {each}", client.post(each, data={**token, "outcome": "done"}).status_code)
        for each in addresses
    ]
    return [f"{what} answers {status}" for what, status in answers if status not in REFUSED]


# -- what is published -----------------------------------------------------------------------


def undeclared_publications(app: Flask, candidate: Candidate) -> list[str]:
    """Kinds that the samples made public and the manifest does not name, or the other way.

    Samples that publish nothing say nothing about the kinds that are named.
    """
    with app.app_context(), reading(), transaction() as session:
        kinds = set(session.scalars(select(Publication.kind).distinct()))
    declared = set(candidate.manifest.publications)
    found = [f"publishes {kind}, which the manifest does not name" for kind in kinds - declared]
    if kinds:
        found += [f"names {kind}, but no sample publishes it" for kind in declared - kinds]
    return sorted(found)


# -- after the plugin is gone ------------------------------------------------------------------


def unreadable_cases(app: Flask) -> list[str]:
    """Pages that break for the people of cases whose plugin is gone; ``app`` has no plugin."""
    found = []
    for username, numbers in _people(app).items():
        client = _client(app, username)
        pages = ["/tugas", "/permohonan", "/kasus", "/cari?q=a", "/standar", "/pengaduan"]
        for address in [*pages, *(f"/kasus/{number}" for number in numbers)]:
            answer = client.get(address)
            if answer.status_code != 200:
                found.append(f"{address} answers {answer.status_code} for {username}")
    return found


def _people(app: Flask) -> dict[str, list[str]]:
    """Who began cases or has tasks in them, with the numbers of a few of these cases."""
    with app.app_context(), reading(), transaction() as session:
        began = session.execute(
            select(Account.username, Case.number)
            .join(Case, Case.started_by_id == Account.person_id)
            .where(Case.sealed.is_(False))
            .order_by(Case.id)
        ).all()
        had = session.execute(
            select(Position.code, Case.number)
            .join(Waiting, Waiting.position_id == Position.id)
            .join(Task, Task.id == Waiting.task_id)
            .join(Case, Case.id == Task.case_id)
            .where(Case.sealed.is_(False))
            .order_by(Case.id)
        ).all()
        names = set(session.scalars(select(Account.username)))
    found: dict[str, dict[str, None]] = {}
    for username, number in [*began, *had]:
        if username in names:
            found.setdefault(username, {})[number] = None
    return {name: [*list(rows)[:2], *list(rows)[-2:]] for name, rows in list(found.items())[:12]}


# -- tools -------------------------------------------------------------------------------------


def _client(app: Flask, username: str) -> PortalClient:
    client = PortalClient(app, app.response_class)
    client.login(username)
    return client


@contextmanager
def _looking(app: Flask) -> Iterator[tuple[Session, PluginHost, Actor]]:
    """A request that only reads, as an official who holds a position."""
    with app.test_request_context("/"), reading(), transaction() as session:
        person = session.scalars(
            select(Account.person_id).where(Account.username != OUTSIDER).order_by(Account.username)
        ).first()
        assert person is not None
        yield session, app.extensions["portal_host"], actor_of(session, person)
        session.rollback()


@contextmanager
def _counted() -> Iterator[list[str]]:
    """The statements of the block."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(CONTROL):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
