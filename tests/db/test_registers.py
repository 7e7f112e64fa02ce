"""Numbered registers: no gap and no double, also with twenty writers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.app import init_database
from portal.config import Settings
from portal.db import db, transaction
from portal.documents.models import EntryStatus, Register, RegisterEntry
from portal.documents.registers import (
    DEFAULT_PATTERN,
    cancel_number,
    check_pattern,
    format_number,
    issue_number,
    needed_tokens,
    set_pattern,
)
from portal.errors import Conflict, Invalid, MissingReason, NotFound

DAY = date(2026, 11, 23)
PATTERN = "M-{seq}/{unit}/{month_roman}/{year}"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Only the database and the language: registers need nothing of the pages."""
    bare = Flask("portal")
    bare.config.update(PORTAL=settings, SQLALCHEMY_DATABASE_URI=settings.database_url)
    bare.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 20}
    Babel(bare, default_locale="id")
    init_database(bare)
    yield bare
    with bare.app_context():
        db.engine.dispose()


def issue(session: Session, on: date = DAY, key: str = "memorandum") -> RegisterEntry:
    return issue_number(session, key, on=on, subject="Permintaan dokumen", tokens={"unit": "BOT"})


def test_numbers_follow_each_other_within_a_year(session: Session) -> None:
    set_pattern(session, "memorandum", 2026, PATTERN)
    assert [issue(session).number for _ in range(3)] == [
        "M-1/BOT/XI/2026",
        "M-2/BOT/XI/2026",
        "M-3/BOT/XI/2026",
    ]


def test_a_new_year_begins_at_one_with_last_year_s_pattern(session: Session) -> None:
    set_pattern(session, "memorandum", 2026, PATTERN)
    issue(session)
    assert issue(session, date(2027, 1, 4)).number == "M-1/BOT/I/2027"
    assert issue(session).number == "M-2/BOT/XI/2026"


def test_registers_are_apart(session: Session) -> None:
    for key in ("memorandum", "surat"):
        set_pattern(session, key, 2026, PATTERN)
        assert issue(session, key=key).seq == 1


def test_a_changed_pattern_leaves_given_numbers_alone(session: Session) -> None:
    set_pattern(session, "memorandum", 2026, PATTERN)
    first = issue(session)
    set_pattern(session, "memorandum", 2026, "{seq}/{unit}")
    assert issue(session).number == "2/BOT"
    assert first.number == "M-1/BOT/XI/2026"


def test_the_ministry_s_form_is_the_default(session: Session) -> None:
    tokens = {
        "security": "B",
        "agency": "Kemensetneg",
        "org": "Setmen",
        "unit": "KTLN",
        "class": "LN.00.00",
    }
    entry = issue_number(session, "surat", on=date(2015, 12, 1), subject="Hal", tokens=tokens)
    assert entry.number == "B-1/Kemensetneg/Setmen/KTLN/LN.00.00/12/2015"
    assert set(needed_tokens(DEFAULT_PATTERN)) == set(tokens)


def test_a_number_with_an_empty_part_is_not_given_out(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            set_pattern(session, "memorandum", 2026, PATTERN)
        with pytest.raises(Invalid, match="unit kosong"), transaction() as session:
            issue_number(session, "memorandum", on=DAY, subject="x", tokens={"unit": " "})
        with transaction() as session:
            assert issue(session).seq == 1


def test_a_change_that_fails_gives_its_number_back(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError), transaction() as session:
            set_pattern(session, "memorandum", 2026, PATTERN)
            issue(session)
            raise RuntimeError
        with transaction() as session:
            set_pattern(session, "memorandum", 2026, PATTERN)
            assert issue(session).seq == 1


def test_a_cancelled_number_stays_and_is_never_given_again(session: Session) -> None:
    set_pattern(session, "memorandum", 2026, PATTERN)
    entry = issue(session)
    with pytest.raises(MissingReason):
        cancel_number(session, entry.id, "  ")
    cancelled = cancel_number(session, entry.id, " Salah tujuan ")
    assert (cancelled.status, cancelled.reason) == (EntryStatus.CANCELLED, "Salah tujuan")
    assert issue(session).seq == 2
    with pytest.raises(Conflict, match="sudah dibatalkan"):
        cancel_number(session, entry.id, "Lagi")
    with pytest.raises(NotFound):
        cancel_number(session, 999, "Tidak ada")


def test_twenty_writers_leave_no_gap_and_no_double(app: Flask) -> None:
    def write(number: int) -> None:
        with app.app_context():
            for turn in range(5):
                try:
                    with transaction() as session:
                        issue_number(session, "surat", on=DAY, subject="x", tokens=TOKENS)
                        if turn == 2:
                            raise RuntimeError("this one's change failed")
                except RuntimeError:
                    continue

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    with app.app_context():
        numbers = list(db.session.scalars(select(RegisterEntry.seq).order_by(RegisterEntry.seq)))
        assert numbers == list(range(1, 81))
        assert db.session.scalars(select(Register.next_seq)).one() == 81


TOKENS = {"security": "B", "agency": "K", "org": "S", "unit": "U", "class": "PK"}


@pytest.mark.parametrize(
    "pattern", ["", "tetap", "{year}", "{seq}/{nomor}", "{seq}/{", "{seq}" * 50]
)
def test_a_pattern_needs_the_number_and_known_parts(session: Session, pattern: str) -> None:
    with pytest.raises(Invalid):
        check_pattern(pattern)


def test_months_are_written_both_ways() -> None:
    assert format_number("{seq}.{month}.{month_roman}", 7, date(2026, 4, 1), {}) == "7.04.IV"
