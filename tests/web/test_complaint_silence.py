"""Nothing of a complaint where its subject could see it: a walk through the whole portal.

Every account reads the lists, searches and downloads; the subject, the subject's unit, an
administrator and a stranger follow every link. The marks are words of the text, the name of
the file, the number, and the name of the reporter; the tables and the log are read as well.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from portal.auth.models import Account
from portal.complaints.models import Complaint, ComplaintIdentity, ComplaintMessage
from portal.db import metadata
from portal.documents.models import StoredFile
from portal.testing.client import PortalClient
from portal.testing.complaints import ComplaintHost, answer, complain, decide
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Login = Callable[[str], PortalClient]
WORD, FILE, REPLY = "kupukupujingga", "kuitansi-jingga.csv", "balasan-jingga.csv"
REPORTER, SUBJECT, SUPERIOR = "staf-setpres", "karo-otlak", "deputi-aparatur"
NAME = "Staf Sekretariat Presiden"
OWN = {Complaint, ComplaintMessage, ComplaintIdentity, StoredFile}
MOST, ALIKE = 150, 4
"""Pages of one walk, and those of one sort among them (all units look the same)."""
LOG_INS = ("/sistem/catatan", "/sistem/sesi", "/sistem/akun", "/sistem/orang")
"""Where an administrator reads who has logged in, and when."""
PLACES = (
    "/tugas", "/kasus", "/permohonan", "/pengaduan", "/pengaduan?daftar=ditangani",
    "/pengaduan.csv?daftar=ditangani", f"/cari?q={WORD[:-2]}",
)  # fmt: skip


@pytest.fixture(autouse=True)
def host(app: Flask, world: World, frozen_clock: FrozenClock) -> ComplaintHost:
    host = ComplaintHost()
    host.install(app)
    return host


def walk(client: PortalClient, *first: str) -> dict[str, str]:
    """Every page that links lead to, by address, as text."""
    waiting, seen, sorts = ["/", *first], dict[str, str](), Counter[str]()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        sort = re.sub(r"\d+", "0", "/".join(urlsplit(address).path.split("/")[:3]))
        if address in seen or (sorts[sort] >= ALIKE and address not in first):
            continue
        sorts[sort] += 1
        response = client.get(address, follow_redirects=True)
        assert response.status_code in (200, 403, 404), (address, response.status)
        text = seen[address] = unescape(response.get_data(as_text=True))
        for link in re.findall(r'href="([^"#]+)', text):
            target = urlsplit(urldefrag(urljoin(address, link))[0])
            path = target.path + (f"?{target.query}" if target.query else "")
            if not target.netloc and not path.startswith(("/static", "/keluar", "/situs")):
                waiting.append(path)
    return seen


def names(pages: dict[str, str]) -> dict[str, int]:
    return {address: text.count(NAME) for address, text in pages.items()}


@pytest.fixture
def told(app: Flask, login: Login, world: World) -> str:
    """The number of a complaint about the Kepala Biro, hidden name, answered once."""
    file = (io.BytesIO(b"No,Hal\n1,Contoh\n"), FILE)
    number, _code = complain(
        login(REPORTER),
        "pengaduan",
        about=str(world.position_id(SUBJECT)),
        text=f"Contoh {WORD} yang tidak boleh diketahui.",
        identity="rahasia",
        files=file,
    )
    superior = login(SUPERIOR)
    decide(superior, number, "handle")
    reply = (io.BytesIO(b"No,Hal\n2,Contoh\n"), REPLY)
    answer(superior, number, "Sudah kami teliti.", files=reply)
    return number


def test_whoever_follows_every_link_finds_nothing(
    login: Login, world: World, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    caplog.set_level(logging.DEBUG)
    who = (SUBJECT, "kabag-akin-1", "staf-akin-1", "admin", "karo-tu")
    before = {each: names(walk(login(each))) for each in who}
    number = request.getfixturevalue("told")
    direct = (
        f"/pengaduan/{number}", f"/pengaduan/{number}/tangani", f"/kasus/{number}",
        f"/cari?q={number[:-1]}", f"/cari?q={WORD[:-2]}", f"/pengaduan?q={WORD[:-2]}",
        f"/pengaduan?daftar=ditangani&q={number[:-1]}", f"/kasus?q={WORD[:-2]}",
        "/pengaduan.csv?daftar=ditangani", "/sistem/kasus", "/sistem/catatan",
    )  # fmt: skip
    for each in who:
        pages = walk(login(each), *direct)
        assert len(pages) > 20, "the walk has gone somewhere"
        after = names(pages)
        for address, text in pages.items():
            for mark in (WORD, FILE, REPLY):
                assert mark not in text, (each, address, mark)
            if each in (SUBJECT, "kabag-akin-1", "staf-akin-1"):
                told = text.replace(address, "").replace(f'value="{number}"', "")
                assert number not in told, (each, address)
        for address, count in before[each].items():
            if not address.startswith(LOG_INS):
                assert after.get(address, 0) <= count, (each, address, "the reporter is named")
        for row in re.findall(r"<(?:tr|li)\b.*?</(?:tr|li)>", "".join(pages.values()), re.S):
            assert number not in row or NAME not in row, row
    assert WORD not in caplog.text
    assert NAME not in caplog.text


def test_no_account_reads_it_in_lists_searches_and_downloads(
    told: str, login: Login, session: Session
) -> None:
    usernames = list(session.scalars(select(Account.username).order_by(Account.username)))
    assert len(usernames) > 90
    for who in usernames:
        client = login(who)
        for place in PLACES:
            response = client.get(place)
            assert response.status_code in (200, 303, 403), (who, place)
            text = response.get_data(as_text=True)
            for mark in (WORD, FILE, REPLY):
                assert mark not in text, (who, place, mark)
            if who not in (REPORTER, SUPERIOR, "kepala-inspektorat", "admin"):
                assert told not in text, (who, place)


def test_words_and_name_stand_in_the_tables_of_complaints_only(told: str, session: Session) -> None:
    own = {model.__tablename__ for model in OWN}
    there = set(inspect(session.connection()).get_table_names())
    for table in metadata.sorted_tables:
        if table.name in own or table.name not in there:
            continue
        for row in session.execute(select(table)):
            text = str(dict(row._mapping))
            assert WORD not in text, table.name
            assert FILE not in text, table.name
            assert NAME not in text or told not in text, table.name
