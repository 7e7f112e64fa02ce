"""What a plugin may hear of: frozen values, delivered by a job after the commit.

An event holds ids and texts only, no rows: the listener reads what it needs in a
transaction of its own. Who is told, and how often it is tried, is in ``portal.plugins``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events; ``case_id`` and ``number`` name the case that it is about."""

    case_id: int
    number: str
    plugin: str
    workflow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStarted(Event):
    """A case began; ``start`` is the key of the way it was begun."""

    start: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOpened(Event):
    """A step waits for somebody from now on; ``returned``: it was sent back to be mended.

    It comes again when the step is moved to another position, or handed over: ``given_to``
    is then the person who got it.
    """

    task_id: int
    step: str
    returned: bool
    given_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Event):
    """Somebody finished a step; ``outcome`` is ``return`` for work that was sent back."""

    task_id: int
    step: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDue(Event):
    """The time of an open step: ``state`` is ``warn`` at 75 % of it and ``late`` at its end.

    ``due`` is the end in ISO form, in UTC.
    """

    task_id: int
    step: str
    state: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnded(Event):
    """A case ended; ``status`` is ``done`` or ``cancelled``."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationAsked(Event):
    """The performer of a task asks the requester, ``person_id``, for more information."""

    task_id: int
    question_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationGiven(Event):
    """The requester has answered; ``person_id`` is who asked."""

    task_id: int
    question_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUnsealed(Event):
    """A sealed case was opened by its reader; from now on the ordinary rights hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintAnswered(Event):
    """A complaint was answered; ``person_id`` is the reporter, None if the name is hidden."""

    person_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintWithdrawn(Event):
    """The reporter took a complaint back; ``person_ids`` are those it waited for."""

    person_ids: tuple[int, ...]


KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        *(CaseStarted, TaskOpened, TaskDone, TaskDue, CaseEnded),
        *(InformationAsked, InformationGiven, CaseUnsealed),
        *(ComplaintAnswered, ComplaintWithdrawn),
    )
}
"""Every kind of event by its name."""


def to_json(event: Event) -> dict[str, Any]:
    """The event as a job's payload keeps it."""
    return {"kind": type(event).__name__, **asdict(event)}


def from_json(data: dict[str, Any]) -> Event:
    """The reverse of :func:`to_json`; raises KeyError for a kind of another release."""
    values = dict(data)
    return KINDS[values.pop("kind")](**values)
