"""The yearly CSV: what it accepts, and its errors by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel

from portal.workflow.calendar_csv import (
    NATIONAL,
    SHARED,
    Fast,
    FreeDay,
    parse_day,
    propose,
    read_calendar,
    shipped_hours,
    template,
    write_calendar,
)

HEAD = "tanggal,sampai,jenis,nama\n"


@pytest.fixture(autouse=True)
def _messages() -> Iterator[None]:
    app = Flask("uji")
    Babel(app, default_locale="id")
    with app.test_request_context():
        yield


def problems(text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    return [str(problem) for problem in read_calendar(content).problems]


def test_reads_the_three_kinds_in_three_ways_of_writing_a_date() -> None:
    file = read_calendar(
        (
            HEAD + "2026-08-17,,libur,Hari Kemerdekaan\n\n"
            "24/12/2026,,Cuti  Bersama,Cuti bersama Natal\n"
            "18 Februari 2026,2026-03-19,ramadan,\n"
        ).encode()
    )
    assert file.problems == []
    assert file.days == [
        FreeDay(date(2026, 8, 17), "Hari Kemerdekaan", NATIONAL),
        FreeDay(date(2026, 12, 24), "Cuti bersama Natal", SHARED),
    ]
    assert file.fasts == [Fast(date(2026, 2, 18), date(2026, 3, 19))]
    assert file.years == {2026}


def test_reads_what_an_indonesian_spreadsheet_writes() -> None:
    text = "\ufeffTanggal;Sampai;Jenis;Nama;Catatan\r\n17/08/2026;;libur;Kemerdekaan, RI;x\r\n"
    file = read_calendar(text.encode())
    assert file.problems == []
    assert file.days == [FreeDay(date(2026, 8, 17), "Kemerdekaan, RI", NATIONAL)]


def test_every_error_has_its_line() -> None:
    found = problems(
        HEAD + "2026-02-30,,libur,Tidak ada\n"
        "2026-08-17,,libur,Kemerdekaan\n"
        "2026-08-17,,cuti bersama,Sekali lagi\n"
        "2026-08-18,,liburan,Salah jenis\n"
        "2026-08-19,,libur,\n"
        "2026-08-20,2026-08-21,libur,Dua hari\n"
        "2026-02-18,,ramadan,\n"
        "2026-02-18,2026-04-30,ramadan,\n"
        "1026-08-17,,libur,Terlalu lama\n"
    )
    assert [message.split(":")[0] for message in found] == [
        f"Baris {n}" for n in (2, 4, 5, 6, 7, 8, 9, 10)
    ]
    assert found[0] == "Baris 2: tanggal “2026-02-30” tidak ada; tulis seperti 2026-08-17."
    assert found[1] == "Baris 4: tanggal 2026-08-17 sudah ada di baris 3."
    assert "tulis libur, cuti bersama, atau ramadan" in found[2]


def test_two_fasts_may_lie_in_one_year_but_not_on_each_other() -> None:
    two = HEAD + "2030-01-06,2030-02-04,ramadan,\n2030-12-26,2031-01-24,ramadan,\n"
    assert len(read_calendar(two.encode()).fasts) == 2
    overlapping = HEAD + "2026-02-18,2026-03-19,ramadan,\n2026-02-19,2026-03-19,ramadan,\n"
    assert "bertumpang tindih" in problems(overlapping)[0]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "kolom tanggal, sampai, jenis, nama tidak ada"),
        (b"tanggal,nama\n", "kolom sampai, jenis tidak ada"),
        (HEAD.encode(), "tidak memuat satu hari pun"),
        (b"\xff\xfe\x00", "bukan teks UTF-8"),
        (b"x" * (1024 * 1024 + 1), "terlalu besar"),
        ((HEAD + '2026-08-17,,libur,"' + "a" * 140_000).encode(), "tidak dapat dibaca sebagai CSV"),
        ((HEAD + "2026-08-17,,libur," + "a" * 201).encode(), "paling panjang 200 huruf"),
    ],
)
def test_a_broken_file_gives_a_clear_line(content: bytes, part: str) -> None:
    assert part in problems(content)[0]


@pytest.mark.parametrize("text", ["", "2026", "31/4/2026", "2026-13-01", "5 Mey 2026", "kemarin"])
def test_no_day_is_invented(text: str) -> None:
    assert parse_day(text) is None


def test_a_proposal_holds_only_what_is_certain_and_says_so() -> None:
    days = propose(2027)
    assert [(day.day.month, day.day.day) for day in days] == [
        (1, 1),
        (5, 1),
        (6, 1),
        (8, 17),
        (12, 25),
    ]
    assert all(day.name.endswith("(usulan)") and day.kind == NATIONAL for day in days)


def test_what_is_written_can_be_read_again() -> None:
    days, fasts = propose(2026), [Fast(date(2026, 2, 18), date(2026, 3, 19))]
    file = read_calendar(write_calendar(days, fasts).encode())
    assert (file.days, file.fasts, file.problems) == (days, fasts, [])
    assert template() == HEAD


def test_the_shipped_hours_are_those_of_perpres_21_2023() -> None:
    minutes = {
        season: sum(rule.hours.minutes for rule in shipped_hours() if rule.season == season)
        for season in ("normal", "ramadan")
    }
    assert minutes == {"normal": 37 * 60 + 30, "ramadan": 32 * 60 + 30}
    breaks = {
        (rule.season, rule.weekday == 4): rule.hours.break_to - rule.hours.break_from
        for rule in shipped_hours()
    }
    assert breaks == {
        ("normal", False): 60,
        ("normal", True): 90,
        ("ramadan", False): 30,
        ("ramadan", True): 60,
    }
