"""Limits: what the standards print, and trap 2 (90 minutes are not "2 jam")."""

from __future__ import annotations

import pytest

from portal.errors import Invalid
from portal.workflow.limits import Limit, parse_limit


@pytest.mark.parametrize(
    ("printed", "amount", "unit", "text"),
    [
        ("30 menit", 30, "menit", "30 menit"),
        ("2 jam", 2, "jam", "2 jam"),
        ("1 hari", 1, "hari", "1 hari kerja"),
        ("20 hari", 20, "hari", "20 hari kerja"),
        ("20 hari kerja", 20, "hari", "20 hari kerja"),
        ("3 hari kalender", 3, "hari kalender", "3 hari kalender"),
        ("1 jam 30 menit", 90, "menit", "1 jam 30 menit"),
        ("  5   Menit ", 5, "menit", "5 menit"),
    ],
)
def test_reads_what_a_standard_prints(printed: str, amount: int, unit: str, text: str) -> None:
    limit = parse_limit(printed)
    assert (limit.amount, limit.unit) == (amount, unit)
    assert limit.text() == text
    assert parse_limit(str(limit)) == limit


def test_ninety_minutes_are_an_hour_and_a_half() -> None:
    assert Limit(90, "menit").text() == "1 jam 30 menit"
    assert Limit(60, "menit").text() == "1 jam"
    assert Limit(20, "hari").text() != "3 minggu"


@pytest.mark.parametrize(
    "text",
    ["", "hari", "0 hari", "-1 hari", "1,5 jam", "1.5 jam", "20 minggu", "99999 hari", "٣ hari"],
)
def test_refuses_what_is_no_limit_and_shows_the_form(text: str) -> None:
    with pytest.raises(Invalid, match="tulis misalnya “30 menit”"):
        parse_limit(text)


def test_a_limit_is_positive() -> None:
    with pytest.raises(ValueError, match="not a limit"):
        Limit(0, "hari")


def test_minutes_of_limits_in_office_time() -> None:
    assert Limit(2, "jam").minutes == 120
    assert Limit(1, "hari").minutes is None
