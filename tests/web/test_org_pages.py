"""The pages of the organisation as everybody sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from html.parser import HTMLParser

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.db import db
from portal.org.models import Holder, HolderKind, Position, Unit
from portal.org.service import assign_holder, ensure_unit_set, unit_by_code
from portal.org.tree import totals, tree_on
from portal.testing.client import PortalClient
from portal.testing.world import World

Login = Callable[[str], PortalClient]

pytestmark = pytest.mark.usefixtures("frozen_clock")


class _Page(HTMLParser):
    """The text of a page, its headings of level 1 and the summaries of open details."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.h1, self.open, self.closed = "", 0, 0, 0
        self._skip = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip = tag in ("script", "style")
        self.h1 += tag == "h1"
        if tag == "details":
            names = [name for name, _ in attrs]
            self.open += "open" in names
            self.closed += "open" not in names

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text += " " + " ".join(data.split())


def read(client: PortalClient, address: str, status: int = 200) -> _Page:
    response = client.get(address)
    assert response.status_code == status, response.get_data(as_text=True)
    return _Page(response.get_data(as_text=True))


@contextmanager
def queries(app_engine: object) -> Iterator[list[str]]:
    """The SELECTs sent within the block."""
    seen: list[str] = []

    def note(*args: object) -> None:
        if str(args[2]).startswith(("SELECT", "WITH")):
            seen.append(str(args[2]))

    event.listen(app_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(app_engine, "before_cursor_execute", note)


def test_an_anonymous_visitor_is_sent_to_the_log_in(client: PortalClient, world: World) -> None:
    for address in ("/organisasi", "/organisasi/setmen", "/sistem/organisasi"):
        response = client.get(address)
        assert response.status_code in (302, 303)
        assert "/masuk" in response.headers["Location"]


def test_the_tree_shows_who_holds_what(world: World, login: Login) -> None:
    page = read(login("staf-akin-1"), "/organisasi")
    assert page.h1 == 1
    assert "71 unit" in page.text
    assert "Keadaan per 23 November 2026" in page.text
    assert "Deputi Bidang Administrasi Aparatur" in page.text
    assert "Kelola" not in page.text
    assert "perlu diperbaiki" not in page.text


def test_the_tree_is_unfolded_down_to_the_readers_own_unit(world: World, login: Login) -> None:
    page = read(login("staf-akin-1"), "/organisasi")
    # dep-aparatur and biro-otlak lead to the Bagian; all others stay folded.
    assert page.open == 2
    assert page.closed > 3
    assert "(unit Anda)" in page.text


def test_the_tree_takes_at_most_six_queries(world: World, login: Login) -> None:
    browser = login("staf-akin-1")
    with queries(db.engine) as seen:
        read(browser, "/organisasi")
    assert len(seen) <= 6, seen


def test_the_tree_itself_takes_three_queries(session: Session, world: World) -> None:
    with queries(db.engine) as seen:
        roots = tree_on(session, date(2026, 11, 23))
        assert totals(roots).units == 71
    assert len(seen) == 3, seen


def test_the_filter_finds_units_positions_and_people_with_their_superiors(
    world: World, login: Login
) -> None:
    browser = login("menteri")
    page = read(browser, "/organisasi?cari=PELAPORAN+kinerja+II")
    assert "Subbagian Perencanaan dan Pelaporan Kinerja II" in page.text
    assert "Biro Organisasi, Tata Laksana, dan Akuntabilitas Kinerja" in page.text
    assert "Sekretariat Militer" not in page.text
    assert page.closed == 0
    nothing = read(browser, "/organisasi?cari=zzzz")
    assert "Tidak ada yang cocok" in nothing.text


def test_vacant_and_acting_positions_can_be_picked(
    session: Session, world: World, login: Login
) -> None:
    session.query(Holder).filter(Holder.position_id == world.position_id("karo-tu")).delete()
    assign_holder(
        session,
        position_id=world.position_id("karo-umum"),
        person_id=world.person_id("karo-tu"),
        kind=HolderKind.PLH,
        mandate="SP-1/2026",
        valid_from=date(2026, 11, 1),
        valid_to=date(2026, 11, 30),
    )
    browser = login("menteri")
    vacant = read(browser, "/organisasi?jabatan=lowong")
    assert "Biro Tata Usaha" in vacant.text
    assert "Lowong" in vacant.text
    assert "Biro Umum" not in vacant.text
    acting = read(browser, "/organisasi?jabatan=bertugas")
    assert "Biro Umum" in acting.text
    assert "Plh. Kepala Biro Tata Usaha" in acting.text
    assert "Inspektorat" not in acting.text
    assert read(browser, "/organisasi?jabatan=apa")


def test_the_tree_is_that_of_the_day_asked_for(
    session: Session, world: World, login: Login
) -> None:
    unit_by_code(session, "pusdiklat").valid_to = date(2026, 6, 30)
    browser = login("menteri")
    assert "Pusat Pendidikan" not in read(browser, "/organisasi").text
    then = read(browser, "/organisasi?pada=2026-06-30")
    assert "Pusat Pendidikan" in then.text
    assert "Keadaan per 30 Juni 2026" in then.text
    before = read(browser, "/organisasi?pada=2014-12-31")
    assert "Belum ada unit pada tanggal itu" in before.text


@pytest.mark.parametrize("day", ["2026-02-30", "kemarin", "9999999-01-01", "2026-1"])
def test_a_day_that_cannot_be_read_is_said_and_today_is_shown(
    world: World, login: Login, day: str
) -> None:
    page = read(login("menteri"), f"/organisasi?pada={day}")
    assert "Tanggal tidak dapat dibaca" in page.text
    assert "71 unit" in page.text


def test_a_unit_shows_officials_staff_superior_and_history(
    session: Session, world: World, login: Login
) -> None:
    past = Holder(
        position_id=world.position_id("kabag-akin-1"),
        person_id=world.person_id("admin"),
        kind="plt",
        mandate="SP-7/2019",
        valid_from=date(2019, 10, 1),
        valid_to=date(2019, 12, 31),
    )
    session.add(past)
    ensure_unit_set(session, "uji", "Himpunan uji", [("bag-akin-1", "biro-otlak")])
    browser = login("menteri")
    with queries(db.engine) as seen:
        page = read(browser, "/organisasi/bag-akin-1")
    assert len(seen) <= 12, seen
    assert page.h1 == 1
    assert "perlu diperbaiki" not in page.text
    for text in (
        "Kepala Bagian Akuntabilitas Kinerja I",
        "Staf Bagian Akuntabilitas Kinerja I",
        "Kepala Biro Organisasi, Tata Laksana, dan Akuntabilitas Kinerja",
        "Subbagian Perencanaan dan Pelaporan Kinerja I",
        "Plt. Administrator",
        "1 Oktober 2019 – 31 Desember 2019",
        "SP-7/2019",
        "Standar 11 klausul D",
        "Himpunan uji",
    ):
        assert text in page.text, text
    then = read(browser, "/organisasi/bag-akin-1?pada=2019-11-01")
    assert "Mandat: SP-7/2019" in then.text


def test_an_unknown_unit_is_not_found(world: World, login: Login) -> None:
    assert "tidak-ada" in read(login("menteri"), "/organisasi/tidak-ada", 404).text


def test_names_from_the_database_are_escaped(session: Session, world: World, login: Login) -> None:
    unit_by_code(session, "setmen").name = "<script>alert(1)</script>"
    browser = login("menteri")
    for address in ("/organisasi", "/organisasi/setmen", "/organisasi?cari=%22%3E%3Cscript%3E"):
        html = browser.get(address).get_data(as_text=True)
        assert "<script>alert" not in html
        assert '"><script>' not in html


def test_a_unit_whose_parent_has_ended_stands_at_the_top(session: Session, world: World) -> None:
    unit_by_code(session, "biro-otlak").valid_to = date(2026, 1, 1)
    session.flush()
    codes = [root.code for root in tree_on(session, date(2026, 11, 23))]
    assert codes == ["ksn", "bag-akin-1", "bag-akin-2"]


def test_no_page_shows_a_nip(session: Session, world: World, login: Login) -> None:
    holder = session.scalars(
        select(Holder).join(Position).join(Unit).where(Unit.code == "setmen")
    ).first()
    assert holder is not None
    from portal.org.models import Person

    person = session.get(Person, holder.person_id)
    assert person is not None
    person.nip = "198505172010122001"
    browser = login("menteri")
    for address in ("/organisasi", "/organisasi/setmen"):
        assert "198505172010122001" not in browser.get(address).get_data(as_text=True)
