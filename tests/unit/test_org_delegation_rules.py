"""Rules of delegation: oneself, periods, overlaps, circles of any length."""

from __future__ import annotations

from datetime import date

import pytest

from portal.org.delegation_rules import Span, a_year_later, closes_circle, passed_on, refusals

TODAY = date(2026, 11, 23)
A, B, C, D = 1, 2, 3, 4


def span(
    giver: int, receiver: int, first: int = 1, last: int = 10, position: int | None = None
) -> Span:
    """A delegation in December 2026, of the giver's own position."""
    where = giver * 10 if position is None else position
    return Span(where, giver, receiver, date(2026, 12, first), date(2026, 12, last), "Penerima")


def fields(others: list[Span], new: Span, shared: bool = False) -> list[str]:
    return [field for field, _text in refusals(others, new, TODAY, shared=shared)]


def test_a_plain_delegation_is_fine() -> None:
    assert fields([], span(A, B)) == []


def test_nobody_delegates_to_oneself() -> None:
    assert fields([], span(A, A)) == ["person"]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 11, 22), date(2026, 12, 1), ["valid_from"]),
        (date(2026, 12, 2), date(2026, 12, 1), ["valid_to"]),
        (date(2026, 12, 1), date(2027, 12, 1), ["valid_to"]),
        (date(2026, 12, 1), date(2027, 11, 30), []),
        (TODAY, TODAY, []),
    ],
)
def test_the_period_lies_ahead_and_is_at_most_a_year(
    first: date, last: date, field: list[str]
) -> None:
    assert fields([], Span(10, A, B, first, last)) == field


def test_a_year_from_a_leap_day_ends_with_february() -> None:
    assert a_year_later(date(2028, 2, 29)) == date(2029, 3, 1)
    assert fields([], Span(10, A, B, date(2028, 2, 29), date(2029, 2, 28))) == []
    assert fields([], Span(10, A, B, date(2028, 2, 29), date(2029, 3, 1))) == ["valid_to"]


def test_a_position_is_delegated_once_at_a_time() -> None:
    others = [span(A, B, 1, 10)]
    assert fields(others, span(A, C, 10, 12)) == ["valid_from"]
    assert fields(others, span(A, C, 11, 12)) == []
    assert fields(others, span(A, C, 10, 12, position=11)) == []


def test_holders_of_a_shared_position_each_delegate_their_own_work() -> None:
    others = [span(A, B, position=7)]
    assert fields(others, span(C, D, position=7)) == ["valid_from"]
    assert fields(others, span(C, D, position=7), shared=True) == []
    assert fields(others, span(A, D, position=7), shared=True) == ["valid_from"]


def test_a_circle_of_two_is_refused() -> None:
    assert fields([span(B, A)], span(A, B)) == ["person"]


def test_a_longer_circle_is_refused() -> None:
    assert fields([span(B, C), span(C, D), span(D, A)], span(A, B)) == ["person"]


def test_a_chain_is_no_circle() -> None:
    assert fields([span(B, C), span(C, D)], span(A, B)) == []
    assert passed_on([span(B, C)], span(A, B))
    assert not passed_on([span(B, C, 11, 12)], span(A, B))


def test_a_circle_needs_one_day_on_which_all_of_it_exists() -> None:
    assert not closes_circle([span(B, A, 11, 20)], span(A, B, 1, 10))
    others = [span(B, C, 1, 5), span(C, A, 6, 10)]
    assert not closes_circle(others, span(A, B, 1, 10))
    assert closes_circle([*others, span(C, A, 5, 5, position=99)], span(A, B, 1, 10))


def test_a_circle_among_others_does_not_trap_the_search() -> None:
    assert not closes_circle([span(B, C), span(C, B)], span(A, B))
