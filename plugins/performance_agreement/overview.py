"""Where the units stand with their agreements: what the page of the service shows.

Reads only, in a fixed number of queries; what a person may not see is not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from plugins.performance_agreement.models import Agreement
from portal.api import Actor, Case, CaseStatus, CaseTask, Publication, now, visible_cases

WORKFLOW = "pk"
STEPS = ("4", "4.ttd", "5a", "8.pihak2")
"""The steps of a unit that say where its agreement stands."""

STATUS = {
    CaseStatus.OPEN: ("info", "circle-dot"),
    CaseStatus.SUSPENDED: ("warn", "player-pause"),
    CaseStatus.DONE: ("ok", "circle-check"),
    CaseStatus.CANCELLED: ("neutral", "x"),
}


@dataclass(frozen=True, slots=True)
class State:
    """A state in words; ``kind`` and ``icon`` are those of a badge."""

    kind: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement of a year: the ministry's or a unit's; addresses may be empty."""

    name: str
    number: str
    state: State
    due: datetime | None
    zone: str
    late: bool
    released: bool
    is_unit: bool
    case_url: str
    draft_url: str
    public_url: str


@dataclass(slots=True)
class Year:
    """One year's case; ``lines`` are filled for the year that is looked at."""

    year: int
    number: str
    state: State
    url: str
    current: bool = False
    lines: list[Line] = field(default_factory=list)

    @property
    def units(self) -> int:
        """How many units have been asked for their agreement."""
        return sum(line.is_unit for line in self.lines)

    @property
    def late(self) -> int:
        """How many units are late."""
        return sum(line.late for line in self.lines)

    @property
    def final(self) -> int:
        """How many agreements are final."""
        return sum(line.state.kind == "ok" for line in self.lines)


def years(session: Session, actor: Actor, chosen: str = "") -> list[Year]:
    """The years that the person may see, newest first; one of them with its lines.

    ``chosen`` is a case number; without one it is the newest that runs with its units.
    """
    root = aliased(Case)
    rows = session.execute(
        select(Case, root.number, root.status, root.data)
        .join(root, root.id == Case.root_id)
        .where(visible_cases(session, actor, WORKFLOW))
        .order_by(Case.id)
    ).all()
    found: dict[str, Year] = {}
    cases: dict[str, list[Case]] = {}
    for case, number, status, data in rows:
        url = url_for("performance_agreement.overview", kasus=number)
        found.setdefault(number, Year(int(data["tahun"]), number, _status(status), url))
        cases.setdefault(number, []).append(case)
    ordered = sorted(found.values(), key=lambda each: (each.year, each.number), reverse=True)
    running = {number for case, number, status, _data in rows
               if status == CaseStatus.OPEN and case.parent_id is not None}  # fmt: skip
    first = next((each for each in ordered if each.number in running), None)
    current = found.get(chosen) or first or next(iter(ordered), None)
    if current is not None:
        current.current = True
        current.lines = _lines(session, cases[current.number])
    return ordered


def _status(status: CaseStatus) -> State:
    labels = {
        CaseStatus.OPEN: _("Berjalan"),
        CaseStatus.SUSPENDED: _("Ditunda"),
        CaseStatus.DONE: _("Selesai"),
        CaseStatus.CANCELLED: _("Dibatalkan"),
    }
    kind, icon = STATUS[CaseStatus(status)]
    return State(kind, labels[CaseStatus(status)], icon)


def _lines(session: Session, cases: Sequence[Case]) -> list[Line]:
    ids = [case.id for case in cases]
    tasks: dict[int, dict[str, CaseTask]] = {}
    for task in session.scalars(
        select(CaseTask)
        .where(CaseTask.case_id.in_(ids), CaseTask.current)
        .where(or_(CaseTask.step.in_(STEPS), CaseTask.status == "open"))
    ):
        tasks.setdefault(task.case_id, {})[task.step] = task
    papers: dict[int, tuple[Agreement, Publication | None]] = {
        agreement.case_id: (agreement, publication)
        for agreement, publication in session.execute(
            select(Agreement, Publication)
            .outerjoin(Publication, Publication.id == Agreement.publication_id)
            .where(Agreement.case_id.in_(ids))
        )
    }
    return [_line(case, tasks.get(case.id, {}), papers.get(case.id)) for case in cases]


def _line(
    case: Case, tasks: Mapping[str, CaseTask], paper: tuple[Agreement, Publication | None] | None
) -> Line:
    publication = paper[1] if paper else None
    waiting = _waiting(tasks.values()) if case.parent_id is not None else None
    due = waiting.due if waiting is not None and waiting.paused_at is None else None
    address = ""
    if publication is not None and publication.status == "published":
        address = f"{current_app.config['PORTAL'].public_url}/{publication.path}/"
    return Line(
        name=case.unit_name or _("Kementerian Sekretariat Negara"),
        number=case.number,
        state=_state(case, tasks, publication),
        due=due,
        zone=case.timezone or current_app.config["PORTAL"].timezone,
        late=due is not None and due < now(),
        released=case.released,
        is_unit=case.parent_id is not None,
        case_url=url_for("workflow.case", number=case.number),
        draft_url=(url_for("performance_agreement.document", number=case.number) if paper else ""),
        public_url=address,
    )


def _waiting(tasks: Iterable[CaseTask]) -> CaseTask | None:
    """The step that the unit's agreement waits for."""
    return next((each for each in tasks if each.step in STEPS and each.status == "open"), None)


def _state(case: Case, tasks: Mapping[str, CaseTask], publication: Publication | None) -> State:
    if publication is not None:
        return _published(publication)
    if case.status == CaseStatus.CANCELLED:
        return State("neutral", _("Dibatalkan"), "x")
    if case.parent_id is None:
        return State("neutral", _("Belum final"), "circle-dot")
    state: dict[str, Any] = {step: str(task.status) for step, task in tasks.items()}
    if state.get("8.pihak2") == "open":
        return State("info", _("Menunggu pihak kedua"), "signature")
    if state.get("5a"):
        if state["5a"] == "open":
            return State("info", _("Sedang dianalisis"), "report-analytics")
        return State("info", _("Sudah dianalisis"), "check")
    if state.get("4.ttd"):
        if state["4.ttd"] == "open":
            return State("neutral", _("Menunggu tanda tangan pimpinan"), "signature")
        return State("info", _("Disampaikan"), "send")
    draft = tasks.get("4")
    if draft is None:
        return State("neutral", _("Belum diminta"), "circle")
    if draft.round > 1:
        return State("warn", _("Dikembalikan"), "arrow-back-up")
    if "received" not in case.facts:
        return State("neutral", _("Menunggu tanda terima"), "mail")
    return State("neutral", _("Sedang disusun"), "edit")


def _published(publication: Publication) -> State:
    if publication.status == "withdrawn":
        return State("danger", _("Ditarik"), "ban")
    if publication.status == "published":
        return State("ok", _("Terbit"), "world")
    if publication.requested_at is not None:
        return State("ok", _("Final, menunggu terbit"), "clock")
    return State("ok", _("Final"), "shield-check")
