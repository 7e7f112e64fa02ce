"""An absence in the cases: acting a.n., rights that end with their period, claims, vacancies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal import audit
from portal.audit import AuditEvent
from portal.auth.rights import actor_of
from portal.db import db, transaction
from portal.errors import Conflict, Forbidden
from portal.org.delegations import delegate, end_delegation
from portal.org.models import Delegation, HolderKind
from portal.org.service import assign_holder, end_holder, holders_on
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, plant_units
from portal.testing.world import World, plant
from portal.workflow import control, turns
from portal.workflow.absence import give_back, release_claims, tidy, vacant_tasks
from portal.workflow.acting import acting_note
from portal.workflow.inbox import waiting_count

DRAFT = {"konsep": {"subject": "Undangan", "to": "Semua", "body": "Isi"}}
TODAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World, frozen_clock: FrozenClock) -> Iterator[Desk]:
    SampleHost(LETTER).install(app)
    yield Desk(world)
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


@pytest.fixture
def number(desk: Desk) -> str:
    """A letter whose two drafts wait for their check."""
    number = desk.start("letter.new", "karo-otlak", {"hal": "undangan"})
    desk.act("staf-akin-1", "a.I", record=DRAFT)
    desk.act("staf-akin-2", "a.II", record={"uraian": "Isi"})
    return number


def give(world: World, giver: str, receiver: str, last: date = FRIDAY) -> int:
    """The giver's position is the receiver's too, a.n., from today on."""
    with transaction() as session:
        return delegate(
            session,
            position_id=world.position_id(giver),
            from_person_id=world.person_id(giver),
            to_person_id=world.person_id(receiver),
            valid_from=TODAY,
            valid_to=last,
            reason="cuti tahunan",
        ).delegation_id


def act_for(world: World, position: str, person: str, kind: HolderKind, last: date) -> None:
    """A Plt. or Plh. from today on."""
    with transaction() as session:
        assign_holder(
            session,
            position_id=world.position_id(position),
            person_id=world.person_id(person),
            kind=kind,
            valid_from=TODAY,
            valid_to=last,
            mandate="SP-7/2026",
        )


def vacate(world: World, position: str) -> None:
    """The definitive official held the position until yesterday."""
    with transaction() as session:
        key = world.position_id(position)
        for view in holders_on(session, [key], TODAY)[key]:
            end_holder(session, view.id, date(2026, 11, 22))


def saturday(clock: FrozenClock, hour: int = 0, minute: int = 0) -> None:
    """The day after the last one, in WIB."""
    clock.set(datetime(2026, 11, 27, 17 + hour, minute, tzinfo=UTC))


def test_a_delegates_act_is_signed_in_the_name_of_the_official(
    desk: Desk, world: World, number: str
) -> None:
    give(world, "kabag-akin-2", "kabag-akin-1")
    desk.act("kabag-akin-1", "b.II")
    done = desk.task("b.II", number, "done")
    title = "Kepala Bagian Akuntabilitas Kinerja"
    assert done.acted_by.startswith(f"a.n. {title}")
    assert done.acted_by.endswith(")")
    assert done.position_id == world.position_id("kabag-akin-2")
    assert done.person_id == world.person_id("kabag-akin-1")
    log = db.session.scalars(
        select(AuditEvent).where(AuditEvent.kind == "done").order_by(AuditEvent.id.desc())
    ).first()
    assert log is not None
    assert log.actor == done.acted_by


def test_a_note_on_a_document_names_giver_and_period(desk: Desk, world: World) -> None:
    give(world, "kabag-akin-2", "kabag-akin-1")
    note = acting_note(desk.actor("kabag-akin-1").holdings[1])
    assert note.startswith("a.n. (pelimpahan dari ")
    assert note.endswith("23 November 2026 sampai 27 November 2026)")
    assert acting_note(desk.actor("kabag-akin-1").holdings[0]) == ""


def test_a_delegate_acts_within_the_period_only(
    desk: Desk, world: World, number: str, frozen_clock: FrozenClock
) -> None:
    with pytest.raises(Forbidden):
        desk.act("kabag-akin-1", "b.II")
    give(world, "kabag-akin-2", "kabag-akin-1")
    saturday(frozen_clock, -1, 59)
    assert waiting_count(db.session(), desk.actor("kabag-akin-1")) == 1
    saturday(frozen_clock)
    assert waiting_count(db.session(), desk.actor("kabag-akin-1")) == 0
    with pytest.raises(Forbidden):
        desk.act("kabag-akin-1", "b.II")
    desk.act("kabag-akin-2", "b.II")


def test_nobody_checks_the_own_draft_in_the_name_of_another(desk: Desk, world: World) -> None:
    desk.start("letter.new", "karo-otlak", {"hal": "undangan"})
    give(world, "kabag-akin-2", "staf-akin-2")
    desk.act("staf-akin-2", "a.II", record={"uraian": "Isi"})
    with pytest.raises(Forbidden, match="menyusun dokumen ini"):
        desk.act("staf-akin-2", "b.II")
    desk.act("kabag-akin-2", "b.II")


def test_a_delegate_checks_what_the_official_has_drafted(
    desk: Desk, world: World, number: str
) -> None:
    # the person counts, not the position
    give(world, "kabag-akin-2", "kabag-akin-1")
    give(world, "karo-otlak", "kabag-akin-1")
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("kabag-akin-1", "b.II")
    result = desk.act("kabag-akin-1", "c")
    assert any("sudah memeriksa dokumen ini dalam jabatan lain" in each for each in result.warnings)


@pytest.mark.parametrize(
    ("kind", "mark"), [(HolderKind.PLT, "Plt."), (HolderKind.PLH, "Plh."), (None, "a.n.")]
)
def test_a_signature_in_the_place_of_the_official_is_warned_of_and_recorded(
    desk: Desk, world: World, number: str, kind: HolderKind | None, mark: str
) -> None:
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("kabag-akin-2", "b.II")
    desk.act("karo-otlak", "c")
    if kind is None:
        give(world, "deputi-aparatur", "deputi-hukum")
    else:
        act_for(world, "deputi-aparatur", "deputi-hukum", kind, FRIDAY)
    result = desk.act("deputi-hukum", "d")
    assert [each for each in result.warnings if f"menandatangani sebagai {mark} " in each]
    assert desk.task("d", number, "done").acted_by.startswith(f"{mark} Deputi")
    log = db.session.scalars(
        select(AuditEvent).where(AuditEvent.kind == "done").order_by(AuditEvent.id.desc())
    ).first()
    assert log is not None
    assert log.data["warnings"] == list(result.warnings)


@pytest.mark.parametrize("kind", [HolderKind.PLT, HolderKind.PLH])
def test_an_acting_officials_right_ends_with_its_period_everywhere(
    desk: Desk, world: World, number: str, frozen_clock: FrozenClock, kind: HolderKind
) -> None:
    if kind == HolderKind.PLT:
        vacate(world, "kabag-akin-2")
    act_for(world, "kabag-akin-2", "kabag-akin-1", kind, FRIDAY)
    task = desk.task("b.II", number)
    person = world.person_id("kabag-akin-1")

    def rights() -> tuple[int, int, bool]:
        session = db.session()
        actor = desk.actor("kabag-akin-1")
        partners = [view.person_id for view in turns.partners(session, task.id)]
        return len(actor.holdings), waiting_count(session, actor), person in partners

    assert rights() == (2, 1, True)
    saturday(frozen_clock)
    assert rights() == (1, 0, False)
    with pytest.raises(Forbidden):
        desk.act("kabag-akin-1", "b.II")
    assert len(actor_of(db.session(), person, FRIDAY).holdings) == 2


def test_those_who_may_act_are_named_once(desk: Desk, world: World, number: str) -> None:
    give(world, "kasubbag-ppk-1", "kasubbag-ppe-1")
    views = turns.partners(db.session(), desk.task("b.I", number).id)
    assert len(views) == len({view.person_id for view in views}) == 2
    give(world, "kasubbag-ppe-1", "staf-akin-2")
    labels = [view.label for view in turns.partners(db.session(), desk.task("b.I", number).id)]
    assert [label for label in labels if label.endswith("(a.n.)")] == [labels[-1]]


def test_in_the_own_position_before_another_ones(desk: Desk, world: World, number: str) -> None:
    give(world, "kasubbag-ppk-1", "kasubbag-ppe-1")
    desk.act("kasubbag-ppe-1", "b.I")
    done = desk.task("b.I", number, "done")
    assert done.position_id == world.position_id("kasubbag-ppe-1")
    assert not done.acted_by.startswith("a.n.")


def claim(desk: Desk, username: str, step: str) -> int:
    with transaction() as session:
        task = desk.task(step)
        control.claim(session, task.id, desk.actor(username), desk.key(), task.version)
        return task.id


def test_what_a_delegate_has_claimed_is_open_again_after_the_end(
    desk: Desk, world: World, number: str, frozen_clock: FrozenClock
) -> None:
    delegation = give(world, "kabag-akin-2", "kabag-akin-1")
    claim(desk, "kabag-akin-1", "b.II")
    assert desk.task("b.II").claimed_by.startswith("a.n. ")
    with pytest.raises((Conflict, Forbidden), match="sedang dikerjakan"):
        desk.act("kabag-akin-2", "b.II")
    tidy()
    assert desk.task("b.II").claimed_by_id is not None
    saturday(frozen_clock)
    tidy()
    assert desk.task("b.II").claimed_by_id is None
    assert db.session.get_one(Delegation, delegation).ended_at is not None
    log = db.session.scalars(
        select(AuditEvent).where(AuditEvent.kind == "handed-over").order_by(AuditEvent.id.desc())
    ).first()
    assert log is not None
    assert log.actor == "Sistem"
    assert "tidak lagi berwenang" in log.data["reason"]
    db.session.rollback()
    desk.act("kabag-akin-2", "b.II")


def test_an_acting_officials_claim_is_open_again_too(
    desk: Desk, world: World, number: str, frozen_clock: FrozenClock
) -> None:
    act_for(world, "kabag-akin-2", "kabag-akin-1", HolderKind.PLH, FRIDAY)
    claim(desk, "kabag-akin-1", "b.II")
    assert release_claims() == 0
    saturday(frozen_clock)
    assert release_claims() == 1
    assert release_claims() == 0


def test_an_early_end_gives_claims_back_at_once_but_not_those_of_the_own_position(
    desk: Desk, world: World, number: str
) -> None:
    delegation = give(world, "kabag-akin-2", "kasubbag-ppk-1")
    claim(desk, "kasubbag-ppk-1", "b.II")
    claim(desk, "kasubbag-ppk-1", "b.I")
    with transaction() as session:
        end_delegation(session, delegation)
        assert give_back(session, world.person_id("kasubbag-ppk-1")) == 1
    assert desk.task("b.II").claimed_by_id is None
    assert desk.task("b.I").claimed_by_id is not None


def test_tasks_of_a_vacant_position_are_listed_until_somebody_acts_there(
    desk: Desk, world: World, number: str
) -> None:
    assert vacant_tasks(db.session(), TODAY) == []
    vacate(world, "kabag-akin-2")
    vacate(world, "kasubbag-ppk-1")  # the other head of subdivision may still check
    found = vacant_tasks(db.session(), TODAY)
    assert [(each.number, each.step) for each in found] == [(number, "b.II")]
    vacate(world, "kasubbag-ppe-1")
    found = vacant_tasks(db.session(), TODAY)
    assert sorted(each.step for each in found) == ["b.I", "b.II"]
    both = next(each for each in found if each.step == "b.I")
    assert both.title.count("Kepala Subbagian") == 2
    act_for(world, "kabag-akin-2", "kabag-akin-1", HolderKind.PLT, FRIDAY)
    assert [each.step for each in vacant_tasks(db.session(), TODAY)] == ["b.I"]
    assert len(vacant_tasks(db.session(), date(2026, 11, 28))) == 2
