"""A NIP: eighteen digits, a birth date, a sex; an odd month is only doubtful."""

from __future__ import annotations

from datetime import date

import pytest

from portal.org.nip import check_nip

DAY = date(2026, 11, 23)
GOOD = "198505172010122001"  # made up


def test_a_well_formed_number_has_neither_errors_nor_warnings() -> None:
    found = check_nip(GOOD, DAY)
    assert (found.value, found.errors, found.warnings) == (GOOD, (), ())


def test_groups_may_be_written_with_spaces_dots_or_dashes() -> None:
    assert check_nip("19850517 201012 2 001", DAY).value == GOOD
    assert check_nip("19850517.201012-2.001", DAY).value == GOOD


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("19850517201012200", "18 angka"),
        ("1985051720101220011", "18 angka"),
        ("19850517201012200a", "angka"),
        ("١٩٨٥٠٥١٧٢٠١٠١٢٢٠٠١", "angka"),
        ("198513172010122001", "tanggal lahir"),
        ("198502302010122001", "tanggal lahir"),
        ("189905172010122001", "tanggal lahir"),
        ("202705172010122001", "tanggal lahir"),
        ("198505172010123001", "ke-15"),
        ("198505172010120001", "ke-15"),
    ],
)
def test_a_malformed_number_is_refused_with_what_is_wrong(text: str, word: str) -> None:
    errors = check_nip(text, DAY).errors
    assert len(errors) == 1
    assert word in errors[0]


def test_a_pppk_number_is_warned_of_and_not_refused() -> None:
    found = check_nip("198505172021212001", DAY)
    assert found.errors == ()
    assert "PPPK" in found.warnings[0]


def test_serial_zero_is_doubtful() -> None:
    assert "001" in check_nip("198505172010122000", DAY).warnings[0]
