"""Step 4b4: when the half hour of the report begins."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from plugins.leadership_service.tests.office import (
    COORDINATED,
    COPIED,
    DIRECTION,
    EVENT,
    LETTER,
    Office,
)
from portal.testing.pytest_plugin import FrozenClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STAFF, HEAD, LEADER = "staf-tu-menteri", "kasubbag-tu-menteri", "menteri"


def sorted_as(office: Office, kind: str) -> str:
    """A letter that the Kepala Subbagian has sorted."""
    number = office.start(STAFF, "letter", LETTER)
    office.act(STAFF, number, "1", {"jenis": "surat"})
    office.act(LEADER, number, "2", DIRECTION)
    office.act(HEAD, number, "3", {"jenis": [kind]})
    return number


@pytest.mark.parametrize(
    ("ends", "recorded", "due"),
    [
        # office time: Monday to Thursday 07.30-16.00 with a break from 12.00 to 13.00 (WIB)
        ("2026-11-25T11:00", "2026-11-25T11:00", "2026-11-25T11:30"),
        ("2026-11-25T11:00", "2026-11-25T10:20", "2026-11-25T10:50"),
        ("2026-11-25T11:00", "2026-11-25T11:45", "2026-11-25T13:15"),
        ("2026-11-25T11:00", "2026-11-25T15:50", "2026-11-26T07:50"),
        ("2026-11-25T20:00", "2026-11-25T21:10", "2026-11-26T08:00"),
    ],
)
def test_the_half_hour_of_the_report_starts_when_the_meeting_ends(
    office: Office, frozen_clock: FrozenClock, ends: str, recorded: str, due: str
) -> None:
    """4b4 counts from the recorded end, however late it is written down, in office time."""
    number = sorted_as(office, "audiensi")
    plan = {"mulai": "2026-11-25T09:00", "selesai": ends}
    office.act(HEAD, number, "4b1", EVENT | plan)
    office.act(HEAD, number, "4b2", COORDINATED)
    office.act(STAFF, number, "4b3", COPIED)
    # until the end is recorded the planned one counts
    planned = {"2026-11-25T11:00": "2026-11-25T11:30", "2026-11-25T20:00": "2026-11-26T08:00"}
    assert wib(office.task(number, "4b4.selesai").due) == planned[ends]
    frozen_clock.set(datetime(2026, 11, 25, 16, 0, tzinfo=UTC))
    office.act(HEAD, number, "4b4.selesai", {"waktu": recorded})
    assert wib(office.task(number, "4b4").due) == due


def test_an_end_in_the_future_is_not_recorded(office: Office) -> None:
    number = sorted_as(office, "audiensi")
    office.act(HEAD, number, "4b1", EVENT)
    office.act(HEAD, number, "4b2", COORDINATED)
    office.act(STAFF, number, "4b3", COPIED)
    page = office.act(HEAD, number, "4b4.selesai", {"waktu": "2026-11-23T11:15"}, 400)
    assert "belum lewat" in page


def wib(instant: datetime | None) -> str:
    """A deadline as the officials' clock shows it."""
    assert instant is not None
    return f"{instant.astimezone(ZoneInfo('Asia/Jakarta')):%Y-%m-%dT%H:%M}"
