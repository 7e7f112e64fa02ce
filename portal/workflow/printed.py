"""Whether a workflow carries a standard out as printed: steps, officials and limits.

Used by the command ``portal standard check`` and by the conformance suite of plugins;
the engine itself never asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from portal.standards.document import PrintedStep, Standard
from portal.workflow.actors_text import actor_title
from portal.workflow.definition import (
    Block,
    Choice,
    ForEachUnit,
    Parallel,
    Stage,
    Task,
    Workflow,
)

HOLDERS = ("Kepala ", "Pimpinan ", "Staf ")
"""Where the source prints a unit as the official, the workflow names its head or its staff."""

Found = tuple[Workflow, Stage | None, Task]


def disagreements(standard: Standard, workflows: Sequence[Workflow]) -> list[str]:
    """Every printed step, official or limit that the workflows lack, and every step of theirs
    that is neither printed nor marked ``added``; each as a sentence. Empty means agreement.
    """
    tasks = [(each, stage, task) for each in workflows for stage, task in staged(each.steps)]
    found: list[str] = []
    covered: set[str] = set()
    for step in standard.steps:
        mine = [entry for entry in tasks if _is_step(entry[2].id, step.number)]
        covered |= {task.id for _workflow, _stage, task in mine if not task.added}
        found += _compare(step, mine)
    for workflow, _stage, task in tasks:
        if task.id not in covered and not task.added:
            message = _(
                "Langkah %(id)s pada alur %(key)s tidak tercetak; tandai added=True.",
                id=task.id,
                key=workflow.key,
            )
            found.append(message)
    return found


def staged(
    blocks: Sequence[Block], stage: Stage | None = None
) -> Iterator[tuple[Stage | None, Task]]:
    """Every task with the stage it stands in."""
    for block in blocks:
        match block:
            case Task():
                yield stage, block
            case Stage():
                yield from staged(block.steps, block)
            case Parallel():
                for steps in block.branches:
                    yield from staged(steps, stage)
            case Choice():
                for _key, steps in block.branches:
                    yield from staged(steps, stage)
            case ForEachUnit():
                yield from staged(block.steps, stage)


def _is_step(task_id: str, number: str) -> bool:
    """ "2a" is carried out by "2a", or by "2a.I" and "2a.II"."""
    base, _dot, branch = task_id.rpartition(".")
    return task_id == number or (base == number and bool(branch) and not branch.strip("IVX"))


def _compare(step: PrintedStep, entries: Sequence[Found]) -> list[str]:
    if not entries:
        return [_("Langkah %(id)s tidak ada pada alur kerja.", id=step.number)]
    found = []
    titles = {actor_title(workflow, task.by) for workflow, _stage, task in entries}
    if not _same_officials(set(step.officials), titles):
        message = _(
            "Langkah %(id)s: naskah menyebut %(printed)s, alur kerja %(actual)s.",
            id=step.number,
            printed="; ".join(step.officials),
            actual="; ".join(sorted(titles)),
        )
        found.append(message)
    limits = {stage.limit if stage else "" for _workflow, stage, _task in entries}
    if limits != {step.limit}:
        message = _(
            "Langkah %(id)s: batas tercetak “%(printed)s”, pada alur kerja “%(actual)s”.",
            id=step.number,
            printed=step.limit or _("tanpa batas waktu"),
            actual=", ".join(sorted(limits)) or _("tanpa batas waktu"),
        )
        found.append(message)
    stages = {stage.number if stage else "" for _workflow, stage, _task in entries}
    if stages != {step.stage}:
        found.append(_("Langkah %(id)s tidak berada pada tahapnya.", id=step.number))
    return found


def _same_officials(printed: set[str], actual: set[str]) -> bool:
    return printed == actual or {_without_holder(t) for t in printed} == {
        _without_holder(t) for t in actual
    }


def _without_holder(title: str) -> str:
    for word in HOLDERS:
        if title.startswith(word):
            return title.removeprefix(word).casefold()
    return title.casefold()
