"""The register of letters: whose case one may see, those letters one reads; no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents.registers import cancel_number, issue_number
from portal.testing.client import PortalClient
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import LETTER, plant_units
from portal.testing.world import World, plant
from portal.workflow.models import Barred, Case

Login = Callable[[str], PortalClient]
PAGE = "/register"
SUBJECT = "Undangan-rapat-77"

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def case(app: Flask, world: World, session: Session) -> Case:
    """A case with thirty letters, one of them cancelled, and one of a plugin's own register."""
    SampleHost(LETTER).install(app)
    number = Desk(world).start("letter.new", "karo-otlak", {"hal": "undangan"})
    found = session.scalars(select(Case).where(Case.number == number)).one()
    for n in range(30):
        entry = issue_number(
            session, "surat", on=date(2026, 11, 23), subject=f"{SUBJECT} {n}", case_id=found.id,
            pattern="B-{seq}/{year}",
        )  # fmt: skip
    cancel_number(session, entry.id, "Salah alamat")
    issue_number(
        session, "sample.own", on=date(2026, 11, 23), subject="Lain", case_id=found.id,
        pattern="X-{seq}/{year}",
    )  # fmt: skip
    session.commit()
    return found


def test_the_letters_of_ones_cases_are_listed_and_searched(case: Case, login: Login) -> None:
    browser = login("karo-otlak")
    first = browser.get(PAGE).text
    assert "B-30/2026" in first
    assert "Salah alamat" in first
    assert f"/kasus/{case.number}" in first
    assert "X-1/2026" not in first
    assert case.number + "</th>" not in first  # the number of the case itself is no letter
    following = first.split('rel="next" href="', 1)[1].split('"')[0]
    assert "B-5/2026" in browser.get(following).text
    found = browser.get(f"{PAGE}?q=rapat-77+12&buku=surat&tahun=2026").text
    assert "B-13/2026" in found
    assert "B-14/2026" not in found
    for nothing in ("q=%25", "buku=memorandum", "tahun=1999"):
        assert "Tidak ada surat yang cocok" in browser.get(f"{PAGE}?{nothing}").text, nothing
    lines = browser.get(f"{PAGE}/unduh.csv").text.splitlines()
    assert len(lines) == 31
    assert SUBJECT in lines[1]


@pytest.mark.parametrize("who", ["staf-setpres", "kepala-inspektorat"])
def test_the_letters_of_other_cases_are_not(case: Case, login: Login, who: str) -> None:
    browser = login(who)
    for address in (PAGE, f"{PAGE}?q={SUBJECT}", f"{PAGE}/unduh.csv"):
        text = browser.get(address).text.replace(f'value="{SUBJECT}"', "")
        assert SUBJECT not in text, address
        assert "B-30/2026" not in text, address


def test_an_administrator_without_a_position_has_no_such_page(case: Case, login: Login) -> None:
    admin = login("admin")
    assert admin.get(PAGE).status_code == 403
    assert admin.get(f"{PAGE}/unduh.csv").status_code == 403
    assert 'href="/register"' not in admin.get("/profil").text


def test_what_is_sealed_or_kept_from_one_is_not_listed(
    case: Case, login: Login, session: Session, world: World
) -> None:
    browser = login("karo-otlak")
    case.sealed = True
    session.commit()
    assert SUBJECT not in browser.get(PAGE).text
    case.sealed = False
    session.add(Barred(case_id=case.id, person_id=world.person_id("karo-otlak")))
    session.commit()
    assert SUBJECT not in browser.get(PAGE).text
