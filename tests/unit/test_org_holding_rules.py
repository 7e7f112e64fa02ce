"""Who may hold a position when: periods, mandates, overlaps."""

from __future__ import annotations

from datetime import date

import pytest

from portal.org.holding_rules import Spell, cautions, refusals
from portal.org.models import HolderKind, PositionKind

D, PLT, PLH = HolderKind.DEFINITIVE, HolderKind.PLT, HolderKind.PLH


def spell(
    person: str,
    start: tuple[int, int, int],
    end: tuple[int, int, int] | None = None,
    kind: HolderKind = D,
    mandate: str = "",
) -> Spell:
    return Spell(person, person, kind, mandate, date(*start), date(*end) if end else None)


SITTING = spell("a", (2026, 1, 1))


def test_a_second_definitive_head_at_the_same_time_is_refused() -> None:
    found = refusals(PositionKind.HEAD, [SITTING], spell("b", (2026, 6, 1)))
    assert [field for field, _ in found] == ["valid_from"]
    assert "a" in found[0][1]


def test_the_successor_may_begin_the_day_after_the_last_day() -> None:
    before = spell("a", (2026, 1, 1), (2026, 5, 31))
    assert refusals(PositionKind.HEAD, [before], spell("b", (2026, 6, 1))) == []
    assert refusals(PositionKind.HEAD, [before], spell("b", (2026, 5, 31))) != []


@pytest.mark.parametrize("kind", [PLT, PLH])
def test_an_acting_official_beside_the_head_is_allowed(kind: HolderKind) -> None:
    new = spell("b", (2026, 6, 1), (2026, 6, 30), kind, "SP-1")
    assert refusals(PositionKind.HEAD, [SITTING], new) == []


@pytest.mark.parametrize("kind", [PLT, PLH])
def test_an_acting_official_needs_a_mandate(kind: HolderKind) -> None:
    found = refusals(PositionKind.HEAD, [], spell("b", (2026, 6, 1), None, kind, "  "))
    assert [field for field, _ in found] == ["mandate"]


def test_staff_positions_have_several_definitive_holders() -> None:
    assert refusals(PositionKind.STAFF, [SITTING], spell("b", (2026, 6, 1))) == []


def test_one_person_holds_a_position_only_once_at_a_time() -> None:
    found = refusals(PositionKind.STAFF, [SITTING], spell("a", (2026, 6, 1)))
    assert [field for field, _ in found] == ["person"]


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    found = refusals(PositionKind.HEAD, [SITTING], spell("b", (2026, 6, 2), (2026, 6, 1)))
    assert [field for field, _ in found] == ["valid_to"]


def test_a_plt_beside_a_sitting_official_is_warned_of() -> None:
    new = spell("b", (2026, 6, 1), (2026, 6, 30), PLT, "SP-1")
    assert "Plh." in cautions([SITTING], new)[0]
    assert cautions([spell("a", (2026, 1, 1), (2026, 5, 31))], new) == []


def test_a_plh_for_a_vacant_position_is_warned_of() -> None:
    new = spell("b", (2026, 6, 1), (2026, 6, 30), PLH, "SP-1")
    assert "Plt." in cautions([], new)[0]
    assert cautions([SITTING], new) == []


def test_a_plt_of_more_than_three_months_or_without_end_is_warned_of() -> None:
    assert "tiga bulan" in cautions([], spell("b", (2026, 6, 1), (2026, 9, 30), PLT, "x"))[0]
    assert "hari terakhir" in cautions([], spell("b", (2026, 6, 1), None, PLT, "x"))[0]
    assert cautions([], spell("b", (2026, 6, 1), (2026, 8, 31), PLT, "x")) == []


def test_a_definitive_official_is_never_warned_of() -> None:
    assert cautions([SITTING], spell("b", (2026, 6, 1))) == []
