"""The rule against conflicts of interest, on cases of the design and on many random houses."""

from __future__ import annotations

import random

import pytest

from portal.complaints.conflict import Chart, Route, Seat, bar_of, may_have, route

# ministry (1) > deputy's house (2) > bureau (3) > division (4); inspectorate (5)
MINISTER, DEPUTY, BUREAU, DIVISION, STAFF, INSPECTOR, CLERK = range(101, 108)
HOUSE = Chart(
    {
        seat.id: seat
        for seat in (
            Seat(MINISTER, 1, head=True),
            Seat(DEPUTY, 2, head=True),
            Seat(BUREAU, 3, head=True),
            Seat(DIVISION, 4, head=True),
            Seat(STAFF, 4),
            Seat(INSPECTOR, 5, head=True),
            Seat(CLERK, 3),
        )
    },
    {1: None, 2: 1, 3: 2, 4: 3, 5: 1},
)


def sent(proposed: int | None = BUREAU, about: int | None = None, *shut: int) -> Route | None:
    return route(HOUSE, proposed=proposed, officer=INSPECTOR, about=about, shut=frozenset(shut))


def seat(way: Route | None) -> int:
    assert way is not None
    return way.seat


def test_without_an_official_clause_h_decides() -> None:
    assert seat(sent()) == BUREAU


def test_without_a_standard_the_complaint_officer_receives() -> None:
    assert seat(sent(None)) == INSPECTOR


def test_about_the_receiver_it_goes_to_the_superior() -> None:
    assert seat(sent(BUREAU, BUREAU)) == DEPUTY


def test_about_the_head_of_the_receivers_house_it_goes_above_that_head() -> None:
    assert seat(sent(BUREAU, DEPUTY)) == MINISTER


def test_about_somebody_below_the_receiver_clause_h_still_decides() -> None:
    assert seat(sent(BUREAU, DIVISION)) == BUREAU


def test_an_official_who_heads_nothing_bars_no_unit() -> None:
    assert seat(sent(BUREAU, CLERK)) == BUREAU
    assert bar_of(HOUSE, CLERK).units == frozenset()


def test_about_the_minister_the_complaint_officer_alone() -> None:
    way = sent(BUREAU, MINISTER)
    assert (seat(way), way and way.alone) == (INSPECTOR, True)
    assert way is not None
    assert [key for key in HOUSE.seats if may_have(HOUSE, way, key)] == [INSPECTOR]


def test_about_the_complaint_officer_it_goes_to_that_officers_superior() -> None:
    assert seat(sent(None, INSPECTOR)) == MINISTER


def test_a_receiver_held_by_the_same_people_is_passed_over() -> None:
    assert seat(sent(BUREAU, None, BUREAU)) == DEPUTY
    assert seat(sent(BUREAU, BUREAU, DEPUTY)) == MINISTER


def test_nobody_left_is_said_plainly() -> None:
    alone = Chart({1: Seat(1, 1, head=True)}, {1: None})
    assert route(alone, proposed=1, officer=1, about=1) is None


def test_a_circle_of_superiors_ends() -> None:
    chart = Chart(
        {
            1: Seat(1, 1, head=True, superior=2),
            2: Seat(2, 2, head=True, superior=1),
            3: Seat(3, 3, head=True),
        },
        {1: 2, 2: 1, 3: None},
    )
    assert list(chart.superiors(1)) == [2]
    assert chart.below(1) == {1, 2}
    assert seat(route(chart, proposed=1, officer=3, about=1)) == 3


def house(seed: int) -> tuple[Chart, random.Random]:
    """A random organisation: units in a tree, heads here and there, staff, odd superiors."""
    chance = random.Random(seed)
    size = chance.randint(1, 14)
    above: dict[int, int | None] = {1: None}
    for unit in range(2, size + 1):
        above[unit] = chance.randint(1, unit - 1)
    seats: dict[int, Seat] = {}
    for unit in above:
        if unit == 1 or chance.random() < 0.8:
            seats[100 + unit] = Seat(100 + unit, unit, head=True)
        for n in range(chance.randint(0, 2)):
            seats[1000 + 10 * unit + n] = Seat(1000 + 10 * unit + n, unit)
    for key in list(seats):
        if chance.random() < 0.1:
            other = chance.choice([*seats, 9999])
            seats[key] = Seat(key, seats[key].unit, seats[key].head, superior=other)
    return Chart(seats, above), chance


@pytest.mark.parametrize("block", range(20))
def test_in_no_house_does_it_reach_the_official_or_the_house_of_that_official(block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        chart, chance = house(seed)
        keys = sorted(chart.seats)
        about, officer = chance.choice(keys), chance.choice(keys)
        proposed = chance.choice([None, *keys])
        shut = frozenset(chance.sample(keys, chance.randint(0, min(2, len(keys)))))
        way = route(chart, proposed=proposed, officer=officer, about=about, shut=shut)
        if way is None:
            continue
        assert way.seat != about
        assert way.seat not in shut
        mine = chart.seats[about]
        below = chart.below(mine.unit) if mine.head else frozenset()
        if chart.seats[way.seat].unit in below:
            assert way.alone
            assert way.seat == officer
            assert not any(
                chart.seats[above].unit not in below and above not in shut
                for above in chart.superiors(about)
            )
        for key in keys:
            if not way.alone and may_have(chart, way, key, shut):
                assert key != about
                assert chart.seats[key].unit not in below
                assert key not in shut
        if way.alone:
            assert [key for key in keys if may_have(chart, way, key, shut)] == [officer]


@pytest.mark.parametrize("block", range(5))
def test_without_a_conflict_the_answer_stands(block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        chart, chance = house(seed)
        keys = sorted(chart.seats)
        proposed = chance.choice(keys)
        assert seat(route(chart, proposed=proposed, officer=keys[0])) == proposed
