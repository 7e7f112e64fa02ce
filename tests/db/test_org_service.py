"""The organisation's services on both databases: structure, holders, sets."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.db import transaction
from portal.errors import Invalid, NotFound
from portal.org import service
from portal.org.models import Holder, HolderKind, Person, Position, Unit, UnitSetMember
from portal.testing.world import World

DAY = date(2026, 11, 23)
BEFORE = date(2014, 12, 31)

REPORTING = [
    "setpres",
    "setwapres",
    "setmil",
    "istana-bogor",
    "istana-yogyakarta",
    "istana-cipanas",
    "istana-tampaksiring",
    "setmen",
    "dep-hukum",
    "dep-hubungan",
    "dep-aparatur",
    "wantimpres",
    "set-ksp",
]


def above(session: Session, code: str, day: date = DAY) -> str | None:
    position = service.position_by_code(session, code)
    found = service.supervisor_of(session, position.id, day)
    return found.code if found else None


def person(session: Session, name: str) -> Person:
    row = Person(name=name)
    session.add(row)
    session.flush()
    return row


@pytest.mark.parametrize(
    ("code", "superior"),
    [
        ("menteri", None),
        ("sesmen", "menteri"),
        ("kasetpres", "menteri"),
        ("kepala-istana-tampaksiring", "kasetpres"),
        ("sekretaris-wantimpres", "menteri"),
        ("kepala-set-ksp", "menteri"),
        ("karo-otlak", "deputi-aparatur"),
        ("kabag-akin-1", "karo-otlak"),
        ("kasubbag-ppk-2", "kabag-akin-2"),
        ("staf-akin-1", "kabag-akin-1"),
        ("staf-setpres", "kasetpres"),
        ("staf-ahli-3", "menteri"),
        ("kasubbag-tu-staf-ahli", "kabag-protokol-tup"),
        ("karo-umum", "sesmen"),
    ],
)
def test_the_superior_is_the_override_or_the_next_head_above(
    session: Session, world: World, code: str, superior: str | None
) -> None:
    assert above(session, code) == superior


def test_a_unit_without_a_head_is_skipped(session: Session, world: World) -> None:
    head = service.position_by_code(session, "kabag-akin-1")
    head.valid_to = date(2026, 6, 30)
    session.flush()
    assert above(session, "kasubbag-ppk-1") == "karo-otlak"
    assert above(session, "kasubbag-ppk-1", date(2026, 6, 30)) == "kabag-akin-1"


def test_an_override_that_is_not_in_force_gives_way_to_the_tree(
    session: Session, world: World
) -> None:
    position = service.position_by_code(session, "staf-setpres")
    override = service.position_by_code(session, "kepala-inspektorat")
    position.supervisor_id = override.id
    session.flush()
    assert above(session, "staf-setpres") == "kepala-inspektorat"
    override.valid_to = date(2026, 1, 1)
    session.flush()
    assert above(session, "staf-setpres") == "kasetpres"


def test_a_cycle_in_the_data_does_not_hang_the_search(session: Session, world: World) -> None:
    root = service.unit_by_code(session, "ksn")
    root.parent_id = service.unit_by_code(session, "staf-ahli").id
    session.flush()
    assert above(session, "menteri") is None


def test_unknown_codes_are_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        service.unit_by_code(session, "tidak-ada")
    with pytest.raises(NotFound):
        service.position_by_code(session, "tidak-ada")
    assert service.positions_by_code(session, ["tidak-ada"]) == {}
    assert service.supervisor_of(session, 99_999, DAY) is None


def test_every_reporting_unit_has_a_head_and_a_staff_position(
    session: Session, world: World
) -> None:
    units = {code: world.unit_id(code) for code in REPORTING}
    assert len(units) == 13
    heads = service.heads_of(session, units.values(), DAY)
    staff = service.staff_positions(session, units.values(), DAY)
    for code, unit_id in units.items():
        assert unit_id in heads
        assert [position.code for position in staff[unit_id]] == [f"staf-{code}"]


def test_the_organisation_does_not_exist_before_2015(session: Session, world: World) -> None:
    unit_id = world.unit_id("setmen")
    assert service.head_position(session, unit_id, BEFORE) is None
    assert service.staff_positions(session, [unit_id], BEFORE) == {unit_id: []}
    assert service.holdings_of(session, world.person_id("sesmen"), BEFORE) == []


def test_the_shipped_names_that_occur_twice_are_different_units(
    session: Session, world: World
) -> None:
    codes = session.scalars(select(Unit.code).where(Unit.name == "Biro Umum")).all()
    assert sorted(codes) == [
        "setmen-biro-umum",
        "setmil-biro-umum",
        "setpres-biro-umum",
        "setwapres-biro-umum",
    ]
    assert service.unit_by_code(session, "istana-tampaksiring").timezone == "Asia/Makassar"
    assert all(session.scalars(select(Unit.source)))
    assert all(session.scalars(select(Position.source)))


def test_shipping_twice_changes_nothing(session: Session, world: World) -> None:
    again = service.ship_organisation(session)
    assert (again.count("added"), again.count("changed")) == (0, 0)
    assert again.count("unchanged") == 71 + 93


def test_holders_of_many_positions_come_definitive_first(session: Session, world: World) -> None:
    position_id = world.position_id("karo-umum")
    service.assign_holder(
        session,
        position_id=position_id,
        person_id=world.person_id("karo-tu"),
        kind=HolderKind.PLH,
        mandate="SP-1/2026",
        valid_from=date(2026, 11, 1),
        valid_to=date(2026, 11, 30),
    )
    empty = world.position_id("menteri")
    session.query(Holder).filter(Holder.position_id == empty).delete()
    found = service.holders_on(session, [position_id, empty], DAY)
    assert [view.kind for view in found[position_id]] == ["definitive", "plh"]
    assert found[position_id][1].label.startswith("Plh. ")
    assert found[empty] == []
    assert len(service.holders_on(session, [position_id], date(2026, 12, 1))[position_id]) == 1
    assert service.holders_on(session, [], DAY) == {}


def test_holdings_name_the_mandate_and_end_with_their_day(session: Session, world: World) -> None:
    someone = person(session, "Kepala Biro Contoh")
    service.assign_holder(
        session,
        position_id=world.position_id("karo-umum"),
        person_id=someone.id,
        kind=HolderKind.PLT,
        mandate="SP-2/2026",
        valid_from=date(2026, 11, 1),
        valid_to=DAY,
    )
    (holding,) = service.holdings_of(session, someone.id, DAY)
    assert (holding.position_code, holding.kind, holding.mandate) == (
        "karo-umum",
        "plt",
        "SP-2/2026",
    )
    assert service.holdings_of(session, someone.id, date(2026, 11, 24)) == []


def test_assigning_warns_and_is_logged(session: Session, world: World) -> None:
    someone = person(session, "Kepala Biro Contoh")
    done = service.assign_holder(
        session,
        position_id=world.position_id("karo-umum"),
        person_id=someone.id,
        kind=HolderKind.PLT,
        mandate="SP-2/2026",
        valid_from=DAY,
        valid_to=date(2026, 12, 31),
        by=service.Editor("Administrator", world.person_id("admin")),
    )
    assert "Plh." in done.warnings[0]
    entry = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert entry is not None
    assert (entry.chain, entry.kind, entry.actor) == (
        "organisation",
        "holder.assigned",
        "Administrator",
    )
    assert entry.data["position"] == "karo-umum"
    assert entry.data["mandate"] == "SP-2/2026"


def test_the_chain_of_the_organisation_holds(session: Session) -> None:
    service.ship_organisation(session)
    service.assign_holder(
        session,
        position_id=service.position_by_code(session, "menteri").id,
        person_id=person(session, "Menteri Contoh").id,
        kind=HolderKind.DEFINITIVE,
        valid_from=DAY,
    )
    session.commit()
    assert list(audit.verify(session, ["organisation"])) == []


def test_a_second_definitive_head_is_refused_with_the_field(session: Session, world: World) -> None:
    with pytest.raises(Invalid) as caught:
        service.assign_holder(
            session,
            position_id=world.position_id("karo-umum"),
            person_id=world.person_id("karo-tu"),
            kind=HolderKind.DEFINITIVE,
            valid_from=DAY,
        )
    assert list(caught.value.fields) == ["valid_from"]


def test_the_same_assignment_twice_is_one(session: Session, world: World) -> None:
    someone = person(session, "Staf Contoh")

    def assign() -> service.Assignment:
        return service.assign_holder(
            session,
            position_id=world.position_id("staf-akin-1"),
            person_id=someone.id,
            kind=HolderKind.DEFINITIVE,
            valid_from=DAY,
        )

    assert assign().holder_id == assign().holder_id
    assert len(session.scalars(select(Holder).where(Holder.person_id == someone.id)).all()) == 1


def test_inactive_people_and_positions_out_of_force_are_refused(
    session: Session, world: World
) -> None:
    someone = person(session, "Pensiunan")
    someone.active = False
    session.flush()
    with pytest.raises(Invalid) as caught:
        service.assign_holder(
            session,
            position_id=world.position_id("staf-akin-1"),
            person_id=someone.id,
            kind=HolderKind.DEFINITIVE,
            mandate="x" * 301,
            valid_from=BEFORE,
        )
    assert set(caught.value.fields) == {"person", "valid_from", "mandate"}
    with pytest.raises(NotFound):
        service.assign_holder(
            session,
            position_id=99_999,
            person_id=someone.id,
            kind=HolderKind.DEFINITIVE,
            valid_from=DAY,
        )


def test_ending_a_holding_makes_room_for_the_successor(session: Session, world: World) -> None:
    position_id = world.position_id("karo-umum")
    (now,) = service.holders_on(session, [position_id], DAY)[position_id]
    service.end_holder(session, now.id, DAY)
    assert service.holders_on(session, [position_id], DAY)[position_id] != []
    assert service.holders_on(session, [position_id], date(2026, 11, 24))[position_id] == []
    service.assign_holder(
        session,
        position_id=position_id,
        person_id=world.person_id("karo-tu"),
        kind=HolderKind.DEFINITIVE,
        valid_from=date(2026, 11, 24),
    )
    history = service.holders_of_positions(session, [position_id])[position_id]
    assert [view.valid_to for view in history] == [None, DAY]


def test_a_holding_cannot_end_before_it_began_nor_be_prolonged(
    session: Session, world: World
) -> None:
    position_id = world.position_id("karo-umum")
    (now,) = service.holders_on(session, [position_id], DAY)[position_id]
    with pytest.raises(Invalid):
        service.end_holder(session, now.id, date(2019, 12, 31))
    service.end_holder(session, now.id, DAY)
    with pytest.raises(Invalid):
        service.end_holder(session, now.id, date(2026, 12, 1))
    with pytest.raises(NotFound):
        service.end_holder(session, 99_999, DAY)


ROWS = [("setpres", "bag-akin-1"), ("setmen", "bag-akin-2")]


def test_a_unit_set_keeps_its_order_and_coordinators(session: Session, world: World) -> None:
    service.ensure_unit_set(session, "uji", "Himpunan uji", ROWS)
    members = service.members_of_set(session, "uji", DAY)
    assert [(m.unit.code, m.coordinator.code) for m in members if m.coordinator] == ROWS
    assert service.members_of_set(session, "uji", BEFORE) == []
    assert service.members_of_set(session, "tidak-ada", DAY) == []


def test_ensuring_a_set_again_adds_only_what_was_never_there(
    session: Session, world: World
) -> None:
    service.ensure_unit_set(session, "uji", "Himpunan uji", ROWS)
    member = service.members_of_set(session, "uji", DAY)[0]
    member.valid_to = date(2026, 1, 1)
    session.flush()
    service.ensure_unit_set(session, "uji", "Himpunan uji", [*ROWS, ("setmil", None)])
    codes = [m.unit.code for m in service.members_of_set(session, "uji", DAY)]
    assert codes == ["setmen", "setmil"]
    assert len(session.scalars(select(UnitSetMember)).all()) == 3


def test_a_set_with_unknown_units_names_them_all(session: Session, world: World) -> None:
    with pytest.raises(Invalid, match="abc, xyz"):
        service.ensure_unit_set(session, "uji", "Uji", [("xyz", None), ("setmen", "abc")])


def test_the_day_is_that_of_the_ministry(session: Session, frozen_clock: object) -> None:
    assert service.today() == DAY


def test_two_people_without_a_code_get_different_codes(session: Session) -> None:
    with transaction() as writing:
        one, other = person(writing, "A"), person(writing, "A")
        assert one.code != other.code
