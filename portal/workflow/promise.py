"""What a requester may expect: the printed limits of a procedure, added up along its ways.

Only what the source prints counts: stages of the portal's own promise nothing. Days and
minutes are added up apart; which way is longer is told by a working day's length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.formats import WORKING_DAY
from portal.standards.duration import Total, limit_words, total
from portal.workflow.actors_text import actor_title
from portal.workflow.definition import (
    Again,
    Block,
    Choice,
    ForEachUnit,
    Parallel,
    Stage,
    Task,
    Workflow,
)


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most time that the printed limits allow."""

    least: Total
    most: Total

    def __add__(self, other: Span) -> Span:
        return Span(_plus(self.least, other.least), _plus(self.most, other.most))


NOTHING = Span(Total(), Total())


@dataclass(frozen=True, slots=True)
class PrintedStage:
    """A stage as the requester reads it: number, title, officials and limit in words."""

    number: str
    title: str
    who: str
    limit: str


@dataclass(frozen=True, slots=True)
class Promise:
    """The time of a procedure in words, and its stages.

    ``untimed``: some printed stages have no limit. ``waits``: some limits start at an event,
    such as the end of a meeting; the time until then is not counted.
    """

    text: str
    untimed: bool
    waits: bool
    stages: tuple[PrintedStage, ...]


def promise_of(workflow: Workflow) -> Promise:
    """The promise of a procedure."""
    span = _span(workflow.steps)
    printed = [each for each in _stages(workflow.steps) if not each.added]
    least, most = span.least.timed(), span.most.timed()
    text = most
    if least and least != most:
        text = _("%(least)s sampai %(most)s", least=least, most=most)
    return Promise(
        text=text,
        untimed=any(not (each.limit or each.limit_field) for each in printed),
        waits=any(each.since is not None for each in printed),
        stages=tuple(
            PrintedStage(
                each.number, each.title, "; ".join(_officials(workflow, each)),
                limit_words(each.limit),
            )
            for each in printed
        ),
    )  # fmt: skip


def _span(blocks: Iterable[Block]) -> Span:
    result = NOTHING
    for each in blocks:
        result += _of(each)
    return result


def _of(block: Block) -> Span:
    match block:
        case Stage(limit=limit, added=added) if limit or added:
            time = total([limit]) if limit and not added else Total()
            return Span(time, time)
        case Stage(steps=steps) | ForEachUnit(steps=steps):
            return _span(steps)
        case Parallel(branches=branches):  # what follows waits for the slowest
            spans = [_span(branch) for branch in branches]
            return Span(_most(each.least for each in spans), _most(each.most for each in spans))
        case Choice(branches=pairs):
            spans = [_span(steps) for _key, steps in pairs]
            least = min((each.least for each in spans), key=_length, default=Total())
            return Span(least, _most(each.most for each in spans))
    return NOTHING


def _most(times: Iterable[Total]) -> Total:
    return max(times, key=_length, default=Total())


def _length(time: Total) -> int:
    return (time.working_days + time.calendar_days) * WORKING_DAY + time.minutes


def _plus(one: Total, other: Total) -> Total:
    return Total(
        one.working_days + other.working_days,
        one.calendar_days + other.calendar_days,
        one.minutes + other.minutes,
    )


def _stages(blocks: Iterable[Block]) -> Iterator[Stage]:
    for each in blocks:
        match each:
            case Stage():
                yield each
            case Parallel(branches=branches):
                for branch in branches:
                    yield from _stages(branch)
            case Choice(branches=pairs):
                for _key, steps in pairs:
                    yield from _stages(steps)
            case ForEachUnit(steps=steps):
                yield from _stages(steps)


def _officials(workflow: Workflow, stage: Stage) -> list[str]:
    names = [actor_title(workflow, each.by) for each in _tasks(stage.steps) if not each.detached]
    return list(dict.fromkeys(names))


def _tasks(blocks: Iterable[Block]) -> Iterator[Task]:
    for each in blocks:
        match each:
            case Task():
                yield each
            case Stage(steps=steps) | ForEachUnit(steps=steps):
                yield from _tasks(steps)
            case Parallel(branches=branches):
                for branch in branches:
                    yield from _tasks(branch)
            case Choice(branches=pairs):
                for _key, steps in pairs:
                    yield from _tasks(steps)
            case Again():
                continue
