"""What the case page is made of: frozen values that the template reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from portal.workflow.inbox import Deadline
from portal.workflow.outcome import Result
from portal.workflow.questions import QuestionView


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with its last round; ``records`` are (label, value) pairs, ``outside`` says that
    it was served outside office hours."""

    id: str
    title: str
    who: str
    state: str
    when: datetime | None
    by: str
    outcome_text: str
    note: str
    round: int
    added: bool
    detached: bool
    records: Sequence[tuple[str, Any]]
    url: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage with its limit and the time it took."""

    number: str
    title: str
    limit_text: str
    state: str
    used_text: str
    late: bool
    deadline: Deadline | None
    due: datetime | None
    steps: Sequence[StepView]


@dataclass(frozen=True, slots=True)
class LaneView:
    """The lane of one unit in the table of the main case."""

    number: str
    unit: str
    state: str
    stage: str
    who: str
    due_text: str
    state_kind: str
    url: str
    released: bool


@dataclass(frozen=True, slots=True)
class ActionView:
    """A task that waits for the reader; ``claimed_by`` is another person who works on it."""

    task_id: int
    title: str
    step: str
    label: str
    kind: str
    url: str
    claimed_by: str


@dataclass(slots=True)
class CaseView:
    """Everything the case page shows."""

    number: str
    title: str
    unit_name: str
    root_number: str
    root_url: str
    standard_title: str
    standard_url: str
    status: str
    status_text: str
    zone: str
    stage_text: str
    facts: list[tuple[str, str]]
    stages: list[StageView]
    lanes: list[LaneView]
    actions: list[ActionView]
    timeline: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    diagram: Markup | None = None
    can: dict[str, str] = field(default_factory=dict)
    slots: list[Markup] = field(default_factory=list)
    started_with: Sequence[tuple[str, Any]] = ()
    questions: Sequence[QuestionView] = ()
    results: Sequence[Result] = ()
