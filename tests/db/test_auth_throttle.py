"""Failed log-ins: the delay grows, is per account and per address, and never lasts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth import throttle
from portal.auth.models import LoginFailure
from portal.auth.throttle import attempt, keys_of, succeeded
from portal.db import transaction

NONE = timedelta()
KEYS = keys_of("karo-otlak", "192.0.2.1")


def fail_until_delayed(session: Session, username: str, address: str = "192.0.2.1") -> timedelta:
    for _ in range(40):
        delay = attempt(session, keys_of(username, address))
        if delay:
            return delay
    raise AssertionError("never delayed")


def test_four_failures_are_free_then_the_delay_doubles(session: Session, frozen_clock: Any) -> None:
    for _ in range(5):
        assert attempt(session, KEYS) == NONE
    delays = []
    for _ in range(12):
        delay = attempt(session, KEYS)
        delays.append(delay.total_seconds())
        frozen_clock.forward(seconds=delay.total_seconds())
        assert attempt(session, KEYS) == NONE
    assert delays == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]


def test_waiting_attempts_are_not_counted(session: Session, frozen_clock: Any) -> None:
    first = fail_until_delayed(session, "karo-otlak")
    for _ in range(50):
        assert attempt(session, KEYS) == first
    frozen_clock.forward(seconds=first.total_seconds())
    assert attempt(session, KEYS) == NONE


def test_an_unknown_name_is_delayed_alike(session: Session, frozen_clock: Any) -> None:
    assert fail_until_delayed(session, "karo-otlak") == fail_until_delayed(session, "tidak-ada")


def test_accounts_are_counted_apart(session: Session, frozen_clock: Any) -> None:
    fail_until_delayed(session, "karo-otlak")
    assert attempt(session, keys_of("kabag-akin-1", "192.0.2.1")) == NONE


def test_spelling_does_not_make_another_account(session: Session, frozen_clock: Any) -> None:
    fail_until_delayed(session, "karo-otlak")
    assert attempt(session, keys_of(" KARO-Otlak ", "192.0.2.9")) > NONE


def test_an_address_that_guesses_many_accounts_is_delayed(
    session: Session, frozen_clock: Any
) -> None:
    for number in range(31):
        assert attempt(session, keys_of(f"orang-{number}", "192.0.2.7")) == NONE
    assert attempt(session, keys_of("orang-baru", "192.0.2.7")) > NONE
    assert attempt(session, keys_of("orang-baru", "192.0.2.8")) == NONE


def test_success_forgets_the_account_and_refunds_the_address(
    session: Session, frozen_clock: Any
) -> None:
    for _ in range(3):
        attempt(session, KEYS)
    succeeded(session, KEYS)
    session.expire_all()
    rows = {row.key: row.count for row in session.scalars(select(LoginFailure))}
    assert rows == {KEYS[1].text: 2}


def test_failures_are_forgotten_after_a_day(session: Session, frozen_clock: Any) -> None:
    fail_until_delayed(session, "karo-otlak")
    frozen_clock.forward(hours=25)
    for _ in range(5):
        assert attempt(session, KEYS) == NONE
    frozen_clock.forward(hours=25)
    throttle.purge(session)
    assert session.scalars(select(LoginFailure)).all() == []


def test_names_are_not_stored(session: Session, frozen_clock: Any) -> None:
    attempt(session, keys_of("kata sandi di isian yang salah", "192.0.2.1"))
    stored = " ".join(session.scalars(select(LoginFailure.key)))
    assert "sandi" not in stored
    assert "192.0.2.1" not in stored


def test_guesses_at_once_cannot_all_slip_in(app: Flask, frozen_clock: Any) -> None:
    def guess(number: int) -> bool:
        with app.app_context(), transaction() as session:
            return not attempt(session, keys_of("karo-otlak", "192.0.2.1"))

    with ThreadPoolExecutor(8) as pool:
        made = sum(pool.map(guess, range(24)))
    assert made == 5
