"""Delegation for an absence on both databases: what is refused, when the right exists, the log."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.auth.rights import Actor, actor_of
from portal.errors import Invalid, NotFound
from portal.org import demo
from portal.org.delegations import (
    Given,
    delegate,
    delegations_of,
    end_delegation,
    end_over,
    likely_delegates,
    list_delegations,
    state_of,
)
from portal.org.models import Delegation, HolderKind
from portal.org.service import (
    assign_holder,
    delegates_on,
    end_holder,
    holders_on,
)
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World

TODAY = date(2026, 11, 23)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 14)

pytestmark = pytest.mark.usefixtures("frozen_clock")


def give(world: World, giver: str, receiver: str, position: str = "", **more: Any) -> Given:
    """A delegation of the giver's own position in the first two weeks of December."""
    values: dict[str, Any] = {"valid_from": FIRST, "valid_to": LAST, "reason": "cuti tahunan"}
    return delegate(
        world.session,
        position_id=world.position_id(position or giver),
        from_person_id=world.person_id(giver),
        to_person_id=world.person_id(receiver),
        **{**values, **more},
    )


def refused(world: World, *args: str, **more: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        give(world, *args, **more)
    assert world.session.scalar(select(func.count()).select_from(Delegation)) in (0, 1, 2)
    return caught.value.fields


def seats(actor: Actor) -> list[tuple[str, str]]:
    return [(each.position_code, str(each.kind)) for each in actor.holdings]


def at(clock: FrozenClock, day: int, hour: int, month: int = 12) -> None:
    """A moment of 2026 in WIB."""
    clock.set(datetime(2026, month, day, hour, tzinfo=UTC).replace(hour=0))
    clock.forward(hours=hour - 7)


def test_the_right_begins_and_ends_with_its_days(world: World, frozen_clock: FrozenClock) -> None:
    give(world, "karo-otlak", "kabag-akin-1")
    person = world.person_id("kabag-akin-1")
    own, both = [("kabag-akin-1", "definitive")], [
        ("kabag-akin-1", "definitive"),
        ("karo-otlak", "delegate"),
    ]  # fmt: skip
    for day, hour, month, expected in (
        (30, 23, 11, own),
        (1, 0, 12, both),
        (14, 23, 12, both),
        (15, 0, 12, own),
    ):
        at(frozen_clock, day, hour, month)
        assert seats(actor_of(world.session, person)) == expected, (day, hour)


def test_a_delegate_is_known_by_giver_and_period(world: World) -> None:
    give(world, "karo-otlak", "kabag-akin-1")
    actor = actor_of(world.session, world.person_id("kabag-akin-1"), FIRST)
    holding = actor.holdings[1]
    assert holding.kind == HolderKind.DELEGATE
    assert holding.mandate.endswith(", 1 Desember 2026 sampai 14 Desember 2026")
    assert "pelimpahan dari Kepala Biro" in holding.mandate
    assert actor.own_position_ids == {world.position_id("kabag-akin-1")}
    assert actor.position_ids == actor.own_position_ids | {world.position_id("karo-otlak")}


def test_the_giver_keeps_the_position(world: World) -> None:
    give(world, "karo-otlak", "kabag-akin-1")
    giver = actor_of(world.session, world.person_id("karo-otlak"), FIRST)
    assert seats(giver) == [("karo-otlak", "definitive")]


def test_an_actor_takes_one_query(world: World) -> None:
    give(world, "karo-otlak", "kabag-akin-1")
    person, statements = world.person_id("kabag-akin-1"), []
    engine = world.session.get_bind()

    def count(*args: Any) -> None:
        statements.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        actor_of(world.session, person, FIRST)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(statements) == 1


def test_oneself_is_refused(world: World) -> None:
    assert "diri sendiri" in refused(world, "karo-otlak", "karo-otlak")["person"]


def test_a_circle_of_two_is_refused(world: World) -> None:
    give(world, "kabag-akin-1", "karo-otlak")
    assert "berputar" in refused(world, "karo-otlak", "kabag-akin-1")["person"]
    give(
        world,
        "karo-otlak",
        "kabag-akin-1",
        valid_from=date(2026, 12, 15),
        valid_to=date(2026, 12, 20),
    )


def test_a_longer_circle_over_the_same_days_is_refused(world: World) -> None:
    give(world, "kabag-akin-1", "kabag-akin-2")
    give(world, "kabag-akin-2", "karo-otlak")
    assert "berputar" in refused(world, "karo-otlak", "kabag-akin-1")["person"]


def test_a_second_delegation_of_the_same_days_is_refused(world: World) -> None:
    give(world, "karo-otlak", "kabag-akin-1")
    fields = refused(world, "karo-otlak", "kabag-akin-2", valid_from=LAST, valid_to=LAST)
    assert "1 Desember 2026 sampai 14 Desember 2026" in fields["valid_from"]


def test_the_same_again_gives_the_first(world: World) -> None:
    assert give(world, "karo-otlak", "kabag-akin-1") == give(world, "karo-otlak", "kabag-akin-1")
    assert world.session.scalar(select(func.count()).select_from(Delegation)) == 1


def test_only_ones_own_position_is_delegated(world: World) -> None:
    assert (
        "bukan jabatan Anda"
        in refused(world, "kabag-akin-1", "kabag-akin-2", "karo-otlak")["position"]
    )


def test_what_was_delegated_is_not_passed_on(world: World) -> None:
    give(world, "karo-otlak", "kabag-akin-1")
    fields = refused(world, "kabag-akin-1", "kabag-akin-2", "karo-otlak", valid_from=FIRST)
    assert set(fields) == {"position", "valid_from"}


def test_an_acting_official_cannot_pass_the_mandate_on(world: World) -> None:
    assign_holder(
        world.session,
        position_id=world.position_id("karo-umum"),
        person_id=world.person_id("karo-tu"),
        kind=HolderKind.PLH,
        valid_from=TODAY,
        valid_to=LAST,
        mandate="SP-1/2026",
    )
    assert "atas mandat" in refused(world, "karo-tu", "karo-otlak", "karo-umum")["position"]


def test_a_holder_of_the_position_needs_no_delegation(world: World) -> None:
    assign_holder(
        world.session,
        position_id=world.position_id("karo-otlak"),
        person_id=world.person_id("kabag-akin-1"),
        kind=HolderKind.PLH,
        valid_from=TODAY,
        valid_to=LAST,
        mandate="SP-1/2026",
    )
    assert "sudah memegang" in refused(world, "karo-otlak", "kabag-akin-1")["person"]


def test_nobody_is_made_a_delegate_as_a_holder(world: World) -> None:
    with pytest.raises(Invalid, match="pemegang jabatan sendiri"):
        assign_holder(
            world.session,
            position_id=world.position_id("karo-otlak"),
            person_id=world.person_id("kabag-akin-1"),
            kind=HolderKind.DELEGATE,
            valid_from=TODAY,
            mandate="x",
        )


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_reason_of_some_words_is_needed(world: World, reason: str) -> None:
    assert set(refused(world, "karo-otlak", "kabag-akin-1", reason=reason)) == {"reason"}


def test_an_inactive_person_or_none_gets_nothing(world: World) -> None:
    from portal.org.models import Person

    person = world.session.get_one(Person, world.person_id("kabag-akin-1"))
    person.active = False
    assert "tidak aktif" in refused(world, "karo-otlak", "kabag-akin-1")["person"]
    with pytest.raises(NotFound):
        delegate(
            world.session,
            position_id=world.position_id("karo-otlak"),
            from_person_id=world.person_id("karo-otlak"),
            to_person_id=999_999,
            valid_from=FIRST,
            valid_to=LAST,
            reason="cuti",
        )


def test_the_giver_who_loses_the_position_ends_the_delegation(
    world: World, frozen_clock: FrozenClock
) -> None:
    session, position = world.session, world.position_id("karo-otlak")
    given = give(world, "karo-otlak", "kabag-akin-1")
    holder = holders_on(session, [position], TODAY)[position][0]
    end_holder(session, holder.id, date(2026, 12, 5))
    person = world.person_id("kabag-akin-1")
    assert len(actor_of(session, person, date(2026, 12, 5)).holdings) == 2
    assert len(actor_of(session, person, date(2026, 12, 6)).holdings) == 1
    assert delegates_on(session, [position], date(2026, 12, 6)) == {position: []}
    at(frozen_clock, 5, 12)
    assert end_over(session) == 0
    at(frozen_clock, 6, 1)
    assert end_over(session) == 1
    assert end_over(session) == 0
    row = session.get_one(Delegation, given.delegation_id)
    assert state_of(row, date(2026, 12, 6)) == "past"
    log = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert log is not None
    assert (log.chain, log.kind, log.actor) == ("organisation", "delegation.ended", "Sistem")
    assert "tidak lagi memegang" in log.data["reason"]


def test_it_is_warned_of_what_may_go_wrong(world: World) -> None:
    session, position = world.session, world.position_id("karo-otlak")
    holder = holders_on(session, [position], TODAY)[position][0]
    end_holder(session, holder.id, date(2026, 12, 5))
    give(world, "kabag-akin-1", "kabag-akin-2")
    warnings = give(world, "karo-otlak", "kabag-akin-1").warnings
    assert len(warnings) == 2
    assert "juga melimpahkan" in warnings[0]
    assert "5 Desember 2026" in warnings[1]


def test_what_is_over_is_ended_by_the_schedule_and_stays_in_its_past(
    world: World, frozen_clock: FrozenClock
) -> None:
    give(world, "karo-otlak", "kabag-akin-1")
    person = world.person_id("kabag-akin-1")
    at(frozen_clock, 14, 23)
    assert end_over(world.session) == 0
    at(frozen_clock, 15, 0)
    assert end_over(world.session) == 1
    assert len(actor_of(world.session, person).holdings) == 1
    assert len(actor_of(world.session, person, LAST).holdings) == 2


def test_an_early_end_takes_the_right_at_once(world: World, frozen_clock: FrozenClock) -> None:
    given = give(world, "karo-otlak", "kabag-akin-1")
    person = world.person_id("kabag-akin-1")
    at(frozen_clock, 3, 10)
    assert len(actor_of(world.session, person).holdings) == 2
    row = end_delegation(world.session, given.delegation_id, reason="sudah kembali")
    assert len(actor_of(world.session, person).holdings) == 1
    first = row.ended_at
    frozen_clock.forward(hours=1)
    assert end_delegation(world.session, given.delegation_id).ended_at == first
    give(world, "karo-otlak", "kabag-akin-2", valid_from=date(2026, 12, 3))


def test_both_sides_and_administrators_see_it(world: World) -> None:
    given = give(world, "karo-otlak", "kabag-akin-1")
    for person in ("karo-otlak", "kabag-akin-1"):
        rows = delegations_of(world.session, world.person_id(person))
        assert [row.id for row in rows] == [given.delegation_id]
        assert rows[0].position.unit.code == "biro-otlak"
    assert delegations_of(world.session, world.person_id("kabag-akin-2")) == []
    counts = {key: len(list_delegations(world.session, key).rows) for key in ("now", "later", "")}
    assert counts == {"now": 0, "later": 1, "": 1}


def test_the_administrators_list_pages_without_gap_or_repeat(world: World) -> None:
    for day in range(1, 31):
        only = date(2027, 1, day)
        give(world, "karo-otlak", "kabag-akin-1", valid_from=only, valid_to=only)
    first = list_delegations(world.session)
    second = list_delegations(world.session, after=first.after)
    assert (len(first.rows), len(second.rows), second.after) == (25, 5, 0)
    assert len({row.id for row in (*first.rows, *second.rows)}) == 30


def test_people_of_the_own_unit_and_the_nearest_are_proposed(world: World) -> None:
    session = world.session
    found = likely_delegates(session, [world.position_id("kabag-akin-1")], TODAY)
    ids = {person.id for person in found}
    for code in ("staf-akin-1", "kasubbag-ppk-1", "karo-otlak"):
        assert world.person_id(code) in ids, code
    assert world.person_id("kabag-akin-1") not in ids
    assert world.person_id("karo-umum") not in ids


def test_all_of_it_is_in_the_organisations_chain(world: World) -> None:
    session = world.session
    given = give(world, "karo-otlak", "kabag-akin-1")
    end_delegation(session, given.delegation_id, reason="kembali")
    rows = session.scalars(
        select(AuditEvent).where(AuditEvent.kind.like("delegation.%")).order_by(AuditEvent.id)
    ).all()
    assert [row.kind for row in rows] == ["delegation.given", "delegation.ended"]
    assert {row.chain for row in rows} == {"organisation"}
    assert rows[0].data["position"] == "karo-otlak"
    assert rows[0].data["valid_to"] == "2026-12-14"
    assert list(audit.verify(session, ["organisation"])) == []


def test_the_database_itself_refuses_oneself(world: World, session: Session) -> None:
    from sqlalchemy.exc import IntegrityError

    person = world.person_id("karo-otlak")
    session.add(
        Delegation(
            position_id=world.position_id("karo-otlak"),
            from_person_id=person,
            to_person_id=person,
            valid_from=FIRST,
            valid_to=LAST,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_the_demo_has_one_delegation_and_one_acting_official(
    world: World, frozen_clock: FrozenClock
) -> None:
    now = frozen_clock.now
    demo.play(world.session, now)
    frozen_clock.set(now)
    for who, kind, code in (
        (demo.STAND_IN, HolderKind.DELEGATE, demo.AWAY),
        (demo.ACTING, HolderKind.PLH, demo.ABSENT),
    ):
        assert (code, str(kind)) in seats(actor_of(world.session, world.person_id(who)))
