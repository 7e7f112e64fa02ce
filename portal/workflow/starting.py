"""Beginning a case: what a person may start, and the start itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.auth.rights import Actor, Holding
from portal.documents.files import attach
from portal.documents.registers import issue_number
from portal.errors import Forbidden, Invalid, NotFound
from portal.events import CaseStarted
from portal.org import service as org
from portal.org.models import Person
from portal.workflow.acting import signature
from portal.workflow.actors import Cast, Place, cast_of
from portal.workflow.behaviours import behaviours
from portal.workflow.corebook import CORE
from portal.workflow.definition import Start, Workflow
from portal.workflow.definition_json import digest, to_json
from portal.workflow.entry import ActRequest, enter, remember
from portal.workflow.models import Case, CaseStatus, Definition, SealedReader
from portal.workflow.recordform import describe, file_tokens
from portal.workflow.routing import Plan
from portal.workflow.run import FRESH, load_run
from portal.workflow.settle import settle

NOWHERE = Place(None, None, {}, {})


@dataclass(frozen=True, slots=True)
class StartOption:
    """A way to begin that a person may use; ``plugin`` is the key of its standard."""

    plugin: str
    workflow: Workflow
    start: Start

    @property
    def key(self) -> str:
        """The start in addresses: ``workflow.start``."""
        return f"{self.workflow.key}.{self.start.key}"


def available_starts(session: Session, actor: Actor) -> list[StartOption]:
    """Every start that the person may use today, in the order of the standards."""
    options = []
    for plugin, workflow in behaviours().workflows().values():
        if plugin == CORE:  # the core's own domains have pages of their own
            continue
        cast: Cast | None = None
        for start in workflow.starts:
            if start.by:
                cast = cast or Cast(session, workflow, org.today())
                if not _positions(cast, start.by) & actor.position_ids:
                    continue
            options.append(StartOption(plugin, workflow, start))
    return options


def start_option(session: Session, actor: Actor, key: str) -> StartOption:
    """The start of that key.

    Raises:
        NotFound: there is none.
        Forbidden: the person may not use it.
    """
    for option in available_starts(session, actor):
        if option.key == key:
            return option
    for _plugin, workflow in behaviours().workflows().values():
        if any(key == f"{workflow.key}.{start.key}" for start in workflow.starts):
            raise Forbidden(_("Permohonan ini hanya dapat dimulai oleh pejabat yang ditetapkan."))
    raise NotFound(_("Jenis permohonan tidak ditemukan."))


def _positions(cast: Cast, roles: Iterable[str]) -> set[int]:
    return {key for role in roles for key in cast.everyone(role)}


class Unmet(Invalid):
    """Requirements of a start are not met; ``problems`` names them all."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def unmet(
    session: Session, actor: Actor, option: StartOption, data: dict[str, Any]
) -> list[str]:  # fmt: skip
    """Every requirement of the start that is not met, in words."""
    checks = (behaviours().check(option.plugin, name) for name in option.start.requires)
    return [problem for check in checks if (problem := check(session, data, actor))]


def start_case(
    session: Session, actor: Actor, option: StartOption, data: dict[str, Any], form_key: str
) -> Case:
    """Begin a case in the caller's transaction; a repeated ``form_key`` gives the first one.

    Raises:
        Invalid: a requirement of the start is not met.
        Forbidden: a plugin does not let the person begin it.
    """
    # clicks of one person wait for each other, else two could both miss the first's row
    session.execute(
        select(Person.id).where(Person.id == actor.person_id).with_for_update(key_share=True)
    )
    request = ActRequest("start", option.workflow.key)
    first = enter(session, actor, request, form_key, None)
    if first is not None:
        return session.get_one(Case, first.case_id)
    problems = unmet(session, actor, option, data)
    if problems:
        raise Unmet(problems)
    holding = next(
        (each for each in actor.holdings if each.position_id in _starters(session, option)),
        actor.own_holdings[0] if actor.own_holdings else None,
    )

    def prepare(case: Case) -> None:
        remember(session, form_key, actor, case, "start")
        tokens = file_tokens(option.start.record, data)
        attach(session, tokens, "case", case.id, case.id, actor=actor)

    return begin_case(
        session,
        option,
        data,
        person_id=actor.person_id,
        name=signature(actor, holding) if holding else actor.name,
        came_from=holding.title if holding else actor.name,
        prepare=prepare,
    )


def begin_case(
    session: Session,
    option: StartOption,
    data: dict[str, Any],
    *,
    person_id: int | None,
    name: str,
    came_from: str,
    prepare: Callable[[Case], None],
) -> Case:
    """Number, write and log a new case and open its first steps; the caller has checked it.

    ``prepare`` runs when the case has its id and before anybody gets a task. Without a
    ``person_id`` nothing in the engine says who began it.

    Raises:
        Invalid: another case is about the same, and the start allows but one.
    """
    workflow = option.workflow
    row = definition_row(session, option.plugin, workflow)
    sealing = option.start.sealed_for
    sealed = sealing is not None and bool(data.get(sealing[1]))
    title = option.start.sealed_title if sealed else option.start.case_title.format_map(data)
    entry = issue_number(
        session,
        f"case.{workflow.number}",
        on=org.today(),
        subject=title,
        pattern=workflow.number + "-{year}-{seq4}",
    )
    # the register's row is locked: whoever begins at the same time has been waited for
    unique = unique_key(workflow, option.start, data)
    _only_one(session, title, unique)
    case = Case(
        number=entry.number,
        definition_id=row.id,
        plugin=option.plugin,
        workflow=workflow.key,
        start=option.start.key,
        standard=behaviours().standard_title(option.plugin),
        title=title,
        status=CaseStatus.OPEN,
        sealed=sealed,
        unique_key=unique,
        data=data,
        facts={},
        started_by_id=person_id,
        started_by=name,
        started_at=clock.now(),
    )
    session.add(case)
    session.flush()
    case.root_id = case.id
    if sealing is not None and sealed:
        readers = Cast(session, workflow, org.today()).positions(
            sealing[0], Place(None, None, data, {})
        )
        session.add_all(SealedReader(case_id=case.id, position_id=key) for key in readers)
    audit.append(
        session,
        f"case:{case.id}",
        "started",
        {"number": case.number, "title": title, "data": data, "definition": row.digest},
        actor=name,
        person_id=person_id,
        case_id=case.id,
    )
    prepare(case)
    session.flush()
    settle(load_run(session, case), came_from=came_from)
    behaviours().event(
        session,
        CaseStarted(
            case_id=case.id,
            number=case.number,
            plugin=case.plugin,
            workflow=case.workflow,
            start=case.start,
        ),
    )
    return case


def unique_key(workflow: Workflow, start: Start, data: Mapping[str, Any]) -> str | None:
    """What a case of these values alone may have; None where a start asks for nothing so."""
    if not start.unique:
        return None
    values = [workflow.key, start.key, *(data.get(name) for name in start.unique)]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _only_one(session: Session, title: str, unique: str | None) -> None:
    if unique is None:
        return
    number = session.scalar(select(Case.number).where(Case.unique_key == unique))
    if number is not None:
        raise Invalid(
            _("%(what)s sudah ada: kasus %(number)s.", what=title, number=number),
        )


def _starters(session: Session, option: StartOption) -> set[int]:
    return _positions(Cast(session, option.workflow, org.today()), option.start.by)


def definition_row(session: Session, plugin: str, workflow: Workflow) -> Definition:
    """The row a new case is pinned to, made when the definition is new."""
    mark = digest(workflow)
    known = select(Definition).where(Definition.workflow == workflow.key, Definition.digest == mark)
    row = session.scalar(known)
    if row is not None:
        return row
    versions = select(func.count()).where(Definition.workflow == workflow.key)
    values = {
        "plugin": plugin,
        "workflow": workflow.key,
        "digest": mark,
        "version": (session.scalar(versions) or 0) + 1,
        "body": to_json(workflow),
        "published_at": clock.now(),
    }
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = (postgresql if on_postgresql else sqlite).insert(Definition)
    # two people may begin the first case of a procedure at once
    made = session.scalar(insert.values(values).on_conflict_do_nothing().returning(Definition.id))
    if made is not None:
        session.info[FRESH] = (session.get_transaction(), made)
    return session.scalars(known).one()


def manages(session: Session, actor: Actor, case: Case, workflow: Workflow) -> Holding | None:
    """The holding that may suspend, resume and cancel, as the start says (default: its roles)."""
    start = next((each for each in workflow.starts if each.key == case.start), None)
    if start is None:
        return None
    cast = cast_of(session, workflow)
    positions = _positions(cast, start.by)
    if start.manage:
        place = Place(case.unit_id, case.coordinator_id, case.data, {})
        positions = {key for each in start.manage for key in cast.positions(each, place)}
    return next((each for each in actor.holdings if each.position_id in positions), None)


def start_records(plan: Plan, case: Case, zone: str) -> list[tuple[str, Any]]:
    """(label, value) pairs of what a root case was started with, for its page."""
    start = next((each for each in plan.workflow.starts if each.key == case.start), None)
    return [] if start is None else describe(start.record, case.data, zone, {})
