"""Registers for administrators: numbers, days and states; never what a number was given to."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents.models import RegisterEntry
from portal.documents.registers import cancel_number, issue_number
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER, plant_units
from portal.testing.world import World, plant
from portal.workflow.models import Barred, Case

Login = Callable[[str], PortalClient]
ALL = "/sistem/register"
SECRET = "Perihal-Rahasia-5"
DAY = date(2026, 11, 23)


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def register(world: World, session: Session) -> int:
    """A register of thirty letters; one of a case and one of none are cancelled."""
    entries = [
        issue_number(
            session, "surat", on=DAY, subject=SECRET, pattern="B-{seq}/{year}",
            case_id=None if number == 2 else 7000 + number,
        )
        for number in range(1, 31)
    ]  # fmt: skip
    cancel_number(session, entries[0].id, SECRET)
    cancel_number(session, entries[1].id, "Surat batal dikirim")
    session.commit()
    return entries[0].register_id


def test_it_is_for_administrators_only(register: int, login: Login) -> None:
    browser = login("karo-otlak")
    for address in (ALL, f"{ALL}/{register}", f"{ALL}/{register}/unduh.csv"):
        assert browser.get(address).status_code == 403


def test_each_register_has_its_last_number(register: int, login: Login) -> None:
    admin = login("admin")
    page = admin.get(ALL).text
    assert "Surat keluar" in page
    assert 'class="number">30<' in page
    assert 'class="number">2<' in page
    assert "Surat keluar" in admin.get(f"{ALL}?tahun=2026").text
    assert "Belum ada register" in admin.get(f"{ALL}?tahun=1999").text


def test_no_subject_and_no_reason_of_a_case_is_shown(register: int, login: Login) -> None:
    admin = login("admin")
    address = f"{ALL}/{register}"
    first = admin.get(address).text
    following = first.split('rel="next" href="', 1)[1].split('"')[0]
    second = admin.get(following).text
    cancelled = admin.get(f"{address}?keadaan=dibatalkan").text
    download = admin.get(f"{address}/unduh.csv")
    for text in (first, second, cancelled, download.text):
        assert SECRET not in text
    assert "B-30/2026" in first
    assert "B-5/2026" not in first
    assert "B-5/2026" in second
    assert "Surat batal dikirim" in cancelled
    assert "B-3/2026" not in cancelled
    lines = list(csv.reader(io.StringIO(download.text.removeprefix("\ufeff"))))
    assert len(lines) == 31
    assert lines[-1][2:] == ["1", "B-1/2026", "23 November 2026", "dibatalkan", ""]
    assert admin.get(f"{ALL}/999999").status_code == 404


def test_the_number_of_a_case_kept_from_the_administrator_is_left_out(
    app: Flask, world: World, session: Session, login: Login
) -> None:
    SampleHost(LETTER).install(app)
    number = Desk(world).start("letter.new", "karo-otlak", {"hal": "undangan"})
    entry = session.scalars(select(RegisterEntry).where(RegisterEntry.number == number)).one()
    address = f"{ALL}/{entry.register_id}"
    admin = login("admin")
    assert number in admin.get(address).text
    case = session.scalars(select(Case).where(Case.number == number)).one()
    session.add(Barred(case_id=case.id, person_id=world.person_id("admin")))
    session.commit()
    assert number not in admin.get(address).text
    assert number not in admin.get(f"{address}/unduh.csv").text
