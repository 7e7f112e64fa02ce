"""Who does a step, in words: the titles of the standard, never people or positions.

Which positions play a role on a day is decided in ``actors.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from portal.workflow.definition import (
    Actor,
    AnyOf,
    Block,
    ByField,
    Choice,
    Chosen,
    Fixed,
    ForEachUnit,
    FromCase,
    OfCoordinator,
    OfUnit,
    Parallel,
    Role,
    Stage,
    Supervisor,
    Task,
    Workflow,
)
from portal.workflow.fields import PickPosition


def actor_title(workflow: Workflow, actor: Actor) -> str:
    """The official as the standard names it: a role's title, "A atau B", "Atasan langsung".

    Raises:
        KeyError: the workflow has no such role.
    """
    match actor:
        case AnyOf(actors):
            titles = dict.fromkeys(actor_title(workflow, each) for each in actors)
            return str(_(" atau ")).join(titles)
        case Chosen(field):
            return _chosen_title(workflow, field)
        case Supervisor():
            return str(_("Atasan langsung"))
        case Fixed(role) | OfUnit(role) | OfCoordinator(role) | ByField(role) | FromCase(role):
            return role_title(workflow.role(role))


def role_title(role: Role) -> str:
    """The role's title; a role of a unit without one is named after its default."""
    if role.title:
        return role.title
    defaults = {"head": _("Kepala satuan organisasi"), "staff": _("Staf satuan organisasi")}
    return str(defaults.get(role.default, _("Pejabat yang ditetapkan")))


def walk_tasks(blocks: tuple[Block, ...]) -> Iterator[Task]:
    """All tasks below the blocks, in reading order."""
    for block in blocks:
        match block:
            case Task():
                yield block
            case Stage() | ForEachUnit():
                yield from walk_tasks(block.steps)
            case Parallel():
                for steps in block.branches:
                    yield from walk_tasks(steps)
            case Choice():
                for _key, steps in block.branches:
                    yield from walk_tasks(steps)


def _chosen_title(workflow: Workflow, field: str) -> str:
    step, _dot, name = field.rpartition(".")
    for task in walk_tasks(workflow.steps):
        if task.id != step:
            continue
        for recorded in task.record:
            if recorded.name == name and isinstance(recorded, PickPosition):
                titles = dict.fromkeys(role_title(workflow.role(role)) for role in recorded.roles)
                return str(_(" atau ")).join(titles)
    return str(_("Pejabat yang ditunjuk"))
