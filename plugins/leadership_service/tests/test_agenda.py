"""The leaders' agenda over HTTP: day and week, clashes, CSV and iCalendar, sealed events."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select

from plugins.leadership_service.models import AgendaEvent
from plugins.leadership_service.tests.office import DIRECTION, EVENT, LETTER, SEALED, Office
from portal.api import Position, Unit

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STAFF, HEAD, LEADER = "staf-tu-menteri", "kasubbag-tu-menteri", "menteri"
AGENDA = "/layanan/leadership-service/agenda"
MONDAY = "?tanggal=2026-11-23"


def planned(office: Office, sealed: bool = False, **changes: str) -> str:
    """A letter with an event in the minister's agenda."""
    number = office.start(STAFF, "letter", SEALED if sealed else LETTER)
    office.act(STAFF, number, "1", {"jenis": "tertutup" if sealed else "audiensi"})
    office.act(LEADER, number, "2", DIRECTION)
    office.act(HEAD, number, "3", {"jenis": ["audiensi"]})
    office.act(HEAD, number, "4b1", EVENT | changes)
    return number


def calendar(office: Office, who: str, address: str) -> list[dict[str, str]]:
    """The events of an iCalendar file, their properties as text."""
    response = office.browser(who).get(address)
    assert response.status_code == 200, address
    assert response.content_type == "text/calendar; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    whole = Calendar.from_ical(response.get_data())
    return [
        {key: value.to_ical().decode() if hasattr(value, "to_ical") else str(value)
         for key, value in event.items()}
        for event in whole.walk("VEVENT")
    ]  # fmt: skip


def event_id(office: Office) -> int:
    office.session.rollback()
    return office.session.scalars(select(AgendaEvent.id).order_by(AgendaEvent.id.desc())).first()


def test_a_day_and_a_week_lead_to_the_next_and_the_one_before(office: Office) -> None:
    planned(office)
    week = office.page(LEADER, AGENDA + MONDAY)
    assert "10.00–11.00" in week
    assert "tanggal=2026-11-16" in week
    assert "tanggal=2026-11-30" in week
    assert EVENT["judul"] not in office.page(LEADER, f"{AGENDA}?tanggal=2026-11-30")
    day = office.page(LEADER, f"{AGENDA}{MONDAY}&tampilan=hari")
    assert EVENT["judul"] in day
    assert "tanggal=2026-11-22" in day
    assert "tanggal=2026-11-24" in day
    assert EVENT["judul"] not in office.page(LEADER, f"{AGENDA}?tanggal=2026-11-24&tampilan=hari")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "bukan-tanggal", ""])
def test_no_date_breaks_the_page(office: Office, day: str) -> None:
    for end in ("", ".csv", ".ics"):
        office.page(LEADER, f"{AGENDA}{end}?tanggal={day}")


def test_an_event_that_ends_at_midnight_is_not_of_the_next_day(office: Office) -> None:
    planned(office, mulai="2026-11-23T20:00", selesai="2026-11-24T00:00")
    assert EVENT["judul"] in office.page(LEADER, f"{AGENDA}{MONDAY}&tampilan=hari")
    assert EVENT["judul"] not in office.page(LEADER, f"{AGENDA}?tanggal=2026-11-24&tampilan=hari")


def test_the_week_and_one_event_for_a_calendar_program(office: Office) -> None:
    number = planned(office)
    (event,) = calendar(office, LEADER, f"{AGENDA}.ics{MONDAY}")
    assert event["SUMMARY"] == EVENT["judul"]
    assert event["LOCATION"] == EVENT["tempat"]
    assert (event["DTSTART"], event["DTEND"]) == ("20261123T030000Z", "20261123T040000Z")
    assert number in event["DESCRIPTION"]
    assert calendar(office, HEAD, f"{AGENDA}/{event_id(office)}.ics") == [event]
    assert calendar(office, LEADER, f"{AGENDA}.ics?tanggal=2026-11-30") == []


def test_line_breaks_and_colons_do_not_break_the_file(office: Office) -> None:
    title = "Rapat; A, B: BEGIN:VEVENT " + "panjang " * 20
    planned(office, judul=title.strip())
    (event,) = calendar(office, LEADER, f"{AGENDA}.ics{MONDAY}")
    assert event["SUMMARY"].replace("\\", "") == title.strip()


def test_a_sealed_event_is_a_time_without_content(office: Office) -> None:
    number = planned(office, sealed=True, judul="Samaramerta", tempat="Wijayakusuma")
    for who in (STAFF, HEAD, LEADER):
        (event,) = calendar(office, who, f"{AGENDA}.ics{MONDAY}")
        assert event["SUMMARY"] == "Tertutup"
        assert event["CLASS"] == "CONFIDENTIAL"
        assert {"LOCATION", "DESCRIPTION", "CATEGORIES"} & set(event) == set()
        whole = office.page(who, f"{AGENDA}/{event_id(office)}.ics")
        table = office.page(who, f"{AGENDA}.csv{MONDAY}")
        for word in ("Samaramerta", "Wijayakusuma", number):
            assert word not in whole + table


def test_only_the_office_and_its_leader_get_the_files(office: Office) -> None:
    planned(office)
    one = f"{AGENDA}/{event_id(office)}.ics"
    for stranger in ("sesmen", "kasubbag-tu-setmen", "staf-ahli-1"):
        office.page(stranger, one, 404)
        assert calendar(office, stranger, f"{AGENDA}.ics{MONDAY}&pimpinan=menteri") == []
        assert EVENT["judul"] not in office.page(stranger, f"{AGENDA}.csv{MONDAY}&pimpinan=menteri")
    for stranger in ("karo-umum", "karo-tu", "admin"):
        for address in (one, f"{AGENDA}.ics", f"{AGENDA}.csv", AGENDA):
            office.page(stranger, address, 403)


def test_the_agenda_as_csv(office: Office) -> None:
    number = planned(office, judul="=Rapat")
    text = office.page(HEAD, f"{AGENDA}.csv{MONDAY}").lstrip("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Acara"], row["Mulai"], row["Selesai"]) == ("'=Rapat", "10.00", "11.00")
    assert (row["Prioritas"], row["Kasus"]) == ("Tinggi", number)


def test_times_are_those_of_the_leaders_unit(office: Office) -> None:
    planned(office)
    unit = office.session.scalars(
        select(Unit).join(Position, Position.unit_id == Unit.id).where(Position.code == LEADER)
    ).one()
    unit.timezone = "Asia/Makassar"
    office.session.commit()
    page = office.page(LEADER, AGENDA + MONDAY)
    assert "11.00–12.00" in page
    assert "Waktu dalam WITA" in page
    assert "11.00" in office.page(LEADER, f"{AGENDA}.csv{MONDAY}")


def test_no_event_says_so(office: Office) -> None:
    assert datetime(2026, 11, 23, tzinfo=UTC).weekday() == 0
    assert "Tidak ada acara" in office.page(LEADER, AGENDA)
