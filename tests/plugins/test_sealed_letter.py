"""A sealed letter: whoever walks the whole portal finds no word of it but the leader.

Every installed plugin is loaded. The words that the leader alone wrote are looked for on
every address that GET reaches, as the holder of every position and as administrator, in
searches, exports, jobs, registers and in what the portal logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from plugins.leadership_service.tests.office import (
    COORDINATED,
    COPIED,
    DRAFT,
    EVENT,
    SEALED,
    SENT,
    Office,
    text,
)
from portal import clock
from portal.auth.models import Account
from portal.db import metadata
from portal.jobs.runner import run_pending
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import plant
from portal.workflow.models import Task

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STAFF, HEAD, LEADER = "staf-tu-menteri", "kasubbag-tu-menteri", "menteri"
SUBJECT, NOTE = "Kalabendu", "Wijayakusuma"
"""What the leader alone wrote: the letter's subject, and the note to the direction."""
DRAFTED, MEETING = "Purnapakarya", "Samaramerta"
"""What the Kepala Subbagian wrote on the leader's direction: the reply, and the event."""
QUESTION = "Rahasyacandra"
"""What the Kepala Subbagian asked whoever registered the letter."""
WORDS = (SUBJECT, NOTE, DRAFTED, MEETING, QUESTION)
DIRECTION = {"arahan": "Jadwalkan pertemuan.", "sifat": "segera", "pokok": SUBJECT, "note": NOTE}

EVERYBODY = re.compile(r"<(string:)?(number|task_id)|^/(tugas|permohonan|cari|kasus|layanan)")
"""Routes that are walked as every position; the others only as those of :data:`FEW`."""
FEW = (STAFF, HEAD, "admin", "karo-tu", "kabag-protokol-tup", "staf-tu-setmen", "sesmen")
LETTERS = "/layanan/leadership-service/"
SEARCHES = ("/cari?q={}", LETTERS + "surat?q={}", LETTERS + "surat.csv?q={}",
            "/kasus?cari={}", "/kasus?q={}", "/kasus.csv?q={}",
            "/sistem/kasus?nomor={}")  # fmt: skip
LISTS = ("/kasus?q={}", "/kasus.csv?q={}", "/permohonan?q={}", "/permohonan.csv?q={}",
         "/tugas.csv", "/cari?q={}", "/organisasi/pejabat?q={}",
         "/organisasi/pejabat.csv?q={}")  # fmt: skip


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return tuple(sorted(each.name for each in entry_points(group="portal.plugins")))


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant,)


@pytest.fixture
def office(
    login: Callable[[str], PortalClient], session: Session, frozen_clock: FrozenClock
) -> Office:
    return Office(login, session, clock.now)


@pytest.fixture
def number(office: Office) -> str:
    """A sealed letter: directed, answered, and with an event in the leader's agenda."""
    number = office.start(STAFF, "letter", SEALED)
    office.act(STAFF, number, "1", {"jenis": "tertutup"})
    office.act(LEADER, number, "2", DIRECTION)
    office.act(HEAD, number, "3", {"jenis": ["balasan", "audiensi"]})
    office.act(HEAD, number, "4a", DRAFT | {"konsep-subject": DRAFTED, "konsep-body": DRAFTED})
    office.act(HEAD, number, "4b1", EVENT | {"judul": MEETING, "tempat": MEETING})
    ask = f"{office.address(number, '4b2')}/tanya"
    assert office.browser(HEAD).submit(ask, {"text": QUESTION}).status_code == 303
    return number


def addresses(app: Flask, number: str, tasks: list[int], everybody: bool) -> Iterator[str]:
    """Every route that GET reaches, filled in; ``everybody``: those that tell of cases."""
    known: dict[str, list[str]] = {
        "number": [number],
        "task_id": [str(each) for each in tasks],
        "act": ["tunda", "batalkan", "lanjutkan", "tarik-permohonan"],
        "slug": ["leadership-service", "performance-agreement"],
        "code": ["subbag-tu-menteri", "menteri"],
        "kind": ["units"],
        "token": ["x" * 32],
    }
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if everybody and not EVERYBODY.search(rule.rule):
            continue
        yield from filled(rule, known)


def filled(rule: Rule, known: dict[str, list[str]]) -> Iterator[str]:
    rows: list[dict[str, str]] = [{}]
    for name in sorted(rule.arguments):
        key = "leadership" if rule.endpoint == "workflow_admin.add_binding" else "leadership.letter"
        values = known.get(name, [key] if name == "key" else ["1"])
        rows = [{**row, name: value} for row in rows for value in values]
    for row in rows:
        yield re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda part, row=row: row[part[1]], rule.rule)


def people(session: Session) -> list[str]:
    names = list(session.scalars(select(Account.username).order_by(Account.username)))
    session.rollback()
    return names


def task_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Task.id).order_by(Task.id)))


def finds(browser: PortalClient, address: str) -> set[str]:
    """The secret words on a page, or in what a file says."""
    page = text(browser.get(address)) if not address.endswith(".png") else ""
    return {word for word in WORDS if word in page}


def test_the_leader_finds_it_on_the_case_page(office: Office, number: str) -> None:
    assert finds(office.browser(LEADER), f"/kasus/{number}") == set(WORDS)


def test_nobody_else_finds_a_word_of_it(
    app: Flask, office: Office, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        while run_pending(app):
            pass
    tasks = task_ids(office.session)
    names = people(office.session)
    assert len(names) > 90
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    found = [
        (who, address, words)
        for who in names
        if who != LEADER
        for browser in (office.browser(who),)
        for address in addresses(app, number, tasks, everybody=who not in FEW)
        if (words := finds(browser, address) - known_to(who, address))
    ]
    assert found == []
    for word in WORDS:
        assert word not in caplog.text


def known_to(who: str, address: str) -> set[str]:
    """What an official may read: staff copies the reply that the leader ordered."""
    if who == STAFF and "/keterangan/" in address:
        return {QUESTION}  # who registered the letter was asked
    if who == HEAD and ("/tugas/" in address or "/keterangan/" in address):
        return {QUESTION}
    return {DRAFTED} if who == STAFF and "/tugas/" in address else set()


def test_no_search_knows_a_word_of_it(office: Office, number: str) -> None:
    for who in FEW:
        for word in (*WORDS, number):
            for search in SEARCHES:
                if who == "admin" and word == number:
                    continue  # an administrator moves cases by their number
                response = office.browser(who).get(search.format(word))
                body = text(response)
                page = (body.partition("<main")[2] or body).replace(f'value="{word}"', "")
                assert "Surat tertutup" not in page, (who, search, word)


def test_no_list_of_anybody_knows_a_word_of_it(office: Office, number: str) -> None:
    for who in people(office.session):
        if who == LEADER:
            continue
        browser = office.browser(who)
        for address in LISTS:
            for word in (SUBJECT, DRAFTED):
                page = text(browser.get(address.format(word)))
                for said in (f'value="{word}"', f"“{word}”", f"q={word}", f"Cari: {word}"):
                    page = page.replace(said, "")
                assert word not in page, (who, address)
        assert number not in text(browser.get("/kasus.csv")), who
    assert number in office.page(LEADER, "/kasus.csv")
    assert SUBJECT not in office.page(LEADER, "/kasus.csv"), "titles are neutral for all"


def test_no_table_holds_a_word_but_the_steps_and_the_chain_of_the_case(
    app: Flask, office: Office, number: str
) -> None:
    while run_pending(app):
        pass
    # the metadata may also know tables of sample plugins that other tests have loaded
    there = set(inspect(office.session.connection()).get_table_names())
    holding = {
        table.name
        for table in metadata.sorted_tables
        if table.name in there
        for row in office.session.execute(select(table))
        if any(word in str(tuple(row)) for word in WORDS)
    }
    assert holding == {"wf_task", "audit_event", "wf_question"}


def test_the_office_sees_number_date_and_time_only(office: Office, number: str) -> None:
    office.act(HEAD, number, "4b2", COORDINATED)
    office.act(STAFF, number, "4b3", COPIED)
    office.act(STAFF, number, "4a.kirim", SENT)
    page = office.page(STAFF, "/permohonan")
    assert "Surat tertutup" in page
    assert f'href="/kasus/{number}"' not in page
    assert "Amplop tertutup" in office.page(HEAD, LETTERS + "surat")
    agenda = office.page(STAFF, LETTERS + "agenda")
    assert "Acara tertutup" in agenda
    assert f'href="/kasus/{number}"' not in agenda
    for who in (STAFF, HEAD, "admin", "karo-tu"):
        for address in (f"/kasus/{number}", LETTERS + f"lembar/{number}"):
            assert office.browser(who).get(address).status_code in (403, 404)


def test_the_kepala_subbagian_reads_what_the_leader_shares(office: Office) -> None:
    number = office.start(STAFF, "letter", SEALED)
    office.act(STAFF, number, "1", {"jenis": "tertutup"})
    page = office.page(HEAD, office.address(number, "2"))
    assert "Catatan atas surat tertutup" not in page, "the proxy of an oral direction"
    office.act(LEADER, number, "2", {**DIRECTION, "hal": "Urusan kepegawaian"})
    page = office.page(HEAD, office.address(number, "3"))
    assert DIRECTION["arahan"] in page
    assert SUBJECT not in page
    assert NOTE not in page
    assert "Urusan kepegawaian" in office.page(HEAD, LETTERS + "surat")
