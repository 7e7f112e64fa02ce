"""Indonesian formats; the traps of the user interface's list are tests here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Invalid
from portal.formats import (
    MONTHS,
    angka,
    durasi,
    hari,
    local_day,
    parse_number,
    parse_rupiah,
    persen,
    rupiah,
    tanggal,
    tenggat,
    terbilang,
    waktu,
)

MONDAY = date(2026, 11, 23)
INSTANT = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def test_dates_have_indonesian_names() -> None:
    assert tanggal(MONDAY) == "23 November 2026"
    assert tanggal(MONDAY, short=True) == "23 Nov 2026"
    assert tanggal(date(2026, 5, 1)) == "1 Mei 2026"
    assert [tanggal(date(2026, n, 1), short=True).split()[1] for n in (5, 8, 10, 12)] == [
        "Mei",
        "Agu",
        "Okt",
        "Des",
    ]
    assert len(MONTHS) == 12


def test_the_week_starts_on_monday() -> None:
    assert hari(MONDAY) == "Senin"
    assert hari(date(2026, 11, 27)) == "Jumat"
    assert hari(date(2026, 11, 29)) == "Minggu"


def test_a_time_is_printed_with_its_zone() -> None:
    assert waktu(INSTANT) == "24 Nov 2026 10.30 WIB"
    assert waktu(INSTANT, "Asia/Makassar") == "24 Nov 2026 11.30 WITA"
    assert waktu(INSTANT, "Asia/Jayapura", short=False) == "24 November 2026 12.30 WIT"
    assert waktu(INSTANT, "UTC") == "24 Nov 2026 03.30 UTC"
    with pytest.raises(ValueError, match="without a zone"):
        waktu(INSTANT.replace(tzinfo=None))


def test_the_date_of_an_instant_is_the_local_one() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert local_day(late) == date(2026, 11, 24)
    assert tanggal(late) == "24 November 2026"
    assert tanggal(late, zone="UTC") == "23 November 2026"


def test_a_deadline_at_midnight_belongs_to_the_day_that_ends() -> None:
    midnight = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert tenggat(midnight) == "24 Nov 2026 24.00 WIB"
    assert tenggat(INSTANT) == "24 Nov 2026 10.30 WIB"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0 menit"),
        (30, "30 menit"),
        (60, "1 jam"),
        (90, "1 jam 30 menit"),
        (450, "1 hari"),
        (1080, "2 hari 3 jam"),
        (9000, "20 hari"),
        (-90, "minus 1 jam 30 menit"),
    ],
)
def test_durations_are_never_rounded(minutes: int, text: str) -> None:
    assert durasi(minutes) == text


def test_a_duration_may_leave_days_out() -> None:
    assert durasi(1080, day=None) == "18 jam"
    assert durasi(780, day=390) == "2 hari"


def test_numbers_use_point_for_thousands_and_comma_for_decimals() -> None:
    assert angka(1234567) == "1.234.567"
    assert angka(Decimal("1234.50")) == "1.234,50"
    assert angka(0.1) == "0,1"
    assert angka(Decimal("87.755"), 1) == "87,8"
    assert angka(-1234.5) == "-1.234,5"
    assert persen(Decimal("87.75")) == "87,75%"
    assert rupiah(1234567) == "Rp1.234.567"
    assert rupiah(-5000) == "-Rp5.000"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", "1234.5"),
        ("87,5", "87.5"),
        ("1234", "1234"),
        ("1.234", "1234"),
        ("-3", "-3"),
        (" 0,05 ", "0.05"),
        ("1.234.567,89", "1234567.89"),
    ],
)
def test_reads_indonesian_numbers(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("87.5", "Tulis 87,5, bukan"), ("1.5", "Tulis 1,5, bukan"), ("1,234.5", r"Tulis 1\.234,5,")],
)
def test_a_decimal_point_is_refused_and_the_comma_form_shown(text: str, shown: str) -> None:
    with pytest.raises(Invalid, match=shown):
        parse_number(text)


@pytest.mark.parametrize(
    "text",
    ["", "lima", "1e5", "1..2", "12.34.567", ",5", "5,", "--1", "NaN", "٣", "1 000", "9" * 31],
)
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(Invalid, match=r"87,5|bukan angka"):
        parse_number(text)


@pytest.mark.parametrize(
    "text", ["Rp1.234.567", "rp 1.234.567", "1234567", "1.234.567,00", "Rp. 1.234.567,-"]
)
def test_reads_whole_rupiah(text: str) -> None:
    assert parse_rupiah(text) == 1_234_567


@pytest.mark.parametrize("text", ["", "Rp", "1.5", "1,5", "1.234,50", "-5", "1,234,567", "seribu"])
def test_refuses_rupiah_with_sen_or_foreign_points(text: str) -> None:
    with pytest.raises(Invalid, match="rupiah bulat tanpa sen"):
        parse_rupiah(text)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (20, "dua puluh"),
        (34, "tiga puluh empat"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1000, "seribu"),
        (1250, "seribu dua ratus lima puluh"),
        (2026, "dua ribu dua puluh enam"),
        (11_000, "sebelas ribu"),
        (100_000, "seratus ribu"),
        (1_000_000, "satu juta"),
        (1_001_000, "satu juta seribu"),
        (-7, "minus tujuh"),
        (
            2_527_948_530_000,
            "dua triliun lima ratus dua puluh tujuh miliar sembilan ratus empat puluh delapan juta "
            "lima ratus tiga puluh ribu",
        ),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert terbilang(number) == words


def test_words_end_somewhere() -> None:
    with pytest.raises(ValueError, match="so large"):
        terbilang(10**18)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    )
)
def test_what_is_written_can_be_read_again(number: Decimal) -> None:
    assert parse_number(angka(number)) == number


@given(st.integers(0, 10**15))
def test_rupiah_written_can_be_read_again(amount: int) -> None:
    assert parse_rupiah(rupiah(amount)) == amount


@given(st.integers(0, 10**18 - 1))
def test_every_number_has_words_without_gaps(number: int) -> None:
    words = terbilang(number)
    assert words == " ".join(words.split())
    assert "satu ratus" not in words
    assert "satu puluh" not in words
