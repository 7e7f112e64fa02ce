"""A plugin that uses every field of the manifest and every hook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from portal.api import (
    Actor,
    Case,
    CaseStarted,
    CaseTask,
    ComplaintFacts,
    EffectContext,
    Event,
    Measured,
    MenuItem,
    Player,
    Plugin,
    Position,
    Role,
    Run,
    Start,
    TaskOpened,
    UnitSet,
    UnitSetRow,
    Workflow,
    for_each_unit,
    hookimpl,
    task,
)

from .forms import NOTE
from .models import Note
from .views import bp

UNITS = "sample_full.units"

PROCEDURE = Workflow(
    "sample_full",
    "Contoh lengkap",
    number="LKP",
    roles=(("karo", Role("Kepala Biro", position="karo-tu")),),
    starts=(Start("ask", "Permohonan", "Permohonan", requires=("is-open",)),),
    steps=(
        task("1", "Menjawab", by="karo", form="note", effect="keep", added=True),
        for_each_unit("2", "Unit", task("2.unit", "Mengisi", by="karo", added=True), over=UNITS),
    ),
)

heard: list[Event] = []
routes: dict[str, Position] = {}


def keep(context: EffectContext) -> None:
    """Keep a note of the act."""
    context.session.add(Note(case_id=context.case.id, text=context.outcome))


def is_open(session: Any, subject: Case | dict[str, Any], actor: Actor) -> str | None:
    """Closed to people without a position."""
    return None if actor.holdings else "Hanya untuk pemegang jabatan."


def may_read(actor: Actor, resource: object | None) -> bool:
    """Whoever holds a position."""
    return bool(actor.holdings)


def tidy(run: Run) -> None:
    """Nothing to tidy."""


def sample_cases(player: Player | None = None, now: object = None) -> str:
    """What a command would call; with a player, one case."""
    if player is not None:
        player.start("sample_full.ask", {}, "karo-tu")
    return "cases"


@hookimpl
def portal_plugin() -> Plugin:
    """The manifest."""
    return Plugin(
        title="Contoh",
        standard="standard.md",
        workflows=[PROCEDURE],
        forms={"note": NOTE},
        effects={"keep": keep},
        checks={"is-open": is_open},
        unit_sets=[UnitSet(UNITS, "Unit contoh", (UnitSetRow("setmen"),))],
        table_prefix="smp",
        blueprints=[bp],
        permissions={"sample_full.read": may_read},
        publications=["note"],
        menu=[MenuItem(label="Contoh", endpoint="sample_full.notes")],
        jobs={"sample_full.tidy": tidy},
        events=[CaseStarted, TaskOpened],
        demo=sample_cases,
        bench=sample_cases,
        measured=[Measured(subject="register", pages=[("karo-tu", "/tugas")])],
    )


@hookimpl
def portal_authorize(person: Actor, permission: str, resource: object | None) -> bool | None:
    """Nobody may do what is forbidden."""
    return False if permission == "test.forbidden" else None


@hookimpl
def portal_assign(case: Case, task: CaseTask) -> list[Position] | None:
    """The positions that a test has laid down at the case."""
    answer: list[Position] | None = case.data.get("positions")
    return answer


@hookimpl
def portal_route_complaint(complaint: ComplaintFacts) -> Position | None:
    """What a test has laid down; nothing otherwise."""
    return routes.get(complaint.standard)


@hookimpl
def portal_event(event: Event) -> None:
    """Remember it."""
    heard.append(event)


@hookimpl
def portal_slot(slot: str, context: Mapping[str, Any]) -> Markup | str | None:
    """A line on the standard's page, and text that must be escaped on the case page."""
    return {"standard.page": Markup("<p>Contoh</p>"), "case.page": "<b>"}.get(slot)
